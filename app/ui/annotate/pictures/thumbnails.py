"""`Thumbnails`: small pictures for the list, read in a thread when a row is first looked at."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from app.errors import AppError
from app.imaging import read_thumbnail

SIDE_PX = 44
_KEPT = 3000  # 8 kB each
_WAITING = 60  # rows scrolled past are not worth reading


class _Task(QRunnable):
    def __init__(self, path: Path, owner: Thumbnails) -> None:
        super().__init__()
        self._path, self._owner = path, owner

    def run(self) -> None:
        image = None
        try:
            image = _read(self._path)
        finally:  # whatever happens: the next one waits for it
            self._owner.decoded.emit(self._path, image)


def _read(path: Path) -> QImage | None:
    try:
        image_bgr = read_thumbnail(path, side_px=2 * SIDE_PX)  # for fine screens
    except AppError:
        return None  # the picture itself says why, when it is opened
    height, width = image_bgr.shape[:2]
    form = QImage.Format.Format_BGR888
    return QImage(image_bgr.data, width, height, image_bgr.strides[0], form).copy()


class Thumbnails(QObject):
    """Keeps those looked at last.

    Signals
    -------
    ready(object)
        The path of a picture whose thumbnail is there now.
    """

    ready = Signal(object)
    decoded = Signal(object, object)  # from the pool's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._kept: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._waiting: OrderedDict[Path, None] = OrderedDict()
        self._under_way: Path | None = None
        self.decoded.connect(self._take)

    def get(self, path: Path) -> QPixmap | None:
        """Return the thumbnail if it is there; else None, and `ready` follows if it can be read."""
        if path in self._kept:
            return self._kept[path]
        if path == self._under_way:
            return None
        self._waiting[path] = None
        self._waiting.move_to_end(path)
        while len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        self._begin()
        return None

    def forget(self) -> None:
        """Drop all of them; another folder is opened."""
        self._kept.clear()
        self._waiting.clear()

    def stop(self) -> None:
        """Wait for the thread; the window closes."""
        self._waiting.clear()
        self._pool.waitForDone()

    def _begin(self) -> None:
        if self._under_way is None and self._waiting:
            self._under_way, _ = self._waiting.popitem(last=True)  # what came into view last
            self._pool.start(_Task(self._under_way, self))

    @Slot(object, object)
    def _take(self, path: Path, image: QImage | None) -> None:
        self._under_way = None
        self._kept[path] = None if image is None else QPixmap.fromImage(image)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._begin()
        if image is not None:
            self.ready.emit(path)
