"""Which detection is which track: size-normalised distance and overlap, solved as an assignment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from app.geometry import Boxes, centers, iou_matrix

Matrix = npt.NDArray[np.float64]
Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
_FORBIDDEN = np.inf
_UNWANTED = 1e6  # the solver wants every row to have a finite choice


def normalised_distances(first_xyxy: Boxes, second_xyxy: Boxes) -> Matrix:
    """Return the distance of centres in units of the boxes' mean width and height, shape (N, M)."""
    sides_first = np.maximum(first_xyxy[:, 2:] - first_xyxy[:, :2], 1.0)
    sides_second = np.maximum(second_xyxy[:, 2:] - second_xyxy[:, :2], 1.0)
    mean_sides = (sides_first[:, None] + sides_second[None]) / 2
    offsets = centers(first_xyxy)[:, None] - centers(second_xyxy)[None]
    return np.asarray(np.linalg.norm(offsets / mean_sides, axis=2), np.float64)


def size_ratios(first_xyxy: Boxes, second_xyxy: Boxes) -> Matrix:
    """Return how unlike the sizes are: sum of absolute log ratios of width and height, (N, M)."""
    sides_first = np.log(np.maximum(first_xyxy[:, 2:] - first_xyxy[:, :2], 1.0))
    sides_second = np.log(np.maximum(second_xyxy[:, 2:] - second_xyxy[:, :2], 1.0))
    return np.asarray(np.abs(sides_first[:, None] - sides_second[None]).sum(axis=2), np.float64)


def association_costs(
    tracks_xyxy: Boxes,
    detections_xyxy: Boxes,
    *,
    gates: npt.NDArray[np.float64],
    size_gates: npt.NDArray[np.float64],
    penalties: Matrix,
) -> Matrix:
    """Return the cost of every pair; pairs beyond their track's gate cost `_FORBIDDEN`.

    Parameters
    ----------
    tracks_xyxy, detections_xyxy : ndarray, shapes (N, 4) and (M, 4), float32
    gates : ndarray, shape (N,)
        Largest normalised distance that each track accepts.
    size_gates : ndarray, shape (N,)
        Largest `size_ratios` that each track accepts.
    penalties : ndarray, shape (N, M)
        Added to the cost (class change, lost track).
    """
    distance = normalised_distances(tracks_xyxy, detections_xyxy)
    unlike = size_ratios(tracks_xyxy, detections_xyxy)
    overlap = iou_matrix(tracks_xyxy, detections_xyxy)
    cost = distance + 0.35 * unlike + 0.5 * (1 - overlap) + penalties
    is_allowed = (distance < gates[:, None]) & (unlike < size_gates[:, None])
    return np.where(is_allowed, cost, _FORBIDDEN)


def assign(costs: Matrix) -> Pairs:
    """Return the pairs (rows, columns) of least total cost, forbidden ones left out.

    Jonker-Volgenant as in `scipy.optimize.linear_sum_assignment`. Only rows and columns with an
    allowed pair enter, so far objects cost nothing.
    """
    allowed = costs < _FORBIDDEN
    rows, columns = np.flatnonzero(allowed.any(axis=1)), np.flatnonzero(allowed.any(axis=0))
    if not len(rows):
        return rows, columns
    part = np.where(allowed, costs, _UNWANTED)[np.ix_(rows, columns)]
    chosen_rows, chosen_columns = linear_sum_assignment(part)
    rows, columns = rows[chosen_rows], columns[chosen_columns]
    is_real = allowed[rows, columns]
    return rows[is_real], columns[is_real]
