"""The bytes of a picture that go into a record: its file as it is, or converted where it must be.

TensorFlow decodes JPEG and PNG by their content. It ignores Exif rotation, takes only the high
byte of 16 bits, drops transparency without a ground to show, returns a GIF in another shape, and
knows neither WebP nor TIFF. Such pictures are written anew as Annotate shows them.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2

from app.dataset.errors import DatasetError
from app.imaging import read_content, read_image, read_size, upright_file

SUFFIX_FORMATS = {".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png"}

_JPEG_START, _PNG_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_JPEG_END = b"\xff\xd9"
_SIZE = struct.Struct(">HH")
_PNG_SIZE = struct.Struct(">II")
# Start of frame: baseline, extended and progressive, all with Huffman codes. Others are rare:
# lossless, hierarchical, arithmetic.
_PLAIN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_START_OF_SCAN, _EXIF_SEGMENT = 0xDA, 0xE1
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_CMYK_CHANNELS = 4
_PLAIN_BITS = 8
_PNG_ALPHA = frozenset({4, 6})
# Chunks that Pillow takes a rotation from, each with the start of what is in them.
_PNG_TURNING = (
    b"eXIf",
    *(kind + b"Raw profile type exif" for kind in (b"tEXt", b"zTXt", b"iTXt")),
    *(kind + b"XML:com.adobe.xmp" for kind in (b"tEXt", b"zTXt", b"iTXt")),
)
_PNG_WORDS_BYTES = max(map(len, _PNG_TURNING))
_JPEG_QUALITY = 95
_STARTS = {b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF"}


@dataclass(frozen=True)
class Payload:
    """What a record has of a picture.

    Attributes
    ----------
    content : bytes
        The picture's file, or what it was converted to.
    format : {"jpeg", "png"}
        What `content` is, whatever the file's name says.
    width, height : int
        Of `content` decoded, pixels; the same as of the upright picture.
    conversion : str
        Why it was converted; empty where the file went out as it is.
    oddity : str
        What is odd about a file that went out as it is; empty for nothing.
    """

    content: bytes
    format: str
    width: int
    height: int
    conversion: str = ""
    oddity: str = ""

    @cached_property
    def sha256(self) -> str:
        """Of `content`, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class _Header:
    """What the file itself says, without decoding it."""

    form: str
    width: int
    height: int
    fault: str = ""  # why TensorFlow would misread it
    may_turn: bool = False  # it has Exif data or the like, which may say that it lies


def read_payload(path: Path) -> Payload:
    """Return the bytes of a picture for a record, converted where TensorFlow would misread it.

    A file that goes out as it is has been looked through to its end, so that one that was cut
    short is found; it is not decoded.

    Raises
    ------
    ImageReadError
        It can't be read or decoded.
    DatasetError
        ``picture-cut-short``.
    """
    content = read_content(path)
    header = _header(content, path)
    if header is None:
        return _converted(path, f"it is {_known_name(content)}, not JPEG or PNG", is_lossy=False)
    if header.fault:
        return _converted(path, header.fault, is_lossy=header.form == "jpeg")
    if header.may_turn and (turned := upright_file(path)) is not None:
        width, height = read_size(path)
        return Payload(turned, header.form, width, height, "its Exif data turns it")
    named = SUFFIX_FORMATS.get(path.suffix.lower())
    oddity = "" if named == header.form else f"it is {header.form} under the name *{path.suffix}"
    return Payload(content, header.form, header.width, header.height, oddity=oddity)


def _header(content: bytes, path: Path) -> _Header | None:
    """Return what a whole JPEG or PNG says of itself; None for other formats."""
    try:
        if content.startswith(_JPEG_START):
            return _jpeg_header(content, path)
        if content.startswith(_PNG_START):
            return _png_header(content, path)
    except (struct.error, IndexError) as error:
        raise _cut_short(path, str(error)) from error
    return None


def _jpeg_header(content: bytes, path: Path) -> _Header:
    """Walk the segments up to the picture's data, and make sure that the data ends.

    Format: ITU-T T.81, annex B.
    """
    position, size, fault, may_turn = 2, (0, 0), "", False
    while (marker := _marker(content, position)) != _START_OF_SCAN:
        if marker in _NO_LENGTH:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", content, position + 2)
        if marker in _PLAIN_FRAMES | _OTHER_FRAMES:
            size = _SIZE.unpack_from(content, position + 5)
            fault = _jpeg_fault(marker, bits=content[position + 4], channels=content[position + 9])
        may_turn |= marker == _EXIF_SEGMENT
        position += 2 + length
    # The end mark can't occur within the data; from the end it is found at once.
    if content.rfind(_JPEG_END, position) < 0 or not all(size):
        raise _cut_short(path, "no end of image")
    return _Header("jpeg", size[1], size[0], fault, may_turn)


def _marker(content: bytes, position: int) -> int:
    if content[position] != 0xFF:
        raise IndexError(f"no marker at byte {position}")
    return content[position + 1]


def _jpeg_fault(marker: int, *, bits: int, channels: int) -> str:
    if channels == _CMYK_CHANNELS:
        return "its colours are CMYK"
    if bits != _PLAIN_BITS:
        return f"it has {bits} bits a channel"
    return "" if marker in _PLAIN_FRAMES else "its kind of JPEG is rare"


def _png_header(content: bytes, path: Path) -> _Header:
    """Walk all chunks and compare their check sums.

    Format: W3C, Portable Network Graphics, section 5.
    """
    width, height = _PNG_SIZE.unpack_from(content, 16)
    bits, colors = content[24], content[25]
    position, kinds, may_turn = len(_PNG_START), set(), False
    while b"IEND" not in kinds:
        (length,) = struct.unpack_from(">I", content, position)
        body = memoryview(content)[position + 4 : position + 8 + length]
        (expected,) = struct.unpack_from(">I", content, position + 8 + length)
        if zlib.crc32(body) != expected:
            raise _cut_short(path, f"check sum at byte {position}")
        kinds.add(bytes(body[:4]))
        may_turn |= bytes(body[:_PNG_WORDS_BYTES]).startswith(_PNG_TURNING)
        position += 12 + length
    fault = ""
    if bits > _PLAIN_BITS:
        fault = f"it has {bits} bits a channel"
    elif colors in _PNG_ALPHA or b"tRNS" in kinds:
        fault = "it has transparent parts"
    elif b"acTL" in kinds:
        fault = "it is animated"
    return _Header("png", width, height, fault, may_turn)


def _converted(path: Path, reason: str, *, is_lossy: bool) -> Payload:
    """Write a picture anew as `read_image` shows it: JPEG nearly without loss, or PNG."""
    image_bgr = read_image(path)
    height, width = image_bgr.shape[:2]
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    suffix = ".jpg" if is_lossy else ".png"
    is_encoded, file = cv2.imencode(suffix, image_bgr, options if is_lossy else [])
    assert is_encoded  # plain 8-bit pixels always fit
    return Payload(file.tobytes(), SUFFIX_FORMATS[suffix], width, height, reason)


def _known_name(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP"
    return next((name for start, name in _STARTS.items() if content.startswith(start)), "another")


def _cut_short(path: Path, detail: str) -> DatasetError:
    return DatasetError(
        "picture-cut-short",
        f"The picture {path} is cut short or damaged.",
        "Copy or capture it again, or take it out of the set.",
        detail,
    )
