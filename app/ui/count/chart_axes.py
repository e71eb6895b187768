"""Axes of the chart; imported only once a chart is wanted, since pyqtgraph loads slowly."""

from __future__ import annotations

from pyqtgraph import AxisItem

from app.ui.count.clock_text import clock_text


class WholeNumberAxis(AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Ticks at whole numbers: nothing crosses by halves."""

    def tickSpacing(self, minimum: float, maximum: float, size: float) -> list[tuple[float, float]]:
        """Return the spacings of pyqtgraph that are at least 1."""
        spacings = super().tickSpacing(minimum, maximum, size)
        return [each for each in spacings if each[0] >= 1] or [(1.0, 0.0)]


class ClockAxis(AxisItem):  # type: ignore[misc]
    """Times as a clock shows them."""

    def tickSpacing(self, minimum: float, maximum: float, size: float) -> list[tuple[float, float]]:
        """Return one spacing that suits a clock and leaves room for the texts."""
        steps_s = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600)
        wanted_s = (maximum - minimum) / max(size / 70, 1)
        return [(next((float(step) for step in steps_s if step >= wanted_s), 86400.0), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return ``m:ss`` for times in seconds."""
        return [clock_text(value) if value >= 0 else "" for value in values]
