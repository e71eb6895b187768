"""Counts over time, one curve per direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.counting.events import CrossingEvent
from app.counting.geometries import Direction
from app.counting.reports import CountSeries
from app.ui.count.direction_words import default_word

if TYPE_CHECKING:
    from pyqtgraph import PlotDataItem, PlotWidget

REFRESH_MS = 500
COLORS: dict[Direction, str] = {
    "up": "#3b8fd1",
    "down": "#d98a00",
    "left": "#00996f",
    "right": "#c0659a",
    "in": "#3b8fd1",
    "out": "#d98a00",
}


class CountsChart(QWidget):
    """Draws only while it is on show, twice a second at most; pyqtgraph loads when first shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counts-chart")
        self.setAccessibleName(self.tr("Counts over time by direction"))
        self._series = CountSeries()
        self._start_s = 0.0
        self._now_s = 0.0
        self._names: dict[Direction, str] = {}
        self._plot: PlotWidget | None = None
        self._curves: dict[Direction, PlotDataItem] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._refresh)

    def add(self, event: CrossingEvent) -> None:
        """Count one crossing event."""
        self._series.add(event)
        is_renamed = event.direction_name != event.direction
        self._names[event.direction] = (
            event.direction_name if is_renamed else default_word(event.direction)
        )

    def set_time(self, timestamp_s: float) -> None:
        """Take the time of the frame on show, where the curves end."""
        self._now_s = timestamp_s

    def clear(self, start_s: float = 0.0) -> None:
        """Begin anew at `start_s`."""
        self._series = CountSeries(start_s=start_s)
        self._names.clear()
        self._start_s = self._now_s = start_s
        self._refresh()

    def curve(self, direction: Direction) -> tuple[list[float], list[int]]:
        """Return times (s) and the counts so far in one direction, ready to draw as steps."""
        so_far = np.cumsum(self._series.counts(direction))
        ends = self._series.starts_s + self._series.bin_s
        now_s = max(self._now_s, float(ends[-1])) if len(ends) else self._now_s
        return (
            [self._start_s, *ends.tolist(), now_s],
            [0, *so_far.tolist(), int(so_far[-1]) if len(so_far) else 0],
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to draw."""
        if self._plot is None:
            self._make_plot()
        self._refresh()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw no more."""
        self._timer.stop()
        super().hideEvent(event)

    def _make_plot(self) -> None:
        import pyqtgraph  # 0.3 s: not before somebody wants to see a chart

        from app.ui.count.chart_axes import ClockAxis, WholeNumberAxis

        axes = {"bottom": ClockAxis("bottom"), "left": WholeNumberAxis("left")}
        self._plot = pyqtgraph.PlotWidget(self, axisItems=axes)
        self._plot.setObjectName("counts-plot")
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.showGrid(x=False, y=True, alpha=0.2)
        self._plot.setLimits(yMin=0)
        self._plot.addLegend(offset=(10, 10))
        self._layout.addWidget(self._plot)
        self._apply_palette()

    def _apply_palette(self) -> None:
        if self._plot is None:
            return
        palette = self.palette()
        self._plot.setBackground(palette.base().color())
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(palette.dark().color())
            axis.setTextPen(palette.text().color())
        legend = self._plot.getPlotItem().legend
        legend.setLabelTextColor(palette.text().color())
        for _, label in legend.items:  # those there already keep their colour until written anew
            label.setText(label.text, color=palette.text().color())

    @Slot()
    def _refresh(self) -> None:
        if self._plot is None:
            return
        for gone in self._curves.keys() - self._names.keys():
            self._plot.removeItem(self._curves.pop(gone))
        for direction, name in self._names.items():
            times, counts = self.curve(direction)
            if direction not in self._curves:
                pen = {"color": COLORS[direction], "width": 2}
                self._curves[direction] = self._plot.plot(pen=pen, name=name)
            self._curves[direction].setData(times, counts, stepMode="right")
