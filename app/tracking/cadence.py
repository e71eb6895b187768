"""When to run the detector: every N frames, or when the picture asks for it.

`AutoCadence` looks at the picture only, never at the clock, so that a file gives the same events
on every machine.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from app.tracking.picture import Picture
from app.tracking.tracks import Tracks
from app.tracking.unexplained import UnexplainedMotion


class Cadence(Protocol):
    """Decides for each frame, in order, whether the detector runs on it."""

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether to detect on `picture`, given the tracks as they are expected in it."""
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


_IDLE_S = 2.0
_STILL_S = 1.0
_STILL_OF_SIZE = 0.01  # a frame: slower objects stand
_MOVING_S = 0.3
_MIN_MOVING_FRAMES = 3
_NEW_S = 0.2  # an object not sure yet is looked at again this soon
_FAST_SHARE = 0.9  # the rest may be the follower's slips
_MAX_WAY_OF_SIZE = 0.33  # between detections: farther, a neighbour may be in its place
_MIN_GAP_FRAMES = 2
_PATIENCE_S = 0.2  # from one look to the next that only unexplained motion asks for ...
_REPEAT_S = 0.4  # ... and if it is the same that moves


class AutoCadence:
    """Detects as often as the picture needs.

    Often while objects move, seldom while they stand, rarely while nothing is there; and soon
    where something moves that no track explains.

    Parameters
    ----------
    fps : float
        Rate of the source.
    """

    def __init__(self, *, fps: float) -> None:
        def frames(seconds: float) -> int:
            return max(_MIN_GAP_FRAMES, math.ceil(round(seconds * fps, 3)))

        self._idle_frames, self._still_frames = frames(_IDLE_S), frames(_STILL_S)
        self._moving_frames = max(_MIN_MOVING_FRAMES, frames(_MOVING_S))
        self._new_frames = frames(_NEW_S)
        self._patience_frames, self._repeat_frames = frames(_PATIENCE_S), frames(_REPEAT_S)
        self.reset()

    def reset(self) -> None:
        """Detect on the next frame and forget what the picture looked like."""
        self._since = self._idle_frames
        self._motion = UnexplainedMotion()

    def is_due(self, picture: Picture, tracks: Tracks) -> bool:
        """Whether the time for the kind of picture has passed, or something new moves."""
        moving = None
        is_due = self._since >= self._interval(tracks)
        if not is_due and self._since >= _MIN_GAP_FRAMES:  # sooner, little can have moved
            may_repeat = self._since >= self._repeat_frames
            moving = self._motion.find(picture, tracks, may_repeat=may_repeat)
            is_due = moving is not None and self._since >= self._patience_frames
        if is_due:
            self._motion.look(picture, tracks, moving)
            self._since = 0
        self._since += 1
        return is_due

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
        longest = self._moving_frames if tracks.is_confirmed.all() else self._new_frames
        wanted = _MAX_WAY_OF_SIZE / max(fastest, _STILL_OF_SIZE)
        return int(np.clip(wanted, _MIN_GAP_FRAMES, longest))
