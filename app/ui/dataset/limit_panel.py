"""`LimitPanel`: from where on a picture is suspect, and how many pictures that touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.dataset.findings import Reason, Thresholds
from app.ui.dataset.cleaning import REASON_OF, LimitName
from app.ui.naming import named

_PANEL_PX = 264


@dataclass(frozen=True)
class _Limit:
    """One slider: its step is how much one move of an arrow key changes the limit."""

    title: str
    least: float
    most: float
    step: float


_LIMITS: dict[LimitName, _Limit] = {
    "near_difference": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Near duplicates: most different")),
        0.0, 0.25, 0.01,
    ),
    "dark": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Dark: brightest parts below")), 0, 255, 1
    ),
    "bright": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Bright: darkest parts above")), 0, 255, 1
    ),
    "empty": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Nearly empty: plain more than")),
        0.5, 1.0, 0.01,
    ),
    "blur": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Blurred: sharpness below")), 0.0, 1.5, 0.01
    ),
    "shape": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Odd shape: times as long as wide")),
        1.0, 8.0, 0.1,
    ),
    "size": _Limit(
        str(QT_TRANSLATE_NOOP("LimitPanel", "Odd size: times larger or smaller")),
        1.0, 10.0, 0.1,
    ),
}  # fmt: skip
assert tuple(sorted(_LIMITS)) == tuple(sorted(get_args(LimitName)))


class LimitPanel(QScrollArea):
    """One slider for each limit.

    Signals
    -------
    moved(str, float)
        A `LimitName` and its new value.
    reset_requested()
    """

    moved = Signal(str, float)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clean-limit-panel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_PANEL_PX)
        page = named(QWidget(self), "clean-limits-page", role="page")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._sliders: dict[LimitName, QSlider] = {}
        self._values: dict[LimitName, QLabel] = {}
        self._counts: dict[LimitName, QLabel] = {}
        for name, limit in _LIMITS.items():
            self._add(name, limit)
        reset = named(QPushButton(self.tr("Usual limits"), page), "clean-limits-reset")
        reset.clicked.connect(self.reset_requested)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(16)
        layout.addLayout(self._grid)
        layout.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.setWidget(page)

    def show_limits(self, limits: Thresholds) -> None:
        """Show where the limits are."""
        for name, slider in self._sliders.items():
            value = float(getattr(limits, name))
            slider.blockSignals(True)
            slider.setValue(round((value - _LIMITS[name].least) / _LIMITS[name].step))
            slider.blockSignals(False)
            self._show_value(name, value)

    @Slot(object)
    def show_counts(self, counts: Mapping[Reason, int]) -> None:
        """Show how many pictures are to be decided for limits; of others, what is shown stays."""
        for name, label in self._counts.items():
            if REASON_OF[name] in counts:
                text = self.tr("Pictures: {0}")
                label.setText(text.format(QLocale().toString(counts[REASON_OF[name]])))

    def _add(self, name: LimitName, limit: _Limit) -> None:
        row = self._grid.rowCount()
        title = QCoreApplication.translate("LimitPanel", limit.title)
        slider = named(QSlider(Qt.Orientation.Horizontal, self), f"clean-limit-{name}")
        slider.setRange(0, round((limit.most - limit.least) / limit.step))
        slider.setAccessibleName(title)
        slider.valueChanged.connect(self._on_moved)
        heading = named(QLabel(title, self), f"clean-limit-title-{name}")
        heading.setBuddy(slider)
        self._values[name] = named(QLabel(self), f"clean-limit-value-{name}")
        self._counts[name] = named(QLabel(self), f"clean-limit-count-{name}", role="muted")
        self._sliders[name] = slider
        right = Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(heading, row, 0)
        self._grid.addWidget(self._values[name], row, 1, right)
        self._grid.addWidget(slider, row + 1, 0, 1, 2)
        self._grid.addWidget(self._counts[name], row + 2, 0, 1, 2)
        self._grid.setRowMinimumHeight(row + 3, 8)

    @Slot(int)
    def _on_moved(self, steps: int) -> None:
        name = next(name for name, slider in self._sliders.items() if slider is self.sender())
        limit = _LIMITS[name]
        value = float(limit.least + steps * limit.step)  # QLocale takes no whole number here
        self._show_value(name, value)
        self.moved.emit(name, value)

    def _show_value(self, name: LimitName, value: float) -> None:
        digits = max(0, len(f"{_LIMITS[name].step:g}".partition(".")[2]))
        self._values[name].setText(QLocale().toString(value, "f", digits))
