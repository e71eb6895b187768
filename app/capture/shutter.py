"""`IntervalShutter`: when the next picture is due, for bursts and free hands."""

from __future__ import annotations

from app.capture.errors import CaptureError


class IntervalShutter:
    """Tells by a source's own clock when a picture is due. Not for two threads at once.

    Parameters
    ----------
    interval_s : float
        Seconds from one picture to the next, at least.
    countdown_s : float
        Seconds before the first picture after `start`.
    tolerance_s : float
        How much early is still in time: half the time between two frames, so that rounding
        makes no interval one frame longer.

    Raises
    ------
    CaptureError
        ``bad-interval``.
    """

    def __init__(
        self, interval_s: float, *, countdown_s: float = 0.0, tolerance_s: float = 0.0
    ) -> None:
        if not 0 <= interval_s < float("inf") or not 0 <= countdown_s < float("inf"):
            raise CaptureError(
                "bad-interval",
                f"Not possible: an interval of {interval_s} s, a countdown of {countdown_s} s.",
                "Both are seconds, from 0.",
            )
        self._interval_s = interval_s
        self._countdown_s = countdown_s
        self._tolerance_s = tolerance_s
        self._due_s: float | None = None

    def start(self, time_s: float, *, after_s: float | None = None) -> None:
        """Begin the countdown, as before a class; `after_s` is when the last picture was taken."""
        self._due_s = time_s + self._countdown_s
        if after_s is not None:
            self._due_s = max(self._due_s, after_s + self._interval_s)

    def left_s(self, time_s: float) -> float:
        """Return the seconds until the next picture, 0 when it is due; infinite before `start`."""
        if self._due_s is None:
            return float("inf")
        left_s = self._due_s - time_s
        return left_s if left_s > self._tolerance_s else 0.0

    def released(self, time_s: float) -> None:
        """Take note of a picture taken now."""
        self._due_s = time_s + self._interval_s
