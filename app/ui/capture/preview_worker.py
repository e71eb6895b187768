"""`PreviewWorker`: reads a source in a thread of its own and leaves the newest frame."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.capture.camera_modes import CameraMode
from app.capture.cameras import list_cameras
from app.capture.errors import CaptureError, SourceError
from app.capture.live import LiveSource, LiveState
from app.capture.opening import is_camera, open_source
from app.capture.source import Frame, FrameSource
from app.capture.streams import STREAM_SCHEMES
from app.ui.capture.shrinking import shrunk_to
from app.ui.live_frame import FrameMailbox, image_of

_RETRY_S = 1.0
_PATIENCE_S = 0.2  # how soon closing is seen
_SILENCE_S = 1.5  # a live source that sends nothing for so long is told of
_ANY_ROOM = (100_000, 100_000)
_LOST_HINT = "Check the cable or the network. Capturing goes on by itself when it is back."
_LATE_S = 0.25  # a file that is so late goes on from here instead of racing after


class PreviewWorker(QObject):
    """Opens a source and plays it at its own rate until `close`. One object for one source.

    Frames go through `mailbox` with the fields ``frame`` (the `Frame`, as it will be saved) and
    ``grabbed_s`` (`time.monotonic` when it was seen); the image is no larger than it is shown,
    and mirrored if asked for.

    Attributes
    ----------
    is_mirrored : bool
    room_px : (int, int)
        Width and height that there are on the screen. Both may be set from any thread.
    camera_name : str
        Name of the camera once it is open; empty for what is no camera.
    left : threading.Event
        Set once the source is let go of.

    Parameters
    ----------
    text : str
        As `app.capture.opening.open_source` takes it.
    after : PreviewWorker, optional
        Who must have let go of its source first: it may be the same camera.
    modes : mapping of str to CameraMode, optional
        What to ask a camera for, by its name.

    Signals
    -------
    opened(SourceInfo)
    frame_waiting()
        The mailbox was empty, and is not any more.
    trouble(AppError)
        There are no pictures at the moment; it is tried again until there are.
    recovered()
    ended(str)
        A file or folder is over; what of it could not be read, or nothing.
    failed(AppError)
        There will be no pictures.
    finished()
        `run` is left.
    """

    opened = Signal(object)
    frame_waiting = Signal()
    trouble = Signal(object)
    recovered = Signal()
    ended = Signal(str)
    failed = Signal(object)
    finished = Signal()

    def __init__(
        self,
        text: str,
        *,
        after: PreviewWorker | None = None,
        modes: Mapping[str, CameraMode] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.mailbox = FrameMailbox()
        self.is_mirrored = False
        self.room_px = _ANY_ROOM
        self.camera_name = ""
        self.left = threading.Event()
        self._text, self._after, self._modes = text, after, dict(modes)
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._seek_to: int | None = None
        self._clock_s: float | None = None  # when frame 0 of a file would have been shown
        self._is_in_trouble = False

    # -- for other threads ------------------------------------------------------------------

    def close(self) -> None:
        """Leave `run` soon."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()

    def seek(self, frame_index: int) -> None:
        """Go on with another frame of a file or folder, also after its end."""
        with self._changed:
            self._seek_to = frame_index
            self._changed.notify_all()

    # -- in its thread ----------------------------------------------------------------------

    @Slot()
    def run(self) -> None:
        """Play until closed."""
        try:
            self._wait_for_predecessor()
            source = self._open()
            if source is not None:
                try:
                    self.opened.emit(source.info)
                    self._play(source)
                finally:
                    source.close()
        except CaptureError as error:
            self.failed.emit(error)
        finally:
            self.left.set()
            self.finished.emit()

    def _wait_for_predecessor(self) -> None:
        after, self._after = self._after, None
        while after is not None and not self._closing.is_set():
            if after.left.wait(_PATIENCE_S):
                return

    def _open(self) -> FrameSource | None:
        """Open the source, a live one as often as it takes; None when closed meanwhile."""
        while not self._closing.is_set():
            try:
                source = self._open_once()
            except SourceError as error:
                if not _may_come(self._text, error):
                    raise
                self._tell_trouble(error)
                self._closing.wait(_RETRY_S)
                continue
            return source
        return None

    def _open_once(self) -> FrameSource:
        mode = None
        if is_camera(self._text):
            names = {camera.number: camera.name for camera in list_cameras()}
            self.camera_name = names.get(int(self._text), self._text)
            mode = self._modes.get(self.camera_name)
        return open_source(self._text, on_state=self._on_state, mode=mode)

    def _play(self, source: FrameSource) -> None:
        heard_s = time.monotonic()
        while not self._closing.is_set():
            self._go_where_asked(source)
            frame = _next_frame(source)
            if frame is not None:
                self._show(source, frame)
                heard_s = time.monotonic()
            elif not isinstance(source, LiveSource):
                self.ended.emit(source.warning or "")
                self._wait_for_seek()
            elif source.is_closed:
                return
            elif time.monotonic() - heard_s > _SILENCE_S:
                self._tell_trouble(_silent(self._text))

    def _show(self, source: FrameSource, frame: Frame) -> None:
        image_bgr = frame.image_bgr  # converted here, once for all
        height, width = image_bgr.shape[:2]
        room_width, room_height = self.room_px
        shown_bgr = shrunk_to(image_bgr, min(room_width / width, room_height / height))
        if self.is_mirrored:
            shown_bgr = np.asarray(cv2.flip(shown_bgr, 1), np.uint8)
        image = image_of(shown_bgr)
        if isinstance(source, LiveSource):
            grabbed_s = time.monotonic() - source.age_s(frame)
        else:
            self._wait_until_due(frame)
            grabbed_s = time.monotonic()
        if self._closing.is_set() or self._seek_to is not None:
            return
        if self.mailbox.put(image, {"frame": frame, "grabbed_s": grabbed_s}):
            self.frame_waiting.emit()
        self._tell_recovered()  # after the frame: whoever reads it may press the shutter

    def _wait_until_due(self, frame: Frame) -> None:
        """Keep the pace of a file."""
        now_s = time.monotonic()
        if self._clock_s is None or now_s - self._clock_s - frame.timestamp_s > _LATE_S:
            self._clock_s = now_s - frame.timestamp_s
        left_s = self._clock_s + frame.timestamp_s - now_s
        with self._changed:
            self._changed.wait_for(lambda: self._closing.is_set() or self._is_asked, left_s)

    @property
    def _is_asked(self) -> bool:
        return self._seek_to is not None

    def _go_where_asked(self, source: FrameSource) -> None:
        with self._changed:
            wanted, self._seek_to = self._seek_to, None
        if wanted is not None:
            source.seek(wanted)
            self._clock_s = None

    def _wait_for_seek(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing.is_set() or self._is_asked)

    # -- telling ----------------------------------------------------------------------------

    def _on_state(self, state: LiveState, message: str) -> None:
        """Take what a live source says, in its own thread."""
        if state == "lost":  # that it is back is told with its first frame
            self._tell_trouble(SourceError("source-lost", message, _LOST_HINT))

    def _tell_trouble(self, error: SourceError) -> None:
        if not self._is_in_trouble:
            self._is_in_trouble = True
            self.trouble.emit(error)

    def _tell_recovered(self) -> None:
        if self._is_in_trouble:
            self._is_in_trouble = False
            self.recovered.emit()


def _next_frame(source: FrameSource) -> Frame | None:
    if isinstance(source, LiveSource):
        return source.read(timeout_s=_PATIENCE_S)
    return source.read()


def _may_come(text: str, error: SourceError) -> bool:
    """Whether a source that could not be opened may be there later: a camera, a stream."""
    is_stream = text.partition("://")[0].lower() in STREAM_SCHEMES
    return error.code.startswith("camera-") or (is_stream and error.code != "stream-not-video")


def _silent(text: str) -> SourceError:
    name = f"Camera {text}" if text.isdecimal() else "The source"
    return SourceError(
        "source-silent",
        f"{name} sends no pictures at the moment.",
        _LOST_HINT,
    )
