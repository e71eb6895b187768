"""`RecentPictures`: whether a picture is too like the last ones of its class."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.imaging import ImageReadError, difference_hash, read_thumbnail

REMEMBERED = 3  # pictures of each class
ALIKE_BITS = 5  # of 64; two frames of a still scene differ by 0 to 3
_SIDE_PX = 128  # a hash needs no more


class RecentPictures:
    """The look of the last pictures of each class. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hashes: dict[int, deque[tuple[str, int]]] = {}

    def knows(self, class_number: int) -> bool:
        """Whether this class was looked at."""
        with self._lock:
            return class_number in self._hashes

    def load(self, class_number: int, paths: list[Path]) -> None:
        """Look at pictures that were there before; one that can't be read has no likeness."""
        found: deque[tuple[str, int]] = deque(maxlen=REMEMBERED)
        for path in paths[-REMEMBERED:]:
            try:
                found.append((path.name, difference_hash(read_thumbnail(path, side_px=_SIDE_PX))))
            except ImageReadError:
                continue
        with self._lock:
            self._hashes[class_number] = found

    def take_in(self, class_number: int, name: str, image_bgr: npt.NDArray[np.uint8]) -> str | None:
        """Remember a new picture; return the newest that looks the same, None when none does."""
        value = difference_hash(image_bgr)  # 4 ms at 1280x720: once, for both
        with self._lock:
            known = self._hashes.setdefault(class_number, deque(maxlen=REMEMBERED))
            alike = [each for each, other in known if (value ^ other).bit_count() <= ALIKE_BITS]
            known.append((name, value))
        return alike[-1] if alike else None

    def forget(self, class_number: int, name: str) -> None:
        """Forget a picture that was deleted."""
        with self._lock:
            kept = [pair for pair in self._hashes.get(class_number, ()) if pair[0] != name]
            self._hashes[class_number] = deque(kept, maxlen=REMEMBERED)
