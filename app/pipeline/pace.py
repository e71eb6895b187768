"""`Pace`: plays files at the speed they were filmed, and tells how fast counting goes."""

from __future__ import annotations

import time
from collections import deque

_RATE_WINDOW_S = 1.0
_MAX_SHOWN_FPS = 60.0
_MAX_BEHIND_S = 0.5


class Pace:
    """Says when the next frame of a file is due, so that it plays at `factor` times its speed.

    Parameters
    ----------
    is_live : bool
        A live source sets the pace itself: every frame is due at once.
    """

    def __init__(self, *, is_live: bool) -> None:
        self._is_live = is_live
        self._factor = 1.0
        self._stamps: deque[float] = deque()
        self._last_shown_s = 0.0
        self.restart()

    def restart(self) -> None:
        """Start timing anew, as after a pause or a seek."""
        self._anchor: tuple[float, float] | None = None
        self._stamps.clear()

    def set_factor(self, factor: float) -> None:
        """Play `factor` times as fast as filmed; 0 plays as fast as counting goes."""
        self._factor = factor
        self.restart()

    @property
    def fps(self) -> float:
        """Frames counted a second, over about the last second."""
        if len(self._stamps) < 2:
            return 0.0
        return (len(self._stamps) - 1) / max(self._stamps[-1] - self._stamps[0], 1e-6)

    def left_s(self, timestamp_s: float) -> float:
        """Return how many seconds are left until the frame of `timestamp_s` is to be shown."""
        if self._is_live or self._factor <= 0:
            return 0.0
        now_s = time.monotonic()
        if self._anchor is None:
            self._anchor = (now_s, timestamp_s)
        due_s = self._anchor[0] + (timestamp_s - self._anchor[1]) / self._factor
        if due_s < now_s - _MAX_BEHIND_S:  # counting is slower than the film: do not race after it
            self._anchor = (now_s, timestamp_s)
        return max(0.0, due_s - now_s)

    def count_frame(self) -> None:
        """Take one frame into `fps`."""
        now_s = time.monotonic()
        self._stamps.append(now_s)
        while now_s - self._stamps[0] > _RATE_WINDOW_S:
            self._stamps.popleft()

    def is_too_soon(self) -> bool:
        """Whether a frame was shown a moment ago: no window can show a thousand a second."""
        now_s = time.monotonic()
        if now_s - self._last_shown_s < 1 / _MAX_SHOWN_FPS:
            return True
        self._last_shown_s = now_s
        return False
