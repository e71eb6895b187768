"""Paints lines, bands and zones with their directions, names and totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.counting.geometries import CountingBand, CountingLine, Geometry, Zone
from app.ui.count.direction_words import direction_label
from app.ui.count.geometry_editor import GeometryEditor
from app.ui.count.geometry_hits import view_points
from app.ui.count.overlay_painter import HALO, badge_size, paint_badge
from app.ui.count.view_transform import ViewTransform

ACCENT = QColor("#ffd166")
SELECTED = QColor("#ffffff")
ARROW_LENGTH_PX = 26.0
HANDLE_SIZE_PX = 9.0


def paint_outlines(
    painter: QPainter, editor: GeometryEditor, transform: ViewTransform, *, with_handles: bool
) -> None:
    """Paint the geometries themselves, and the one that is being drawn.

    Parameters
    ----------
    with_handles : bool
        Show what is selected; off in saved pictures.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for index, geometry in enumerate(editor.geometries):
        is_selected = with_handles and index == editor.selected
        is_lit = is_selected or (with_handles and index == editor.hovered)
        _paint_outline(painter, geometry, transform, is_lit=is_lit)
        if is_selected:
            _paint_handles(painter, geometry, transform, editor.selected_point)
    if with_handles:
        _paint_draft(painter, editor, transform)


def paint_badges(
    painter: QPainter,
    editor: GeometryEditor,
    transform: ViewTransform,
    *,
    totals: Mapping[str, Any] | None,
    bounds: QRectF,
) -> list[QRectF]:
    """Paint names, arrows and totals of the geometries; return what the badges cover.

    Parameters
    ----------
    totals : mapping or None
        `app.counting.totals.Totals` as JSON, for the numbers beside the arrows; None hides them.
    bounds : QRectF
        Where badges may lie, points of the widget.
    """
    figures = {} if totals is None else _figures_by_name(totals)
    covered = []
    for geometry in editor.geometries:
        numbers = figures.get(geometry.name)
        if isinstance(geometry, Zone):
            covered.append(_paint_zone_badge(painter, geometry, transform, numbers, bounds))
        else:
            covered += _paint_directions(
                painter, geometry, transform, numbers, bounds, editor.picture_size
            )
    return covered


