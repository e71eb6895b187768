"""Readers: hand the session its frames, decoded ahead on files, the newest on live sources."""

from __future__ import annotations

import threading
from collections import deque
from typing import Protocol

from app.capture.live import LiveSource
from app.capture.source import Frame, FrameSource
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.tracking.picture import Picture

_BUFFER_FRAMES = 12  # longer than the usual gap between detections, short enough for 4K in memory
_LOOK_EVERY_S = 0.2  # how soon a cancel is seen

Item = tuple[Frame, Picture]


class Reader(Protocol):
    """Frames of one source, with the grey picture that trackers need."""

    @property
    def has_ended(self) -> bool:
        """Whether no frame comes any more, unless by `seek`."""
        ...

    def next(self, *, timeout_s: float) -> Item | None:
        """Return the next frame; None at the end, or when there is none yet after `timeout_s`."""
        ...

    def upcoming(self, gap: int) -> Item | None:
        """Return the frame `gap` frames after the last one handed out; None if none will come."""
        ...

    def seek(self, frame_index: int) -> None:
        """Make `next` return frame `frame_index`."""
        ...

    def close(self) -> None:
        """Stop reading. The source stays open; whoever opened it closes it."""
        ...


def make_reader(source: FrameSource, cancel_token: CancelToken | None = None) -> Reader:
    """Return the reader for the kind of source; a cancel ends its waiting."""
    if isinstance(source, LiveSource):
        return LiveReader(source)
    return AheadReader(source, cancel_token or CancelToken())


class LiveReader:
    """Reads the newest frame when asked; frames in between are gone."""

    def __init__(self, source: LiveSource) -> None:
        self._source = source

    @property
    def has_ended(self) -> bool:
        """Whether the source was closed."""
        return self._source.is_closed

    def next(self, *, timeout_s: float) -> Item | None:
        """Wait for a frame newer than the last."""
        frame = self._source.read(timeout_s)
        return None if frame is None else (frame, picture_of(frame))

    def upcoming(self, gap: int) -> Item | None:
        """Return None: the future of a camera is not known."""
        return None

    def seek(self, frame_index: int) -> None:
        """Do nothing: a camera has no past."""

    def close(self) -> None:
        """Do nothing: closing the source wakes a waiting `next`."""


class AheadReader:
    """Decodes files in a thread of its own, a bounded number of frames ahead."""

    def __init__(self, source: FrameSource, cancel_token: CancelToken) -> None:
        self._source = source
        self._cancel_token = cancel_token
        self._changed = threading.Condition()
        self._buffer: deque[Item] = deque()
        self._seek_index: int | None = None
        self._has_ended = False
        self._is_closed = False
        self._error: AppError | None = None
        self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether the last frame was handed out."""
        with self._changed:
            return self._is_ready() and not self._buffer

    def next(self, *, timeout_s: float) -> Item | None:
        """Return the next frame, waiting for the decoder; None at the end of the file.

        Raises
        ------
        AppError
            What broke off the decoding, once all frames before it are handed out.
        """
        with self._changed:
            self._changed.wait_for(self._is_ready, timeout_s)
            if self._buffer and self._seek_index is None:
                item = self._buffer.popleft()
                self._changed.notify_all()
                return item
            if self._error is not None:
                raise self._error
            return None

    def _is_ready(self) -> bool:
        return self._seek_index is None and (
            bool(self._buffer) or self._has_ended or self._error is not None
        )

    def upcoming(self, gap: int) -> Item | None:
        """Wait for the frame `gap` frames after the last one handed out.

        None past the end, or when cancelled: a recording behind a stalled address may never come.
        """
        with self._changed:
            while not self._changed.wait_for(lambda: self._is_known(gap), _LOOK_EVERY_S):
                if self._cancel_token.is_cancelled:
                    return None
            return self._buffer[gap - 1] if gap <= len(self._buffer) else None

    def _is_known(self, gap: int) -> bool:
        return (
            len(self._buffer) >= gap
            or self._has_ended
            or self._error is not None
            or self._is_closed
        )

    def seek(self, frame_index: int) -> None:
        """Drop what was decoded ahead and go on from `frame_index`."""
        with self._changed:
            self._seek_index = frame_index
            self._buffer.clear()
            self._has_ended = False
            self._error = None
            self._changed.notify_all()

    def close(self) -> None:
        """Stop the decoding thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while (target := self._wait_for_work()) is not None:
            try:
                if target >= 0:
                    self._source.seek(target)
                frame = self._source.read()
                item = None if frame is None else (frame, picture_of(frame))
                if item is not None:
                    _ = item[1].gray  # computed here, beside the tracking thread
            except AppError as error:
                self._put(None, error)
            else:
                self._put(item, None)

    def _wait_for_work(self) -> int | None:
        """Return the frame to seek to first, -1 to just read on, None to stop."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._is_closed
                    or self._seek_index is not None
                    or (
                        len(self._buffer) < _BUFFER_FRAMES
                        and not self._has_ended
                        and self._error is None
                    )
                )
            )
            if self._is_closed:
                return None
            target, self._seek_index = self._seek_index, None
            return -1 if target is None else target

    def _put(self, item: Item | None, error: AppError | None) -> None:
        with self._changed:
            if self._seek_index is None:  # else the person has gone elsewhere meanwhile
                self._error = error
                self._has_ended = item is None and error is None
                if item is not None:
                    self._buffer.append(item)
            self._changed.notify_all()


def picture_of(frame: Frame) -> Picture:
    """Return a frame as trackers look at it: by its grey plane where the decoder has one."""
    return Picture(lambda: frame.image_bgr, luma=frame.luma)
