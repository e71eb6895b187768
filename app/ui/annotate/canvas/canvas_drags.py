"""What the mouse does between press and release: pan, draw, select by a band, move, resize."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from app.annotation.labels import LabeledBox
from app.ui.annotate.canvas.box_geometry import Edges, Handle, Size, moved, resized, spanned
from app.ui.annotate.canvas.canvas_boxes import CanvasBoxes
from app.ui.view_transform import ViewTransform

_DRAG_FROM_PX = 3  # points; less is a click
_SMALLEST_PX = 3  # a shorter drag is a slip, in pixels of the picture

PutBox = Callable[[int, LabeledBox], None]


class Drag:
    """One press, drag and release; until the pointer went some way, it is a click.

    A drag begins at a pixel of the picture, so that a zoom meanwhile does not move its start.
    """

    def __init__(self, transform: ViewTransform, at: QPointF) -> None:
        self._transform = transform
        self._start = transform.to_image(at)
        self._pressed_at = self._last = at
        self._is_far = False

    def move_to(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Follow the pointer, in points of the view; Ctrl makes squares."""
        far = (point - self._pressed_at).manhattanLength() >= _DRAG_FROM_PX
        self._is_far = self._is_far or far
        if self._is_far:
            self._drag_to(point, bool(modifiers & Qt.KeyboardModifier.ControlModifier))
        self._last = point

    def finish(self) -> None:
        """Tell what was done; a click did nothing."""

    def give_up(self) -> None:
        """Put back what was changed."""

    def _drag_to(self, point: QPointF, is_square: bool) -> None:
        raise NotImplementedError


class PanDrag(Drag):
    """Moves the picture under the view."""

    def __init__(self, transform: ViewTransform, at: QPointF, panned: Callable[[], None]) -> None:
        super().__init__(transform, at)
        self._panned = panned

    def _drag_to(self, point: QPointF, is_square: bool) -> None:
        self._transform.pan(point - self._last)
        self._panned()


class RubberDrag(Drag):
    """Spans an area, from whole pixels inside the picture.

    Attributes
    ----------
    edges : Edges or None
        What is spanned so far.
    """

    def __init__(
        self,
        transform: ViewTransform,
        at: QPointF,
        size: Size,
        *,
        changed: Callable[[Edges], None],
        done: Callable[[Edges], None],
    ) -> None:
        super().__init__(transform, at)
        self._size, self._changed, self._done = size, changed, done
        self.edges: Edges | None = None

    def _drag_to(self, point: QPointF, is_square: bool) -> None:
        pixel, (width, height) = self._transform.to_image(point), self._size
        x0 = float(round(min(max(self._start.x(), 0), width)))
        y0 = float(round(min(max(self._start.y(), 0), height)))
        before = self.edges
        self.edges = spanned(x0, y0, pixel.x(), pixel.y(), self._size, is_square=is_square)
        for edges in (before, self.edges):
            if edges is not None:
                self._changed(edges)

    def finish(self) -> None:
        """Tell the area."""
        if self.edges is not None:
            self._done(self.edges)


class DrawDrag(RubberDrag):
    """Draws a new box."""

    def finish(self) -> None:
        """Tell the new box, unless it is so small that it was a slip."""
        if self.edges is not None:
            xmin, ymin, xmax, ymax = self.edges
            if xmax - xmin >= _SMALLEST_PX and ymax - ymin >= _SMALLEST_PX:
                self._done(self.edges)


@dataclass(frozen=True)
class EditStage:
    """What an edit by the mouse works on.

    Attributes
    ----------
    transform : ViewTransform
    size : Size
        Of the picture, pixels.
    shown : CanvasBoxes
    put : callable
        Puts a changed box at its position, and has it painted.
    done : callable
        Takes the kind of the edit, at the end of a drag that changed something.
    """

    transform: ViewTransform
    size: Size
    shown: CanvasBoxes
    put: PutBox
    done: Callable[[str], None]


class EditDrag(Drag):
    """Changes boxes while the pointer goes; `kind` says how."""

    kind = ""

    def __init__(self, stage: EditStage, at: QPointF) -> None:
        super().__init__(stage.transform, at)
        self._stage = stage
        self._before = list(stage.shown.boxes)

    def finish(self) -> None:
        """Tell that boxes are where the pointer took them."""
        if self._stage.shown.boxes != self._before:
            self._stage.done(self.kind)

    def give_up(self) -> None:
        """Put the boxes back."""
        self._stage.shown.take(self._before)


class MoveDrag(EditDrag):
    """Moves the selected boxes together."""

    kind = "move"

    def _drag_to(self, point: QPointF, is_square: bool) -> None:
        step = self._transform.to_image(point) - self._start
        places = self._stage.shown.movable
        boxes = [self._before[index] for index in places]
        boxes = moved(boxes, step.x(), step.y(), self._stage.size)
        for index, box in zip(places, boxes, strict=True):
            self._stage.put(index, box)


class ResizeDrag(EditDrag):
    """Takes the edges of a handle to the pointer."""

    kind = "resize"

    def __init__(self, stage: EditStage, at: QPointF, handle: Handle) -> None:
        super().__init__(stage, at)
        self._handle = handle

    def _drag_to(self, point: QPointF, is_square: bool) -> None:
        pixel, place = self._transform.to_image(point), self._handle.box
        before, size = self._before[place], self._stage.size
        box = resized(before, self._handle, pixel.x(), pixel.y(), size, is_square=is_square)
        if box.area_px:  # a box has an inside
            self._stage.put(place, box)
