"""Icons: our own SVG files, painted in the text colour of the theme in use.

Own files, because an icon font (qtawesome) took 0.2 s of the 1.5 s the window has to appear.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.paths import resource_path


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in a colour of the palette.

    It follows a change of theme by itself: the colour is looked up when it is painted.

    Raises
    ------
    ValueError
        When there is no such icon.
    """
    _svg_text(name)
    return QIcon(_GlyphEngine(name, role))


def application_icon() -> QIcon:
    """Return Tallybox's own icon, in its own colours."""
    return QIcon(str(resource_path("icons", "tallybox.svg")))


class IconLabel(QWidget):
    """An icon that stands by itself; unlike a pixmap in a `QLabel` it follows the theme."""

    def __init__(self, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size_px, size_px)
        self._icon = QIcon()

    def set_icon(self, shown: QIcon) -> None:
        """Show another icon."""
        self._icon = shown
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the colours of now."""
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()


class _GlyphEngine(QIconEngine):
    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        is_disabled = mode == QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if is_disabled else QPalette.ColorGroup.Active
        color = QGuiApplication.palette().color(group, self._role)
        # Square, at the left of its room: buttons ask for a wider one, so that the text keeps off.
        side = min(rect.width(), rect.height())
        square = QRectF(rect.x(), rect.center().y() + 0.5 - side / 2, side, side)
        _renderer(self._name, color.name()).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


@cache
def _svg_text(name: str) -> str:
    try:
        return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ValueError(f"no icon called {name!r}") from error


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg_text(name).replace("currentColor", color).encode()))
