"""`ZoomedPicture`: a picture that is zoomed and panned; subclasses say what else the mouse does."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.annotate.canvas.canvas_drags import Drag, PanDrag
from app.ui.annotate.canvas.picture_layer import Adjustment, copy_layer, picture_layer
from app.ui.annotate.pictures.picture_loader import LoadedPicture
from app.ui.view_transform import ZOOM_STEP, ViewTransform

_MARGIN_PX = 24  # round the words in the place of a picture


class ZoomedPicture(QWidget):
    """Shows one picture, zoomed at the pointer and panned by the middle button or with Space.

    Signals
    -------
    pointer_moved(object)
        Pixel (x, y) under the pointer, None outside.
    zoomed(float)
        Screen points per pixel.
    space_tapped()
        Space was pressed and released without panning.
    """

    pointer_moved = Signal(object)
    zoomed = Signal(float)
    space_tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 180)
        self._picture: LoadedPicture | None = None
        self._picture_layer: QPixmap | None = None
        self._adjustment = Adjustment()
        self._transform = ViewTransform()
        self._last_size: tuple[int, int] | None = None
        self._drag: Drag | None = None
        self._button = Qt.MouseButton.NoButton
        self._space_held = self._space_panned = False
        self._pointer: QPointF | None = None

    # -- what a subclass adds ---------------------------------------------------------------

    def _begin_drag(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> Drag | None:
        """Return what a press of the left button begins."""
        return None

    def _on_drag_end(self, drag: Drag) -> None:
        """Take away what a drag painted; it is finished or given up."""

    def _on_hover(self, before: QPointF | None, point: QPointF) -> None:
        """Take notice of the pointer where no button is pressed."""

    def _tool_cursor(self) -> Qt.CursorShape:
        """Return the cursor while nothing is dragged."""
        return Qt.CursorShape.ArrowCursor

    def _paint_over(self, painter: QPainter, dirty: QRect) -> None:
        """Paint what lies on the picture; `dirty` in points."""

    # -- what is shown ----------------------------------------------------------------------

    @property
    def transform(self) -> ViewTransform:
        """Where the picture lies on the widget."""
        return self._transform

    def set_picture(self, picture: LoadedPicture | None) -> None:
        """Show another picture, as large as it fits."""
        self._give_up()
        self._picture = picture
        if picture is not None and picture.size != self._last_size:
            self._last_size = picture.size  # of the same size, the zoom stays, to compare frames
            self._transform.set_image_size(QSizeF(*picture.size))
            self._transform.fit()
        self._view_changed()

    def set_adjustment(self, adjustment: Adjustment) -> None:
        """Show the picture brighter, darker, harder; the file stays as it is."""
        self._adjustment = adjustment
        self._picture_layer = None
        self.update()

    # -- zoom -------------------------------------------------------------------------------

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom round a point of the view, by default its middle."""
        self._transform.zoom(factor, at=at or QPointF(self.rect().center()))
        self._view_changed()

    def fit(self) -> None:
        """Show the whole picture."""
        self._transform.fit()
        self._view_changed()

    def fit_width(self) -> None:
        """Show the whole width of the picture."""
        self._transform.fit()
        if self._picture is not None and self._picture.size[0]:
            wanted = self.width() / self._picture.size[0]
            self._transform.zoom(wanted / self._transform.scale, at=QPointF(self.width() / 2, 0))
        self._view_changed()

    def show_actual_pixels(self) -> None:
        """Show one pixel of the picture as one point."""
        self._transform.show_actual_pixels()
        self._view_changed()

    def _view_changed(self) -> None:
        self._drop_layers()
        self.zoomed.emit(self._transform.scale)

    def _drop_layers(self) -> None:
        """Have everything painted anew: it lies elsewhere now."""
        self._picture_layer = None
        self.update()

    # -- keys -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what is under way; Space held pans."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held, self._space_panned = True, False
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go without panning is a tap."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            was_tap = self._space_held and not self._space_panned
            self._space_held = False
            self._show_cursor()
            if was_tap:
                self.space_tapped.emit()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a key that is let go elsewhere."""
        self._space_held = False
        self._show_cursor()

    # -- mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or what the tool does."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._picture is None or not self._picture.levels or self._drag is not None:
            return
        point, self._button = event.position(), event.button()
        is_left = self._button == Qt.MouseButton.LeftButton
        if self._button == Qt.MouseButton.MiddleButton or (is_left and self._space_held):
            self._drag = PanDrag(self._transform, point, self._drop_layers)
            self._space_panned = True
        elif is_left:
            self._drag = self._begin_drag(point, event.modifiers())
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun; else say what is under the pointer."""
        before, self._pointer = self._pointer, event.position()
        self._tell_pointer(self._pointer)
        if self._drag is not None:
            self._drag.move_to(self._pointer, event.modifiers())
        else:
            self._on_hover(before, self._pointer)
            self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish what was begun, and tell it."""
        if event.button() != self._button:
            return
        drag, self._drag = self._drag, None
        if drag is not None:
            self._on_drag_end(drag)
            drag.finish()
        self._show_cursor()

    def _give_up(self) -> None:
        """End what the mouse is doing as if it had not begun."""
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.give_up()
            self._on_drag_end(drag)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift go sideways."""
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._transform.pan(QPointF(steps * 60, 0))
            self._drop_layers()
        else:
            self.zoom(ZOOM_STEP**steps, event.position())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        """Forget the pointer."""
        self._pointer = None
        self.pointer_moved.emit(None)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the cursor of the tool."""
        self._show_cursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture in view."""
        self._transform.set_view_size(event.size().toSizeF())
        self._view_changed()

    def _tell_pointer(self, point: QPointF) -> None:
        if self._picture is None:
            return
        pixel = self._transform.to_image(point)
        width, height = self._picture.size
        is_inside = 0 <= pixel.x() < width and 0 <= pixel.y() < height
        self.pointer_moved.emit((int(pixel.x()), int(pixel.y())) if is_inside else None)

    def _show_cursor(self) -> None:
        if self._space_held or isinstance(self._drag, PanDrag):
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(self._tool_cursor())

    # -- painting ---------------------------------------------------------------------------

    def _paint_reason(self, painter: QPainter) -> None:
        """Say in the picture's place why there is none."""
        error = self._picture.error if self._picture is not None else None
        if error is not None:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            area = self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
            painter.drawText(area, flags, f"{error.message}\n\n{error.hint}".strip())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the picture, then paint what lies on it."""
        painter, dirty = QPainter(self), event.rect()
        if self._picture is None or not self._picture.levels:
            painter.fillRect(dirty, self.palette().color(QPalette.ColorRole.Window))
            self._paint_reason(painter)
            return
        ratio = self.devicePixelRatioF()  # another one on another screen
        layer = self._picture_layer
        if layer is None or layer.devicePixelRatio() != ratio:
            layer = self._picture_layer = picture_layer(
                self._picture,
                self._transform,
                self.size(),
                ratio,
                adjustment=self._adjustment,
                ground=self.palette().color(QPalette.ColorRole.Mid),
            )
        copy_layer(painter, layer, dirty)
        self._paint_over(painter, dirty)
