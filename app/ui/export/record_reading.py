"""`RecordReading`: the examples of one record file, one after the other; its methods block."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.dataset.errors import DatasetError
from app.dataset.record_contents import RecordedPicture, read_examples
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.ui.annotate.pictures.picture_loader import LoadedPicture
from app.ui.live_frame import image_of

_KEPT_BYTES = 64 * 2**20  # of packed pictures: to go back without reading from the start
_SMALLEST_LEVEL_PX = 512


@dataclass(frozen=True)
class ShownExample:
    """One example, ready to be painted.

    Attributes
    ----------
    example : RecordedPicture
    picture : LoadedPicture
        With the reason where the picture can't be decoded.
    """

    example: RecordedPicture
    picture: LoadedPicture


class RecordReading:
    """Goes on from the example read last: from the start each step would take longer.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._examples: Iterator[RecordedPicture] | None = None
        self._last = 0  # number of the example read last
        self._kept: OrderedDict[int, RecordedPicture] = OrderedDict()
        self._kept_bytes = 0

    def show(self, number: int, token: CancelToken) -> ShownExample | None:
        """Return the example at a place, counted from 1; None behind the last one.

        Raises
        ------
        DatasetError
            As `read_examples`.
        JobCancelled
        """
        example = self._kept.get(number) or self._read(number, token)
        return None if example is None else ShownExample(example, _loaded(example))

    def _read(self, number: int, token: CancelToken) -> RecordedPicture | None:
        if self._examples is None or number <= self._last:
            self._examples, self._last = read_examples(self.path), 0
        example: RecordedPicture | None = None
        while self._last < number:
            token.raise_if_cancelled()
            example = self._next()
            if example is None:
                return None
            self._last += 1
            self._keep(example)
        return example

    def _next(self) -> RecordedPicture | None:
        assert self._examples is not None
        try:
            example = next(self._examples, None)
        except DatasetError:
            self._examples = None  # a generator that has raised is at its end
            raise
        if example is None:
            self._examples = None
        return example

    def _keep(self, example: RecordedPicture) -> None:
        former = self._kept.pop(example.number, None)
        self._kept_bytes -= 0 if former is None else len(former.content)
        self._kept[example.number] = example
        self._kept_bytes += len(example.content)
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1].content)


def _loaded(example: RecordedPicture) -> LoadedPicture:
    try:
        levels = [image_of(example.image_bgr())]
    except AppError as error:
        return LoadedPicture(example.path, (), 3, error)
    while min(levels[-1].width(), levels[-1].height()) > _SMALLEST_LEVEL_PX:
        levels.append(_halved(levels[-1]))
    return LoadedPicture(example.path, tuple(levels), 3, None)


def _halved(image: QImage) -> QImage:
    return image.scaled(
        image.width() // 2,
        image.height() // 2,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
