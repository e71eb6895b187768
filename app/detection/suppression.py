"""One object, one box: which of several overlapping boxes stays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.detection.kinship import Kinship, Relation
from app.geometry import areas, intersections

# Two boxes of kin share an object when this much of the smaller lies in the larger. On
# equal boxes it is an IoU of 0.43; unlike IoU it also catches parts of an object.
MAX_OVERLAP_OF_SMALLER = 0.6
# ... unless one is that much smaller: then it is another object, in front or far behind.
MIN_AREA_RATIO = 0.1
# Two classes nothing is known of share an object when their boxes are all but the same.
MAX_IOU_OF_UNKNOWN = 0.8
# Strangers (a rider, the bicycle: up to 0.6 seen) only where one box got two names at once.
MAX_IOU_OF_STRANGERS = 0.95
# A box is round a group when it holds two boxes apart from each other that are about as good.
MIN_MEMBER_INSIDE = 0.8
MAX_MEMBER_AREA_RATIO = 0.6
MIN_MEMBER_SCORE_RATIO = 0.8
MAX_OVERLAP_APART = 0.2

MAX_CANDIDATES = 300  # bounds the time: pairs are compared

_MAX_IOU = np.ones(len(Relation), np.float32)
_MAX_IOU[Relation.UNKNOWN] = MAX_IOU_OF_UNKNOWN
_MAX_IOU[Relation.STRANGERS] = MAX_IOU_OF_STRANGERS

BoolMatrix = npt.NDArray[np.bool_]
BoolVector = npt.NDArray[np.bool_]
FloatMatrix = npt.NDArray[np.float32]


def suppress(
    candidates: Detections, kinship: Kinship, *, merge_kindred: bool, confident_score: float
) -> Detections:
    """Keep one box an object.

    First boxes drawn round several objects go, then of every two boxes on one object the one
    with the lower score. A box below `confident_score` never makes one above it go, and one
    with a lower score only as a member of a group; so asking for low scores as well leaves the
    confident detections as they were.

    Parameters
    ----------
    candidates : Detections
        Best score first.
    kinship : Kinship
        Tells which classes may be one object.
    merge_kindred : bool
        False compares boxes of one class only.
    confident_score : float
        In [0, 1]: the score from which a detection counts on its own.
    """
    if len(candidates) < 2:
        return candidates
    best = candidates.select(np.arange(min(len(candidates), MAX_CANDIDATES)))
    pairs = _Pairs(best, kinship, merge_kindred=merge_kindred)
    is_group = pairs.find_groups(best.scores, confident_score)
    removes = pairs.find_duplicates()
    removes[is_group] = False
    return best.select(greedy_keep(removes) & ~is_group)


def greedy_keep(removes: BoolMatrix) -> BoolVector:
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
    best downwards, in as many steps as the longest chain of rivals.
    """
    rivals = np.triu(removes, k=1)
    keep = np.ones(len(removes), dtype=np.bool_)
    for _ in range(len(removes)):
        settled = np.asarray(~rivals[keep].any(axis=0))
        if np.array_equal(settled, keep):
            break
        keep = settled
    return keep


class _Pairs:
    """How every two boxes lie to each other; all matrices are (N, N)."""

    def __init__(self, detections: Detections, kinship: Kinship, *, merge_kindred: bool) -> None:
        boxes, class_ids = detections.boxes_xyxy, detections.class_ids
        self._inter = intersections(boxes, boxes)
        self._areas = np.maximum(areas(boxes), 1e-9)
        self._smaller = np.minimum(self._areas[:, None], self._areas[None, :])
        larger = np.maximum(self._areas[:, None], self._areas[None, :])
        self._overlap = self._inter / self._smaller
        is_near_in_size = self._smaller >= MIN_AREA_RATIO * larger
        if merge_kindred:
            relations = kinship.relations(class_ids)
            self._is_kin = (relations == Relation.KIN) & is_near_in_size
            self._max_iou = _MAX_IOU[relations]
        else:
            self._is_kin = (class_ids[:, None] == class_ids[None, :]) & is_near_in_size
            self._max_iou = np.ones((1, 1), np.float32)

    def find_duplicates(self) -> BoolMatrix:
        """Return which pairs lie on one object."""
        iou = self._inter / (self._areas[:, None] + self._areas[None, :] - self._inter)
        return np.asarray(
            (self._is_kin & (self._overlap > MAX_OVERLAP_OF_SMALLER)) | (iou > self._max_iou)
        )

    def find_groups(self, scores: npt.NDArray[np.float32], confident_score: float) -> BoolVector:
        """Return which boxes are drawn round two others or more, shape (N,)."""
        member_scores = np.maximum(
            MIN_MEMBER_SCORE_RATIO * scores, np.minimum(scores, confident_score)
        )
        has_member = (
            self._is_kin
            & (self._inter >= MIN_MEMBER_INSIDE * self._areas[None, :])
            & (self._areas[None, :] <= MAX_MEMBER_AREA_RATIO * self._areas[:, None])
            & (scores[None, :] >= member_scores[:, None])
        )
        are_apart = self._overlap <= MAX_OVERLAP_APART
        is_group = has_member.sum(axis=1) >= 2
        # Few boxes hold two: a loop over them costs less than a product of the matrices.
        for row in np.flatnonzero(is_group):
            members = np.flatnonzero(has_member[row])
            is_group[row] = are_apart[members[:, None], members].any()
        return np.asarray(is_group)
