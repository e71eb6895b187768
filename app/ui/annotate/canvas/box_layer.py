"""The layer of all that is at rest: boxes, proposals and their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import Shown, as_array
from app.ui.annotate.canvas.canvas_boxes import CanvasBoxes
from app.ui.annotate.canvas.canvas_painting import (
    LABEL_PX,
    BoxLook,
    fitted_label,
    label_text,
    paint_boxes,
    paint_label,
    paint_proposals,
    paint_selected,
    view_rect,
)
from app.ui.annotate.canvas.label_places import LabelPlaces, label_spots
from app.ui.view_transform import ViewTransform

_NAME_REACH_PX = LABEL_PX + 8  # how far the name of a box goes sideways
_EDGE_REACH_PX = 40  # how far its name, handles and mark go up and down
_MAX_LABELS = 150  # more would be a carpet; zoom in to read them

AnyShown = TypeVar("AnyShown", LabeledBox, Proposal)


class BoxLayer:
    """A pixmap of the boxes and proposals at rest, on a clear ground.

    Parameters
    ----------
    size : QSize
        Of the view, points.
    ratio : float
        Device pixels per point; the layer is made in device pixels.

    Attributes
    ----------
    pixmap : QPixmap
    named : set of LabeledBox or Proposal
        Those whose name is seen without pointing at them.
    """

    def __init__(
        self,
        shown: CanvasBoxes,
        transform: ViewTransform,
        size: QSize,
        ratio: float,
        look: BoxLook,
    ) -> None:
        self._shown, self._transform, self._size, self._look = shown, transform, size, look
        self.named: set[Shown] = set(shown.in_hand)
        self.pixmap = QPixmap(size * ratio)
        self.pixmap.setDevicePixelRatio(ratio)
        self.pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self.pixmap)
        painter.setFont(look.font)
        named = [*self._paint_boxes(painter), *self._paint_proposals(painter)]
        if look.has_labels and len(named) <= _MAX_LABELS:
            self._write_names(painter, named)
        painter.end()

    def _paint_boxes(self, painter: QPainter) -> list[tuple[Shown, QRectF]]:
        """Paint the boxes at rest; return those in view, and where."""
        shown, locked = self._shown, self._shown.locked
        free = [shown.boxes[index] for index in shown.resting if index not in locked]
        held = [shown.boxes[index] for index in shown.resting if index in locked]
        in_view: list[tuple[Shown, QRectF]] = []
        for boxes, is_locked in ((held, True), (free, False)):
            visible = _visible(boxes, self._transform, self._size)
            paint_boxes(painter, visible, self._look.color_of, is_locked=is_locked)
            in_view += visible
        return in_view

    def _paint_proposals(self, painter: QPainter) -> list[tuple[Proposal, QRectF]]:
        """Paint the proposals at rest; return those in view, and where."""
        visible = _visible(self._shown.resting_proposals, self._transform, self._size)
        paint_proposals(painter, visible, self._look.color_of, is_selected=False)
        return visible

    def _write_names(self, painter: QPainter, in_view: Sequence[tuple[Shown, QRectF]]) -> None:
        """Write the names that find a place beside those that are always shown."""
        places = LabelPlaces(self._size, [rect for _, rect in in_view])
        for one in self._shown.in_hand:
            places.take(label_spot(one, self._transform, self._size, self._look))
        for one, rect in in_view:
            text, size = fitted_label(label_text(one), self._look.font)
            spot = places.free_spot(rect, size)
            if spot is not None:
                paint_label(painter, spot, text, one, self._look.color_of(one.class_name))
                self.named.add(one)


def paint_in_hand(
    painter: QPainter,
    dirty: QRect,
    shown: CanvasBoxes,
    transform: ViewTransform,
    size: QSize,
    look: BoxLook,
) -> None:
    """Paint the selected boxes and proposals near `dirty`, which lie over the layer."""
    reach = QRectF(dirty).adjusted(-_NAME_REACH_PX, -_EDGE_REACH_PX, _NAME_REACH_PX, _EDGE_REACH_PX)
    near = {one for one in shown.in_hand if view_rect(one, transform).intersects(reach)}
    if look.has_labels:  # below the handles
        for one in near:
            write_name(painter, one, transform, size, look)
    chosen = [one for one in shown.selected_proposals if one in near]
    rects = [(one, view_rect(one, transform)) for one in chosen]
    paint_proposals(painter, rects, look.color_of, is_selected=True)
    locked = shown.locked
    for index in shown.selected:
        box = shown.boxes[index]
        if box in near:
            color = look.color_of(box.class_name)
            paint_selected(painter, box, transform, color, is_locked=index in locked)


def write_name(
    painter: QPainter, shown: Shown, transform: ViewTransform, size: QSize, look: BoxLook
) -> None:
    """Write a name that is always shown."""
    text, _ = fitted_label(label_text(shown), look.font)
    spot = label_spot(shown, transform, size, look)
    paint_label(painter, spot, text, shown, look.color_of(shown.class_name))


def label_spot(shown: Shown, transform: ViewTransform, size: QSize, look: BoxLook) -> QRectF:
    """Return where a name is written that is always shown."""
    _, label = fitted_label(label_text(shown), look.font)
    return label_spots(view_rect(shown, transform), label, size)[0]


def _visible(
    boxes: Sequence[AnyShown], transform: ViewTransform, size: QSize
) -> list[tuple[AnyShown, QRectF]]:
    """Return the boxes in view, and where; all at once, since there may be thousands."""
    corner = transform.to_view(0, 0)
    edges = as_array(boxes) * transform.scale + np.tile((corner.x(), corner.y()), 2)
    low, high = edges[:, :2], edges[:, 2:]
    is_in_view = ((high >= 0) & (low <= (size.width(), size.height()))).all(axis=1)
    sides = high - low
    return [
        (boxes[index], QRectF(*low[index].tolist(), *sides[index].tolist()))
        for index in np.flatnonzero(is_in_view).tolist()
    ]
