"""One object, one box: which of several overlapping boxes stays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import iou_matrix

BoolMatrix = npt.NDArray[np.bool_]


def suppress(detections: Detections, *, max_iou: float = 0.55) -> Detections:
    """Return the best boxes among those of one class that overlap by more than `max_iou`."""
    same = detections.class_ids[:, None] == detections.class_ids[None, :]
    boxes = detections.boxes_xyxy
    return detections.select(greedy_keep((iou_matrix(boxes, boxes) > max_iou) & same))


def greedy_keep(removes: BoolMatrix) -> npt.NDArray[np.bool_]:
    """Return which boxes stay when each, best first, removes those it is a rival of.

    Parameters
    ----------
    removes : ndarray, shape (N, N), bool
        Row i, column j: i, if it stays, removes j. Only j > i is looked at: a box never removes
        one with a better score.

    Notes
    -----
    The usual loop (take the best, drop its rivals, go on) as a fixed point: a box stays exactly
    when no box that stays removes it. Repeating that from "all stay" settles box by box from the
    best downwards, in as many steps as the longest chain of rivals; one step is a product.
    """
    rivals = np.triu(removes, k=1).astype(np.float32)
    keep = np.ones(len(removes), dtype=np.bool_)
    for _ in range(len(removes)):
        settled = keep.astype(np.float32) @ rivals == 0
        if np.array_equal(settled, keep):
            break
        keep = settled
    return keep
