"""What a capture run takes, saves and tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2

from app.annotation.trash import Discarded
from app.capture.errors import CaptureError
from app.capture.plan import PictureNumber
from app.capture.session import PictureFormat
from app.capture.source import Frame, Image
from app.errors import AppError

# OpenCV's own choice: any level that is named takes half as long again, for a fifth less bytes.
_PNG_OPTIONS = ()
_JPEG_OPTIONS = (cv2.IMWRITE_JPEG_QUALITY, 95)


@dataclass(frozen=True)
class SavedPicture:
    """A picture that is on disk.

    Attributes
    ----------
    path : Path
    number : PictureNumber
    class_name : str
    resembles : str or None
        Name of a recent picture of its class that looks the same, for a hint.
    """

    path: Path
    number: PictureNumber
    class_name: str
    resembles: str | None


@dataclass(eq=False)
class Shot:
    """A picture that was taken and is being saved.

    Attributes
    ----------
    number : PictureNumber
        The name it gets, unless another program takes that meanwhile.
    class_name : str
    frame : Frame
    taken : str
        When, ISO 8601.
    saved : SavedPicture or None
        What it has become, once the picture is on disk.
    """

    number: PictureNumber
    class_name: str
    frame: Frame
    taken: str
    saved: SavedPicture | None = None


@dataclass(frozen=True)
class Undone:
    """What taking back a deletion did.

    Attributes
    ----------
    path : Path
        The picture that is there again.
    put_away : Discarded or None
        The newer picture that had its name, which is in the trash now.
    """

    path: Path
    put_away: Discarded | None


class CaptureWatcher(Protocol):
    """Is told how saving goes. Called in the saving thread, never with a lock held."""

    def saved(self, picture: SavedPicture) -> None:
        """Take note of a picture that is on disk, with its proposal if there is one."""
        ...

    def blocked(self, error: AppError) -> None:
        """Say why saving stopped. It is tried again every second; nothing is lost meanwhile."""
        ...

    def unblocked(self) -> None:
        """Take note that saving goes on."""
        ...

    def not_labelled(self, picture: SavedPicture, error: AppError) -> None:
        """Say why a saved picture has no proposal."""
        ...


Propose = Callable[[SavedPicture, Image], None]
"""Writes labels or proposals of a saved picture, given as ``image_bgr``; in the saving thread."""


def encoded(image_bgr: Image, picture_format: PictureFormat, path: Path) -> bytes:
    """Return a picture as the bytes of a PNG or JPEG file.

    Raises
    ------
    CaptureError
        ``picture-not-encoded``: too large for the format.
    """
    options = _PNG_OPTIONS if picture_format == "png" else _JPEG_OPTIONS
    try:
        is_done, data = cv2.imencode(f".{picture_format}", image_bgr, options)
    except cv2.error as error:
        raise _not_encoded(path, str(error)) from error
    if not is_done:
        raise _not_encoded(path, "imencode returned False")
    return data.tobytes()


def _not_encoded(path: Path, detail: str) -> CaptureError:
    return CaptureError(
        "picture-not-encoded",
        f"The picture {path} can't be written in this format.",
        "Choose PNG.",
        detail,
    )