def _figures_by_name(totals: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    return {each["name"]: each["totals"] for each in totals.get("geometries", ())}


def _paint_outline(
    painter: QPainter, geometry: Geometry, transform: ViewTransform, *, is_lit: bool
) -> None:
    outline = QPolygonF(view_points(geometry, transform))
    width = 3.0 if is_lit else 2.0
    color = SELECTED if is_lit else ACCENT
    for pen in (QPen(HALO, width + 2), QPen(color, width)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        match geometry:
            case CountingLine():
                painter.drawPolyline(outline)
            case CountingBand() | Zone():
                painter.drawPolygon(outline)
    if not isinstance(geometry, CountingLine):
        fill = QColor(color)
        fill.setAlpha(38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(outline)


def _paint_directions(
    painter: QPainter,
    geometry: CountingLine | CountingBand,
    transform: ViewTransform,
    figures: Mapping[str, float] | None,
    bounds: QRectF,
    picture_size: tuple[int, int],
) -> list[QRectF]:
    """Paint an arrow either way from the middle, with its name and total at its tip."""
    passage = geometry.passage(width=picture_size[0], height=picture_size[1])
    normal = QPointF(*passage.normal_px)
    normal /= max((normal.x() ** 2 + normal.y() ** 2) ** 0.5, 1e-9)
    edges = passage.edges_px
    covered = []
    for edge, sign, key in ((edges[-1], 1, passage.forward), (edges[0], -1, passage.backward)):
        middle = transform.to_view(*((edge[0] + edge[1]) / 2))
        tip = middle + normal * (sign * ARROW_LENGTH_PX)
        _paint_arrow(painter, middle + normal * (sign * 4), tip)
        covered.append(QRectF(middle, tip).normalized().adjusted(-6, -6, 6, 6))
        text = direction_label(geometry, key)
        if figures is not None:
            text += f"  {int(figures.get(key, 0))}"
        covered.append(_paint_badge_beside(painter, text, tip, normal * sign, bounds))
    name_at = transform.norm_to_view(*_name_corner(geometry)) + QPointF(6, 4)
    return [*covered, _paint_badge_inside(painter, geometry.name, name_at, bounds)]


def _name_corner(geometry: CountingLine | CountingBand) -> tuple[float, float]:
    if isinstance(geometry, CountingBand):
        return geometry.top_left_norm
    return min(geometry.start_norm, geometry.end_norm)


def _paint_zone_badge(
    painter: QPainter,
    zone: Zone,
    transform: ViewTransform,
    figures: Mapping[str, float] | None,
    bounds: QRectF,
) -> QRectF:
    text = zone.name
    if figures is not None:
        text += (
            f"  {int(figures['occupancy'])}\n"
            f"{direction_label(zone, 'in')} {int(figures['entries'])} · "
            f"{direction_label(zone, 'out')} {int(figures['exits'])}"
        )
    outline = QPolygonF(view_points(zone, transform)).boundingRect()
    return _paint_badge_inside(painter, text, outline.topLeft() + QPointF(6, 6), bounds)


def _paint_arrow(painter: QPainter, tail: QPointF, tip: QPointF) -> None:
    along = tip - tail
    along /= max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-9)
    across = QPointF(-along.y(), along.x())
    head = QPolygonF([tip, tip - along * 9 + across * 6, tip - along * 9 - across * 6])
    for pen, brush in ((QPen(HALO, 5), HALO), (QPen(ACCENT, 2.5), ACCENT)):
        painter.setPen(pen)
        painter.setBrush(brush)
        painter.drawLine(tail, tip - along * 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(head)


def _paint_badge_beside(
    painter: QPainter, text: str, tip: QPointF, outward: QPointF, bounds: QRectF
) -> QRectF:
    """Paint a badge beyond an arrow's tip, centred on the arrow's way."""
    size = badge_size(painter, text)
    center = tip + QPointF(
        outward.x() * (size.width() / 2 + 4), outward.y() * (size.height() / 2 + 4)
    )
    corner = center - QPointF(size.width() / 2, size.height() / 2)
    return _paint_badge_inside(painter, text, corner, bounds)


def _paint_badge_inside(painter: QPainter, text: str, corner: QPointF, bounds: QRectF) -> QRectF:
    size = badge_size(painter, text)
    x = min(max(corner.x(), bounds.left() + 2), max(bounds.right() - size.width() - 2, 0))
    y = min(max(corner.y(), bounds.top() + 2), max(bounds.bottom() - size.height() - 2, 0))
    return paint_badge(painter, text, QPointF(x, y))


def _paint_handles(
    painter: QPainter, geometry: Geometry, transform: ViewTransform, selected_point: int | None
) -> None:
    half = HANDLE_SIZE_PX / 2
    for index, point in enumerate(view_points(geometry, transform)):
        painter.setPen(QPen(QColor("black"), 1.5))
        painter.setBrush(ACCENT if index == selected_point else SELECTED)
        painter.drawRect(QRectF(point.x() - half, point.y() - half, 2 * half, 2 * half))


def _paint_draft(painter: QPainter, editor: GeometryEditor, transform: ViewTransform) -> None:
    outline = QPolygonF([transform.norm_to_view(x, y) for x, y in editor.draft_outline])
    if outline.isEmpty():
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(HALO, 4), QPen(SELECTED, 2, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        if editor.tool == "line":
            painter.drawPolyline(outline)
        else:
            painter.drawPolygon(outline)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(SELECTED)
    for point in outline.toList():
        painter.drawEllipse(point, 3.5, 3.5)
