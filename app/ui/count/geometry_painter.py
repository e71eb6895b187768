"""Paints lines, bands and zones with their directions, names and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.counting.geometries import CountingBand, CountingLine, Geometry, Zone
from app.ui.count.direction_words import direction_label
from app.ui.count.geometry_editor import GeometryEditor
from app.ui.count.geometry_hits import view_points
from app.ui.count.overlay_painter import HALO, badge_size, paint_badge
from app.ui.view_transform import ViewTransform

ACCENT = QColor("#ff4d9d")  # no class has it, nor do streets: a white line would be paint there
SELECTED = QColor("#ffffff")
ARROW_LENGTH_PX = 26.0
ARROW_MARGIN_PX = 6.0
# Where along a line its arrows may stand, the best first.
SIGN_SHARES = (0.5, 0.3, 0.7, 0.15, 0.85)
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
    obstacles: Sequence[QRectF] = (),
) -> list[QRectF]:
    """Paint names, arrows and totals of the geometries; return what they cover.

    Parameters
    ----------
    totals : mapping or None
        `app.counting.totals.Totals` as JSON, for the numbers beside the arrows; None hides them.
    bounds : QRectF
        Where badges may lie, points of the widget.
    obstacles : sequence of QRectF
        What they should not cover.
    """
    figures = {} if totals is None else _figures_by_name(totals)
    covered: list[QRectF] = []
    for geometry in editor.geometries:
        numbers = figures.get(geometry.name)
        taken = [*obstacles, *covered]
        if isinstance(geometry, Zone):
            covered.append(_paint_zone_badge(painter, geometry, transform, numbers, bounds))
            continue
        signs = _placed_signs(
            painter, geometry, transform, numbers, bounds, editor.picture_size, taken
        )
        for sign in signs:
            _paint_arrow(painter, sign.tail, sign.tip)
            paint_badge(painter, sign.text, sign.badge.topLeft())
            covered += [sign.arrow, sign.badge]
        covered.append(_paint_name(painter, geometry, transform, bounds, [*obstacles, *covered]))
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
        fill.setAlpha(26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(outline)


@dataclass(frozen=True)
class _Sign:
    """An arrow over a line with the badge at its tip, in points of the widget."""

    tail: QPointF
    tip: QPointF
    text: str
    badge: QRectF

    @property
    def arrow(self) -> QRectF:
        margin = ARROW_MARGIN_PX
        return QRectF(self.tail, self.tip).normalized().adjusted(-margin, -margin, margin, margin)


def _placed_signs(
    painter: QPainter,
    geometry: CountingLine | CountingBand,
    transform: ViewTransform,
    figures: Mapping[str, float] | None,
    bounds: QRectF,
    picture_size: tuple[int, int],
    taken: Sequence[QRectF],
) -> list[_Sign]:
    """Return an arrow either way with its name and total, where nothing else is if possible."""
    places = []
    for share in SIGN_SHARES:
        signs = _signs(painter, geometry, transform, figures, bounds, picture_size, share)
        rects = [rect for sign in signs for rect in (sign.arrow, sign.badge)]
        if not any(rect.intersects(other) for rect in rects for other in taken):
            return signs
        places.append(signs)
    return places[0]


def _signs(
    painter: QPainter,
    geometry: CountingLine | CountingBand,
    transform: ViewTransform,
    figures: Mapping[str, float] | None,
    bounds: QRectF,
    picture_size: tuple[int, int],
    share: float,
) -> list[_Sign]:
    """Return both signs at `share` of the way along the line."""
    passage = geometry.passage(width=picture_size[0], height=picture_size[1])
    normal = QPointF(*passage.normal_px)
    normal /= max((normal.x() ** 2 + normal.y() ** 2) ** 0.5, 1e-9)
    edges = passage.edges_px
    signs = []
    for edge, way, key in ((edges[-1], 1, passage.forward), (edges[0], -1, passage.backward)):
        foot = transform.to_view(*(edge[0] + share * (edge[1] - edge[0])))
        tip = foot + normal * (way * ARROW_LENGTH_PX)
        text = direction_label(geometry, key)
        if figures is not None:
            text += f"  {int(figures.get(key, 0))}"
        badge = _badge_beside(painter, text, tip, normal * way, bounds)
        signs.append(_Sign(foot + normal * (way * 4), tip, text, badge))
    return signs


def _paint_name(
    painter: QPainter,
    geometry: CountingLine | CountingBand,
    transform: ViewTransform,
    bounds: QRectF,
    taken: Sequence[QRectF],
) -> QRectF:
    """Paint the name at the geometry's beginning, lower where something else is there."""
    corner = transform.norm_to_view(*_name_corner(geometry)) + QPointF(6, 4)
    rect = _inside(corner, badge_size(painter, geometry.name), bounds)
    for other in taken:
        if rect.intersects(other):
            lower = QPointF(corner.x(), other.bottom() + 4)
            rect = _inside(lower, rect.size(), bounds)
            break
    return paint_badge(painter, geometry.name, rect.topLeft())


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
    rect = _inside(outline.topLeft() + QPointF(6, 6), badge_size(painter, text), bounds)
    return paint_badge(painter, text, rect.topLeft())


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


def _badge_beside(
    painter: QPainter, text: str, tip: QPointF, outward: QPointF, bounds: QRectF
) -> QRectF:
    """Return where a badge lies beyond an arrow's tip, centred on the arrow's way."""
    size = badge_size(painter, text)
    center = tip + QPointF(
        outward.x() * (size.width() / 2 + 4), outward.y() * (size.height() / 2 + 4)
    )
    return _inside(center - QPointF(size.width() / 2, size.height() / 2), size, bounds)


def _inside(corner: QPointF, size: QSizeF, bounds: QRectF) -> QRectF:
    x = min(max(corner.x(), bounds.left() + 2), max(bounds.right() - size.width() - 2, 0))
    y = min(max(corner.y(), bounds.top() + 2), max(bounds.bottom() - size.height() - 2, 0))
    return QRectF(QPointF(x, y), size)


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
