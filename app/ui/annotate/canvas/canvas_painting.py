"""How boxes, proposals, names and what the mouse spans look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import Edges, Shown, handle_points
from app.ui.view_transform import ViewTransform

HANDLE_PX = 4  # half the side of a handle, points
LABEL_PX = 240  # the widest that a class name is written
_LINE_PX, _THIN_LINE_PX = 2, 1
_INK = QColor("#101318")
_PAPER = QColor("#FFFFFF")
_HALO = QColor("#D4D8DE")  # opaque: one that shines through takes seven times as long
_DASHES = [4.0, 3.0]  # of a proposal, in widths of its line
LOCK_PX = 14  # side of the mark of a locked box

ColorOf = Callable[[str], QColor]


@dataclass(frozen=True)
class BoxLook:
    """What boxes look like on the whole.

    Attributes
    ----------
    color_of : callable
        The colour of a class name.
    font : QFont
    has_labels : bool
        Whether class names are written.
    """

    color_of: ColorOf
    font: QFont
    has_labels: bool = True


def view_rect(box: Shown, transform: ViewTransform) -> QRectF:
    """Return a box in points of the view."""
    low, high = transform.to_view(box.xmin, box.ymin), transform.to_view(box.xmax, box.ymax)
    return QRectF(low, high)


# -- names ----------------------------------------------------------------------------------


def label_text(shown: Shown) -> str:
    """Return what is written at a box: its class, and how sure a machine is of a proposal."""
    if isinstance(shown, Proposal):
        return f"{shown.class_name} {shown.score:.2f}"
    return shown.class_name + ("?" if shown.is_difficult else "")


@lru_cache(maxsize=4096)
def fitted_label(text: str, font: QFont) -> tuple[str, QSizeF]:
    """Return a name, shortened where it is very long, and how large it is, points."""
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, LABEL_PX - 8)
    return text, QSizeF(metrics.horizontalAdvance(text) + 8, metrics.height() + 2)


def paint_label(painter: QPainter, spot: QRectF, text: str, shown: Shown, color: QColor) -> None:
    """Write a name on its class' colour; that of a proposal in this colour on dark."""
    is_proposal = isinstance(shown, Proposal)
    painter.fillRect(spot, _INK if is_proposal else color)
    painter.setPen(color if is_proposal else _INK)
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)


# -- boxes ----------------------------------------------------------------------------------


def paint_boxes(
    painter: QPainter,
    boxes: Sequence[tuple[LabeledBox, QRectF]],
    color_of: ColorOf,
    *,
    is_locked: bool,
) -> None:
    """Paint boxes at rest: occluded ones dashed, locked ones thin and with a mark."""
    # One call a class: 1,000 single ones take twenty times as long.
    by_class: dict[tuple[str, bool], list[QRectF]] = {}
    for box, rect in boxes:
        by_class.setdefault((box.class_name, box.is_occluded), []).append(rect)
    for (class_name, is_dashed), rects in by_class.items():
        color = color_of(class_name)
        pen = _joined(QPen(color, _THIN_LINE_PX if is_locked else _LINE_PX))
        if is_dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRects(rects)
        if is_locked:
            for rect in rects:
                paint_lock(painter, rect.topRight(), color)


def paint_proposals(
    painter: QPainter,
    proposals: Sequence[tuple[Proposal, QRectF]],
    color_of: ColorOf,
    *,
    is_selected: bool,
) -> None:
    """Paint dashes of the class' colour on a dark line, the selected ones tinted.

    The line has light edges, so that it is seen on any picture.
    """
    by_class: dict[str, list[QRectF]] = {}
    for proposal, rect in proposals:
        by_class.setdefault(proposal.class_name, []).append(rect)
    width = _LINE_PX + 1 if is_selected else _LINE_PX
    for class_name, rects in by_class.items():
        color = color_of(class_name)
        painter.setBrush(_tint(color, 64) if is_selected else Qt.BrushStyle.NoBrush)
        painter.setPen(_joined(QPen(_HALO, width + 2)))
        painter.drawRects(rects)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_joined(QPen(_INK, width)))
        painter.drawRects(rects)
        dashes = _joined(QPen(color, width))
        dashes.setCapStyle(Qt.PenCapStyle.FlatCap)  # the gaps stay as long as they are meant
        dashes.setDashPattern(_DASHES)
        painter.setPen(dashes)
        painter.drawRects(rects)


def paint_selected(
    painter: QPainter, box: LabeledBox, transform: ViewTransform, color: QColor, *, is_locked: bool
) -> None:
    """Paint a box with a tinted inside, and its eight handles unless it is locked."""
    rect = view_rect(box, transform)
    painter.setPen(_joined(QPen(color, _THIN_LINE_PX if is_locked else _LINE_PX)))
    painter.setBrush(_tint(color, 48))
    painter.drawRect(rect)
    if is_locked:
        paint_lock(painter, rect.topRight(), color)
        return
    painter.setPen(QPen(_INK, 1))
    painter.setBrush(_PAPER)
    side = 2 * HANDLE_PX
    for x_px, y_px in handle_points(box):
        point = transform.to_view(x_px, y_px)
        painter.drawRect(QRectF(point.x() - HANDLE_PX, point.y() - HANDLE_PX, side, side))


def paint_lock(painter: QPainter, corner: QPointF, color: QColor) -> None:
    """Paint a small padlock on a corner."""
    painter.save()
    painter.translate(corner - QPointF(LOCK_PX, LOCK_PX) / 2)
    painter.fillRect(QRectF(0, 0, LOCK_PX, LOCK_PX), _INK)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(4.5, 2.5, 5, 7), 0, 180 * 16)
    painter.fillRect(QRectF(3, 6, 8, 5), color)
    painter.restore()


# -- what the mouse spans -------------------------------------------------------------------


def paint_rubber(
    painter: QPainter, edges: Edges, transform: ViewTransform, accent: QColor, *, is_new: bool
) -> None:
    """Paint a box that is being drawn, or the band that selects what it touches."""
    style = Qt.PenStyle.SolidLine if is_new else Qt.PenStyle.DashLine
    painter.setPen(_joined(QPen(accent, 2, style)))
    painter.setBrush(_tint(accent, 40))
    painter.drawRect(QRectF(transform.to_view(*edges[:2]), transform.to_view(*edges[2:])))


def paint_crosshair(painter: QPainter, point: QPointF, size: QSize) -> None:
    """Paint lines through the pointer that are seen on any ground."""
    across = (QPointF(0, point.y()), QPointF(size.width(), point.y()))
    upright = (QPointF(point.x(), 0), QPointF(point.x(), size.height()))
    for color, style in ((_INK, Qt.PenStyle.SolidLine), (_PAPER, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, 1, style))
        painter.drawLine(*across)
        painter.drawLine(*upright)


def _tint(color: QColor, alpha: int) -> QColor:
    tinted = QColor(color)
    tinted.setAlpha(alpha)
    return tinted


def _joined(pen: QPen) -> QPen:
    """Return a pen with square corners."""
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
