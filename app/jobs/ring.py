"""Pictures from a job to the window through shared memory; only the slot number is sent.

File layout, little-endian: ``magic, width, height, slots`` (4 x uint32), then per slot two uint64
sequence numbers, then per slot the picture (height x width x 3 uint8, BGR). A writer puts the new
number into the first field, the picture, then the number into the second: whoever finds them
different has met a half-written picture.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.files import write_error
from app.jobs.errors import JobError

SLOT_COUNT = 3  # one being written, one being read, one in between
_MAGIC = 0x474E4952  # "RING"
_HEADER = struct.Struct("<4I")
_NUMBERS_BYTES = 16 * SLOT_COUNT
_CHANNEL_COUNT = 3


class FrameRing:
    """`SLOT_COUNT` pictures of one size in a memory-mapped file: one writer, any number of readers.

    The job creates it once it knows the size of its frames; the parent opens it when it hears
    ``started``, owns the folder it lies in, and so can clear up after a job that was killed.
    Windows can't delete the file while either side has it open: close before deleting.
    """

    def __init__(self, mapping: mmap.mmap, *, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._mapping = mapping
        self._sequence = 0
        pictures_start = _HEADER.size + _NUMBERS_BYTES
        self._numbers = np.frombuffer(
            mapping, dtype="<u8", count=2 * SLOT_COUNT, offset=_HEADER.size
        ).reshape(SLOT_COUNT, 2)
        self._pictures = np.frombuffer(mapping, dtype=np.uint8, offset=pictures_start).reshape(
            SLOT_COUNT, height, width, _CHANNEL_COUNT
        )

    @classmethod
    def create(cls, path: Path, *, width: int, height: int) -> FrameRing:
        """Make the file for frames of `width` by `height` pixels.

        Raises
        ------
        app.files.FileWriteError
            When there is no room for it or the folder can't be written.
        """
        picture_bytes = width * height * _CHANNEL_COUNT
        try:
            with path.open("xb+") as file:
                file.write(_HEADER.pack(_MAGIC, width, height, SLOT_COUNT) + bytes(_NUMBERS_BYTES))
                # Real zeros, not a hole: writing into a hole on a full disk kills the process.
                for _ in range(SLOT_COUNT):
                    file.write(bytes(picture_bytes))
                file.flush()
                mapping = mmap.mmap(file.fileno(), 0)
        except OSError as error:
            raise write_error(path, error) from error
        return cls(mapping, width=width, height=height)

    @classmethod
    def open(cls, path: Path) -> FrameRing:
        """Open a ring made by `create`, to read from it.

        Raises
        ------
        JobError
            When the file is missing or not a whole ring.
        """
        try:
            with path.open("rb") as file:
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: an empty file
            raise _no_ring(path, str(error)) from error
        if len(mapping) < _HEADER.size:
            raise _no_ring(path, "too short")
        magic, width, height, slots = _HEADER.unpack_from(mapping)
        size = _HEADER.size + _NUMBERS_BYTES + SLOT_COUNT * width * height * _CHANNEL_COUNT
        if magic != _MAGIC or slots != SLOT_COUNT or len(mapping) != size:
            raise _no_ring(path, f"{magic=:x} {width=} {height=} {slots=} size={len(mapping)}")
        return cls(mapping, width=width, height=height)

    @property
    def sequence(self) -> int:
        """Number of the last picture written by this object, from 1; 0 before the first."""
        return self._sequence

    def write(self, image_bgr: npt.NDArray[np.uint8]) -> int:
        """Copy a picture into the oldest slot and return the slot.

        Parameters
        ----------
        image_bgr : ndarray, shape (height, width, 3), uint8
        """
        if image_bgr.shape != self._pictures.shape[1:]:
            raise ValueError(f"expected shape {self._pictures.shape[1:]}, got {image_bgr.shape}")
        self._sequence += 1
        slot = self._sequence % SLOT_COUNT
        self._numbers[slot, 0] = self._sequence
        self._pictures[slot] = image_bgr
        self._numbers[slot, 1] = self._sequence
        return slot

    def read(self, slot: int, *, sequence: int | None = None) -> npt.NDArray[np.uint8] | None:
        """Return a copy of the picture in `slot`, shape (height, width, 3).

        None when it was overwritten meanwhile, or is not the one with the number `sequence`.
        """
        number = int(self._numbers[slot, 1])
        image_bgr = self._pictures[slot].copy()
        is_whole = int(self._numbers[slot, 0]) == number and number > 0
        return image_bgr if is_whole and sequence in (None, number) else None

    def close(self) -> None:
        """Let go of the file; deleting it is up to whoever owns its folder."""
        if not self._mapping.closed:
            del self._numbers, self._pictures  # the mapping can't close under their feet
            self._mapping.close()


def _no_ring(path: Path, detail: str) -> JobError:
    return JobError("no-frame-ring", f"Can't read the pictures in {path}.", detail=detail)
