"""When to run the detector: every N frames, or when the picture asks for it.

`AutoCadence` looks at the picture only, never at the clock, so that a file gives the same events
on every machine.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

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
_MIN_CHANGED_CELLS = 3
_IDLE_S = 1.0
_STILL_S = 0.5
_STILL_OF_SIZE = 0.01  # a frame: slower objects stand
_MOVING_S = 0.2
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
        self._moving_frames = max(3, round(_MOVING_S * fps))
        self.reset()

    def reset(self) -> None:
        """Detect on the next frame and forget what the picture looked like."""
        self._since = self._idle_frames
        self._reference: npt.NDArray[np.int16] | None = None
        self._restlessness: npt.NDArray[np.float32] | None = None

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether the time for the kind of picture has passed, or something new moves."""
        cells = _cells(picture)
        is_due = self._since >= self._interval(tracks) or (
            self._since >= _MIN_GAP_FRAMES and self._is_unexplained(cells, picture, tracks)
        )
        if is_due:
            self._reference = cells
            self._since = 1
        else:
            self._since += 1
        return is_due

    def expected_gap(self, tracks: Tracks) -> int:
        """Return how many frames are left if nothing new moves."""
        return max(1, self._interval(tracks) - self._since + 1)

    def _interval(self, tracks: Tracks) -> int:
        if not len(tracks):
            return self._idle_frames
        sizes = np.sqrt((tracks.boxes_xyxy[:, 2:] - tracks.boxes_xyxy[:, :2]).prod(axis=1))
        speeds = np.linalg.norm(tracks.motions_px, axis=1) / np.maximum(sizes, 1)
        fastest = np.nanmax(speeds, initial=0.0)
        if fastest < _STILL_OF_SIZE and not np.isnan(speeds).any():
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
        _erase_boxes(changed, picture, tracks)
        self._restlessness *= 0.98
        fresh = changed & (self._restlessness < 1.0)
        self._restlessness += 0.1 * changed
        return int(fresh.sum()) >= _MIN_CHANGED_CELLS


def _cells(picture: Picture) -> npt.NDArray[np.int16]:
    """Return the picture as cells of mean grey, at most `_CELLS_WIDE` across."""
    height, width = picture.gray.shape
    size = (min(width, _CELLS_WIDE), max(1, round(height * min(1, _CELLS_WIDE / width))))
    return np.asarray(cv2.resize(picture.gray, size, interpolation=cv2.INTER_AREA), np.int16)


def _erase_boxes(changed: npt.NDArray[np.bool_], picture: Picture, tracks: Tracks) -> None:
    """Clear the cells that known objects explain, and one round them."""
    scale = changed.shape[1] / picture.width
    low = np.maximum(np.floor(tracks.boxes_xyxy[:, :2] * scale) - 1, 0).astype(int)
    high = np.ceil(tracks.boxes_xyxy[:, 2:] * scale).astype(int) + 1
    for (left, top), (right, bottom) in zip(low, np.maximum(high, 0), strict=True):
        changed[top:bottom, left:right] = False
