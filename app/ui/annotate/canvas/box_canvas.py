"""`BoxCanvas`: the picture with its boxes and proposals; draw, move, resize, select, hide, lock."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import Edges, Shown, Size, moved
from app.ui.annotate.canvas.box_layer import BoxLayer, label_spot, paint_in_hand, write_name
from app.ui.annotate.canvas.canvas_boxes import CanvasBoxes
from app.ui.annotate.canvas.canvas_drags import (
    Drag,
    DrawDrag,
    EditDrag,
    EditStage,
    MoveDrag,
    ResizeDrag,
    RubberDrag,
)
from app.ui.annotate.canvas.canvas_painting import (
    HANDLE_PX,
    LOCK_PX,
    BoxLook,
    ColorOf,
    paint_crosshair,
    paint_rubber,
)
from app.ui.annotate.canvas.picture_layer import copy_layer
from app.ui.annotate.canvas.under_pointer import UnderPointer, picked
from app.ui.annotate.canvas.zoomed_picture import ZoomedPicture
from app.ui.annotate.pictures.picture_loader import LoadedPicture


class BoxCanvas(ZoomedPicture):
    """Shows one picture and edits its boxes; it keeps none: what changed is told.

    Signals
    -------
    box_drawn(object)
        Edges (xmin, ymin, xmax, ymax) of a new box, pixels.
    boxes_edited(object, str)
        All boxes after an edit by mouse or arrow key, and its kind: "move", "resize" or "nudge".
    selection_changed()
    visibility_changed(int, int)
        How many boxes are hidden, and how many locked.
    class_wanted()
        The selected boxes were double-clicked.
    proposal_selection_changed()
    proposal_accepted(int)
        The proposal at this position was double-clicked.
    """

    box_drawn = Signal(object)
    boxes_edited = Signal(object, str)
    selection_changed = Signal()
    visibility_changed = Signal(int, int)
    class_wanted = Signal()
    proposal_selection_changed = Signal()
    proposal_accepted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("box-canvas")
        self._shown = CanvasBoxes()
        self._under = UnderPointer(self._shown, self._transform)
        self._box_layer: BoxLayer | None = None
        self._color_of: ColorOf = lambda name: QColor("#56b4e9")
        self._has_labels = True
        self._is_drawing_mode = False
        self._hovered: Shown | None = None

    # -- what is shown ----------------------------------------------------------------------

    @property
    def selection(self) -> list[int]:
        """Positions of the selected boxes."""
        return list(self._shown.selected)

    @property
    def proposal_selection(self) -> list[int]:
        """Positions of the selected proposals."""
        return list(self._shown.chosen)

    @property
    def hidden_count(self) -> int:
        """How many boxes are not shown."""
        return len(self._shown.hidden)

    @property
    def locked(self) -> frozenset[int]:
        """Positions of the boxes that are shown and can't be caught."""
        return self._shown.locked

    def set_picture(self, picture: LoadedPicture | None) -> None:
        """Show another picture, as large as it fits; its boxes come with `set_boxes`."""
        self._give_up()
        self._shown.clear()
        super().set_picture(picture)
        self.selection_changed.emit()
        self.proposal_selection_changed.emit()
        self.visibility_changed.emit(0, 0)

    def set_boxes(self, boxes: Sequence[LabeledBox]) -> None:
        """Show these boxes; what is selected, hidden or locked follows its box."""
        if isinstance(self._drag, EditDrag):
            self._drag = None  # what is dragged may be gone
        shown = self._shown
        before = shown.selected, shown.hidden, shown.locked
        shown.take(boxes)
        self._drop_boxes()
        if shown.selected != before[0]:
            self.selection_changed.emit()
        if (shown.hidden, shown.locked) != before[1:]:
            self._tell_visibility()

    def set_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Show what a model proposes, dashed; the selection stays with those that stay."""
        before = self._shown.chosen
        self._shown.take_proposals(proposals)
        self._drop_boxes()
        if self._shown.chosen != before:
            self.proposal_selection_changed.emit()

    def select(self, indexes: Sequence[int]) -> None:
        """Select these boxes and no others; a hidden one is not selected."""
        wanted = self._shown.selectable(indexes)
        if wanted:
            self.select_proposals([])
        if wanted != self._shown.selected:
            self._shown.selected = wanted
            self._drop_boxes()
            self.selection_changed.emit()

    def select_proposals(self, indexes: Sequence[int]) -> None:
        """Select these proposals and no others; no box stays selected beside them."""
        wanted = [index for index in indexes if index < len(self._shown.proposals)]
        if wanted:
            self.select([])
        if wanted != self._shown.chosen:
            self._shown.chosen = wanted
            self._drop_boxes()
            self.proposal_selection_changed.emit()

    def set_colors(self, color_of: ColorOf) -> None:
        """Take the colour of each class name from here."""
        self._color_of = color_of
        self._drop_boxes()

    def set_labels_shown(self, is_shown: bool) -> None:
        """Show or hide the class names."""
        self._has_labels = is_shown
        self._drop_boxes()

    def set_drawing(self, is_drawing: bool) -> None:
        """Whether a drag draws a new box; else it selects, moves and resizes."""
        self._is_drawing_mode = is_drawing
        self._give_up()
        self._drop_boxes()
        self._show_cursor()

    # -- hidden and locked ------------------------------------------------------------------

    def hide_selected(self) -> None:
        """Hide the selected boxes until `show_all`; only the view changes."""
        self._hide(self._shown.selected)

    def hide_all(self) -> None:
        """Hide all boxes; those drawn from now on are shown."""
        self._hide(range(len(self._shown.boxes)))

    def _hide(self, indexes: Sequence[int]) -> None:
        had_selection = bool(self._shown.selected)
        self._give_up()
        self._shown.hide(indexes)
        self._tell_visibility()
        if had_selection:
            self.selection_changed.emit()

    def show_all(self) -> None:
        """Show all boxes again."""
        self._shown.show_all()
        self._tell_visibility()

    def toggle_lock_selected(self) -> None:
        """Let the mouse pass through the selected boxes; or not, where all of them are locked."""
        self._give_up()
        self._shown.toggle_lock()
        self._tell_visibility()

    def unlock_all(self) -> None:
        """Let all boxes be caught again."""
        self._shown.unlock_all()
        self._tell_visibility()

    def _tell_visibility(self) -> None:
        self._drop_boxes()
        self._show_cursor()
        self.visibility_changed.emit(self.hidden_count, len(self.locked))

    # -- hands ------------------------------------------------------------------------------

    def nudge(self, dx: int, dy: int) -> None:
        """Move the selected boxes by whole pixels; locked ones stay."""
        places = self._shown.movable
        if places and self._picture is not None:
            boxes = [self._shown.boxes[index] for index in places]
            for index, box in zip(places, moved(boxes, dx, dy, self._picture.size), strict=True):
                self._put(index, box)
            self._tell_edit("nudge")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the class of the selected boxes, or accept the proposal under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton or self._is_drawing_mode:
            return
        if self._shown.selected:
            self.class_wanted.emit()
            return
        found = self._under.proposals(event.position())
        if found:
            chosen = [index for index in found if index in self._shown.chosen]
            self.proposal_accepted.emit((chosen or found)[0])

    def _begin_drag(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> Drag | None:
        if self._is_drawing_mode:
            return self._rubber(DrawDrag, point)
        shown = self._shown
        stage = EditStage(self._transform, self._size, shown, self._put, self._tell_edit)
        handle = self._under.handle(point)
        if handle is not None:
            return ResizeDrag(stage, point, handle)
        found = self._under.boxes(point)
        if not found:
            return self._begin_beside(point, modifiers)
        self.select(picked(shown.selected, found, modifiers))
        return MoveDrag(stage, point) if shown.movable else None

    def _begin_beside(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> Drag | None:
        """Select the proposal at a point where no box is, or begin a rubber band."""
        found = self._under.proposals(point)
        if found:  # it can't be moved
            self.select_proposals(picked(self._shown.chosen, found, modifiers))
            return None
        if not modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.select([])
            self.select_proposals([])
        return self._rubber(RubberDrag, point)

    def _rubber(self, kind: type[RubberDrag], point: QPointF) -> RubberDrag:
        done = self.box_drawn.emit if kind is DrawDrag else self._select_within
        return kind(self._transform, point, self._size, changed=self._update_edges, done=done)

    def _select_within(self, edges: Edges) -> None:
        """Select what a rubber band touches: boxes; proposals where no box is in it."""
        found = self._shown.within(edges)
        proposals = self._shown.proposals_within(edges)
        if found or not proposals:
            self.select(sorted({*self._shown.selected, *found}))
        else:
            self.select_proposals(sorted({*self._shown.chosen, *proposals}))

    def _on_drag_end(self, drag: Drag) -> None:
        if isinstance(drag, EditDrag):
            self._drop_boxes()
        self.update()

    def _put(self, index: int, box: LabeledBox) -> None:
        """Put a changed box in its place and repaint only where it was and is."""
        for one in (self._shown.boxes[index], box):
            self._update_edges(one.box_xyxy)
            self._update_label(one)
        self._shown.put(index, box)

    def _tell_edit(self, kind: str) -> None:
        self.boxes_edited.emit(list(self._shown.boxes), kind)

    # -- under the pointer ------------------------------------------------------------------

    @property
    def _size(self) -> Size:
        return self._picture.size if self._picture is not None else (0, 0)

    def _on_hover(self, before: QPointF | None, point: QPointF) -> None:
        if self._is_drawing_mode:
            self._update_crosshair(before, point)
            return
        hovered = self._under.topmost(point)
        if hovered != self._hovered:
            named = self._box_layer.named if self._box_layer is not None else set()
            for one in (self._hovered, hovered):
                if one is not None and one not in named:  # it found no place among the others
                    self._update_label(one)
            self._hovered = hovered

    def leaveEvent(self, event: object) -> None:
        """Take the cross-hair away, and the name of the hovered box."""
        self._hovered = None
        super().leaveEvent(event)

    def _tool_cursor(self) -> Qt.CursorShape:
        if self._is_drawing_mode:
            return Qt.CursorShape.CrossCursor
        if self._pointer is None:
            return Qt.CursorShape.ArrowCursor
        return self._under.cursor(self._pointer, self._hovered)

    # -- painting ---------------------------------------------------------------------------

    @property
    def _look(self) -> BoxLook:
        return BoxLook(self._color_of, self.font(), self._has_labels)

    def _drop_layers(self) -> None:
        self._drop_boxes()
        super()._drop_layers()

    def _drop_boxes(self) -> None:
        """Have the boxes painted anew; the picture stays."""
        self._box_layer = None
        point = None if self._is_drawing_mode else self._pointer
        self._hovered = None if point is None else self._under.topmost(point)
        self.update()

    def _paint_over(self, painter: QPainter, dirty: QRect) -> None:
        """Copy the boxes at rest, then paint what is in hand."""
        layer, ratio = self._box_layer, self.devicePixelRatioF()
        if layer is None or layer.pixmap.devicePixelRatio() != ratio:
            layer = self._box_layer = BoxLayer(
                self._shown, self._transform, self.size(), ratio, self._look
            )
        copy_layer(painter, layer.pixmap, dirty)
        paint_in_hand(painter, dirty, self._shown, self._transform, self.size(), self._look)
        if self._has_labels and self._hovered is not None and self._hovered not in layer.named:
            write_name(painter, self._hovered, self._transform, self.size(), self._look)
        if isinstance(self._drag, RubberDrag) and self._drag.edges is not None:
            accent = self.palette().color(QPalette.ColorRole.Accent)
            is_new = isinstance(self._drag, DrawDrag)
            paint_rubber(painter, self._drag.edges, self._transform, accent, is_new=is_new)
        if self._is_drawing_mode and self._pointer is not None and self._drag is None:
            paint_crosshair(painter, self._pointer, self.size())

    def _update_edges(self, edges: Edges) -> None:
        """Repaint where a box and its handles are."""
        low, high = self._transform.to_view(*edges[:2]), self._transform.to_view(*edges[2:])
        room = max(HANDLE_PX, LOCK_PX / 2) + 3
        self.update(QRectF(low, high).adjusted(-room, -room, room, room).toAlignedRect())

    def _update_label(self, shown: Shown) -> None:
        """Repaint where the name of a box that is always shown is."""
        if self._has_labels:
            spot = label_spot(shown, self._transform, self.size(), self._look)
            self.update(spot.toAlignedRect().adjusted(-1, -1, 1, 1))

    def _update_crosshair(self, before: QPointF | None, point: QPointF) -> None:
        for one in (before, point):
            if one is not None:
                self.update(0, int(one.y()) - 2, self.width(), 5)
                self.update(int(one.x()) - 2, 0, 5, self.height())
