"""`shrunk`: a picture no larger than it is shown or looked at."""

from __future__ import annotations

import cv2
import numpy as np

from app.capture.source import Image

_FINE_SCALE = 0.5


def shrunk(image_bgr: Image, side_px: int) -> Image:
    """Return a picture whose longer side is at most `side_px`; itself if it is small.

    Parameters
    ----------
    image_bgr : ndarray, shape (H, W, 3), uint8
    side_px : int
    """
    height, width = image_bgr.shape[:2]
    return shrunk_to(image_bgr, side_px / max(height, width))


def shrunk_to(image_bgr: Image, scale: float) -> Image:
    """Return a picture at `scale` of its size; itself from 1 on: enlarging is the painter's."""
    if scale >= 1:
        return image_bgr
    height, width = image_bgr.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Averaging costs five times as much, and is seen only where pixels are left out.
    way = cv2.INTER_LINEAR if scale >= _FINE_SCALE else cv2.INTER_AREA
    return np.asarray(cv2.resize(image_bgr, size, interpolation=way), np.uint8)
