"""Small painted pictures: textured things, laid to a fraction of a pixel on a textured ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from app.tracking.picture import Picture
from tests.support.scene_rendering import octave_noise

Image = npt.NDArray[np.uint8]


@lru_cache(maxsize=64)
def texture(seed: int, *, width: int, height: int, mean: float = 110.0) -> Image:
    """Return a colourful texture with detail at every scale, (height, width, 3); read only."""
    rng = np.random.default_rng(seed)
    planes = [octave_noise(rng, width=width, height=height, roughness=0.9) for _ in range(3)]
    return np.clip(mean + 35 * np.stack(planes, axis=-1), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Thing:
    """Something to lay on the ground; its seed is its look.

    Attributes
    ----------
    box_xyxy : tuple of float
        Pixels; may reach past the picture.
    """

    seed: int
    box_xyxy: tuple[float, float, float, float]


def painted(*things: Thing, width: int = 320, height: int = 240, ground: int = 0) -> Picture:
    """Return the picture of `things` in front of each other, the last one nearest."""
    image = texture(ground, width=width, height=height).copy()
    for thing in things:
        left, top, right, bottom = thing.box_xyxy
        look = texture(1000 + thing.seed, width=64, height=64, mean=150.0)
        matrix = np.array([[(right - left) / 63, 0, left], [0, (bottom - top) / 63, top]])
        cv2.warpAffine(look, matrix, (width, height), dst=image, borderMode=cv2.BORDER_TRANSPARENT)
    return Picture(image)


def moved(
    box_xyxy: tuple[float, float, float, float], dx_px: float, dy_px: float = 0.0
) -> tuple[float, float, float, float]:
    """Return a box so many pixels away."""
    left, top, right, bottom = box_xyxy
    return left + dx_px, top + dy_px, right + dx_px, bottom + dy_px
