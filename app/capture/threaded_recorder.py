"""`ThreadedRecorder`: encoding beside the counting, with a bounded queue between them."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from app.capture.recorder import VideoRecorder
from app.errors import AppError

_QUEUE_FRAMES = 8  # evens out key frames; 22 MB at 1280x720


@dataclass(frozen=True)
class _Item:
    image_bgr: npt.NDArray[np.uint8]
    timestamp_s: float | None


class ThreadedRecorder:
    """Runs a `VideoRecorder` in a thread of its own.

    Parameters
    ----------
    recorder : VideoRecorder
        Closed by this object.
    drops_when_full : bool
        What `write` does when the encoder can't keep up. False (files): wait, every frame is
        written. True (live sources): drop the frame and count it in `dropped_frames`.

    Attributes
    ----------
    dropped_frames : int
    """

    def __init__(self, recorder: VideoRecorder, *, drops_when_full: bool) -> None:
        self._recorder = recorder
        self._drops_when_full = drops_when_full
        self.dropped_frames = 0
        self._error: AppError | None = None
        self._queue: queue.Queue[_Item | None] = queue.Queue(_QUEUE_FRAMES)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def codec(self) -> str:
        """The codec's name for people, such as ``"H.264"``."""
        return self._recorder.codec

    @property
    def frames_written(self) -> int:
        """How many frames are encoded; all of them after `close`."""
        return self._recorder.frames_written

    def write(self, image_bgr: npt.NDArray[np.uint8], timestamp_s: float | None = None) -> None:
        """Hand a frame over; it must not be written into any more.

        Raises
        ------
        RecordingError
            When an earlier frame could not be written.
        """
        if self._error is not None:
            raise self._error
        try:
            self._queue.put(_Item(image_bgr, timestamp_s), block=not self._drops_when_full)
        except queue.Full:
            self.dropped_frames += 1

    def close(self) -> str:
        """Write what is queued, finish the file and return the codec's name. Safe to call twice.

        Raises
        ------
        RecordingError
            When a frame or the end could not be written.
        """
        self._stop()
        if self._error is not None:
            raise self._error
        return self._recorder.close()

    def abort(self) -> None:
        """Throw the recording away."""
        self._stop()
        self._recorder.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._error is not None:
                continue  # the queue is emptied all the same, so that `write` never hangs
            try:
                self._recorder.write(item.image_bgr, item.timestamp_s)
            except AppError as error:
                self._error = error
