"""`PictureLoader`: pictures decoded in threads, the neighbours before they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from app.errors import AppError
from app.imaging import read_image

_MAX_BYTES = 600 * 2**20
_MAX_THREADS = 2
_SMALLEST_LEVEL_PX = 512
_GREY_MODES = ("1", "L", "I", "I;16", "F")


@dataclass(frozen=True)
class LoadedPicture:
    """A picture ready to be painted, or why it can't be.

    Attributes
    ----------
    path : Path
    levels : tuple of QImage
        The upright picture, and each level half the size of the one before.
    depth : int
        Channels of the file: 1 for grey, else 3.
    error : AppError or None
    """

    path: Path
    levels: tuple[QImage, ...]
    depth: int
    error: AppError | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels; (0, 0) where it can't be read."""
        return (self.levels[0].width(), self.levels[0].height()) if self.levels else (0, 0)

    @property
    def bytes_held(self) -> int:
        """Memory of all levels."""
        return sum(level.sizeInBytes() for level in self.levels)


def load_picture(path: Path) -> LoadedPicture:
    """Decode a picture and halve it until it is small; never raises an `AppError`."""
    try:
        image_bgr = read_image(path)
    except AppError as error:
        return LoadedPicture(path, (), 3, error)
    levels = [_to_qimage(image_bgr)]
    while min(image_bgr.shape[:2]) > _SMALLEST_LEVEL_PX:
        height, width = image_bgr.shape[:2]
        halved = cv2.resize(image_bgr, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        image_bgr = np.asarray(halved, np.uint8)
        levels.append(_to_qimage(image_bgr))
    return LoadedPicture(path, tuple(levels), _depth(path), None)


def _to_qimage(image_bgr: npt.NDArray[np.uint8]) -> QImage:
    height, width = image_bgr.shape[:2]
    view = QImage(image_bgr.data, width, height, image_bgr.strides[0], QImage.Format.Format_BGR888)
    # A format that Qt paints without converting; the copy also ends the loan of numpy's memory.
    return view.convertToFormat(QImage.Format.Format_RGB32)


def _depth(path: Path) -> int:
    try:
        with Image.open(path) as image:
            return 1 if image.mode in _GREY_MODES else 3
    except OSError:  # it has gone since it was decoded
        return 3


class _Task(QRunnable):
    def __init__(self, path: Path, owner: PictureLoader) -> None:
        super().__init__()
        self._path, self._owner = path, owner

    def run(self) -> None:
        if self._path in self._owner.near:
            self._owner.decoded.emit(load_picture(self._path))
        else:
            self._owner.passed.emit(self._path)


class PictureLoader(QObject):
    """Keeps the pictures looked at last and those near the current one.

    Signals
    -------
    loaded(LoadedPicture)
        The picture that was asked for last is there.
    """

    loaded = Signal(object)
    decoded = Signal(object)  # from the pool's threads
    passed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_MAX_THREADS)
        self._kept: OrderedDict[Path, LoadedPicture] = OrderedDict()
        self._under_way: set[Path] = set()
        self._wanted: Path | None = None
        self.near: frozenset[Path] = frozenset()  # worth decoding; read by the threads
        self.passed.connect(self._forget_task)
        self.decoded.connect(self._take)

    def request(self, path: Path, neighbours: Sequence[Path] = ()) -> None:
        """Ask for a picture: `loaded` follows, at once if it is kept.

        Its neighbours are decoded after it. What was asked for before and is neither is not
        decoded any more, so that going fast does not mean waiting for every picture passed.
        """
        self._wanted = path
        self.near = frozenset((path, *neighbours))
        known = self._kept.get(path)
        if known is None:
            self._begin(path, priority=1)
        else:
            self._kept.move_to_end(path)
            self.loaded.emit(known)
        for neighbour in neighbours:
            if neighbour not in self._kept:
                self._begin(neighbour, priority=0)

    def forget(self) -> None:
        """Drop all pictures; files may have changed."""
        self._wanted = None
        self._pool.clear()
        self._under_way.clear()
        self._kept.clear()

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self._pool.clear()
        self._pool.waitForDone()

    def _begin(self, path: Path, *, priority: int) -> None:
        if path not in self._under_way:
            self._under_way.add(path)
            self._pool.start(_Task(path, self), priority)

    @Slot(object)
    def _forget_task(self, path: Path) -> None:
        self._under_way.discard(path)
        if path in self.near:  # it was passed, and has been come back to meanwhile
            self._begin(path, priority=1 if path == self._wanted else 0)

    @Slot(object)
    def _take(self, picture: LoadedPicture) -> None:
        self._under_way.discard(picture.path)
        self._kept[picture.path] = picture
        while len(self._kept) > 1 and sum(p.bytes_held for p in self._kept.values()) > _MAX_BYTES:
            oldest = next(path for path in self._kept if path != self._wanted)
            del self._kept[oldest]
        if picture.path == self._wanted:
            self.loaded.emit(picture)
