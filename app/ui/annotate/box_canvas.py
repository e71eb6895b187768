"""`BoxCanvas`: the picture with its boxes; draw, move, resize, select, zoom and pan."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
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

from app.annotation.labels import LabeledBox
from app.ui.annotate.box_geometry import (
    Handle,
    as_array,
    boxes_at,
    boxes_within,
    handle_at,
    moved,
    resized,
    spanned,
)
from app.ui.annotate.canvas_layers import Adjustment, CanvasLayers, ColorOf
from app.ui.annotate.canvas_painting import (
    HANDLE_PX,
    LABEL_PX,
    paint_crosshair,
    paint_rubber,
    paint_selected,
)
from app.ui.annotate.picture_loader import LoadedPicture
from app.ui.view_transform import ZOOM_STEP, ViewTransform

_REACH_PX = 8  # how near the pointer must come to a handle
_THIN_PX = 3  # how far outside its edge a box can still be caught
_SMALLEST_PX = 3  # a shorter drag is a slip, in pixels of the picture
_DRAG_FROM_PX = 3  # points; less is a click
_CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
}


class _Drag(Enum):
    NOTHING = 0
    DRAW = 1
    MOVE = 2
    RESIZE = 3
    BAND = 4
    PAN = 5


class BoxCanvas(QWidget):
    """Shows one picture and edits its boxes; it keeps none: what changed is told.

    Signals
    -------
    box_drawn(object)
        Edges (xmin, ymin, xmax, ymax) of a new box, pixels.
    boxes_edited(object, str)
        All boxes after an edit by mouse or arrow key, and its kind: "move" or "resize".
    selection_changed()
    class_wanted()
        The selected boxes were double-clicked.
    pointer_moved(object)
        Pixel (x, y) under the pointer, None outside.
    zoomed(float)
        Screen points per pixel.
    space_tapped()
        Space was pressed and released without panning.
    """

    box_drawn = Signal(object)
    boxes_edited = Signal(object, str)
    selection_changed = Signal()
    class_wanted = Signal()
    pointer_moved = Signal(object)
    zoomed = Signal(float)
    space_tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("box-canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 180)
        self._picture: LoadedPicture | None = None
        self._boxes: list[LabeledBox] = []
        self._array = as_array([])
        self._selected: list[int] = []
        self._transform = ViewTransform()
        self._layers = CanvasLayers()
        self._adjustment = Adjustment()
        self._color_of: ColorOf = lambda name: QColor("#56b4e9")
        self._has_labels = True
        self._is_drawing_mode = False
        self._drag = _Drag.NOTHING
        self._is_dragged = False
        self._space_held = self._space_panned = False
        self._button = Qt.MouseButton.NoButton
        self._start = QPointF()  # pixel where the drag began; a zoom does not move it
        self._pressed_at = self._last = QPointF()  # points of the view
        self._last_size: tuple[int, int] | None = None
        self._before: list[LabeledBox] = []
        self._handle: Handle | None = None
        self._rubber: tuple[float, float, float, float] | None = None  # pixels
        self._pointer: QPointF | None = None

    # -- what is shown ----------------------------------------------------------------------

    @property
    def selection(self) -> list[int]:
        """Positions of the selected boxes."""
        return list(self._selected)

    @property
    def transform(self) -> ViewTransform:
        """Where the picture lies on the widget."""
        return self._transform

    def set_picture(self, picture: LoadedPicture | None) -> None:
        """Show another picture, as large as it fits; its boxes come with `set_boxes`."""
        self._cancel()
        self._picture = picture
        self._boxes, self._array, self._selected = [], as_array([]), []
        if picture is not None and picture.size != self._last_size:
            self._last_size = picture.size  # of the same size, the zoom stays, to compare frames
            self._transform.set_image_size(QSizeF(*picture.size))
            self._transform.fit()
        self._view_changed()
        self.selection_changed.emit()

    def set_boxes(self, boxes: Sequence[LabeledBox]) -> None:
        """Show these boxes; the selection stays where it still makes sense."""
        if self._drag in (_Drag.MOVE, _Drag.RESIZE):  # what is dragged may be gone
            self._drag, self._is_dragged, self._handle = _Drag.NOTHING, False, None
        kept = self._still_selected(boxes)
        self._boxes, self._array = list(boxes), as_array(boxes)
        self._layers.drop_boxes()
        self.update()
        if kept != self._selected:
            self.select(kept)

    def _still_selected(self, boxes: Sequence[LabeledBox]) -> list[int]:
        """Return the selection among other boxes: by place, or by box where the number changed."""
        if len(boxes) == len(self._boxes):
            return self._selected
        chosen = {self._boxes[index] for index in self._selected}
        return [index for index, box in enumerate(boxes) if box in chosen]

    def select(self, indexes: Sequence[int]) -> None:
        """Select these boxes and no others."""
        wanted = [index for index in indexes if index < len(self._boxes)]
        if wanted == self._selected:
            return
        self._selected = wanted
        self._layers.drop_boxes()
        self.update()
        self.selection_changed.emit()

    def set_colors(self, color_of: ColorOf) -> None:
        """Take the colour of each class name from here."""
        self._color_of = color_of
        self._layers.drop_boxes()
        self.update()

    def set_labels_shown(self, is_shown: bool) -> None:
        """Show or hide the class names."""
        self._has_labels = is_shown
        self._layers.drop_boxes()
        self.update()

    def set_adjustment(self, adjustment: Adjustment) -> None:
        """Show the picture brighter, darker, harder; the file stays as it is."""
        self._adjustment = adjustment
        self._drop_all()

    def set_drawing(self, is_drawing: bool) -> None:
        """Whether a drag draws a new box; else it selects, moves and resizes."""
        self._is_drawing_mode = is_drawing
        self._cancel()
        self.update()
        self._show_cursor()

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
        self._drop_all()
        self.zoomed.emit(self._transform.scale)

    def _drop_all(self) -> None:
        self._layers.drop()
        self.update()

    # -- keys -------------------------------------------------------------------------------

    def nudge(self, dx: int, dy: int) -> None:
        """Move the selected boxes by whole pixels."""
        if self._selected and self._picture is not None:
            self._replace(moved(self._chosen(), dx, dy, self._picture.size))
            self.boxes_edited.emit(list(self._boxes), "nudge")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what is under way; Space held pans."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held, self._space_panned = True, False
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Escape and self._drag is not _Drag.NOTHING:
            self._cancel()
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

    # -- mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw, move, resize, select or pan."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._picture is None or not self._picture.levels or self._drag is not _Drag.NOTHING:
            return
        point = event.position()
        self._button = event.button()
        self._start = self._transform.to_image(point)
        self._pressed_at = self._last = point
        self._is_dragged = False
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._space_held):
            self._drag = _Drag.PAN
            self._space_panned = True
        elif is_left and self._is_drawing_mode:
            self._drag = _Drag.DRAW
        elif is_left:
            self._press_select(point, event.modifiers())
        self._show_cursor()

    def _press_select(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        pixel = self._transform.to_image(point)
        scale = self._transform.scale
        self._before = list(self._boxes)
        self._handle = handle_at(
            self._boxes, self._selected, pixel.x(), pixel.y(), reach_px=_REACH_PX / scale
        )
        if self._handle is not None:
            self._drag = _Drag.RESIZE
            return
        found = boxes_at(self._array, pixel.x(), pixel.y(), margin_px=_THIN_PX / scale)
        if not found:
            self._drag = _Drag.BAND
            if not modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.select([])
            return
        if modifiers & Qt.KeyboardModifier.AltModifier:
            self.select([self._next_of(found)])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.select(_toggled(self._selected, found[0]))
        elif not set(found) & set(self._selected):
            self.select([found[0]])
        self._drag = _Drag.MOVE if self._selected else _Drag.NOTHING

    def _next_of(self, found: Sequence[int]) -> int:
        """Return the box after the selected one among those under the pointer."""
        current = next((index for index in self._selected if index in found), None)
        return found[0] if current is None else found[(found.index(current) + 1) % len(found)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun; else say what is under the pointer."""
        point = event.position()
        old, self._pointer = self._pointer, point
        self._tell_pointer(point)
        if self._drag is _Drag.NOTHING:
            self._show_cursor()
            if self._is_drawing_mode:
                self._update_crosshair(old, point)
            return
        far = (point - self._pressed_at).manhattanLength() >= _DRAG_FROM_PX
        self._is_dragged = self._is_dragged or far
        if self._is_dragged:
            self._drag_to(point, event.modifiers())
        self._last = point

    def _drag_to(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        assert self._picture is not None
        start, pixel = self._start, self._transform.to_image(point)
        is_square = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        size = self._picture.size
        if self._drag is _Drag.PAN:
            self._transform.pan(point - self._last)
            self._drop_all()
        elif self._drag is _Drag.MOVE:
            chosen = [self._before[index] for index in self._selected]
            self._replace(moved(chosen, pixel.x() - start.x(), pixel.y() - start.y(), size))
        elif self._drag is _Drag.RESIZE and self._handle is not None:
            box = self._before[self._handle.box]
            changed = resized(box, self._handle, pixel.x(), pixel.y(), size, is_square=is_square)
            if changed.area_px:  # a box has an inside
                self._replace([changed], at=[self._handle.box])
        else:
            old = self._rubber
            x0, y0 = _inside(start, size)
            self._rubber = spanned(x0, y0, pixel.x(), pixel.y(), size, is_square=is_square)
            for edges in (old, self._rubber):
                if edges is not None:
                    self.update(self._dirty(edges))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish what was begun, and tell it."""
        if event.button() != self._button:
            return
        drag, rubber, was_dragged = self._drag, self._rubber, self._is_dragged
        self._drag, self._rubber, self._is_dragged = _Drag.NOTHING, None, False
        if drag in (_Drag.DRAW, _Drag.BAND):
            self.update()
        if drag is _Drag.DRAW and rubber is not None:
            if rubber[2] - rubber[0] >= _SMALLEST_PX and rubber[3] - rubber[1] >= _SMALLEST_PX:
                self.box_drawn.emit(rubber)
        elif drag is _Drag.BAND and rubber is not None:
            found = boxes_within(self._array, rubber)
            self.select(sorted({*self._selected, *found}))
        elif drag in (_Drag.MOVE, _Drag.RESIZE) and was_dragged:
            self._layers.drop_boxes()
            self.update()
            if self._boxes != self._before:
                self.boxes_edited.emit(list(self._boxes), drag.name.lower())
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the class of the box under the pointer."""
        if self._selected and not self._is_drawing_mode:
            self.class_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift go sideways."""
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._transform.pan(QPointF(steps * 60, 0))
            self._drop_all()
        else:
            self.zoom(ZOOM_STEP**steps, event.position())
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a key that is let go elsewhere."""
        self._space_held = False
        self._show_cursor()

    def leaveEvent(self, event: object) -> None:
        """Take the cross-hair away."""
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
        if self._space_held or self._drag is _Drag.PAN:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._is_drawing_mode:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(self._cursor_over_boxes())

    def _cursor_over_boxes(self) -> Qt.CursorShape:
        if self._pointer is None:
            return Qt.CursorShape.ArrowCursor
        pixel, scale = self._transform.to_image(self._pointer), self._transform.scale
        handle = handle_at(
            self._boxes, self._selected, pixel.x(), pixel.y(), reach_px=_REACH_PX / scale
        )
        if handle is not None:
            return _CURSORS[handle.side_x, handle.side_y]
        found = boxes_at(self._array, pixel.x(), pixel.y(), margin_px=_THIN_PX / scale)
        return Qt.CursorShape.SizeAllCursor if found else Qt.CursorShape.ArrowCursor

    # -- editing ----------------------------------------------------------------------------

    def _chosen(self) -> list[LabeledBox]:
        return [self._boxes[index] for index in self._selected]

    def _replace(self, boxes: Sequence[LabeledBox], at: Sequence[int] | None = None) -> None:
        """Put boxes in the place of the selected ones and repaint only where they were and are."""
        for index, box in zip(self._selected if at is None else at, boxes, strict=True):
            self.update(self._dirty(self._boxes[index].box_xyxy))
            self._boxes[index] = box
            self._array[index] = box.box_xyxy
            self.update(self._dirty(box.box_xyxy))

    def _dirty(self, edges: tuple[float, float, float, float]) -> QRect:
        """Return the part of the view that a box, its handles and its label may cover."""
        low, high = self._transform.to_view(*edges[:2]), self._transform.to_view(*edges[2:])
        room = HANDLE_PX + 3
        label = 2 * self.fontMetrics().height()
        rect = QRectF(low, high).adjusted(-room, -label, room, label)
        rect.setWidth(max(rect.width(), LABEL_PX + 8))
        return rect.toAlignedRect()

    def _cancel(self) -> None:
        """Give up what the mouse is doing; boxes go back."""
        if self._drag in (_Drag.MOVE, _Drag.RESIZE) and self._is_dragged:
            self._boxes, self._array = list(self._before), as_array(self._before)
        self._drag, self._rubber, self._is_dragged = _Drag.NOTHING, None, False
        self._layers.drop_boxes()
        self.update()

    # -- painting ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the layers, then paint what is in hand."""
        painter = QPainter(self)
        dirty = event.rect()
        if self._picture is None or not self._picture.levels:
            painter.fillRect(dirty, self.palette().color(QPalette.ColorRole.Window))
            return
        ratio = self.devicePixelRatioF()
        picture = self._layers.picture(
            self._picture,
            self._transform,
            self.size(),
            ratio,
            adjustment=self._adjustment,
            ground=self.palette().color(QPalette.ColorRole.Mid),
        )
        _copy(painter, picture, dirty, ratio)
        chosen = set(self._selected)
        resting = self._layers.boxes(
            [box for index, box in enumerate(self._boxes) if index not in chosen],
            self._transform,
            self.size(),
            ratio,
            color_of=self._color_of,
            font=self.font(),
            has_labels=self._has_labels,
        )
        _copy(painter, resting, dirty, ratio)
        for box in self._chosen():
            color = self._color_of(box.class_name)
            paint_selected(painter, box, self._transform, color, has_label=self._has_labels)
        if self._rubber is not None:
            accent = self.palette().color(QPalette.ColorRole.Accent)
            is_new = self._drag is _Drag.DRAW
            paint_rubber(painter, self._rubber, self._transform, accent, is_new=is_new)
        if self._is_drawing_mode and self._pointer is not None and self._drag is _Drag.NOTHING:
            paint_crosshair(painter, self._pointer, self.size())

    def _update_crosshair(self, old: QPointF | None, new: QPointF) -> None:
        for point in (old, new):
            if point is not None:
                self.update(0, int(point.y()) - 2, self.width(), 5)
                self.update(int(point.x()) - 2, 0, 5, self.height())


def _toggled(selected: Sequence[int], index: int) -> list[int]:
    return sorted(set(selected) ^ {index})


def _inside(pixel: QPointF, size: tuple[int, int]) -> tuple[float, float]:
    """Return where a drag begins: whole pixels, inside the picture."""
    width, height = size
    return (
        float(round(min(max(pixel.x(), 0), width))),
        float(round(min(max(pixel.y(), 0), height))),
    )


def _copy(painter: QPainter, layer: QPixmap, dirty: QRect, ratio: float) -> None:
    """Copy the dirty part of a layer."""
    source = QRectF(QPointF(dirty.topLeft()) * ratio, dirty.size().toSizeF() * ratio)
    painter.drawPixmap(QRectF(dirty), layer, source)
