"""`Picture`: one frame as trackers look at it, reduced to grey once and shared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

# Flow on 640 pixels follows as well as on 1280 for the objects a 300-pixel detector can find,
# at a quarter of the time.
_GRAY_WIDTH_PX = 640
_CELLS_WIDE = 80
_SKIPPING_SCALE = 0.5


Image = npt.NDArray[np.uint8]


class Picture:
    """A frame with its reduced grey version, both computed on first use.

    The pipeline touches `gray` in its decoding thread, so that the tracking thread finds it ready.

    Parameters
    ----------
    image_bgr : ndarray, shape (H, W, 3), uint8, or a function that returns it
    luma : ndarray, shape (H, W), uint8, optional
        The grey values, where they are known already.
    """

    def __init__(
        self, image_bgr: Image | Callable[[], Image], *, luma: Image | None = None
    ) -> None:
        self._image_bgr = image_bgr
        self._luma = luma

    @cached_property
    def image_bgr(self) -> Image:
        """The frame itself, shape (H, W, 3), uint8."""
        return self._image_bgr() if callable(self._image_bgr) else self._image_bgr

    @property
    def width(self) -> int:
        """Width of the frame, pixels."""
        return int((self.image_bgr if self._luma is None else self._luma).shape[1])

    @property
    def height(self) -> int:
        """Height of the frame, pixels."""
        return int((self.image_bgr if self._luma is None else self._luma).shape[0])

    @property
    def scale(self) -> float:
        """Width of `gray` over the width of the frame, in (0, 1]."""
        return float(self.gray.shape[1] / self.width)

    @cached_property
    def gray(self) -> Image:
        """Grey picture at most 640 pixels wide, shape (h, w), uint8."""
        full = self.image_bgr if self._luma is None else self._luma
        height, width = full.shape[:2]
        scale = min(1.0, _GRAY_WIDTH_PX / width)
        size = (round(width * scale), max(1, round(height * scale)))
        # Averaging is slow at odd ratios, and needless where no pixel would be skipped.
        method = cv2.INTER_AREA if scale <= _SKIPPING_SCALE else cv2.INTER_LINEAR
        reduced = np.asarray(cv2.resize(full, size, interpolation=method), np.uint8)
        if reduced.ndim == 3:
            reduced = np.asarray(cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY), np.uint8)
        return reduced

    @cached_property
    def cells(self) -> npt.NDArray[np.int16]:
        """Mean grey of square cells, at most 80 across: enough to see that something moves."""
        height, width = self.gray.shape
        size = (min(width, _CELLS_WIDE), max(1, round(height * min(1, _CELLS_WIDE / width))))
        return np.asarray(cv2.resize(self.gray, size, interpolation=cv2.INTER_AREA), np.int16)
