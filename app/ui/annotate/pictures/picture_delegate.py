"""One row of the picture list: thumbnail, name, and a mark that tells how far it is."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.annotate.pictures.roles import STATUS_ROLE, THUMBNAIL_ROLE
from app.ui.annotate.pictures.thumbnails import SIDE_PX

_GAP_PX = 8
ROW_PX = SIDE_PX + _GAP_PX
_MARK_PX = 6.0  # from the middle of a mark to its edge
_COLORS = {
    "unlabelled": "#5a6270",
    "proposed": "#b45309",
    "labelled": "#2f9e64",
    "verified": "#2563eb",
    "broken": "#c93a36",
}


class PictureDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the same height for all rows."""
        return QSize(SIDE_PX + 2 * _GAP_PX, ROW_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        area = option.rect.adjusted(_GAP_PX, _GAP_PX // 2, -_GAP_PX, -_GAP_PX // 2)
        frame = QRect(area.left(), area.top(), SIDE_PX, SIDE_PX)
        thumbnail = index.data(THUMBNAIL_ROLE)
        if thumbnail is None:
            painter.fillRect(frame, option.palette.color(QPalette.ColorRole.AlternateBase))
        else:
            size = thumbnail.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(frame.topLeft(), size)
            place.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, thumbnail)
        _paint_mark(painter, frame, index.data(STATUS_ROLE))
        words = area.adjusted(SIDE_PX + _GAP_PX, 0, 0, 0)
        text = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _paint_mark(painter: QPainter, frame: QRect, status: str) -> None:
    """Paint the state on the thumbnail's corner, each in a shape of its own besides its colour.

    A ring has no labels, a diamond has proposals, a disc has labels, a disc with a tick is
    verified, a triangle with a bar is broken; what is not known yet has no mark.
    """
    if status not in _COLORS:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    center = QPointF(frame.right() - _MARK_PX + 3, frame.bottom() - _MARK_PX + 3)
    color = QColor(_COLORS[status])
    painter.setPen(QPen(QColor("#FFFFFF"), 1.5))
    painter.setBrush(color)
    if status == "proposed":
        painter.drawPolygon(_corners(center, _MARK_PX + 1.5, 4))
    elif status == "broken":
        painter.drawPolygon(_corners(center, _MARK_PX + 2, 3))
    else:
        painter.drawEllipse(center, _MARK_PX, _MARK_PX)
    _paint_inside(painter, center, status)


def _paint_inside(painter: QPainter, center: QPointF, status: str) -> None:
    if status == "unlabelled":
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(center, _MARK_PX - 3, _MARK_PX - 3)
    elif status == "verified":
        painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
        tick = ((-2.8, 0.2), (-0.8, 2.4), (3.0, -2.2))
        painter.drawPolyline(QPolygonF([center + QPointF(x, y) for x, y in tick]))
    elif status == "broken":
        painter.setPen(QPen(QColor("#FFFFFF"), 1.8))
        painter.drawLine(center + QPointF(0, -2.5), center + QPointF(0, 2.5))


def _corners(center: QPointF, radius: float, count: int) -> QPolygonF:
    """Return a regular shape that stands on its base or its tip, first corner on top."""
    turns = [2 * math.pi * corner / count for corner in range(count)]
    return QPolygonF(
        [center + QPointF(radius * math.sin(turn), -radius * math.cos(turn)) for turn in turns]
    )
