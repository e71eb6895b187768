"""How the three sets look beside each other: full, lighter, hatched, in any colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from app.dataset.split_rule import SetName

_LIGHT_ALPHA = 120
_HALF = 127
_DARKER = 130  # per cent
_SWATCH_PX = 12


def paint_part(painter: QPainter, area: QRectF, color: QColor, set_name: SetName) -> None:
    """Paint the bar of a set; the three differ by more than their colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if set_name == "test":
        is_on_light = QGuiApplication.palette().base().color().lightness() > _HALF
        line = color.darker(_DARKER) if is_on_light else color  # yellow lines fade on white
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(QBrush(line, Qt.BrushStyle.BDiagPattern))
        area = area.adjusted(0.5, 0.5, -0.5, -0.5)
    else:
        shade = QColor(color)
        shade.setAlpha(255 if set_name == "train" else _LIGHT_ALPHA)
        painter.setBrush(shade)
    painter.drawRoundedRect(area, 2, 2)


class SetSwatch(QWidget):
    """A small square that says how the bars of a set look."""

    def __init__(self, set_name: SetName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._set_name = set_name
        self.setFixedSize(_SWATCH_PX, _SWATCH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it in the colour of text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self.palette().color(QPalette.ColorRole.WindowText)
        paint_part(painter, QRectF(self.rect()), color, self._set_name)
