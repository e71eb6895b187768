"""The default follower: pyramidal Lucas-Kanade flow of a grid of points in every box.

All boxes go through OpenCV in one batch, forwards and backwards; a point whose way back does not
end where it began is dropped (Kalal, Mikolajczyk, Matas: Forward-Backward Error, ICPR 2010).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points
from app.tracking.follower import FollowResult
from app.tracking.picture import Picture

_GRID_COLUMNS = 4
_GRID_ROWS = 4
_POINTS = _GRID_COLUMNS * _GRID_ROWS
# Points stay off the rim of the box: the corners of a box show background.
_GRID_LOW, _GRID_HIGH = 0.18, 0.82
_WINDOW_PX = (9, 9)
_PYRAMID_LEVELS = 3
_CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03)
_MAX_RETURN_ERROR_PX = 0.8  # in the reduced picture, and a share of the way gone
_MAX_RETURN_SHARE = 0.06
_MIN_VALID_SHARE = 0.25
_MIN_AGREEING_SHARE = 0.3
_MOVING_PX = 0.35  # in the reduced picture: less than this is sensor noise
_MAX_LEAP = 0.5  # of the box's size in one frame; beyond, the points found something else


class FlowFollower:
    """Moves boxes by the agreeing motion of the points inside them."""

    def __init__(self) -> None:
        self._previous: Picture | None = None

    def reset(self) -> None:
        """Forget the last frame."""
        self._previous = None

    def close(self) -> None:
        """Release the last frame."""
        self.reset()

    def follow(
        self,
        picture: Picture,
        *,
        boxes_xyxy: Boxes,
        velocities_px: Points,
        track_ids: Sequence[int],
    ) -> FollowResult:
        """Find the boxes of the last frame in this one; see `Follower.follow`."""
        previous, self._previous = self._previous, picture
        count = len(track_ids)
        if previous is None or count == 0 or previous.gray.shape != picture.gray.shape:
            return FollowResult.lost(boxes_xyxy)
        scale = picture.scale
        starts = _grid_points(boxes_xyxy * scale)
        shifts, is_valid = _flow(previous.gray, picture.gray, starts, velocities_px * scale)
        motions, scores = agreeing_motion(shifts, is_valid, velocities_px * scale)
        sizes = np.sqrt((boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]).prod(axis=1)) * scale
        leaps = np.linalg.norm(motions - velocities_px * scale, axis=1) > _MAX_LEAP * sizes
        motions[leaps], scores[leaps] = np.nan, 0
        motions_px = (motions / scale).astype(np.float32)
        moved = np.where(np.isnan(motions_px), 0, motions_px)
        return FollowResult(boxes_xyxy + np.tile(moved, (1, 2)), scores, motions_px)


def _grid_points(boxes_xyxy: Boxes) -> npt.NDArray[np.float32]:
    """Return a grid of points inside each box, shape (N, points, 2)."""
    along_x = np.linspace(_GRID_LOW, _GRID_HIGH, _GRID_COLUMNS, dtype=np.float32)
    along_y = np.linspace(_GRID_LOW, _GRID_HIGH, _GRID_ROWS, dtype=np.float32)
    grid = np.stack(np.meshgrid(along_x, along_y), axis=-1).reshape(1, _POINTS, 2)
    corner, size = boxes_xyxy[:, None, :2], (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2])[:, None]
    return np.asarray(corner + grid * size, np.float32)


def _flow(
    previous: npt.NDArray[np.uint8],
    current: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.float32],
    expected: Points,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return the shift of every point, shape (N, points, 2), and which of them to trust."""
    flat = starts.reshape(-1, 1, 2)
    guess = (starts + expected[:, None]).astype(np.float32).reshape(-1, 1, 2)
    ends, forward_ok, _ = cv2.calcOpticalFlowPyrLK(
        previous, current, flat, guess, winSize=_WINDOW_PX, maxLevel=_PYRAMID_LEVELS,
        criteria=_CRITERIA, flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )  # fmt: skip
    guess_back = (ends - expected.repeat(_POINTS, axis=0)[:, None]).astype(np.float32)
    returned, backward_ok, _ = cv2.calcOpticalFlowPyrLK(
        current, previous, ends, guess_back, winSize=_WINDOW_PX, maxLevel=_PYRAMID_LEVELS,
        criteria=_CRITERIA, flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )  # fmt: skip
    height, width = current.shape
    inside = ((flat >= 0) & (flat < (width, height))).all(axis=2)
    way = np.linalg.norm(ends - flat, axis=2)
    error = np.linalg.norm(returned - flat, axis=2)
    came_back = error < _MAX_RETURN_ERROR_PX + _MAX_RETURN_SHARE * way
    is_valid = (forward_ok == 1) & (backward_ok == 1) & inside & came_back
    return (ends - flat).reshape(starts.shape), is_valid.reshape(starts.shape[:2])


def agreeing_motion(
    shifts: npt.NDArray[np.float32], is_valid: npt.NDArray[np.bool_], expected: Points
) -> tuple[Points, npt.NDArray[np.float32]]:
    """Return the motion that the points of each box agree on.

    A box shows background too. The points that move as the motion model expects come first; else
    the points that move at all, where they are many; else the median of all.

    Parameters
    ----------
    shifts : ndarray, shape (N, points, 2), float32
    is_valid : ndarray, shape (N, points), bool
    expected : ndarray, shape (N, 2), float32
        In the unit of `shifts`.

    Returns
    -------
    motions : ndarray, shape (N, 2), float32
        NaN where too few points agree.
    scores : ndarray, shape (N,), float32
        Share of the points that agree, in [0, 1].
    """
    valid_count = is_valid.sum(axis=1)
    speed = np.linalg.norm(expected, axis=1)
    near = np.linalg.norm(shifts - expected[:, None], axis=2)
    as_expected = is_valid & (near < np.maximum(0.75, 0.35 * speed)[:, None])
    moving = is_valid & (np.linalg.norm(shifts, axis=2) > _MOVING_PX)
    enough = np.maximum(2, _MIN_AGREEING_SHARE * valid_count)
    group = np.where(
        ((as_expected.sum(axis=1) >= enough) & (speed > _MOVING_PX))[:, None],
        as_expected,
        np.where((moving.sum(axis=1) >= enough)[:, None], moving, is_valid),
    )
    middle = masked_median(shifts, group)
    spread = np.linalg.norm(shifts - middle[:, None], axis=2)
    tolerance = np.maximum(0.75, 0.3 * np.linalg.norm(middle, axis=1))
    agreeing = group & (spread < tolerance[:, None])
    scores = agreeing.sum(axis=1) / _POINTS
    is_lost = (valid_count < _MIN_VALID_SHARE * _POINTS) | (
        agreeing.sum(axis=1) < np.maximum(2, 0.5 * group.sum(axis=1))
    )
    motions = np.where(is_lost[:, None], np.nan, masked_median(shifts, agreeing))
    return motions.astype(np.float32), np.where(is_lost, 0, scores).astype(np.float32)


def masked_median(
    values: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Return the median over axis 1 of `values` (N, M, 2) where `mask` (N, M); 0 where none is."""
    count = mask.sum(axis=1)
    ordered = np.sort(np.where(mask[..., None], values, np.inf), axis=1)
    rows = np.arange(len(values))
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    high = np.minimum(high, np.maximum(count - 1, 0))
    middle = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(count[:, None] > 0, middle, 0).astype(np.float32)
