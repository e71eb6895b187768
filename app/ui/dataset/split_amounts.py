"""`SplitAmounts`: how much each set gets, as shares or as pictures of each class."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.dataset.split_rule import SET_NAMES, SetName, SplitRule, Unit
from app.ui.dataset.split_shares import with_share
from app.ui.naming import named

_MOST_PICTURES = 1_000_000
_SPIN_PX = 96
_FIRST_COUNTS: dict[SetName, float] = {"train": 10.0, "val": 0.0, "test": 4.0}


class AmountSpin(QDoubleSpinBox):
    """A number that is shown as short as it is: ``70``, ``33.33``."""

    def textFromValue(self, value: float) -> str:
        """Leave out zeros that say nothing."""
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text


class SplitAmounts(QWidget):
    """Two choices, and three numbers of the one that is chosen.

    Signals
    -------
    rule_changed(SplitRule)
        With the amounts that a person gave.
    """

    rule_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-amounts")
        self._rule = SplitRule()
        self._is_test_fixed = False
        self._amounts: dict[Unit, dict[SetName, float]] = {
            "percent": dict(zip(SET_NAMES, SplitRule().amounts, strict=True)),
            "images": dict(_FIRST_COUNTS),
        }
        self._units: dict[Unit, QRadioButton] = {
            "percent": named(QRadioButton(self.tr("&Shares of all"), self), "split-unit-percent"),
            "images": named(
                QRadioButton(self.tr("&Pictures of each class"), self), "split-unit-images"
            ),
        }
        self._spins: dict[SetName, AmountSpin] = {}
        self._lay_out()
        for button in self._units.values():
            button.clicked.connect(self._on_unit)
        self.show_rule(self._rule, is_test_fixed=False)

    def show_rule(self, rule: SplitRule, *, is_test_fixed: bool) -> None:
        """Show the amounts of a rule; those of a fixed test set can't be changed."""
        self._rule, self._is_test_fixed = rule, is_test_fixed
        self._amounts[rule.unit] = dict(zip(SET_NAMES, rule.amounts, strict=True))
        self._units[rule.unit].setChecked(True)
        is_percent = rule.unit == "percent"
        for name, spin in self._spins.items():
            spin.blockSignals(True)
            spin.setDecimals(2 if is_percent else 0)
            least = 0.01 if name == "train" else 0  # rounded to 1 picture
            spin.setRange(least, 100 if is_percent else _MOST_PICTURES)
            spin.setSuffix(" %" if is_percent else "")
            spin.setValue(self._amounts[rule.unit][name])
            spin.blockSignals(False)
        self._spins["test"].setEnabled(not is_test_fixed)
        fixed = self.tr("The test set is locked: it stays as it is")
        self._spins["test"].setToolTip(fixed if is_test_fixed else "")

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for row, name in enumerate(SET_NAMES):
            spin = named(AmountSpin(self), f"split-{name}")
            spin.setAccessibleName(name)
            spin.setKeyboardTracking(False)
            spin.setMinimumWidth(_SPIN_PX)
            spin.valueChanged.connect(self._on_value)
            label = named(QLabel(name, self), f"split-{name}-name")
            label.setBuddy(spin)
            grid.addWidget(label, row, 0)
            grid.addWidget(spin, row, 1)
            self._spins[name] = spin
        grid.setColumnMinimumWidth(0, 56)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in self._units.values():
            layout.addWidget(button)
        layout.addLayout(grid)

    @Slot()
    def _on_unit(self) -> None:
        unit = next(unit for unit, button in self._units.items() if button.isChecked())
        if unit != self._rule.unit:
            self._give(unit, self._amounts[unit])

    @Slot(float)
    def _on_value(self, value: float) -> None:
        name = next(name for name, spin in self._spins.items() if spin is self.sender())
        unit, amounts = self._rule.unit, self._amounts[self._rule.unit]
        if unit == "percent":
            amounts = with_share(amounts, name, value, is_test_fixed=self._is_test_fixed)
        else:
            amounts = {**amounts, name: value}
        self._give(unit, amounts)

    def _give(self, unit: Unit, amounts: dict[SetName, float]) -> None:
        rule = replace(
            self._rule, unit=unit, train=amounts["train"], val=amounts["val"], test=amounts["test"]
        )
        self.show_rule(rule, is_test_fixed=self._is_test_fixed)
        self.rule_changed.emit(rule)
