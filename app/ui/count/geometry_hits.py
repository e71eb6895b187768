"""What of a scene lies under the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPolygonF

from app.counting.geometries import CountingLine, Geometry, Scene
from app.ui.count.geometry_shape import points_of
from app.ui.view_transform import ViewTransform

HANDLE_RADIUS_PX = 10.0
BODY_RADIUS_PX = 7.0


@dataclass(frozen=True)
class Hit:
    """A part of a geometry.

    Attributes
    ----------
    geometry : int
        Index in the scene.
    part : {"handle", "edge", "body"}
    index : int
        Of the handle; of the point where the edge begins; -1 for the body.
    """

    geometry: int
    part: Literal["handle", "edge", "body"]
    index: int = -1


def view_points(geometry: Geometry, transform: ViewTransform) -> list[QPointF]:
    """Return the geometry's handles in points of the widget."""
    return [transform.norm_to_view(x, y) for x, y in points_of(geometry)]


def hit_at(
    scene: Scene, point: QPointF, transform: ViewTransform, *, selected: int | None
) -> Hit | None:
    """Return what lies under `point`: handles before edges before insides, selected first."""
    order = list(reversed(range(len(scene.geometries))))
    if selected is not None:
        order.remove(selected)
        order.insert(0, selected)
    outlines = {i: view_points(scene.geometries[i], transform) for i in order}
    for i in order:
        for index, handle in enumerate(outlines[i]):
            if QLineF(handle, point).length() <= HANDLE_RADIUS_PX:
                return Hit(i, "handle", index)
    for i in order:
        is_line = isinstance(scene.geometries[i], CountingLine)
        edge = _nearest_edge(outlines[i], point, is_closed=not is_line)
        if edge is not None:
            return Hit(i, "edge", edge)
    for i in order:
        if isinstance(scene.geometries[i], CountingLine):
            continue
        if QPolygonF(outlines[i]).containsPoint(point, Qt.FillRule.OddEvenFill):
            return Hit(i, "body")
    return None


def cursor_for(hit: Hit | None) -> Qt.CursorShape:
    """Return the cursor that says what a drag of `hit` would do."""
    if hit is None:
        return Qt.CursorShape.ArrowCursor
    is_handle = hit.part == "handle"
    return Qt.CursorShape.PointingHandCursor if is_handle else Qt.CursorShape.SizeAllCursor


def _nearest_edge(outline: list[QPointF], point: QPointF, *, is_closed: bool) -> int | None:
    count = len(outline) if is_closed else len(outline) - 1
    distances = [
        distance_to_segment(point, outline[i], outline[(i + 1) % len(outline)])
        for i in range(count)
    ]
    nearest = min(range(count), key=distances.__getitem__)
    return nearest if distances[nearest] <= BODY_RADIUS_PX else None


def distance_to_segment(point: QPointF, start: QPointF, end: QPointF) -> float:
    """Return the distance from `point` to the nearest point of the segment."""
    along = end - start
    length_squared = QPointF.dotProduct(along, along)
    if length_squared == 0:
        return QLineF(point, start).length()
    share = min(max(QPointF.dotProduct(point - start, along) / length_squared, 0.0), 1.0)
    return QLineF(point, start + along * share).length()
