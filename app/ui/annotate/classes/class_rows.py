"""`ClassRows`: paints a class as swatch, key, name, counts and a button for its menu."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex

NAME_ROLE = Qt.ItemDataRole.UserRole
COLOR_ROLE = Qt.ItemDataRole.UserRole + 1
KEY_ROLE = Qt.ItemDataRole.UserRole + 2
COUNTS_ROLE = Qt.ItemDataRole.UserRole + 3

_HEIGHT_PX, _SWATCH_PX, _KEY_PX, _GAP_PX, _BUTTON_PX = 32, 12, 16, 8, 24
_DOT_PX, _DOT_STEP_PX = 3, 6
_ALIGN = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class ClassRows(QStyledItemDelegate):
    """One row a class.

    Signals
    -------
    menu_requested(str, QPoint)
        The button of a class was pressed; where, on the screen.
    """

    menu_requested = Signal(str, QPoint)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(0, _HEIGHT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row; counts stand right, so that they can be compared."""
        frame = QStyleOptionViewItem(option)
        self.initStyleOption(frame, index)
        frame.text = ""
        frame.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, frame, painter, frame.widget
        )
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        text_color = option.palette.color(role)
        painter.save()
        rest = option.rect.adjusted(_GAP_PX, 0, -_BUTTON_PX, 0)
        self._paint_swatch(painter, rest, QColor(index.data(COLOR_ROLE)))
        painter.setPen(text_color)
        rest.setLeft(rest.left() + _SWATCH_PX + _GAP_PX)
        painter.drawText(rest, _ALIGN, index.data(KEY_ROLE))
        rest.setLeft(rest.left() + _KEY_PX)
        counts = index.data(COUNTS_ROLE)
        painter.drawText(rest, _ALIGN | Qt.AlignmentFlag.AlignRight, counts)
        width = rest.width() - (painter.fontMetrics().horizontalAdvance(counts) + _GAP_PX)
        name = painter.fontMetrics().elidedText(
            index.data(NAME_ROLE), Qt.TextElideMode.ElideMiddle, width
        )
        painter.drawText(rest, _ALIGN, name)
        self._paint_button(painter, option.rect, text_color)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Take a click on the button of a row."""
        is_mouse = isinstance(event, QMouseEvent)
        if is_mouse and event.type() == QEvent.Type.MouseButtonRelease:
            assert isinstance(event, QMouseEvent)
            if event.position().x() > option.rect.right() - _BUTTON_PX:
                self.menu_requested.emit(index.data(NAME_ROLE), event.globalPosition().toPoint())
                return True
        return False

    def _paint_swatch(self, painter: QPainter, row: QRect, color: QColor) -> None:
        square = QRect(row.left(), row.center().y() - _SWATCH_PX // 2, _SWATCH_PX, _SWATCH_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(square, 3, 3)

    def _paint_button(self, painter: QPainter, row: QRect, color: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        x, y = row.right() - _BUTTON_PX // 2, row.center().y()
        for step in (-_DOT_STEP_PX, 0, _DOT_STEP_PX):
            painter.drawEllipse(QRect(x - 1, y + step - 1, _DOT_PX, _DOT_PX))
