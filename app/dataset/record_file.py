"""TFRecord files without TensorFlow: examples one after the other, each with check sums.

Format (TensorFlow's ``record_writer.h``), numbers little-endian: length of the data (8 bytes),
masked CRC-32C of those 8 bytes (4), the data, masked CRC-32C of the data (4). The whole file may
be one gzip stream, which readers must be told of; `read_records` sees it by itself.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from app.dataset.crc32c import masked_crc32c
from app.dataset.errors import DatasetError
from app.files import write_error

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_RECORD_BYTES = 2**31
"""No protobuf message may be longer: a larger length means a damaged file."""

_LENGTH = struct.Struct("<Q")
_SUM = struct.Struct("<I")
_GZIP_START = b"\x1f\x8b"
# Pictures are compressed already: more effort gains nothing.
_GZIP_LEVEL = 1
_BUFFER_BYTES = 1 << 20


class RecordWriter:
    """Writes one TFRecord file, as it comes: give it a name that nobody takes for whole.

    Parameters
    ----------
    path : Path
        A file that is there is replaced.
    is_compressed : bool
        As one gzip stream, without a time or a name, so that the same data gives the same bytes.

    Raises
    ------
    FileWriteError
        Here and by every method.
    """

    def __init__(self, path: Path, *, is_compressed: bool = False) -> None:
        self._path = path
        try:
            self._hashed = _HashedFile(path, "wb")
        except OSError as error:
            raise write_error(path, error) from error
        self._raw = io.BufferedWriter(self._hashed, _BUFFER_BYTES)
        self._file: IO[bytes] = self._raw
        if is_compressed:
            packed = gzip.GzipFile("", "wb", _GZIP_LEVEL, self._raw, mtime=0)
            self._file = cast("IO[bytes]", packed)

    @property
    def sha256(self) -> str:
        """Of the whole file once it is closed, hexadecimal."""
        return self._hashed.digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Add one record."""
        length = _LENGTH.pack(len(data))
        head = length + _SUM.pack(masked_crc32c(length))
        try:
            self._file.write(head)
            self._file.write(data)
            self._file.write(_SUM.pack(masked_crc32c(data)))
        except OSError as error:
            raise write_error(self._path, error) from error

    def close(self) -> None:
        """Finish the file and see it to the disk; closing twice does no harm."""
        if self._raw.closed:
            return
        try:
            with self._raw:
                if self._file is not self._raw:
                    self._file.close()
                self._raw.flush()
                os.fsync(self._raw.fileno())
        except OSError as error:
            raise write_error(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _HashedFile(io.FileIO):
    """A file that is written from its start to its end, and hashed meanwhile."""

    def __init__(self, path: Path, mode: str) -> None:
        super().__init__(path, mode)
        self.digest = hashlib.sha256()

    def write(self, data: Buffer) -> int:
        count = super().write(data)
        self.digest.update(memoryview(data)[:count])
        return count


def read_records(path: Path) -> Iterator[bytes]:
    """Yield the data of each record of a TFRecord file, plain or gzip, check sums checked.

    Raises
    ------
    DatasetError
        ``records-not-readable``: the disk does not give it; ``records-damaged``: what comes at
        which offset (of the unpacked data, where it is packed) is not whole. All records before
        it have been given by then.
    """
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == _GZIP_START
            raw.seek(0)
            file = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if is_packed else raw
            yield from _records(file, path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, "its gzip stream is cut short or damaged", str(error)) from error
    except OSError as error:
        raise DatasetError(
            "records-not-readable",
            f"Can't read {path}: {error.strerror or 'reading failed'}.",
            "Name a TFRecord file that exists and may be read.",
            str(error),
        ) from error


def _records(file: IO[bytes], path: Path) -> Iterator[bytes]:
    offset, number = 0, 1
    while head := file.read(_LENGTH.size + _SUM.size):
        where = f"record {number} at byte {offset}"
        length = _checked_length(head, path, where)
        data, tail = file.read(length), file.read(_SUM.size)
        if len(data) < length or len(tail) < _SUM.size:
            raise _damaged(path, f"{where} is cut short")
        if _SUM.unpack(tail)[0] != masked_crc32c(data):
            raise _damaged(path, f"the check sum of {where} does not fit its data")
        yield data
        offset += len(head) + length + len(tail)
        number += 1


def _checked_length(head: bytes, path: Path, where: str) -> int:
    if len(head) < _LENGTH.size + _SUM.size:
        raise _damaged(path, f"{where} is cut short")
    length = int(_LENGTH.unpack_from(head)[0])
    if _SUM.unpack_from(head, _LENGTH.size)[0] != masked_crc32c(head[: _LENGTH.size]):
        raise _damaged(path, f"the length of {where} does not fit its check sum")
    if length > MAX_RECORD_BYTES:
        raise _damaged(path, f"{where} claims {length} bytes")
    return length


def _damaged(path: Path, reason: str, detail: str = "") -> DatasetError:
    return DatasetError(
        "records-damaged",
        f"{path} is not a whole TFRecord file: {reason}.",
        "Export it again, or copy it again from where it came.",
        detail,
    )
