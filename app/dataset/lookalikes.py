"""`Lookalikes`: which pictures may show the same, found once and narrowed down by limits later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.dataset.measures import PictureMeasures

MOST_BITS = 10  # of 64: no limit can be set wider than these two
MOST_DIFFERENCE = 0.25

_BLOCK = 512  # pictures compared at a time with all that are about as bright
_PAIRS_AT_ONCE = 1 << 15
_BRIGHTNESS_LEVELS = 6.0  # copies of a picture have the same mean brightness, but for rounding
_LEAST_RANGE_LEVELS = 16.0  # in a plain picture every difference would be a large share
_MOST_PARTNERS = 1000  # of one picture: pictures of a still scene would fill the memory

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lookalikes:
    """Pairs of pictures, sorted by the first; each pair is there both ways.

    Attributes
    ----------
    starts : ndarray, shape (N + 1,), int64
        The pairs of picture i are those from ``starts[i]`` to before ``starts[i + 1]``.
    others : ndarray, shape (P,), int64
        The second picture of each pair.
    bits : ndarray, shape (P,), int64
        By how many of 64 bits their looks differ.
    differences : ndarray, shape (P,), float32
        The largest difference between their thumbnails, as a share of the range of brightness.
        Another encoding or size changes all cells by a little; something that moved changes a few
        by much.
    """

    starts: _Ints
    others: _Ints
    bits: _Ints
    differences: npt.NDArray[np.float32]

    def of(self, place: int, *, most_bits: int, most_difference: float) -> _Ints:
        """Return the pairs of a picture within limits, as places in the arrays."""
        pairs = slice(self.starts[place], self.starts[place + 1])
        is_within = (self.bits[pairs] <= most_bits) & (self.differences[pairs] <= most_difference)
        return np.asarray(np.flatnonzero(is_within) + self.starts[place])


def find_lookalikes(pictures: Sequence[PictureMeasures]) -> Lookalikes:
    """Compare readable pictures, all with all that are about as bright.

    In a crowd of more than a thousand that look the same, not every pair is found; enough are for
    most of the crowd to be told, and once those have gone, for the rest.
    """
    places = np.array([i for i, each in enumerate(pictures) if each.thumbnail], np.int64)
    readable = [pictures[place] for place in places]
    looks = np.array([each.look for each in readable], np.uint64)
    cells = np.array([np.frombuffer(each.thumbnail, np.uint8) for each in readable])
    found = [(np.empty((0, 3), np.int64), np.empty(0, np.float32))]
    found += _pairs(looks, cells) if readable else ()
    pairs = np.concatenate([each for each, _ in found])
    differences = np.concatenate([each for _, each in found])
    return _both_ways(places[pairs[:, :2]], pairs[:, 2], differences, len(pictures))


def _pairs(
    looks: npt.NDArray[np.uint64], cells: npt.NDArray[np.uint8]
) -> Iterator[tuple[_Ints, npt.NDArray[np.float32]]]:
    """Give (first, second, bits) and the differences, block by block."""
    brightness = cells.mean(axis=1)
    order = np.argsort(brightness, kind="stable")
    looks, cells, brightness = looks[order], cells[order], brightness[order]
    for start in range(0, len(order), _BLOCK):
        stop = min(start + _BLOCK, len(order))
        end = np.searchsorted(brightness, brightness[stop - 1] + _BRIGHTNESS_LEVELS, "right")
        first, second, bits = _close_looks(looks[start:stop], looks[start:end])
        differences = _differences(cells, first + start, second + start)
        near = differences <= MOST_DIFFERENCE
        pairs = np.stack([order[first + start], order[second + start], bits], axis=1)
        yield pairs[near], differences[near]


def _close_looks(
    looks: npt.NDArray[np.uint64], others: npt.NDArray[np.uint64]
) -> tuple[_Ints, _Ints, _Ints]:
    """Return (first, second, bits) of the close pairs; `others` begins with `looks`."""
    bits = np.bitwise_count(looks[:, None] ^ others)
    found = np.flatnonzero(bits <= MOST_BITS)  # ten times faster than asking for rows and columns
    first, second = np.divmod(found, len(others))
    is_once = second > first
    found, first, second = found[is_once], first[is_once], second[is_once]
    is_kept = _first_partners(first)
    found, first, second = found[is_kept], first[is_kept], second[is_kept]
    return first, second, bits.ravel()[found].astype(np.int64)


def _first_partners(first: _Ints) -> npt.NDArray[np.bool_]:
    """Return which of sorted pairs are among the first of their picture: those most as bright."""
    begins = np.searchsorted(first, first, "left")
    return np.asarray(np.arange(len(first)) - begins < _MOST_PARTNERS)


def _differences(
    cells: npt.NDArray[np.uint8], first: _Ints, second: _Ints
) -> npt.NDArray[np.float32]:
    ranges = np.maximum(np.ptp(cells, axis=1).astype(np.float32), _LEAST_RANGE_LEVELS)
    found = np.empty(len(first), np.float32)
    for start in range(0, len(first), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        one, other = first[part], second[part]
        gaps = np.abs(cells[one].astype(np.int16) - cells[other])
        found[part] = gaps.max(axis=1) / np.minimum(ranges[one], ranges[other])
    return found


def _both_ways(
    pairs: _Ints, bits: _Ints, differences: npt.NDArray[np.float32], count: int
) -> Lookalikes:
    firsts = np.concatenate([pairs[:, 0], pairs[:, 1]])
    order = np.argsort(firsts, kind="stable")
    others = np.concatenate([pairs[:, 1], pairs[:, 0]])[order]
    starts = np.searchsorted(firsts[order], np.arange(count + 1))
    return Lookalikes(starts, others, np.tile(bits, 2)[order], np.tile(differences, 2)[order])
