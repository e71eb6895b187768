"""How boxes, labels and what the mouse spans look like."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.annotation.labels import LabeledBox
from app.ui.annotate.box_geometry import handle_points
from app.ui.view_transform import ViewTransform

HANDLE_PX = 4  # half the side of a handle, points
LABEL_PX = 240  # the widest that a class name is written
_INK = QColor("#101318")
_PAPER = QColor("#FFFFFF")


def view_rect(box: LabeledBox, transform: ViewTransform) -> QRectF:
    """Return a box in points of the view."""
    low, high = transform.to_view(box.xmin, box.ymin), transform.to_view(box.xmax, box.ymax)
    return QRectF(low, high)


def paint_label(
    painter: QPainter, box: LabeledBox, transform: ViewTransform, color: QColor
) -> QRectF:
    """Write a box's class above it, or below or inside where there is no room; return where."""
    metrics = QFontMetricsF(painter.font())
    text = box.class_name + ("?" if box.is_difficult else "")
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, LABEL_PX - 8)
    width, height = metrics.horizontalAdvance(text) + 8, metrics.height() + 2
    rect = view_rect(box, transform)
    top = rect.top() - height
    if top < 0:
        view_height = painter.viewport().height()
        top = rect.bottom() if rect.bottom() + height <= view_height else rect.top()
    place = QRectF(rect.left() - 1, top, width, height)
    painter.fillRect(place, color)
    painter.setPen(_INK)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    return place


def paint_selected(
    painter: QPainter,
    box: LabeledBox,
    transform: ViewTransform,
    color: QColor,
    *,
    has_label: bool,
) -> None:
    """Paint a box with a tinted inside and its eight handles."""
    ground = QColor(color)
    ground.setAlpha(48)
    painter.setPen(QPen(color, 2))
    painter.setBrush(ground)
    painter.drawRect(view_rect(box, transform))
    if has_label:
        paint_label(painter, box, transform, color)
    painter.setPen(QPen(_INK, 1))
    painter.setBrush(_PAPER)
    side = 2 * HANDLE_PX
    for x_px, y_px in handle_points(box):
        point = transform.to_view(x_px, y_px)
        painter.drawRect(QRectF(point.x() - HANDLE_PX, point.y() - HANDLE_PX, side, side))


def paint_rubber(
    painter: QPainter,
    edges: tuple[float, float, float, float],
    transform: ViewTransform,
    accent: QColor,
    *,
    is_new: bool,
) -> None:
    """Paint a box that is being drawn, or the band that selects what it touches."""
    ground = QColor(accent)
    ground.setAlpha(40)
    painter.setPen(QPen(accent, 2, Qt.PenStyle.SolidLine if is_new else Qt.PenStyle.DashLine))
    painter.setBrush(ground)
    painter.drawRect(QRectF(transform.to_view(*edges[:2]), transform.to_view(*edges[2:])))


def paint_crosshair(painter: QPainter, point: QPointF, size: QSize) -> None:
    """Paint lines through the pointer that are seen on any ground."""
    across = (QPointF(0, point.y()), QPointF(size.width(), point.y()))
    upright = (QPointF(point.x(), 0), QPointF(point.x(), size.height()))
    for color, style in ((_INK, Qt.PenStyle.SolidLine), (_PAPER, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, 1, style))
        painter.drawLine(*across)
        painter.drawLine(*upright)
