"""Pictures from disk: decoded whole, upright, in eight bits and three channels, or refused."""

from __future__ import annotations

import io
import os
import struct
import threading
import warnings
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError

from app.errors import AppError

IMAGE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".mpo", ".png", ".tif", ".tiff", ".webp"}
)

# Exif 2.32, tag 274: what the camera did, so what undoes it.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = (5, 6, 7, 8)  # turned by a quarter
_EXIF_LOCK = threading.Lock()  # filters of warnings belong to all threads
_PNG_SIGNATURE_BYTES = 8
_PNG_EXIF = {"exif", "Raw profile type exif"}  # where Pillow keeps what stands before the pixels
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError)
_PAPER = (255, 255, 255)  # what shows through transparent pixels, as in a browser
_LOSSY_FORMATS = ("JPEG", "WEBP")
_DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")


class ImageReadError(AppError):
    """A picture could not be read whole."""


def read_image(path: Path) -> npt.NDArray[np.uint8]:
    """Read a picture, whatever its name says it is.

    Exif rotation is applied, 16 bits become 8, transparency becomes white, and of an animation
    the first picture is taken. OpenCV's own reader is not used: it returns half a picture
    from a truncated file.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8
        ``image_bgr``.

    Raises
    ------
    ImageReadError
        ``image-not-readable`` (not a picture, cut short, broken, no permission), or
        ``image-too-large`` (more pixels than memory should be spent on).
    """
    return _read(path)


def read_thumbnail(path: Path, *, side_px: int) -> npt.NDArray[np.uint8]:
    """Read a picture as `read_image` does, shrunk until no side is longer than `side_px`.

    JPEG files are decoded at a fraction of their size, which takes a fraction of the time.

    Raises
    ------
    ImageReadError
    """
    return _shrunk(_read(path, wanted_px=side_px), side_px)


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture, upright as `read_image` gives it, without decoding it.

    Raises
    ------
    ImageReadError
    """
    try:
        with Image.open(path) as image:
            width, height = image.size
            is_lying = _is_shown_lying(image, path)
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise _not_readable(path, error) from error
    return (height, width) if is_lying else (width, height)


def _is_shown_lying(image: Image.Image, path: Path) -> bool:
    """Whether an opened picture's sides change places when it is turned upright."""
    if image.format == "TIFF":
        return False  # Pillow has turned its size already
    is_told = bool(_PNG_EXIF & image.info.keys())
    if image.format == "PNG" and not is_told and not _has_late_exif(path):
        return False  # Pillow would decode all of it to look behind the pixels
    return _orientation(image) in _LYING


def _has_late_exif(path: Path) -> bool:
    """Whether a PNG has a chunk ``eXIf``, which may stand behind the pixels (PNG, 11.3.4.5)."""
    with path.open("rb") as file:
        file.seek(_PNG_SIGNATURE_BYTES)
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind == b"eXIf":
                return True
            file.seek(length + 4, os.SEEK_CUR)  # the data and its check sum
    return False


def read_content(path: Path) -> bytes:
    """Return the bytes of a picture's file, for `decode_gray` and for whatever else needs them.

    Raises
    ------
    ImageReadError
        ``image-not-readable``.
    """
    try:
        return path.read_bytes()
    except (OSError, MemoryError) as error:
        raise _not_readable(path, error) from error


