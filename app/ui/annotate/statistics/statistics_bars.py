"""The bars of the statistics: share of pictures by state, classes, days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.annotation.statistics import ClassStatistics
from app.ui.annotate.statistics.statistics_words import count_text, day_text, duration_text

ColorOf = Callable[[str], QColor]

_BAR_PX = 8
_GAP_PX = 8
_LINE_PX = 16  # one bar and its number
_ROW_PX = 2 * _LINE_PX + _GAP_PX
_IMAGES_ALPHA = 110  # the bar of images beside that of boxes
_DAY_PX = 72
_MAX_DAYS = 14
_DAYS_HEIGHT_PX = 144


class ShareBar(QWidget):
    """One bar, divided by shares; what is left is ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[float, QColor]] = []
        self.setFixedHeight(12)

    def show_parts(self, parts: Sequence[tuple[int, QColor]], total: int) -> None:
        """Show counts out of `total` with their colours, from the left."""
        self._parts = [(count / total, color) for count, color in parts] if total else []
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts within one rounded outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
        left = 0.0
        for share, color in self._parts:
            width = share * self.width()
            painter.fillRect(QRectF(left, 0, width, self.height()), color)
            left += width


class ClassBars(QWidget):
    """Two bars a class: boxes in its colour, and below them images, fainter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[ClassStatistics, ...] = ()
        self._color_of: ColorOf = lambda _: QColor(Qt.GlobalColor.gray)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_colors(self, color_of: ColorOf) -> None:
        """Paint classes in these colours."""
        self._color_of = color_of
        self.update()

    def show_classes(self, classes: tuple[ClassStatistics, ...]) -> None:
        """Show the classes in their order."""
        self._classes = classes
        self.setAccessibleDescription("; ".join(self._told(item) for item in classes))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return one row a class."""
        return QSize(240, len(self._classes) * _ROW_PX)

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the class under the pointer."""
        if isinstance(event, QHelpEvent):
            row = event.pos().y() // _ROW_PX
            text = self._told(self._classes[row]) if 0 <= row < len(self._classes) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((item.boxes for item in self._classes), default=0)
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(item.name) for item in self._classes), default=0)
        name_px = min(widest + 2, self.width() // 3)
        number_px = metrics.horizontalAdvance(count_text(most))
        first = event.rect().top() // _ROW_PX
        last = event.rect().bottom() // _ROW_PX
        for row in range(first, min(last + 1, len(self._classes))):
            area = QRect(0, row * _ROW_PX, self.width(), _ROW_PX)
            bars = area.adjusted(name_px + _GAP_PX, 0, -number_px - _GAP_PX, 0)
            self._paint_class(painter, area, bars, self._classes[row], most)

    def _paint_class(
        self, painter: QPainter, area: QRect, bars: QRect, item: ClassStatistics, most: int
    ) -> None:
        name = QRect(0, area.top(), bars.left() - _GAP_PX, 2 * _LINE_PX)
        elided = self.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideRight, name.width())
        color = self._color_of(item.name)
        faint = QColor(color)
        faint.setAlpha(_IMAGES_ALPHA)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, elided)
        line = QRect(0, area.top(), area.width(), _LINE_PX)
        for count, shade in ((item.boxes, color), (item.images, faint)):
            bar = QRectF(bars.left(), line.center().y() - _BAR_PX / 2 + 1, 0, _BAR_PX)
            bar.setWidth(max(bars.width() * count / most, 2.0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            painter.drawRoundedRect(bar, 2, 2)
            _draw_number(painter, line, count, self.palette())
            line.translate(0, _LINE_PX)

    def _told(self, item: ClassStatistics) -> str:
        width, height = (round(side) for side in item.median_size_px)
        return self.tr("{0}: {1} boxes in {2} pictures, half of them over {3} × {4} px").format(
            item.name, count_text(item.boxes), count_text(item.images), width, height
        )


class DayBars(QWidget):
    """Time spent by day; days without any in between are shown as such."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_day: Mapping[date, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_DAYS_HEIGHT_PX)

    def show_days(self, by_day: Mapping[date, float]) -> None:
        """Show the seconds of days."""
        self._by_day = by_day
        told = (f"{day_text(day)}: {duration_text(s)}" for day, s in by_day.items())
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def days(self) -> list[date]:
        """Return the days in sight: as many as have room, up to the last one with any time."""
        if not self._by_day:
            return []
        last = max(self._by_day)
        room = max(1, min(_MAX_DAYS, self.width() // _DAY_PX))
        span = min(room, (last - min(self._by_day)).days + 1)
        return [last - timedelta(days=back) for back in reversed(range(span))]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a bar, its time above and its date below, for each day in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        days = self.days()
        most = max((self._by_day.get(day, 0.0) for day in days), default=0.0)
        for place, day in enumerate(days):
            column = QRect(place * _DAY_PX, 0, _DAY_PX, self.height())
            self._paint_day(painter, column, day, self._by_day.get(day, 0.0) / (most or 1.0))

    def _paint_day(self, painter: QPainter, column: QRect, day: date, share: float) -> None:
        palette, line = self.palette(), self.fontMetrics().height() + 4
        center = Qt.AlignmentFlag.AlignHCenter
        ground = column.bottom() - line
        height = max(2.0, share * (ground - line))
        bar = QRectF(column.left() + 16, ground - height, column.width() - 32, height)
        role = QPalette.ColorRole.Accent if share else QPalette.ColorRole.Mid
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(role))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        above = QRect(column.left(), int(bar.top()) - line, column.width(), line)
        if share:
            painter.drawText(above, center, duration_text(self._by_day[day]))
        # The style sheet makes the widget's own placeholder colour too faint to read.
        painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
        below = QRect(column.left(), ground + 4, column.width(), line)
        painter.drawText(below, center, day_text(day))


def _draw_number(painter: QPainter, line: QRect, count: int, palette: QPalette) -> None:
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(line, right, count_text(count))
