"""`UnderPointer`: what can be caught at a point of the view, and the cursor that says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import Handle, Shown
from app.ui.annotate.canvas.canvas_boxes import CanvasBoxes
from app.ui.view_transform import ViewTransform

_REACH_PX = 8  # how near the pointer must come to a handle, points
_THIN_PX = 3  # how far outside its edge a box can still be caught, points
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


class UnderPointer:
    """Answers for points of the view; reach is the same at every zoom."""

    def __init__(self, shown: CanvasBoxes, transform: ViewTransform) -> None:
        self._shown, self._transform = shown, transform

    def boxes(self, point: QPointF) -> list[int]:
        """Return the boxes that can be caught, the smallest first."""
        pixel, margin = self._transform.to_image(point), _THIN_PX / self._transform.scale
        return self._shown.at(pixel.x(), pixel.y(), margin_px=margin)

    def proposals(self, point: QPointF) -> list[int]:
        """Return the proposals, the smallest first."""
        pixel, margin = self._transform.to_image(point), _THIN_PX / self._transform.scale
        return self._shown.proposals_at(pixel.x(), pixel.y(), margin_px=margin)

    def handle(self, point: QPointF) -> Handle | None:
        """Return the nearest handle of a selected box."""
        pixel, reach = self._transform.to_image(point), _REACH_PX / self._transform.scale
        return self._shown.handle_at(pixel.x(), pixel.y(), reach_px=reach)

    def topmost(self, point: QPointF) -> Shown | None:
        """Return the box that a press would catch, else the proposal."""
        boxes = self.boxes(point)
        if boxes:
            return self._shown.boxes[boxes[0]]
        proposals = self.proposals(point) if self._shown.proposals else []
        return self._shown.proposals[proposals[0]] if proposals else None

    def cursor(self, point: QPointF, topmost: Shown | None) -> Qt.CursorShape:
        """Return the cursor that says what a press would do, given the `topmost` there."""
        handle = self.handle(point)
        if handle is not None:
            return _CURSORS[handle.side_x, handle.side_y]
        if isinstance(topmost, LabeledBox):
            return Qt.CursorShape.SizeAllCursor
        if isinstance(topmost, Proposal):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.ArrowCursor


def picked(
    selected: Sequence[int], found: Sequence[int], modifiers: Qt.KeyboardModifier
) -> list[int]:
    """Return the selection after a press on `found`: Alt goes on to the next, Shift toggles."""
    if modifiers & Qt.KeyboardModifier.AltModifier:
        current = next((index for index in selected if index in found), None)
        after = 0 if current is None else (found.index(current) + 1) % len(found)
        return [found[after]]
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return sorted(set(selected) ^ {found[0]})
    return list(selected) if set(selected) & set(found) else [found[0]]