def decode_gray(
    content: bytes, *, path: Path, side_px: int
) -> tuple[npt.NDArray[np.uint8], tuple[int, int]]:
    """Decode a picture in grey, upright, shrunk until no side is longer than `side_px`.

    As strict as `read_image`. Of a JPEG, only the brightness is decoded, and at a fraction of its
    size where that is enough.

    Parameters
    ----------
    content : bytes
        What `read_content` returned.
    path : Path
        Where it is from, for errors.
    side_px : int

    Returns
    -------
    gray : ndarray, shape (H, W), uint8
    size : (int, int)
        Width and height of the whole upright picture, pixels.

    Raises
    ------
    ImageReadError
        As `read_image`.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            scale = min(1.0, side_px / max(width, height, 1))
            image.draft("L", (max(1, int(width * scale)), max(1, int(height * scale))))
            image.load()
            is_lying = _orientation(image) in _LYING
            gray = _in_eight_bit_gray(_turn_upright(image))
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise _not_readable(path, error) from error
    return _shrunk(gray, side_px), ((height, width) if is_lying else (width, height))


def upright_file(path: Path) -> bytes | None:
    """Return a picture file with its Exif rotation baked into the pixels; None if it has none.

    Format, depth, colour profile and (a TIFF's apart) the other Exif fields stay. A JPEG is
    encoded anew, nearly without loss; of several pictures in one file the first is kept.

    Raises
    ------
    ImageReadError
    """
    try:
        with Image.open(path) as image:
            if _orientation(image) not in _UPRIGHT:
                return None
            form = "JPEG" if image.format == "MPO" else image.format
            image.load()
            upright = _turn_upright(image)  # Pillow turned a TIFF as it loaded it
            exif = image.getexif()
            exif.pop(ExifTags.Base.Orientation, None)
            kept = ("icc_profile", "dpi")
            options: dict[str, Any] = {key: image.info[key] for key in kept if key in image.info}
            if form in _LOSSY_FORMATS:
                options |= {"quality": 95, "subsampling": 0}
            if form != "TIFF":  # whose own fields, such as the size, are among them
                options["exif"] = exif
            file = io.BytesIO()
            upright.save(file, form, **options)
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise _not_readable(path, error) from error
    return file.getvalue()


def difference_hash(image_bgr: npt.NDArray[np.uint8]) -> int:
    """Return 64 bits that are nearly the same for pictures that look nearly the same.

    Each bit says whether a cell of an 8 by 8 grid is brighter than its right neighbour (dHash);
    compare two by ``(first ^ second).bit_count()``.

    Parameters
    ----------
    image_bgr : ndarray, shape (H, W, 3) or, of a grey picture, (H, W), uint8
    """
    small = cv2.resize(image_bgr, (9, 8), interpolation=cv2.INTER_AREA)
    gray = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return int.from_bytes(np.packbits(gray[:, :-1] > gray[:, 1:]).tobytes(), "big")


def _shrunk(image: npt.NDArray[np.uint8], side_px: int) -> npt.NDArray[np.uint8]:
    height, width = image.shape[:2]
    scale = side_px / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _read(path: Path, *, wanted_px: int | None = None) -> npt.NDArray[np.uint8]:
    """Read a picture; a JPEG may come smaller, but no smaller than `wanted_px` a side."""
    try:
        with Image.open(path) as image:
            if wanted_px is not None:
                image.draft(None, (wanted_px, wanted_px))
            image.load()
            upright = _turn_upright(image)
            image_rgb = _in_eight_bit_rgb(upright)
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise _not_readable(path, error) from error
    return cast("npt.NDArray[np.uint8]", cv2.cvtColor(image_rgb, cv2.COLOR_RGB2BGR))


def _not_readable(path: Path, error: Exception) -> ImageReadError:
    if isinstance(error, Image.DecompressionBombError):
        return ImageReadError(
            "image-too-large",
            f"{path} claims more pixels than a picture should have.",
            "It may be broken or malicious. A smaller copy can be opened.",
            detail=str(error),
        )
    return ImageReadError(
        "image-not-readable",
        f"Can't read the picture {path}: {_reason(path, error)}.",
        "Open it in a picture viewer, or save it again.",
        detail=str(error),
    )


def _orientation(image: Image.Image) -> int | None:
    try:
        with _EXIF_LOCK, warnings.catch_warnings():  # Pillow grumbles at Exif that is cut short
            warnings.simplefilter("ignore")
            orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, ValueError, TypeError, KeyError, EOFError, OSError, struct.error):
        return None  # broken Exif in a sound picture
    return orientation if isinstance(orientation, int) else None


def _turn_upright(image: Image.Image) -> Image.Image:
    orientation = _orientation(image)
    turn = None if orientation is None else _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _in_eight_bit_rgb(image: Image.Image) -> npt.NDArray[np.uint8]:
    if image.mode in _DEEP_MODES:
        gray = _in_eight_bits(np.asarray(image))
        return np.repeat(gray[:, :, None], 3, axis=2)
    return np.asarray(_on_paper(image).convert("RGB"))


def _in_eight_bit_gray(image: Image.Image) -> npt.NDArray[np.uint8]:
    if image.mode in _DEEP_MODES:
        return _in_eight_bits(np.asarray(image))
    return np.asarray(_on_paper(image).convert("L"))


def _on_paper(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    paper = Image.new("RGBA", layer.size, (*_PAPER, 255))
    return Image.alpha_composite(paper, layer)


def _in_eight_bits(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    numbers = values.astype(np.float32)
    highest = float(numbers.max(initial=0.0))
    for full_scale in (1.0, 255.0, 65535.0):  # floats, eight bits in a wide file, sixteen bits
        if highest <= full_scale:
            break
    else:
        full_scale = highest
    if values.dtype == np.uint16:
        full_scale = 65535.0
    return np.clip(numbers * (255.0 / full_scale), 0, 255).astype(np.uint8)


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "reading it is not allowed"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if path.is_file() and not path.stat().st_size:
        return "the file is empty"
    if isinstance(error, UnidentifiedImageError):
        return "it is not a picture"
    return "the file is cut short or damaged"
