"""`SplitRulePanel`: what a person asks of a split."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.dataset.split_rule import Grouping, SplitRule
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.dataset.split_amounts import SplitAmounts
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_PANEL_PX = 264
_MOST_SEED = 2**31 - 1  # what a spin box holds
_SEED_PX = 72
_LOCK_PX = 16


class SplitRulePanel(QScrollArea):
    """Amounts, seed, what stays together, background and the lock of the test set.

    Signals
    -------
    rule_changed(SplitRule)
    locking_changed(bool)
        Whether the test set is to stay as it is.
    """

    rule_changed = Signal(object)
    locking_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-rule-panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_PANEL_PX)
        self._rule = SplitRule()
        self._page = named(QWidget(self), "split-rule-page", role="page")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(8)
        self._make_amounts()
        self._make_grouping()
        self._make_seed()
        self._make_background()
        self._make_lock()
        self._column.addStretch(1)
        self.setWidget(self._page)

    def show_rule(self, rule: SplitRule, *, is_locking: bool, locked: int) -> None:
        """Show a rule.

        Parameters
        ----------
        rule : SplitRule
        is_locking : bool
            Whether the test set is to stay as it is.
        locked : int
            How many pictures the project's locked test set has; 0 without one.
        """
        self._rule = rule
        self._amounts.show_rule(rule, is_test_fixed=is_locking and locked > 0)
        for control in (self._grouping, self._seed, self._background, self._lock):
            control.blockSignals(True)
        self._grouping.setCurrentIndex(self._grouping.findData(rule.grouping))
        self._seed.setValue(rule.seed)
        self._background.setChecked(rule.with_background)
        self._lock.setChecked(is_locking)
        for control in (self._grouping, self._seed, self._background, self._lock):
            control.blockSignals(False)
        self._show_lock(is_locking=is_locking, locked=locked)

    def show_unlabelled(self, count: int | None) -> None:
        """Say how many pictures have no labels; None: that is not known yet."""
        words = self.tr("Without labels: {0}")
        self._unlabelled.setText("" if count is None else words.format(count_text(count)))

    @Slot()
    def draw_another(self) -> None:
        """Share the pictures out by chance once more."""
        self._seed.stepUp()

    # -- building ---------------------------------------------------------------------------

    def _section(self, text: str, name: str, buddy: QWidget | None = None) -> None:
        label = named(QLabel(text, self._page), f"split-{name}-title", role="section")
        if buddy is not None:
            label.setBuddy(buddy)
        if self._column.count():
            self._column.addSpacing(8)
        self._column.addWidget(label)

    def _muted(self, name: str) -> QLabel:
        label = named(QLabel(self._page), name, role="muted")
        label.setWordWrap(True)
        self._column.addWidget(label)
        return label

    def _make_amounts(self) -> None:
        self._section(self.tr("How much each set gets"), "amounts")
        self._amounts = SplitAmounts(self._page)
        self._amounts.rule_changed.connect(self._take)
        self._column.addWidget(self._amounts)

    def _make_grouping(self) -> None:
        self._grouping = named(QComboBox(self._page), "split-grouping")
        self._grouping.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        texts: dict[Grouping, str] = {
            "both": self.tr("Sessions and near duplicates"),
            "session": self.tr("Sessions"),
            "duplicates": self.tr("Near duplicates"),
            "none": self.tr("Nothing"),
        }
        for grouping, text in texts.items():
            self._grouping.addItem(text, grouping)
        self._grouping.setToolTip(
            self.tr("What is in train and in test as well makes the test flatter")
        )
        self._grouping.currentIndexChanged.connect(self._on_grouping)
        self._section(self.tr("What stays &together"), "grouping", self._grouping)
        self._column.addWidget(self._grouping)

    def _make_seed(self) -> None:
        self._seed = named(QSpinBox(self._page), "split-seed")
        self._seed.setRange(-_MOST_SEED, _MOST_SEED)
        self._seed.setMinimumWidth(_SEED_PX)  # room for its largest number is not needed
        self._seed.setKeyboardTracking(False)
        self._seed.setToolTip(self.tr("The same pictures and seed give the same split"))
        self._seed.valueChanged.connect(self._on_seed)
        another = named(
            QPushButton(icon("repeat"), self.tr("A&nother"), self._page), "split-another"
        )
        another.setToolTip(self.tr("Share the pictures out by chance once more"))
        another.clicked.connect(self.draw_another)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._seed, 1)
        row.addWidget(another)
        self._section(self.tr("S&eed"), "seed", self._seed)
        self._column.addLayout(row)

    def _make_background(self) -> None:
        self._section(self.tr("Background"), "background")
        self._background = QCheckBox(self.tr("Take pictures without &labels"), self._page)
        named(self._background, "split-background").toggled.connect(self._on_background)
        self._background.setToolTip(
            self.tr(
                "As pictures that show nothing. Pictures verified to be empty are always taken."
            )
        )
        self._column.addWidget(self._background)
        self._unlabelled = self._muted("split-unlabelled")

    def _make_lock(self) -> None:
        self._section(self.tr("Test set"), "lock")
        self._lock_icon = named(IconLabel(_LOCK_PX, self._page), "split-lock-icon")
        self._lock_icon.set_icon(icon("lock", QPalette.ColorRole.Accent))
        self._lock = named(QCheckBox(self.tr("L&ock it"), self._page), "split-lock")
        self._lock.toggled.connect(self.locking_changed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._lock)
        row.addWidget(self._lock_icon)
        row.addStretch(1)
        self._column.addLayout(row)
        self._lock_text = self._muted("split-lock-text")

    # -- what a person does -----------------------------------------------------------------

    @Slot(object)
    def _take(self, amounts: SplitRule) -> None:
        """Take the amounts of a rule."""
        self._change(
            replace(
                self._rule,
                unit=amounts.unit,
                train=amounts.train,
                val=amounts.val,
                test=amounts.test,
            )
        )

    @Slot()
    def _on_grouping(self) -> None:
        self._change(replace(self._rule, grouping=self._grouping.currentData()))

    @Slot(int)
    def _on_seed(self, seed: int) -> None:
        self._change(replace(self._rule, seed=seed))

    @Slot(bool)
    def _on_background(self, is_taken: bool) -> None:
        self._change(replace(self._rule, with_background=is_taken))

    def _change(self, rule: SplitRule) -> None:
        self._rule = rule
        self.rule_changed.emit(rule)

    def _show_lock(self, *, is_locking: bool, locked: int) -> None:
        self._lock_icon.setVisible(is_locking)
        if is_locking and locked:
            text = self.tr(
                "{0} pictures are the test set and stay it; new ones go elsewhere. To unlock it, "
                "untick this and apply."
            )
        elif is_locking:
            text = self.tr("From Apply on it stays as it is, and new pictures go elsewhere.")
        elif locked:
            text = self.tr("Apply unlocks it, and its {0} pictures are shared out anew.")
        else:
            text = self.tr("A locked test set stays, so that figures can be compared.")
        self._lock_text.setText(text.format(count_text(locked)))
