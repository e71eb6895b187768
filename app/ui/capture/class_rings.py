"""`ClassRings`: the classes of the plan, each with a ring that fills with its pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.naming import named

_RING_PX = 24
_ROW_PX = 40
_FULL_TURN = 360 * 16  # Qt counts sixteenths of a degree
_DIGITS = 9
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassRow(QAbstractButton):
    """One class: ring, name, and how many of how many.

    Parameters
    ----------
    number : int
        Place in the plan, from 1.
    """

    def __init__(self, number: int, name: str, color: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"capture-class-{number}")
        self.setCheckable(True)
        self.setText(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the shutter
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.number = number
        self._color = QColor(color)
        self._done, self._wanted = 0, 1
        key = f" ({number})" if number <= _DIGITS else ""
        self.setToolTip(self.tr("Take pictures of {0}{1}").format(name, key))

    @property
    def count_text(self) -> str:
        """How far the class is: ``3/14``."""
        return f"{self._done}/{self._wanted}"

    def show_count(self, done: int, wanted: int) -> None:
        """Show how many of how many pictures there are."""
        self._done, self._wanted = done, wanted
        self.setAccessibleName(
            self.tr("{0}, {1} of {2} pictures").format(self.text(), done, wanted)
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the ring and a short name."""
        return QSize(160, _ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring, name and count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        ring = QRectF(10, (self.height() - _RING_PX) / 2, _RING_PX, _RING_PX)
        self._paint_ring(painter, ring.adjusted(2, 2, -2, -2))
        font = painter.font()
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        metrics = painter.fontMetrics()
        count_px = metrics.horizontalAdvance(self.count_text)
        words = QRectF(self.rect()).adjusted(_RING_PX + 20, 0, -10, 0)
        painter.drawText(words, _RIGHT, self.count_text)
        room = int(words.width()) - count_px - 8
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(words, _LEFT, name)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        palette = self.palette()
        ground = QColor(palette.color(QPalette.ColorRole.Accent))
        ground.setAlphaF(0.16 if self.isChecked() else 0.08 if self.underMouse() else 0)
        outline = palette.color(QPalette.ColorRole.Accent) if self.hasFocus() else ground
        painter.setPen(QPen(outline, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_ring(self, painter: QPainter, ring: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 4))
        painter.drawEllipse(ring)
        share = min(self._done / self._wanted, 1.0)
        pen = QPen(self._color, 4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if share < 1 else Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if share:
            painter.drawArc(ring, _FULL_TURN // 4, -round(share * _FULL_TURN))
        if share >= 1:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2))
            middle, step = ring.center(), ring.width() / 6
            painter.drawPolyline(
                [
                    middle + QPointF(-1.3 * step, 0.1 * step),
                    middle + QPointF(-0.3 * step, 1.1 * step),
                    middle + QPointF(1.4 * step, -1.0 * step),
                ]
            )


class ClassRings(QScrollArea):
    """The rows of all classes.

    Signals
    -------
    chosen(int)
        Number of a class that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class-rings")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = named(QWidget(self), "class-rings-page", role="page")
        self._layout = QVBoxLayout(page)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addStretch(1)
        self.setWidget(page)
        self.rows: list[ClassRow] = []

    def show_classes(self, names: Sequence[str], colors: Sequence[str]) -> None:
        """Show these classes, in the order of the plan."""
        for row in self.rows:
            self._layout.removeWidget(row)
            row.deleteLater()
        self.rows = [
            ClassRow(number, name, color, self.widget())
            for number, (name, color) in enumerate(zip(names, colors, strict=True), start=1)
        ]
        for place, row in enumerate(self.rows):
            self._layout.insertWidget(place, row)
            row.clicked.connect(self._on_clicked)

    def show_counts(self, counts: Sequence[int], wanted: int, *, current: int) -> None:
        """Show how far each class is, and which one is being captured (0: none)."""
        for row, done in zip(self.rows, counts, strict=True):
            row.show_count(done, wanted)
            row.setChecked(row.number == current)
            if row.number == current:
                self.ensureWidgetVisible(row, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the class that is captured in sight."""
        super().resizeEvent(event)
        for row in self.rows:
            if row.isChecked():
                self.ensureWidgetVisible(row, 0, 0)

    @Slot()
    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, ClassRow):
            row.setChecked(True)
            self.chosen.emit(row.number)
