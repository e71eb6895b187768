"""`take_by_interval`: pictures of a source at regular times until the plan is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.capture.errors import CaptureError
from app.capture.live import LiveSource
from app.capture.run import CaptureRun
from app.capture.shutter import IntervalShutter
from app.capture.source import Frame, FrameSource
from app.jobs.cancel import CancelToken

_PATIENCE_S = 0.2  # how soon a cancellation is seen


def take_by_interval(
    source: FrameSource,
    run: CaptureRun,
    *,
    interval_s: float,
    countdown_s: float,
    cancel_token: CancelToken,
    on_frame: Callable[[], None],
) -> None:
    """Take pictures by the source's own clock, and wait until they are saved.

    A file goes on after the last frame that its session has. Returns when the plan is complete,
    the source has ended, or the token is cancelled.

    Parameters
    ----------
    source : FrameSource
    run : CaptureRun
    interval_s : float
        Seconds from one picture to the next, at least.
    countdown_s : float
        Seconds before the first picture of each class.
    cancel_token : CancelToken
    on_frame : callable
        Called after each frame.

    Raises
    ------
    CaptureError
        ``bad-interval``, or the source is lost for good.
    """
    tolerance_s = 0.0 if source.info.is_live else 0.5 / source.info.fps
    shutter = IntervalShutter(interval_s, countdown_s=countdown_s, tolerance_s=tolerance_s)
    last_s = _go_on_after_last(source, run)
    is_started = False
    for frame in _frames(source, run, cancel_token):
        if not is_started:
            shutter.start(frame.timestamp_s, after_s=last_s)
            is_started = True
        if not shutter.left_s(frame.timestamp_s):
            _take(frame, source, run, shutter, cancel_token)
        on_frame()
    while not run.wait_until_saved(_PATIENCE_S) and not cancel_token.is_cancelled:
        on_frame()


def _go_on_after_last(source: FrameSource, run: CaptureRun) -> float | None:
    """Go to the frame after the session's last; return that one's time, None without any."""
    last = run.session.last_taken
    if last is None or source.info.is_live:
        return None
    source.seek(last.frame_index + 1)
    return last.timestamp_s


def _frames(source: FrameSource, run: CaptureRun, cancel_token: CancelToken) -> Iterator[Frame]:
    while not cancel_token.is_cancelled and not run.is_complete:
        if isinstance(source, LiveSource):
            frame = source.read(timeout_s=_PATIENCE_S)
            if frame is None and not source.is_closed:
                continue
        else:
            frame = source.read()
        if frame is None:
            return
        yield frame


def _take(
    frame: Frame,
    source: FrameSource,
    run: CaptureRun,
    shutter: IntervalShutter,
    cancel_token: CancelToken,
) -> None:
    """Take a picture; while saving is behind, a file waits, and a camera's next frame will do."""
    class_number = run.class_number
    while not cancel_token.is_cancelled:
        try:
            run.shoot(frame, timeout_s=0.0 if source.info.is_live else _PATIENCE_S)
        except CaptureError as error:
            if error.code != "saving-behind":
                raise
            if source.info.is_live:
                return
            continue
        shutter.released(frame.timestamp_s)
        if run.class_number != class_number:
            shutter.start(frame.timestamp_s, after_s=frame.timestamp_s)
        return
