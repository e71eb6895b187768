"""`StateScan`: reads the label files of a folder in a thread, and tells the states in parts."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QRunnable, QThread, QThreadPool, Signal

from app.annotation.label_folder import LabelFolder
from app.annotation.picture_index import PictureIndex

_TELL_EVERY_S = 0.05
_REST_EVERY = 50  # label files
_REST_MS = 2  # in which the window has the interpreter to itself


class StateScan(QObject):
    """One scan at a time; a new one ends the one before.

    Signals
    -------
    scanned(int, object)
        Number of the scan, and a list of (place, `PictureState`).
    """

    scanned = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = 0  # of the scan that counts; read by the thread
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def begin(self, folder: LabelFolder, pictures: PictureIndex, places: Sequence[int]) -> None:
        """Read the states of the pictures at these places, in this order."""
        self.cancel()
        if places:
            self._pool.start(_Task(folder, pictures, places, self))

    def cancel(self) -> None:
        """Let what is under way come to nothing."""
        self.number += 1

    def stop(self) -> None:
        """Wait for the thread; the window closes."""
        self.cancel()
        self._pool.waitForDone()


class _Task(QRunnable):
    def __init__(
        self, folder: LabelFolder, pictures: PictureIndex, places: Sequence[int], owner: StateScan
    ) -> None:
        super().__init__()
        self._folder, self._pictures, self._places = folder, pictures, places
        self._owner, self._number = owner, owner.number

    def run(self) -> None:
        found, told_s = [], time.monotonic()
        for count, place in enumerate(self._places, start=1):
            if self._owner.number != self._number:
                return
            found.append((place, self._folder.state(self._pictures[place])))
            if time.monotonic() - told_s > _TELL_EVERY_S:
                self._owner.scanned.emit(self._number, found)
                found, told_s = [], time.monotonic()
            if not count % _REST_EVERY:
                QThread.msleep(_REST_MS)
        self._owner.scanned.emit(self._number, found)
