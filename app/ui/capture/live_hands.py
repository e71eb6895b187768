"""`LiveHands`: boxes round the hands that the camera sees, as fast as they are found."""

from __future__ import annotations

import threading
import time

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.capture.source import Image
from app.errors import AppError
from app.geometry import Boxes
from app.ui.capture.shrinking import shrunk
from app.ui.shutdown import stop_thread

_SIDE_PX = 640  # the networks take 192 and 224
_ANY_CLASS = "hand"  # the class matters only when a picture is saved


class _HandWorker(QObject):
    """Looks at the newest picture; one slot, so it is never behind by more than one look."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()
        self._newest: Image | None = None
        self._is_closing = False

    def put(self, image_bgr: Image) -> None:
        """Leave a picture, in place of one that nobody has looked at."""
        with self._changed:
            self._newest = image_bgr
            self._changed.notify_all()

    def close(self) -> None:
        """Leave `run` soon."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()

    @Slot()
    def run(self) -> None:
        """Look until closed."""
        try:
            from app.assist.proposers import HandProposer  # loads the runtime of the networks

            proposer = HandProposer()
            while (image_bgr := self._take()) is not None:
                started_s = time.monotonic()
                small_bgr = shrunk(image_bgr, _SIDE_PX)
                proposals = proposer.propose(small_bgr, class_name=_ANY_CLASS)
                height, width = small_bgr.shape[:2]
                boxes = np.array([each.box_xyxy for each in proposals], np.float32).reshape(-1, 4)
                self.found.emit(boxes / np.array([width, height, width, height], np.float32))
                # Half of one core at most: pictures and their saving come first.
                self._rest(time.monotonic() - started_s)
        except AppError as error:
            self.failed.emit(error)

    def _take(self) -> Image | None:
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._is_closing)
            image_bgr, self._newest = self._newest, None
            return None if self._is_closing else image_bgr

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closing, seconds)


class LiveHands(QObject):
    """The hand assistant on the preview; idle until it is switched on.

    Signals
    -------
    found(object)
        Boxes, shape (N, 4), xyxy in fractions of the unmirrored picture.
    failed(AppError)
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: _HandWorker | None = None
        self._thread: QThread | None = None

    @property
    def is_on(self) -> bool:
        """Whether it looks at what it is given."""
        return self._worker is not None

    def look_at(self, image_bgr: Image) -> None:
        """Look at a picture unless a newer one comes before its turn."""
        if self._worker is not None:
            self._worker.put(image_bgr)

    def switch(self, *, is_on: bool) -> None:
        """Start looking, or stop."""
        if is_on == self.is_on:
            return
        if not is_on:
            self.shutdown()
            return
        self._worker, self._thread = _HandWorker(), QThread()
        self._thread.setObjectName("capture-hands")
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.run)
        self._worker.found.connect(self._on_found)
        self._worker.failed.connect(self.failed)
        self._thread.start()

    def shutdown(self) -> None:
        """Stop looking, and wait for the thread: one look at most."""
        worker, self._worker = self._worker, None
        thread, self._thread = self._thread, None
        if worker is not None and thread is not None:
            worker.close()
            stop_thread(thread)

    @Slot(object)
    def _on_found(self, boxes: Boxes) -> None:
        if self._worker is not None and self.sender() is self._worker:
            self.found.emit(boxes)


def mirrored_boxes(boxes_norm: Boxes) -> Boxes:
    """Return boxes, shape (N, 4), xyxy in fractions, as a mirror shows them."""
    x0, y0, x1, y1 = boxes_norm.T
    return np.stack([1 - x1, y0, 1 - x0, y1], axis=1).astype(np.float32)
