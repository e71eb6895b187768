"""`LiveSource`: the newest frame of a camera or stream, through losses and returns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol, cast

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.errors import SourceError
from app.capture.source import Frame, SourceInfo

FIRST_RETRY_S = 0.2
LONGEST_RETRY_S = 1.0  # with the time to connect, a source that is back is seen within 5 s

LiveState = Literal["lost", "back"]
StateCallback = Callable[[LiveState, str], None]


class Connection(Protocol):
    """One connection to a camera or stream; once lost, it is replaced and not repaired."""

    fps: float

    def grab(self) -> npt.NDArray[np.uint8]:
        """Wait for the next picture and return it as ``image_bgr``.

        Raises
        ------
        SourceError
            When none came in time, or none will come any more.
        """
        ...

    def close(self) -> None:
        """Let go of the device or address."""
        ...


class LiveSource:
    """Grabs frames in a thread of its own and hands out the newest; older ones are dropped.

    A source that is not there at the start is an error. One that is lost later is tried again,
    by a new connection each time, until it is back or this is closed. The first frame after a
    loss has `follows_gap` set; no frame is ever made up or handed out twice.

    Parameters
    ----------
    connection : Connection
        Open; closed by this source.
    reconnect : callable
        Opens the source anew after a loss; called in the grabbing thread.
    uri : str
        As the person gave it.
    name : str
        For messages: without a password.
    kind : {"camera", "stream"}
    on_state : callable or None
        Called in the grabbing thread with ``"lost"`` or ``"back"`` and a sentence for people.

    Raises
    ------
    SourceError
        When the connection gives no picture.
    """

    def __init__(
        self,
        connection: Connection,
        reconnect: Callable[[], Connection],
        *,
        uri: str,
        name: str,
        kind: Literal["camera", "stream"],
        on_state: StateCallback | None = None,
    ) -> None:
        self._reconnect = reconnect
        self._name = name
        self._on_state = on_state
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._has_stopped = False
        self._newest: Frame | None = None
        self._grabbed = 0
        first = _first_picture(connection)
        self._started_s = time.monotonic()
        height, width = first.shape[:2]
        self.info = SourceInfo(
            uri=uri, kind=kind, width=width, height=height, fps=connection.fps, frame_count=None
        )
        self._offer(first, follows_gap=False)
        self._thread = threading.Thread(
            target=self._run, args=(connection,), name=f"grab {kind}", daemon=True
        )
        self._thread.start()

    @property
    def warning(self) -> str | None:
        """None: losses are told by `on_state` when they happen."""
        return None

    @property
    def is_closed(self) -> bool:
        """Whether no frame will ever come again."""
        return self._closing.is_set() or self._has_stopped

    def read(self, timeout_s: float | None = None) -> Frame | None:
        """Wait for a frame newer than the last one; None once closed or after `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self.is_closed, timeout_s)
            frame, self._newest = self._newest, None
            return None if self._closing.is_set() else frame

    def age_s(self, frame: Frame) -> float:
        """Return how long ago a frame was grabbed, seconds."""
        return time.monotonic() - self._started_s - frame.timestamp_s

    def seek(self, frame_index: int) -> None:
        """Do nothing: what is live has no past."""

    def close(self) -> None:
        """Wake a waiting `read` at once, then wait for the thread: a stalled stream's timeout."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()

    def _run(self, connection: Connection | None) -> None:
        try:
            while connection is not None and not self._closing.is_set():
                try:
                    self._offer(connection.grab(), follows_gap=False)
                except SourceError:
                    connection.close()
                    connection = self._wait_for_return()
        finally:
            if connection is not None:
                connection.close()
            with self._changed:
                self._has_stopped = True
                self._changed.notify_all()

    def _wait_for_return(self) -> Connection | None:
        """Try until a picture comes; None when closed meanwhile."""
        self._tell("lost", f"{self._name} gives no pictures any more. Trying again.")
        retry_s = FIRST_RETRY_S
        while not self._closing.wait(retry_s):
            try:
                connection = self._reconnect()
                first = _first_picture(connection)
            except SourceError:
                retry_s = min(retry_s * 2, LONGEST_RETRY_S)
                continue
            self._tell("back", f"{self._name} is back.")
            self._offer(first, follows_gap=True)
            return connection
        return None

    def _offer(self, image_bgr: npt.NDArray[np.uint8], *, follows_gap: bool) -> None:
        timestamp_s = time.monotonic() - self._started_s
        size = (self.info.width, self.info.height)
        if image_bgr.shape[1::-1] != size:  # came back with another size: same scene, same frame
            image_bgr = cast("npt.NDArray[np.uint8]", cv2.resize(image_bgr, size))
        with self._changed:
            # A reader that missed the first frame after a gap must still learn of the gap.
            follows_gap |= self._newest is not None and self._newest.follows_gap
            self._newest = Frame(self._grabbed, timestamp_s, image_bgr, follows_gap)
            self._grabbed += 1
            self._changed.notify_all()

    def _tell(self, state: LiveState, message: str) -> None:
        if self._on_state is not None and not self._closing.is_set():
            self._on_state(state, message)


def _first_picture(connection: Connection) -> npt.NDArray[np.uint8]:
    try:
        return connection.grab()
    except SourceError:
        connection.close()
        raise
