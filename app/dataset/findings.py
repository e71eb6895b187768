"""Limits on measures, and the pictures beyond them: fast enough to follow a slider."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from app.dataset.duplicates import Cluster, NearSearch
from app.dataset.scan import Scan

Reason = Literal["broken", "exact", "near", "blur", "dark", "bright", "empty", "shape", "size"]
REASONS: tuple[Reason, ...] = get_args(Reason)

_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Thresholds:
    """From where on a picture is suspect.

    Attributes
    ----------
    near_bits : int
        Near duplicates: most bits of 64 by which their looks differ, up to 10.
    near_difference : float
        Near duplicates: most difference of any part of the picture, as a share of its range of
        brightness, up to 0.25. Copies in another size or encoding stay below 0.13; a moved finger
        is above 0.2.
    blur : float
        Least sharpness, as a share of the session's median.
    dark : float
        Least brightness of the brightest twentieth, 0 to 255.
    bright : float
        Most brightness of the darkest twentieth, 0 to 255.
    empty : float
        Most share of plain background, 0 to 1.
    shape : float
        Most times that the longer side is the shorter one.
    size : float
        Most times that a picture's side is larger or smaller than the session's median.
    """

    near_bits: int = 8
    near_difference: float = 0.13
    blur: float = 0.78
    dark: float = 60.0
    bright: float = 200.0
    empty: float = 0.95
    shape: float = 3.0
    size: float = 4.0


@dataclass(frozen=True)
class Suspect:
    """One picture, or one cluster of duplicates, that may not belong in the set.

    Attributes
    ----------
    reason : Reason
    pictures : tuple of str
        Their names; of duplicates the best first.
    measure : float
        What was measured; the largest difference of a cluster. Shares for the relative limits.
    limit : float
        The limit that it is beyond.
    """

    reason: Reason
    pictures: tuple[str, ...]
    measure: float
    limit: float

    @property
    def kept(self) -> str | None:
        """The picture that stays when the others are discarded; None where all go."""
        return self.pictures[0] if self.reason in ("exact", "near") else None

    @property
    def discards(self) -> tuple[str, ...]:
        """The pictures that go."""
        return self.pictures if self.kept is None else self.pictures[1:]


def find_suspects(
    scan: Scan, thresholds: Thresholds, reasons: Iterable[Reason] = REASONS
) -> list[Suspect]:
    """Return what is beyond the limits: by reason, then the worst first.

    A picture can be suspect for several reasons. Nothing is decoded.
    """
    wanted = set(reasons)
    found: list[Suspect] = []
    for reason in REASONS:
        if reason in wanted:
            found += sorted(_FINDERS[reason](scan, thresholds), key=_severity, reverse=True)
    return found


def discards(suspects: Iterable[Suspect]) -> list[str]:
    """Return the pictures that go, each once.

    Where the best of a cluster goes for a reason of its own, the next best stays instead: of what
    is in duplicates, something is left unless all of it is bad.
    """
    suspects = list(suspects)
    gone = dict.fromkeys(name for each in suspects if each.kept is None for name in each.pictures)
    for cluster in (each for each in suspects if each.kept is not None):
        left = [name for name in cluster.pictures if name not in gone]
        gone.update(dict.fromkeys(left[1:]))
    return list(gone)


def _severity(suspect: Suspect) -> float:
    """Return how far beyond the limit; of clusters, how many pictures they have."""
    if suspect.kept is not None:
        return len(suspect.pictures)
    return abs(suspect.measure - suspect.limit)


def _broken(scan: Scan, _thresholds: Thresholds) -> Iterator[Suspect]:
    for picture in scan.pictures:
        if picture.error:
            yield Suspect("broken", (picture.name,), 1.0, 0.0)


def _exact(scan: Scan, _thresholds: Thresholds) -> list[Suspect]:
    return [_duplicates(scan, "exact", each, 0.0) for each in scan.exact_clusters]


def _near(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    search = NearSearch(
        scan.pictures,
        scan.labelled,
        scan.ranking,
        scan.lookalikes,
        thresholds.near_bits,
        thresholds.near_difference,
    )
    copies = [place for cluster in scan.exact_clusters for place in cluster.others]
    clusters = search.clusters(apart=copies)
    return [_duplicates(scan, "near", each, thresholds.near_difference) for each in clusters]


def _duplicates(scan: Scan, reason: Reason, cluster: Cluster, limit: float) -> Suspect:
    names = tuple(scan.pictures[place].name for place in (cluster.kept, *cluster.others))
    return Suspect(reason, names, cluster.difference, limit)


def _blur(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    return _below(scan, "blur", scan.columns.relative_sharpness, thresholds.blur)


def _dark(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    return _below(scan, "dark", scan.columns.light, thresholds.dark)


def _bright(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    return _above(scan, "bright", scan.columns.shadow, thresholds.bright)


def _empty(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    return _above(scan, "empty", scan.columns.emptiness, thresholds.empty)


def _shape(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    return _above(scan, "shape", scan.columns.longness, thresholds.shape)


def _size(scan: Scan, thresholds: Thresholds) -> list[Suspect]:
    relative = scan.columns.relative_side
    small = _below(scan, "size", relative, 1 / thresholds.size)
    return small + _above(scan, "size", relative, thresholds.size)


def _below(scan: Scan, reason: Reason, values: _Numbers, limit: float) -> list[Suspect]:
    return _at(scan, reason, np.flatnonzero(values < limit), values, limit)


def _above(scan: Scan, reason: Reason, values: _Numbers, limit: float) -> list[Suspect]:
    return _at(scan, reason, np.flatnonzero(values > limit), values, limit)


def _at(
    scan: Scan, reason: Reason, places: npt.NDArray[np.int64], values: _Numbers, limit: float
) -> list[Suspect]:
    """Return suspects at places among the readable pictures."""
    readable = scan.columns.places[places].tolist()
    pairs = zip(readable, values[places].tolist(), strict=True)
    return [Suspect(reason, (scan.pictures[place].name,), value, limit) for place, value in pairs]


_FINDERS: dict[Reason, Callable[[Scan, Thresholds], Iterable[Suspect]]] = {
    "broken": _broken,
    "exact": _exact,
    "near": _near,
    "blur": _blur,
    "dark": _dark,
    "bright": _bright,
    "empty": _empty,
    "shape": _shape,
    "size": _size,
}
