"""`CaptureView`: what the camera sees, as in a mirror, with what is drawn over it."""

from __future__ import annotations

import time
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.geometry import Boxes
from app.ui.view_transform import ViewTransform

_SURROUND = QColor("#101317")
_INK = QColor("#ffffff")
_FADED = QColor("#c3cad4")
_PLATE = QColor(16, 19, 23, 190)
_HAND = QColor("#ffd166")
_FLASH_S = 0.16
_GHOST_OPACITY = 0.28
_MARGIN_PX = 8


class CaptureView(QWidget):
    """Paints the newest frame; everything over it is set by others.

    Signals
    -------
    pressed()
        The picture was clicked.
    painted(float)
        A new frame is on the screen; its age in seconds.
    room_changed(int, int)
        Width and height of the widget in pixels of the screen.
    """

    pressed = Signal()
    painted = Signal(float)
    room_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("capture-view")
        self.setAccessibleName(self.tr("Camera picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 135)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Every pixel is painted below; clearing them first would be work for nothing.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._transform = ViewTransform()
        self._image = QImage()
        self._grabbed_s: float | None = None  # of a frame that is not on the screen yet
        self._ghost = QImage()
        self._scaled_ghost = QPixmap()
        self._progress = ("", "", QColor())
        self._countdown_s: float | None = None
        self._hands: Boxes | None = None
        self._is_stale = False
        self._message = ""
        self._flash_end_s = 0.0
        # Frames that come meanwhile fade it; this takes the last of it away where none comes.
        self._flash_timer = QTimer(self, singleShot=True, interval=round(1000 * _FLASH_S))
        self._flash_timer.timeout.connect(self.update)

    @property
    def image(self) -> QImage:
        """The picture on show; null before the first."""
        return self._image

    @property
    def progress_text(self) -> str:
        """What is written on the picture: ``C1/5 E3/14``."""
        return self._progress[0]

    @property
    def countdown_text(self) -> str:
        """The big number; empty without a countdown."""
        return "" if self._countdown_s is None else str(ceil(self._countdown_s))

    def show_image(self, image: QImage, *, grabbed_s: float) -> None:
        """Show the newest frame, seen at `grabbed_s` of `time.monotonic`."""
        self._image, self._grabbed_s, self._is_stale = image, grabbed_s, False
        self._transform.set_image_size(QSizeF(image.size()))
        self.update()

    def show_message(self, text: str) -> None:
        """Show a few words instead of a picture."""
        self._message, self._image, self._hands = text, QImage(), None
        self.update()

    def show_progress(self, text: str, class_name: str, color: str) -> None:
        """Write on the picture which class and example come next."""
        self._progress = (text, class_name, QColor(color))
        self.update()

    def show_countdown(self, left_s: float | None) -> None:
        """Show a big number, or none."""
        self._countdown_s = left_s
        self.update()

    def show_ghost(self, ghost: QImage) -> None:
        """Lay a picture faintly over the camera's; a null one takes it away."""
        self._ghost, self._scaled_ghost = ghost, QPixmap()
        self.update()

    def show_hands(self, boxes_norm: Boxes | None) -> None:
        """Draw boxes, shape (N, 4), xyxy in fractions of the picture as it is shown."""
        self._hands = boxes_norm
        self.update()

    def show_stale(self) -> None:
        """Dim the last picture: it is not what the camera sees now."""
        self._is_stale, self._hands, self._countdown_s = True, None, None
        self.update()

    def flash(self) -> None:
        """Light up for a moment: a picture was taken."""
        self._flash_end_s = time.monotonic() + _FLASH_S
        self._flash_timer.start()
        self.update()

    # -- painting ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is already computed."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), _SURROUND)
        if self._image.isNull():
            painter.setPen(_FADED)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
        else:
            self._paint_picture(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()
        if self._grabbed_s is not None:
            age_s, self._grabbed_s = time.monotonic() - self._grabbed_s, None
            self.painted.emit(age_s)

    def _paint_picture(self, painter: QPainter) -> None:
        whole = self._transform.image_rect().toRect()  # at whole pixels nothing is resampled
        place = QRectF(whole)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        if not self._ghost.isNull() and not self._is_stale:
            painter.setOpacity(_GHOST_OPACITY)
            painter.drawPixmap(whole, self._ghost_for(whole.size()))
            painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_stale:
            painter.fillRect(place, QColor(16, 19, 23, 150))
        if self._hands is not None:
            self._paint_hands(painter, place, self._hands)
        left_s = self._flash_end_s - time.monotonic()
        if left_s > 0:
            painter.fillRect(place, QColor(255, 255, 255, int(200 * min(1, left_s / _FLASH_S))))
        if self._progress[0]:
            self._paint_progress(painter, place)
        if self._countdown_s is not None:
            self._paint_countdown(painter, place)

    def _ghost_for(self, size: QSize) -> QPixmap:
        """Return the ghost as large as the picture; scaled once, not with every frame."""
        if self._scaled_ghost.size() != size:
            scaled = self._ghost.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._scaled_ghost = QPixmap.fromImage(scaled)
        return self._scaled_ghost

    def _paint_hands(self, painter: QPainter, place: QRectF, boxes_norm: Boxes) -> None:
        painter.setPen(QPen(_HAND, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x0, y0, x1, y1 in boxes_norm.tolist():
            corner = QPointF(place.left() + x0 * place.width(), place.top() + y0 * place.height())
            size = QSizeF((x1 - x0) * place.width(), (y1 - y0) * place.height())
            painter.drawRoundedRect(QRectF(corner, size), 4, 4)

    def _paint_progress(self, painter: QPainter, place: QRectF) -> None:
        text, name, color = self._progress
        font = _font(painter, 20)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        dot_px, height = 12.0, metrics.height() + _MARGIN_PX
        whole = f"{text}  {name}" if name else text
        room = place.width() - 6 * _MARGIN_PX - dot_px
        whole = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(whole) + dot_px + 4 * _MARGIN_PX
        plate = QRectF(place.left() + _MARGIN_PX, place.top() + _MARGIN_PX, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 6, 6)
        painter.setBrush(color)
        middle = QPointF(plate.left() + 1.5 * _MARGIN_PX + dot_px / 2, plate.center().y())
        painter.drawEllipse(middle, dot_px / 2, dot_px / 2)
        painter.setPen(_INK)
        words = plate.adjusted(2.5 * _MARGIN_PX + dot_px, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, whole)

    def _paint_countdown(self, painter: QPainter, place: QRectF) -> None:
        side = min(place.width(), place.height()) * 0.5
        circle = QRectF(0, 0, side, side)
        circle.moveCenter(place.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawEllipse(circle)
        painter.setFont(_font(painter, max(12, round(side * 0.62))))
        painter.setPen(_INK)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self.countdown_text)

    # -- events -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted."""
        self._transform.set_view_size(QSizeF(event.size()))
        self._scaled_ghost = QPixmap()
        room = event.size() * self.devicePixelRatioF()
        self.room_changed.emit(room.width(), room.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()


def _font(painter: QPainter, height_px: int) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(height_px)
    font.setWeight(QFont.Weight.DemiBold)
    return font
