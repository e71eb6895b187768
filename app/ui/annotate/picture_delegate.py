"""One row of the picture list: thumbnail, name, and a dot that tells how far it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.annotate.roles import STATUS_ROLE, THUMBNAIL_ROLE
from app.ui.annotate.thumbnails import SIDE_PX

_GAP_PX = 8
_DOT_PX = 5  # radius
_COLORS = {"labelled": "#2f9e64", "verified": "#3b82f6", "broken": "#d9534f"}


class PictureDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the same height for all rows."""
        return QSize(SIDE_PX + 2 * _GAP_PX, SIDE_PX + _GAP_PX)

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
        _paint_dot(painter, frame, index.data(STATUS_ROLE))
        words = area.adjusted(SIDE_PX + _GAP_PX, 0, 0, 0)
        text = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _paint_dot(painter: QPainter, frame: QRect, status: str) -> None:
    """Paint a filled dot on the thumbnail's corner; a ring for what has no labels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    center = QPointF(frame.right() - _DOT_PX + 2, frame.bottom() - _DOT_PX + 2)
    color = _COLORS.get(status)
    painter.setPen(QPen(QColor("#FFFFFF"), 1.5))
    painter.setBrush(QColor(color) if color else QColor("#5a6270"))
    painter.drawEllipse(center, _DOT_PX, _DOT_PX)
    if color is None:
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(center, _DOT_PX - 3, _DOT_PX - 3)
