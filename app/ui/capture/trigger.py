"""`Trigger`: from a press of the shutter to the frames that are taken."""

from __future__ import annotations

from app.capture.shutter import IntervalShutter
from app.capture.source import Frame


class Trigger:
    """Says of each frame in its turn whether it is taken. No frame is taken twice.

    A press takes one picture, after a countdown if there is one. With an interval it starts a
    burst, and the next press stops it.

    Attributes
    ----------
    countdown_s : float
        Seconds from a press to the picture, and before the next class in a burst.
    interval_s : float or None
        Seconds between the pictures of a burst; None: one picture a press.
    """

    def __init__(self) -> None:
        self.countdown_s = 0.0
        self.interval_s: float | None = None
        self._pressed = 0  # pictures that wait for a frame
        self._shutter: IntervalShutter | None = None
        self._is_started = False
        self._is_burst = False
        self._last_index = -1
        self._time_s = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a countdown or a burst is under way."""
        return self._shutter is not None

    @property
    def is_burst(self) -> bool:
        """Whether a burst is under way."""
        return self.is_running and self._is_burst

    @property
    def left_s(self) -> float | None:
        """Seconds until the picture of a countdown; None without one."""
        if self._shutter is None or not self._is_started:
            return None
        left_s = self._shutter.left_s(self._time_s)
        return left_s if self.countdown_s and 0 < left_s < float("inf") else None

    def press(self) -> None:
        """Take the next frame, or start or stop what runs by itself."""
        if self.is_running:
            self.stop()
        elif self.interval_s is not None or self.countdown_s:
            self._is_burst = self.interval_s is not None
            self._is_started = False
            self._shutter = IntervalShutter(self.interval_s or 0, countdown_s=self.countdown_s)
        else:
            self._pressed += 1

    def stop(self) -> None:
        """Take nothing more."""
        self._shutter = None
        self._pressed = 0

    def begin_after(self, frame_index: int) -> None:
        """Take only frames that come after this one in their source; -1: any."""
        self._last_index = frame_index

    def is_due(self, frame: Frame) -> bool:
        """Whether to take this frame."""
        self._time_s = frame.timestamp_s
        if frame.index <= self._last_index:
            return False
        if self._shutter is None:
            return self._pressed > 0
        if not self._is_started:
            self._is_started = True
            self._shutter.start(frame.timestamp_s)
        return not self._shutter.left_s(frame.timestamp_s)

    def released(self, frame: Frame, *, is_next_class: bool) -> None:
        """Take note that this frame was taken, and whether another class comes now."""
        self._last_index = frame.index
        self._pressed = max(0, self._pressed - 1)
        if self._shutter is None:
            return
        if not self._is_burst:
            self._shutter = None
            return
        self._shutter.released(frame.timestamp_s)
        if is_next_class:
            self._shutter.start(frame.timestamp_s, after_s=frame.timestamp_s)
