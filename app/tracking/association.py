"""Which detection is which track: size-normalised distance and overlap, solved as an assignment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from app.geometry import Boxes

Floats = npt.NDArray[np.float64]
Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

_FORBIDDEN = np.inf
_UNWANTED = 1e6  # the solver wants every row to have a finite choice
_UNLIKE_WEIGHT = 0.35
_APART_WEIGHT = 0.5


def association_costs(
    tracks_xyxy: Boxes,
    detections_xyxy: Boxes,
    *,
    gates: Floats,
    size_gates: Floats,
    penalties: Floats,
) -> Floats:
    """Return the cost of every pair, shape (N, M); a pair beyond a gate of its track costs inf.

    The cost is the distance of the centres in units of the boxes' mean width and height, plus
    shares of how unlike their sizes are (sum of the absolute log ratios of width and height) and
    of how little they overlap (one minus IoU). Far pairs, nearly all of them, cost one look.

    Parameters
    ----------
    tracks_xyxy, detections_xyxy : ndarray, shapes (N, 4) and (M, 4), float32
    gates : ndarray, shape (N,)
        Largest normalised distance that each track accepts.
    size_gates : ndarray, shape (N,)
        Largest unlikeness of sizes that each track accepts.
    penalties : ndarray, shape (N, M)
        Added to the cost.
    """
    costs = np.full((len(tracks_xyxy), len(detections_xyxy)), _FORBIDDEN)
    rows, columns, distances = _near_pairs(tracks_xyxy, detections_xyxy, gates)
    if not len(rows):
        return costs
    tracks, found = tracks_xyxy[rows], detections_xyxy[columns]
    track_sides, found_sides = _sides(tracks), _sides(found)
    unlike = np.abs(np.log(track_sides / found_sides)).sum(axis=1)
    overlap = _paired_iou(tracks, found, track_sides, found_sides)
    cost = distances + _UNLIKE_WEIGHT * unlike + _APART_WEIGHT * (1 - overlap)
    is_allowed = unlike < size_gates[rows]
    rows, columns = rows[is_allowed], columns[is_allowed]
    costs[rows, columns] = cost[is_allowed] + penalties[rows, columns]
    return costs


def _near_pairs(
    tracks_xyxy: Boxes, detections_xyxy: Boxes, gates: Floats
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Return the pairs within their gate and their distances."""
    # Axis by axis: numpy's sums over a last axis of length 2 take ten times as long.
    squares = np.zeros((len(tracks_xyxy), len(detections_xyxy)), np.float32)
    for low, high in ((0, 2), (1, 3)):
        offset = np.subtract.outer(
            tracks_xyxy[:, low] + tracks_xyxy[:, high],
            detections_xyxy[:, low] + detections_xyxy[:, high],
        )
        sides = np.add.outer(
            np.maximum(tracks_xyxy[:, high] - tracks_xyxy[:, low], 1),
            np.maximum(detections_xyxy[:, high] - detections_xyxy[:, low], 1),
        )
        offset /= sides  # twice the offset of the centres over twice the mean side
        squares += offset * offset
    rows, columns = np.nonzero(squares < (gates**2)[:, None])
    return rows, columns, np.sqrt(squares[rows, columns])


def _sides(boxes_xyxy: Boxes) -> npt.NDArray[np.float32]:
    return np.asarray(np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 1.0), np.float32)


def _paired_iou(
    first_xyxy: Boxes,
    second_xyxy: Boxes,
    first_sides: npt.NDArray[np.float32],
    second_sides: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    low = np.maximum(first_xyxy[:, :2], second_xyxy[:, :2])
    shared = np.maximum(np.minimum(first_xyxy[:, 2:], second_xyxy[:, 2:]) - low, 0).prod(axis=1)
    union = first_sides.prod(axis=1) + second_sides.prod(axis=1) - shared
    return np.asarray(shared / union, np.float32)


def assign(costs: Floats) -> Pairs:
    """Return the pairs (rows, columns) of least total cost, forbidden ones left out.

    Jonker-Volgenant as in `scipy.optimize.linear_sum_assignment`. Only rows and columns with an
    allowed pair enter, so far objects cost nothing.
    """
    allowed = costs < _FORBIDDEN
    rows, columns = np.flatnonzero(allowed.any(axis=1)), np.flatnonzero(allowed.any(axis=0))
    if not len(rows):
        return rows, columns
    part = np.minimum(costs[np.ix_(rows, columns)], _UNWANTED)
    chosen_rows, chosen_columns = linear_sum_assignment(part)
    rows, columns = rows[chosen_rows], columns[chosen_columns]
    is_real = allowed[rows, columns]
    return rows[is_real], columns[is_real]
