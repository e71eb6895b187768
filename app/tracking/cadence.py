"""When to run the detector: every N frames, or when the picture asks for it.

`AutoCadence` looks at the picture only, never at the clock, so that a file gives the same events
on every machine.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.geometry import Boxes
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks


class Cadence(Protocol):
    """Decides for each frame, in order, whether the detector runs on it."""

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether to detect on `picture`, given the tracks of the frame before."""
        ...

    def expected_gap(self, tracks: Tracks) -> int:
        """Return how many frames after the last one asked about the detector is expected to run."""
        ...

    def reset(self) -> None:
        """Detect on the next frame, whatever it shows."""
        ...


class FixedCadence:
    """Every `every_frames`-th frame, from the first on."""

    def __init__(self, every_frames: int) -> None:
        self._every_frames = every_frames
        self.reset()

    def reset(self) -> None:
        """Detect on the next frame."""
        self._since = self._every_frames

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether `every_frames` have passed."""
        is_due = self._since >= self._every_frames
        self._since = 1 if is_due else self._since + 1
        return is_due

    def expected_gap(self, tracks: Tracks) -> int:
        """Return how many frames are left."""
        return max(1, self._every_frames - self._since + 1)


_CELLS_WIDE = 80
_CHANGE_LEVELS = 14  # grey levels; above sensor noise after averaging over a cell
_MIN_CHANGED_CELLS = 4  # side by side
_RESTLESS = 0.4  # of 5, where a cell never rests; a cell that changes every tenth time has 0.5
_IDLE_S = 1.0
_STILL_S = 0.5
_STILL_OF_SIZE = 0.01  # a frame: slower objects stand
_MOVING_S = 0.2
_MIN_MOVING_FRAMES = 3
_FAST_SHARE = 0.9  # the rest may be the follower's slips
_MAX_WAY_OF_SIZE = 0.35  # between detections: farther, a neighbour may be in its place
_MIN_GAP_FRAMES = 2


class AutoCadence:
    """Detects as often as the picture needs.

    Often while objects move, seldom while they stand, rarely while nothing is there; and at once
    where something moves that no track explains. What keeps moving without ever becoming a
    detection (leaves, water, a flickering lamp) is learnt and ignored.

    Parameters
    ----------
    fps : float
        Rate of the source.
    """

    def __init__(self, *, fps: float) -> None:
        self._idle_frames = max(2, round(_IDLE_S * fps))
        self._still_frames = max(2, round(_STILL_S * fps))
        self._moving_frames = max(_MIN_MOVING_FRAMES, round(_MOVING_S * fps))
        self.reset()

    def reset(self) -> None:
        """Detect on the next frame and forget what the picture looked like."""
        self._since = self._idle_frames
        self._reference: npt.NDArray[np.int16] | None = None
        self._reference_boxes: Boxes = np.zeros((0, 4), np.float32)
        self._restlessness: npt.NDArray[np.float32] | None = None

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether the time for the kind of picture has passed, or something new moves."""
        is_due = self._since >= self._interval(tracks)
        if not is_due and self._since < _MIN_GAP_FRAMES:
            self._since += 1
            return False
        cells = _cells(picture)
        if is_due or self._is_unexplained(cells, picture, tracks):
            self._reference, self._reference_boxes = cells, tracks.boxes_xyxy
            self._since = 1
            return True
        self._since += 1
        return False

    def expected_gap(self, tracks: Tracks) -> int:
        """Return how many frames are left if nothing new moves."""
        return max(1, self._interval(tracks) - self._since + 1)

    def _interval(self, tracks: Tracks) -> int:
        if not len(tracks):
            return self._idle_frames
        sizes = np.sqrt((tracks.boxes_xyxy[:, 2:] - tracks.boxes_xyxy[:, :2]).prod(axis=1))
        speeds = np.linalg.norm(tracks.motions_px, axis=1) / np.maximum(sizes, 1)
        speeds = speeds[tracks.is_visible & tracks.is_confirmed & ~np.isnan(speeds)]
        is_calm = len(speeds) == len(tracks)
        fastest = float(np.quantile(speeds, _FAST_SHARE)) if len(speeds) else 0.0
        if is_calm and fastest < _STILL_OF_SIZE:
            return self._still_frames
        wanted = _MAX_WAY_OF_SIZE / max(fastest, _STILL_OF_SIZE)
        return int(np.clip(wanted, _MIN_GAP_FRAMES, self._moving_frames))

    def _is_unexplained(
        self, cells: npt.NDArray[np.int16], picture: Picture, tracks: Tracks
    ) -> bool:
        if self._reference is None or self._reference.shape != cells.shape:
            return True
        if self._restlessness is None or self._restlessness.shape != cells.shape:
            self._restlessness = np.zeros(cells.shape, np.float32)
        changed = np.abs(cells - self._reference) > _CHANGE_LEVELS
        # A known object explains where it is now, and the ground that it has left.
        scale = cells.shape[1] / picture.width
        _erase_boxes(changed, tracks.boxes_xyxy * scale)
        _erase_boxes(changed, self._reference_boxes * scale)
        self._restlessness *= 0.98
        fresh = changed & (self._restlessness < _RESTLESS)
        self._restlessness += 0.1 * changed
        return _largest_patch(fresh) >= _MIN_CHANGED_CELLS


def _cells(picture: Picture) -> npt.NDArray[np.int16]:
    """Return the picture as cells of mean grey, at most `_CELLS_WIDE` across."""
    height, width = picture.gray.shape
    size = (min(width, _CELLS_WIDE), max(1, round(height * min(1, _CELLS_WIDE / width))))
    return np.asarray(cv2.resize(picture.gray, size, interpolation=cv2.INTER_AREA), np.int16)


def _erase_boxes(changed: npt.NDArray[np.bool_], boxes_in_cells: Boxes) -> None:
    """Clear the cells that the boxes cover, and one round them."""
    low = np.maximum(np.floor(boxes_in_cells[:, :2]) - 1, 0).astype(int)
    high = np.maximum(np.ceil(boxes_in_cells[:, 2:]) + 1, 0).astype(int)
    for (left, top), (right, bottom) in zip(low, high, strict=True):
        changed[top:bottom, left:right] = False


def _largest_patch(cells: npt.NDArray[np.bool_]) -> int:
    """Return the number of cells in the largest patch of connected ones."""
    if not cells.any():
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    return int(stats[1:, cv2.CC_STAT_AREA].max())
