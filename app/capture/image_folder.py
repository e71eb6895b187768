"""`ImageFolderSource`: the pictures of a folder, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.errors import SourceError
from app.capture.source import Frame, SourceInfo
from app.imaging import IMAGE_SUFFIXES, ImageReadError, read_image

_FPS = 25.0  # nobody says when the pictures were taken; for the clock and for recordings
_NAMED_IN_WARNING = 3


class ImageFolderSource:
    """The pictures of a folder in natural order (``2.png`` before ``10.png``).

    Pictures that can't be read are stepped over, keep their index, and are named by `warning`.
    Pictures of another size than the first are fitted into it, with bars at the sides, so
    that nothing is cut off or distorted.

    Parameters
    ----------
    paths : sequence of Path
        From `image_files`.
    uri : str
        As the person gave it.

    Raises
    ------
    SourceError
        ``folder-not-readable`` when not one picture can be read.
    """

    def __init__(self, paths: Sequence[Path], *, uri: str) -> None:
        self._paths = paths
        self._next = 0
        self._is_closed = False
        self._broken: dict[int, str] = {}
        self._fitted: set[int] = set()
        self._size: tuple[int, int] | None = None
        first = self.read()
        if first is None:
            raise SourceError(
                "folder-not-readable",
                f"None of the {len(paths)} pictures of {uri} can be read.",
                "Open one in a picture viewer to see what is wrong.",
            )
        self._next = 0
        height, width = first.image_bgr.shape[:2]
        self.info = SourceInfo(
            uri=uri,
            kind="folder",
            width=width,
            height=height,
            fps=_FPS,
            frame_count=len(paths),
        )

    @property
    def warning(self) -> str | None:
        """Which pictures could not be read, and how many had to be fitted, so far."""
        sentences = []
        if self._broken:
            names = [self._broken[index] for index in sorted(self._broken)]
            shown = ", ".join(names[:_NAMED_IN_WARNING])
            more = len(names) - _NAMED_IN_WARNING
            listed = f"{shown} and {more} more" if more > 0 else shown
            sentences.append(
                f"{len(names)} of {len(self._paths)} pictures could not be read: {listed}."
            )
        if count := len(self._fitted):
            words = "picture of another size was" if count == 1 else "pictures of another size were"
            sentences.append(f"{count} {words} fitted.")
        return " ".join(sentences) or None

    def read(self) -> Frame | None:
        """Return the next picture that can be read, None after the last."""
        while not self._is_closed and self._next < len(self._paths):
            index = self._next
            self._next += 1
            try:
                image_bgr = read_image(self._paths[index])
            except ImageReadError:
                self._broken[index] = self._paths[index].name
                continue
            return Frame(index, index / _FPS, self._fit(image_bgr, index))
        return None

    def seek(self, frame_index: int) -> None:
        """Make `read` return picture `frame_index` next."""
        if frame_index < 0:
            raise ValueError(f"frame_index must not be negative: {frame_index}")
        self._next = frame_index

    def close(self) -> None:
        """Read no more."""
        self._is_closed = True

    def _fit(self, image_bgr: npt.NDArray[np.uint8], index: int) -> npt.NDArray[np.uint8]:
        height, width = image_bgr.shape[:2]
        if self._size is None:
            self._size = (width, height)
        if (width, height) == self._size:
            return image_bgr
        self._fitted.add(index)
        return _letterboxed(image_bgr, *self._size)


def image_files(folder: Path) -> list[Path]:
    """Return the pictures of a folder in natural order, its sub-folders left out.

    Raises
    ------
    SourceError
        ``folder-empty`` or ``folder-not-readable``.
    """
    try:
        paths = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES]
    except OSError as error:
        raise SourceError(
            "folder-not-readable",
            f"Can't look into the folder {folder}.",
            "Check that you may read it.",
            detail=str(error),
        ) from error
    if not paths:
        raise SourceError(
            "folder-empty",
            f"There are no pictures in the folder {folder}.",
            f"Pictures end in {' '.join(sorted(IMAGE_SUFFIXES))}",
        )
    return sorted(paths, key=_natural_order)


def _natural_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.split(r"([0-9]+)", path.name.casefold())
    keys = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
    return keys, path.name


def _letterboxed(
    image_bgr: npt.NDArray[np.uint8], width: int, height: int
) -> npt.NDArray[np.uint8]:
    scale = min(width / image_bgr.shape[1], height / image_bgr.shape[0])
    inner_width = max(1, round(image_bgr.shape[1] * scale))
    inner_height = max(1, round(image_bgr.shape[0] * scale))
    inner = cv2.resize(image_bgr, (inner_width, inner_height), interpolation=cv2.INTER_AREA)
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    right, bottom = width - inner_width - left, height - inner_height - top
    framed = cv2.copyMakeBorder(inner, top, bottom, left, right, cv2.BORDER_CONSTANT)
    return cast("npt.NDArray[np.uint8]", framed)
