"""`Pace`: plays files at the speed they were filmed, and tells rate and delay."""

from __future__ import annotations

import time
from collections import deque

from app.jobs.channel import Channel

_RATE_WINDOW_S = 1.0
_MAX_SHOWN_FPS = 60.0


class Pace:
    """Waits between frames of a file so that it plays at `factor` times its speed.

    Parameters
    ----------
    is_live : bool
        A live source sets the pace itself: nothing is waited for.
    """

    def __init__(self, *, is_live: bool) -> None:
        self._is_live = is_live
        self._factor = 1.0
        self._stamps: deque[float] = deque()
        self._last_shown_s = 0.0
        self._clock_offset_s: float | None = None
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

    def wait(self, timestamp_s: float, channel: Channel) -> None:
        """Return when the frame of `timestamp_s` (seconds in the source) is due to be shown."""
        if not self._is_live and self._factor > 0:
            self._wait_until_due(timestamp_s, channel)
        now_s = time.monotonic()
        self._stamps.append(now_s)
        while now_s - self._stamps[0] > _RATE_WINDOW_S:
            self._stamps.popleft()

    def _wait_until_due(self, timestamp_s: float, channel: Channel) -> None:
        now_s = time.monotonic()
        if self._anchor is None:
            self._anchor = (now_s, timestamp_s)
            return
        due_s = self._anchor[0] + (timestamp_s - self._anchor[1]) / self._factor
        if due_s < now_s - 0.5:  # counting is slower than the film: do not race to catch up
            self._anchor = (now_s, timestamp_s)
        channel.cancel_token.wait(max(0.0, due_s - now_s))

    def is_skipped(self, *, has_news: bool) -> bool:
        """Whether this frame need not be shown, because another was a moment ago."""
        now_s = time.monotonic()
        if now_s - self._last_shown_s < 1 / _MAX_SHOWN_FPS and not has_news:
            return True
        self._last_shown_s = now_s
        return False

    def delay_ms(self, timestamp_s: float) -> float | None:
        """Return the age of a live frame in milliseconds; None on files, which have none."""
        if not self._is_live:
            return None
        lag_s = time.monotonic() - timestamp_s
        if self._clock_offset_s is None or lag_s < self._clock_offset_s:
            self._clock_offset_s = lag_s
        return round(1000 * (lag_s - self._clock_offset_s), 1)
