"""`UnexplainedMotion`: tells where something moves that no track explains."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from app.geometry import Boxes
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks

Cells = npt.NDArray[np.bool_]

_CHANGE_LEVELS = 14  # grey levels; above sensor noise after averaging over a cell
_MIN_CHANGED_CELLS = 4  # side by side
_LEARNING, _FORGETTING = 0.1, 0.02  # a frame
_RESTLESS = 0.4  # of 5, where a cell never rests; a cell that changes every tenth time has 0.5


class UnexplainedMotion:
    """Compares pictures with the one that the detector looked at last.

    A known object explains where it is now, and the ground that it has left. What keeps moving
    without ever becoming one (leaves, water, a flickering lamp) is learnt and ignored.
    """

    def __init__(self) -> None:
        self._reference: npt.NDArray[np.int16] | None = None
        self._reference_boxes: Boxes = np.zeros((0, 4), np.float32)
        self._restlessness = np.zeros((0, 0), np.float32)
        self._looked_at: Cells | None = None

    def find(self, picture: Picture, tracks: Tracks, *, may_repeat: bool) -> Cells | None:
        """Return the patches of cells where something moves; None where nothing does.

        Parameters
        ----------
        picture : Picture
        tracks : Tracks
            As they are expected in the picture.
        may_repeat : bool
            Whether to name again what was named for the last look and is there still. The
            detector has been asked about it; its answer may be under way, or was no.
        """
        cells = picture.cells
        if self._reference is None or self._reference.shape != cells.shape:
            return np.ones(cells.shape, np.bool_)
        changed = np.abs(cells - self._reference) > _CHANGE_LEVELS
        unexplained = changed.copy()
        scale = cells.shape[1] / picture.width
        _erase_boxes(unexplained, tracks.boxes_xyxy * scale)
        _erase_boxes(unexplained, self._reference_boxes * scale)
        fresh = unexplained & (self._restlessness < _RESTLESS)
        self._restlessness *= 1 - _FORGETTING
        self._restlessness += _LEARNING * unexplained
        return _patches(changed, fresh, None if may_repeat else self._looked_at)

    def look(self, picture: Picture, tracks: Tracks, moving: Cells | None) -> None:
        """Compare with `picture` from now on, which the detector looks at because of `moving`."""
        self._reference, self._reference_boxes = picture.cells, tracks.boxes_xyxy
        self._looked_at = moving
        if self._restlessness.shape != self._reference.shape:
            self._restlessness = np.zeros(self._reference.shape, np.float32)


def _erase_boxes(cells: Cells, boxes_in_cells: Boxes) -> None:
    """Clear the cells that the boxes cover, and one round them."""
    low = np.maximum(np.floor(boxes_in_cells[:, :2]) - 1, 0).astype(int)
    high = np.maximum(np.ceil(boxes_in_cells[:, 2:]) + 1, 0).astype(int)
    for (left, top), (right, bottom) in zip(low, high, strict=True):
        cells[top:bottom, left:right] = False


def _patches(changed: Cells, fresh: Cells, known: Cells | None) -> Cells | None:
    """Return the patches of changed cells with enough fresh ones that touch nothing `known`."""
    if not fresh.any():
        return None
    count, labels = cv2.connectedComponents(changed.astype(np.uint8), connectivity=8)
    is_wanted = np.bincount(labels[fresh], minlength=count) >= _MIN_CHANGED_CELLS
    if known is not None:
        is_wanted[np.unique(labels[known])] = False
    return np.asarray(is_wanted[labels]) if is_wanted.any() else None
