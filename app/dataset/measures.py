"""What is measured of one picture, once; limits are applied to it later, without the picture."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from app.imaging import ImageReadError, decode_gray, difference_hash, read_content

SIDE_PX = 640  # larger pictures are measured at this size: what a person sees on a screen
THUMBNAIL_PX = 16

_TILES = 8  # a side: something must be sharp, not everything
_SHARP_TILES_PERCENT = 90.0
_FINE_SIGMA_PX, _COARSE_SIGMA_PX = 1.0, 2.0
_FAINT = 4.0  # grey levels: less detail than that may be the blocks of strong compression
_PLAIN_LEVELS = 10  # cells this near to the median grey are taken for background


@dataclass(frozen=True, slots=True)
class PictureMeasures:
    """The measures of one picture; where `error` is not empty, only the file's own are known.

    Attributes
    ----------
    name : str
        POSIX path relative to the folder of pictures.
    file_bytes, mtime_ns : int
        Size and modification time of the file that was measured; 0 where it could not be asked.
    sha256 : str
        Of the file's bytes, hexadecimal; empty when they could not be read.
    width, height : int
        Of the upright picture, pixels.
    look : int
        `app.imaging.difference_hash`, 64 bits.
    thumbnail : bytes
        `THUMBNAIL_PX` squared grey levels, row by row; the picture's shape is not kept.
    sharpness : float
        How much of the detail in the most detailed parts is fine, about 0.2 to 1. Blur takes the
        fine first. To be compared within a session only.
    percentiles : tuple of float
        The 1st, 5th, 95th and 99th percentile of brightness, 0 to 255.
    emptiness : float
        The share of the picture that is plain background, 0 to 1.
    error : str
        Why the picture can't be read, naming the file.
    """

    name: str
    file_bytes: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    width: int = 0
    height: int = 0
    look: int = 0
    thumbnail: bytes = b""
    sharpness: float = 0.0
    percentiles: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    emptiness: float = 0.0
    error: str = ""

    @property
    def session(self) -> str:
        """The sub-folder, whose pictures were taken together."""
        return self.name.rpartition("/")[0]

    @property
    def detail_px(self) -> float:
        """How many pixels a side would hold what the picture shows: sharpness times size."""
        return self.sharpness * min(SIDE_PX, max(self.width, self.height))


def read_stamp(path: Path) -> tuple[int, int]:
    """Return size in bytes and modification time in nanoseconds; zeros where it can't be asked."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def fingerprint(path: Path, name: str) -> tuple[PictureMeasures, bytes]:
    """Return what the file itself tells, and its bytes."""
    file_bytes, mtime_ns = read_stamp(path)
    known = PictureMeasures(name, file_bytes, mtime_ns)
    try:
        content = read_content(path)
    except ImageReadError as error:
        return replace(known, error=_told(error, path, name)), b""
    return replace(known, sha256=hashlib.sha256(content).hexdigest()), content


def measure(known: PictureMeasures, content: bytes, *, path: Path) -> PictureMeasures:
    """Return all measures of a picture whose fingerprint and bytes are known."""
    try:
        gray, (width, height) = decode_gray(content, path=path, side_px=SIDE_PX)
    except ImageReadError as error:
        return replace(known, error=_told(error, path, known.name))
    thumbnail = cv2.resize(gray, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_AREA)
    return replace(
        known,
        width=width,
        height=height,
        look=difference_hash(gray),
        thumbnail=thumbnail.tobytes(),
        sharpness=_sharpness(gray),
        percentiles=_percentiles(gray),
        emptiness=_emptiness(thumbnail),
    )


def _sharpness(gray: npt.NDArray[np.uint8]) -> float:
    """Return the fine detail as a share of the fine and coarser, in the most detailed tiles.

    A share says the same of a bush and of a wall, which the variance of a Laplacian does not.
    """
    levels = gray.astype(np.float32)
    fine = _detail(levels, _FINE_SIGMA_PX)
    coarse = _detail(levels, _COARSE_SIGMA_PX)
    return fine / (coarse + _FAINT)


def _detail(levels: npt.NDArray[np.float32], sigma_px: float) -> float:
    """Return how far the detailed tiles are, root mean square, from a blurred copy; grey levels."""
    difference = levels - cv2.GaussianBlur(levels, (0, 0), sigma_px)
    height, width = levels.shape
    tiles = (min(_TILES, width), min(_TILES, height))
    energy = cv2.resize(difference * difference, tiles, interpolation=cv2.INTER_AREA)
    return float(np.percentile(np.sqrt(energy), _SHARP_TILES_PERCENT))


def _percentiles(gray: npt.NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Return the 1st, 5th, 95th and 99th percentile; a histogram is faster than sorting."""
    shares = np.cumsum(np.bincount(gray.ravel(), minlength=256)) / gray.size
    first, fifth, last_fifth, last = np.searchsorted(shares, (0.01, 0.05, 0.95, 0.99))
    return float(first), float(fifth), float(last_fifth), float(last)


def _emptiness(thumbnail: npt.NDArray[np.generic]) -> float:
    levels = thumbnail.astype(np.int16)
    return float(np.mean(np.abs(levels - np.median(levels)) <= _PLAIN_LEVELS))


def _told(error: ImageReadError, path: Path, name: str) -> str:
    """Return the message with the picture's name, which is true of a moved folder too."""
    return error.message.replace(os.fspath(path), name)
