"""One row of the gallery: thumbnail, name, what was measured, and what was decided."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.annotate.pictures.roles import THUMBNAIL_ROLE
from app.ui.dataset.review import ReviewRow
from app.ui.dataset.suspect_model import ROW_ROLE, STATE_ROLE, WORDS_ROLE
from app.ui.icons import icon

ROW_PX = 80
TITLE_PX = 56
_THUMBNAIL_PX = 64
_GAP_PX = 8
_GLYPH_PX = 16
_INDENT_PX = 16
_DECIDED_OPACITY = 0.45
_GLYPHS = {"discarded": "trash", "kept": "check", "best": "check"}
_ELIDED = Qt.TextElideMode.ElideMiddle


class SuspectDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a picture, or of a title."""
        is_title = index.data(ROW_ROLE) is None
        return QSize(_THUMBNAIL_PX + 2 * _GAP_PX, TITLE_PX if is_title else ROW_PX)

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
        area = option.rect.adjusted(_GAP_PX, _GAP_PX, -_GAP_PX, -_GAP_PX)
        painter.save()
        if index.data(ROW_ROLE) is None:
            _paint_title(painter, area, name, index.data(WORDS_ROLE))
        else:
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
            state = index.data(STATE_ROLE)
            if state in ("discarded", "kept"):
                painter.setOpacity(_DECIDED_OPACITY)
            if _is_compared(index.data(ROW_ROLE)):
                area.setLeft(area.left() + _INDENT_PX)
            frame = QRect(area.left(), area.top(), _THUMBNAIL_PX, _THUMBNAIL_PX)
            _paint_thumbnail(painter, frame, index.data(THUMBNAIL_ROLE))
            words = area.adjusted(_THUMBNAIL_PX + _GAP_PX, 0, 0, 0)
            _paint_words(painter, words, name, index.data(WORDS_ROLE), state)
        painter.restore()


def _is_compared(row: ReviewRow) -> bool:
    """Whether the row stands below the best of its cluster."""
    return row.group in ("exact", "near") and not row.is_best


def _paint_title(painter: QPainter, area: QRect, title: str, hint: str) -> None:
    """Paint the title of a group at the foot of its row, near what it stands above."""
    foot = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
    metrics = painter.fontMetrics()
    painter.setPen(_color(QPalette.ColorRole.PlaceholderText))
    painter.drawText(area, foot, metrics.elidedText(hint, _ELIDED, area.width()))
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(_color(QPalette.ColorRole.Text))
    painter.drawText(area.adjusted(0, 0, 0, -metrics.height() - 4), foot, title)


def _paint_thumbnail(painter: QPainter, frame: QRect, thumbnail: QPixmap | None) -> None:
    painter.fillRect(frame, _color(QPalette.ColorRole.AlternateBase))
    if thumbnail is not None:
        size = thumbnail.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(frame.topLeft(), size)
        place.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, thumbnail)


def _paint_words(painter: QPainter, area: QRect, name: str, words: list[str], state: str) -> None:
    metrics = painter.fontMetrics()
    line = QRect(area.left(), area.top(), area.width(), metrics.height())
    shown = line
    if state:
        icon(_GLYPHS[state], QPalette.ColorRole.Text).paint(
            painter, QRect(line.left(), line.top(), _GLYPH_PX, line.height())
        )
        shown = line.adjusted(_GLYPH_PX + _GAP_PX // 2, 0, 0, 0)
    font = QFont(painter.font())
    font.setStrikeOut(state == "discarded")
    painter.setFont(font)
    painter.setPen(_color(QPalette.ColorRole.Text))
    painter.drawText(shown, 0, metrics.elidedText(name, _ELIDED, shown.width()))
    font.setStrikeOut(False)
    painter.setFont(font)
    # The style sheet makes the widget's own placeholder colour too faint to read.
    painter.setPen(_color(QPalette.ColorRole.PlaceholderText))
    rest = area.adjusted(0, line.height() + 2, 0, 0)
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
    painter.setClipRect(rest)
    painter.drawText(rest, flags, "\n".join(words))


def _color(role: QPalette.ColorRole) -> QColor:
    return QGuiApplication.palette().color(role)
