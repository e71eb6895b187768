"""The picture with everything drawn over it; a mouse and a keyboard edit the geometries on it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.count.geometry_editor import GeometryEditor
from app.ui.count.geometry_keys import press_key, wants_key
from app.ui.count.geometry_painter import paint_badges, paint_outlines
from app.ui.count.overlay import Overlay, OverlayOptions
from app.ui.count.overlay_painter import badge_size, paint_badge, paint_labels, paint_marks
from app.ui.view_transform import ZOOM_STEP, ViewTransform

SURROUND = QColor("#101317")
MESSAGE_COLOR = QColor("#c3cad4")
REC_COLOR = QColor("#ff4d4f")
STATE_COLORS = {
    "detecting": QColor("#56b4e9"),
    "tracking": QColor("#00b988"),
    "waiting": QColor("#9aa4b1"),
    "paused": QColor("#ffffff"),
    "lost": REC_COLOR,
}


class VideoView(QWidget):
    """Paints the newest frame and its overlay; scaling happens in Qt while painting.

    Parameters
    ----------
    editor : GeometryEditor
        Gets the mouse and the keys that are not for zoom and pan, and holds the scene to paint.

    Signals
    -------
    view_changed()
        Zoom or position have changed.
    space_tapped()
        Space was pressed and released without a pan between.
    """

    view_changed = Signal()
    space_tapped = Signal()

    def __init__(self, editor: GeometryEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("video-view")
        self.setAccessibleName(self.tr("Video picture"))
        self.setAccessibleDescription(
            self.tr("Tab selects a line, band or zone; arrow keys move it.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Every pixel is painted below; clearing them first would be work for nothing.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.transform = ViewTransform()
        self.painted_frames = 0
        self._editor = editor
        self._editor.display_changed.connect(self.update)
        self._image = QImage()
        self._overlay = Overlay()
        self._options = OverlayOptions()
        self._message = ""
        self._is_fresh = False
        self._is_playing = True
        self._is_lost = False
        self._pan_start: QPointF | None = None
        self._is_space_held = False
        self._has_space_panned = False

    @property
    def options(self) -> OverlayOptions:
        """Which parts of the overlay are shown."""
        return self._options

    def set_options(self, options: OverlayOptions) -> None:
        """Choose which parts of the overlay are shown."""
        self._options = options
        self.update()

    @property
    def image(self) -> QImage:
        """The picture on show; null before the first."""
        return self._image

    @property
    def overlay(self) -> Overlay:
        """What is drawn over the picture."""
        return self._overlay

    def show_frame(self, image: QImage, overlay: Overlay) -> None:
        """Show a picture with its overlay."""
        self._image = image
        self._overlay = overlay
        self.transform.set_image_size(QSizeF(image.size()))
        self._editor.set_picture_size(image.width(), image.height())
        self._is_fresh = True
        self.update()

    @Slot(bool)
    def show_playing(self, is_playing: bool) -> None:
        """Say whether the picture stands still because the person wants it to."""
        self._is_playing = is_playing
        self.update()

    def show_lost(self, *, is_lost: bool) -> None:
        """Say whether a live source gives no pictures at the moment."""
        self._is_lost = is_lost
        self.update()

    def show_recording(self, *, is_recording: bool) -> None:
        """Show or hide the REC sign without waiting for the next frame."""
        self._overlay = replace(self._overlay, is_recording=is_recording)
        self.update()

    def show_message(self, text: str) -> None:
        """Show a few words instead of a picture."""
        self.clear()
        self._message = text

    def clear(self) -> None:
        """Show no picture."""
        self._message = ""
        self._is_lost = False
        self._image = QImage()
        self._overlay = Overlay()
        self.transform.set_image_size(QSizeF())
        self.update()

    def fit(self) -> None:
        """Show the whole picture."""
        self.transform.fit()
        self._after_view_change()

    def show_actual_pixels(self) -> None:
        """Show one picture pixel per screen point."""
        self.transform.show_actual_pixels()
        self._after_view_change()

    def zoom_in(self) -> None:
        """Zoom in at the middle."""
        self._zoom(ZOOM_STEP, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        """Zoom out at the middle."""
        self._zoom(1 / ZOOM_STEP, QPointF(self.rect().center()))

    def rendered_picture(self) -> QImage:
        """Return the whole picture in its own size with the overlay drawn over it."""
        result = self._image.convertToFormat(QImage.Format.Format_RGB32)
        transform = ViewTransform()
        transform.set_view_size(QSizeF(result.size()))
        transform.set_image_size(QSizeF(result.size()))
        painter = QPainter(result)
        self._paint_overlay(painter, transform, QRectF(result.rect()), with_handles=False)
        painter.end()
        return result

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is already computed."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        if not self._image.isNull():
            # Beyond twice the size one wants to see the pixels themselves.
            painter.setRenderHint(
                QPainter.RenderHint.SmoothPixmapTransform, self.transform.scale < 2
            )
            painter.drawImage(self.transform.image_rect(), self._image)
            self._paint_overlay(painter, self.transform, QRectF(self.rect()), with_handles=True)
        elif self._message:
            painter.setPen(MESSAGE_COLOR)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()
        if self._is_fresh:
            self._is_fresh = False
            self.painted_frames += 1

    def _paint_overlay(
        self, painter: QPainter, transform: ViewTransform, bounds: QRectF, *, with_handles: bool
    ) -> None:
        visible = transform.image_rect().intersected(bounds)
        painter.setClipRect(visible)
        options, overlay = self._options, self._overlay
        if options.geometries:
            paint_outlines(painter, self._editor, transform, with_handles=with_handles)
        paint_marks(painter, overlay, transform, options)
        covered = self._paint_status(painter, visible) if options.status else []
        if options.geometries:
            covered += paint_badges(
                painter,
                self._editor,
                transform,
                totals=overlay.totals if options.totals else None,
                bounds=visible,
                obstacles=covered,
            )
        paint_labels(painter, overlay, transform, options, bounds=visible, obstacles=covered)
        if with_handles:
            self._paint_hint(painter, visible)

    def _paint_status(self, painter: QPainter, bounds: QRectF) -> list[QRectF]:
        """Paint state, speed and delay side by side; return what they cover."""
        overlay = self._overlay
        names = {
            "detecting": self.tr("Detecting"),
            "tracking": self.tr("Tracking"),
            "waiting": self.tr("Waiting"),
            "paused": self.tr("Paused"),
            "lost": self.tr("No pictures, trying again"),
        }
        badges: list[tuple[str, QColor | None]] = []
        state = overlay.state
        if state and self._is_lost:
            state = "lost"
        elif state and not self._is_playing:
            state = "paused"
        if state:
            badges.append((names.get(state, state), STATE_COLORS.get(state)))
        if overlay.fps > 0 and state == overlay.state:
            speed = self.tr("{0:.0f} fps").format(overlay.fps)
            if overlay.delay_ms is not None:
                speed += " · " + self.tr("{0:.0f} ms").format(overlay.delay_ms)
            badges.append((speed, None))
        if overlay.is_recording:
            badges.append((self.tr("REC"), REC_COLOR))
        covered: list[QRectF] = []
        x, y = bounds.left() + 8, bounds.top() + 8
        for text, dot in badges:
            covered.append(paint_badge(painter, text, QPointF(x, y), dot=dot))
            x = covered[-1].right() + 6
        return covered

    def _paint_hint(self, painter: QPainter, bounds: QRectF) -> None:
        """Say at the bottom how the tool in hand is used."""
        hints = {
            "line": self.tr("Drag a line · Enter puts one in the middle · Esc ends"),
            "band": self.tr("Drag a band · Enter puts one in the middle · Esc ends"),
            "zone": self.tr("Click point by point, double-click closes · Esc ends"),
        }
        text = hints.get(self._editor.tool)
        if text is not None:
            size = badge_size(painter, text)
            x = bounds.center().x() - size.width() / 2
            paint_badge(painter, text, QPointF(x, bounds.bottom() - size.height() - 10))

    # Zoom and pan.

    def _zoom(self, factor: float, at: QPointF) -> None:
        self.transform.zoom(factor, at=at)
        self._after_view_change()

    def _after_view_change(self) -> None:
        self.view_changed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its middle in the middle."""
        self.transform.set_view_size(QSizeF(event.size()))
        self._after_view_change()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        if event.angleDelta().y():
            self._zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()

    # Mouse: pan by middle button or with Space held, the rest is the editor's.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a pan or an edit."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._is_space_held):
            self._pan_start = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif is_left and self.transform.has_image:
            self._editor.press(event.position(), self.transform)
        self._update_cursor(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan or edit."""
        if self._pan_start is not None:
            self._has_space_panned = True
            self.transform.pan(event.position() - self._pan_start)
            self._pan_start = event.position()
            self._after_view_change()
        elif self.transform.has_image:
            self._editor.move(event.position(), self.transform)
            self._update_cursor(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan or an edit."""
        if self._pan_start is not None:
            self._pan_start = None
        elif event.button() == Qt.MouseButton.LeftButton:
            self._editor.release(event.position(), self.transform)
        self._update_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Close a polygon, or add a point to one."""
        if event.button() == Qt.MouseButton.LeftButton and self.transform.has_image:
            self._editor.double_click(event.position(), self.transform)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show at once what a click would do here."""
        self._update_cursor(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the cursor any more."""
        self._editor.hover_nothing()

    def _update_cursor(self, position: QPointF) -> None:
        if self._pan_start is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._is_space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(self._editor.cursor_at(position, self.transform))

    # Keyboard.

    def event(self, event: QEvent) -> bool:
        """Keep for the editor the keys that are shortcuts of the tab otherwise."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            is_space = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if is_space or wants_key(self._editor, event.key(), event.modifiers()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit the selected geometry; hold Space to pan."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self._is_space_held, self._has_space_panned = True, False
                self._update_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))
        elif not press_key(self._editor, event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Tell a tap on Space from one that was held to pan."""
        is_space = event.key() == Qt.Key.Key_Space
        if not (is_space and self._is_space_held) or event.isAutoRepeat():
            super().keyReleaseEvent(event)
            return
        self._is_space_held = False
        self._update_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))
        if not self._has_space_panned:
            self.space_tapped.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go through the geometries with Tab, then on to the next control."""
        return self._editor.select_next(forward=forward) or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a held Space whose release goes elsewhere."""
        self._is_space_held = False
        super().focusOutEvent(event)
