"""Frames on their way from a child process to the screen: latest wins, no event is lost."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage


@dataclass(frozen=True)
class LiveFrame:
    """A picture ready to paint, with what is known of it.

    Attributes
    ----------
    image : QImage
        `Format_RGB32`, which paints three times as fast as `Format_BGR888`; owns its pixels.
    fields : dict
        The ``frame`` event that came with the picture: tracks, totals, state, …
    crossings : tuple of dict
        The crossing events of this frame *and of all frames skipped* since the last one taken,
        in order.
    """

    image: QImage
    fields: dict[str, Any]
    crossings: tuple[dict[str, Any], ...]


class FrameMailbox:
    """A slot for one frame between two threads.

    A signal per frame has no back-pressure: a painter that is slower than the source was
    measured 2.7 s behind. Here a newer frame replaces the one nobody took.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: tuple[QImage, dict[str, Any]] | None = None
        self._crossings: list[dict[str, Any]] = []

    def add_crossings(self, crossings: list[dict[str, Any]]) -> None:
        """Keep crossing events until the next frame is taken."""
        with self._lock:
            self._crossings.extend(crossings)

    def put(self, image: QImage, fields: dict[str, Any]) -> bool:
        """Leave a frame. Return whether the slot was empty, so that its reader must be told."""
        with self._lock:
            was_empty = self._latest is None
            self._latest = (image, fields)
            return was_empty

    def take(self) -> LiveFrame | None:
        """Return the newest frame and empty the slot; None when nothing new came."""
        with self._lock:
            if self._latest is None:
                return None
            (image, fields), crossings = self._latest, tuple(self._crossings)
            self._latest = None
            self._crossings.clear()
        return LiveFrame(image, fields, crossings)


def image_of(image_bgr: npt.NDArray[np.uint8]) -> QImage:
    """Return a QImage with its own copy of the pixels.

    Parameters
    ----------
    image_bgr : ndarray, shape (H, W, 3), uint8
    """
    height, width = image_bgr.shape[:2]
    # Without the stride Qt takes rows to be padded to 4 bytes; without the copy the image
    # would read memory that numpy has freed.
    borrowed = QImage(
        image_bgr.data, width, height, image_bgr.strides[0], QImage.Format.Format_BGR888
    )
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
