"""A geometry that is being drawn: which kind, and the points so far."""

from __future__ import annotations

from typing import Literal

from app.counting.errors import CountingError
from app.counting.geometries import CountingBand, CountingLine, Geometry, PointNorm, Zone
from app.ui.count.geometry_shape import is_too_small, squared

Tool = Literal["select", "line", "band", "zone"]

STRAIGHTEN_SHARE = 0.02  # a line this near to level or upright is meant to be so


class GeometryDraft:
    """Collects the points of a new line, band or zone; coordinates are fractions."""

    def __init__(self) -> None:
        self.tool: Tool = "select"
        self._points: list[PointNorm] = []
        self._cursor: PointNorm | None = None

    @property
    def is_begun(self) -> bool:
        """Whether there is at least one point."""
        return bool(self._points)

    @property
    def points(self) -> list[PointNorm]:
        """The points set so far, without the one under the cursor."""
        return list(self._points)

    @property
    def outline(self) -> list[PointNorm]:
        """What to paint: the points so far and what a click would add."""
        if not self._points or self._cursor is None:
            return list(self._points)
        if self.tool == "line":
            return [self._points[0], _straightened(self._points[0], self._cursor)]
        if self.tool == "band":
            return squared(self._points[0], self._cursor)
        return [*self._points, self._cursor]

    def add_point(self, point: PointNorm) -> None:
        """Set a point; a double click does not set two at one place."""
        self._cursor = point
        if not self._points or self._points[-1] != point:
            self._points.append(point)

    def drop_point(self) -> None:
        """Take back the last point."""
        self._points = self._points[:-1]

    def move_cursor(self, point: PointNorm) -> None:
        """Take where the next point would be."""
        self._cursor = point

    def clear(self) -> None:
        """Begin anew."""
        self._points = []

    def finish(self, name: str, *, width: int, height: int) -> Geometry | None:
        """Return what was drawn, and begin anew; None when nothing could cross it.

        Parameters
        ----------
        name : str
            What to call it.
        width, height : int
            Of the picture, pixels.
        """
        points = self._points if self.tool == "zone" else self.outline
        self._points = []
        return build_geometry(self.tool, points, name, width=width, height=height)


def build_geometry(
    tool: Tool, points: list[PointNorm], name: str, *, width: int, height: int
) -> Geometry | None:
    """Return a geometry of the tool's kind; None when nothing could cross it."""
    if is_too_small(points, is_line=tool == "line", width=width, height=height):
        return None
    try:
        if tool == "line":
            return CountingLine(name, points[0], points[1])
        if tool == "band":
            return CountingBand(name, points[0], points[2])
        return Zone(name, tuple(points))
    except CountingError:  # the counting room's own limit of what has an area
        return None


def points_in_the_middle(tool: Tool) -> list[PointNorm]:
    """Return the points of a new geometry in the middle of the picture."""
    if tool == "line":
        return [(0.1, 0.5), (0.9, 0.5)]
    if tool == "band":
        return squared((0.1, 0.45), (0.9, 0.55))
    return squared((0.35, 0.35), (0.65, 0.65))


def _straightened(start: PointNorm, end: PointNorm) -> PointNorm:
    """Return `end`, exactly level with or below `start` where it nearly is."""
    x_share, y_share = abs(end[0] - start[0]), abs(end[1] - start[1])
    if y_share <= STRAIGHTEN_SHARE and x_share > 2 * y_share:
        return end[0], start[1]
    if x_share <= STRAIGHTEN_SHARE and y_share > 2 * x_share:
        return start[0], end[1]
    return end
