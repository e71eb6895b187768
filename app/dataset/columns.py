"""`Columns`: the measures of many pictures as arrays, compared with their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.dataset.measures import PictureMeasures

LEAST_SESSION = 5  # pictures; fewer say nothing of what is usual, so all pictures are asked

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """One value for each readable picture, shape (N,).

    Attributes
    ----------
    places : ndarray, int64
        Where the picture is in the scan.
    relative_sharpness : ndarray, float64
        As a share of the session's median.
    light, shadow : ndarray, float64
        Brightness from which on the brightest, and up to which the darkest twentieth is, 0 to 255.
    emptiness : ndarray, float64
    longness : ndarray, float64
        The longer side by the shorter.
    relative_side : ndarray, float64
        The side of a square of as many pixels, by the session's median.
    """

    places: npt.NDArray[np.int64]
    relative_sharpness: _Numbers
    light: _Numbers
    shadow: _Numbers
    emptiness: _Numbers
    longness: _Numbers
    relative_side: _Numbers


def columns_of(pictures: Sequence[PictureMeasures]) -> Columns:
    """Return the columns of a scan; pictures that could not be read are left out."""
    found = [(place, each) for place, each in enumerate(pictures) if not each.error]
    readable = [each for _, each in found]
    sessions = [each.session for each in readable]
    sharpness = np.array([each.sharpness for each in readable], np.float64)
    light = np.array([each.percentiles for each in readable], np.float64).reshape(-1, 4)
    sides = np.array([(each.width, each.height) for each in readable], np.float64).reshape(-1, 2)
    return Columns(
        np.array([place for place, _ in found], np.int64),
        _relative(sharpness, sessions),
        light[:, 2],
        light[:, 1],
        np.array([each.emptiness for each in readable], np.float64),
        sides.max(axis=1) / sides.min(axis=1),
        _relative(np.sqrt(sides.prod(axis=1)), sessions),
    )


def _relative(values: _Numbers, sessions: Sequence[str]) -> _Numbers:
    """Return values as shares of their session's median."""
    if not len(values):
        return values
    _, numbers = np.unique(np.array(sessions), return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    medians = np.full(len(values), np.median(values))
    for group in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
        if len(group) >= LEAST_SESSION:
            medians[group] = np.median(values[group])
    return np.asarray(values / np.maximum(medians, np.finfo(np.float64).tiny))
