"""`Picture`: one frame as trackers look at it, reduced to grey once and shared."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

# Flow on 640 pixels follows as well as on 1280 for the objects a 300-pixel detector can find,
# at a quarter of the time.
_GRAY_WIDTH_PX = 640


class Picture:
    """A frame with its reduced grey version, computed on first use.

    The pipeline touches `gray` in its decoding thread, so that the tracking thread finds it ready.

    Parameters
    ----------
    image_bgr : ndarray, shape (H, W, 3), uint8
    """

    def __init__(self, image_bgr: npt.NDArray[np.uint8]) -> None:
        self.image_bgr = image_bgr

    @cached_property
    def scale(self) -> float:
        """Width of `gray` over the width of the frame, in (0, 1]."""
        return float(self.gray.shape[1] / self.image_bgr.shape[1])

    @cached_property
    def gray(self) -> npt.NDArray[np.uint8]:
        """Grey picture at most 640 pixels wide, shape (h, w), uint8."""
        height, width = self.image_bgr.shape[:2]
        reduced = self.image_bgr
        if width > _GRAY_WIDTH_PX:
            size = (_GRAY_WIDTH_PX, max(1, round(height * _GRAY_WIDTH_PX / width)))
            reduced = np.asarray(
                cv2.resize(self.image_bgr, size, interpolation=cv2.INTER_AREA), np.uint8
            )
        return np.asarray(cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY), np.uint8)
