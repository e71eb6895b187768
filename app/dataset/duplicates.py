"""Clusters of pictures that show the same, and which one of each is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.dataset.lookalikes import Lookalikes
from app.dataset.measures import PictureMeasures

_SHARPER = 1.25  # below that, two pictures are equally sharp: strong compression adds as much
_TRIED = 20  # in a large cluster, this many are asked whether they stand for all


@dataclass(frozen=True)
class Cluster:
    """Pictures that are the same, by their places in the scan.

    Attributes
    ----------
    kept : int
        The best of them, which stands for all.
    others : tuple of int
        The largest first. Each is a duplicate of `kept` itself, not only of one another: a slow
        pan is no chain of duplicates from one end to the other.
    difference : float
        Of the one least like `kept`; 0 for exact duplicates.
    """

    kept: int
    others: tuple[int, ...]
    difference: float = 0.0


def ranked(pictures: Sequence[PictureMeasures], labelled: Iterable[int]) -> list[int]:
    """Return the places of all pictures, the one most worth keeping first.

    Labelled ones come before all others, since boxes are a person's work; then the sharper, the
    larger, the less compressed, and last the first by name.
    """
    has_labels = set(labelled)

    def worth(place: int) -> tuple[bool, int, int, int, str]:
        picture = pictures[place]
        steps = round(math.log(max(picture.detail_px, 1.0), _SHARPER))
        pixels = picture.width * picture.height
        return place not in has_labels, -steps, -pixels, -picture.file_bytes, picture.name

    return sorted(range(len(pictures)), key=worth)


def exact_clusters(pictures: Sequence[PictureMeasures], ranking: Sequence[int]) -> list[Cluster]:
    """Return the clusters of files with the same bytes."""
    groups: dict[str, list[int]] = {}
    for place in ranking:
        if pictures[place].sha256 and not pictures[place].error:
            groups.setdefault(pictures[place].sha256, []).append(place)
    return [Cluster(group[0], tuple(group[1:])) for group in groups.values() if len(group) > 1]


@dataclass(frozen=True)
class NearSearch:
    """What near duplicates are looked for in, and within which limits.

    Attributes
    ----------
    pictures : sequence of PictureMeasures
    labelled : frozenset of int
        Places of the pictures with labels.
    ranking : sequence of int
        As `ranked` gives it.
    lookalikes : Lookalikes
    most_bits, most_difference : int, float
        See `Lookalikes`.
    """

    pictures: Sequence[PictureMeasures]
    labelled: frozenset[int]
    ranking: Sequence[int]
    lookalikes: Lookalikes
    most_bits: int
    most_difference: float

    def clusters(self, *, apart: Iterable[int]) -> list[Cluster]:
        """Return the clusters; those `apart`, exact copies of another, are in none."""
        taken = set(apart)
        starts = self.lookalikes.starts
        has_pairs = (starts[1:] > starts[:-1]).tolist()
        found = []
        for place in self.ranking:
            if not has_pairs[place] or place in taken:
                continue
            free = self._near(place).keys() - taken
            if free:
                taken.update(free, (place,))
                found.append(self._cluster(place, free))
        return found

    def _near(self, place: int) -> dict[int, float]:
        """Return the differences of the pictures that look the same as one."""
        pairs = self.lookalikes.of(
            place, most_bits=self.most_bits, most_difference=self.most_difference
        )
        others = self.lookalikes.others[pairs].tolist()
        return dict(zip(others, self.lookalikes.differences[pairs].tolist(), strict=True))

    def _cluster(self, first: int, others: set[int]) -> Cluster:
        """Return the pictures as a cluster; `first` is the first in the ranking."""
        members = {first, *others}
        kept = next(
            place for place in self._as_good(first, members) if self._stands_for(place, members)
        )
        differences = self._near(kept)
        rest = sorted(members - {kept}, key=self._order)
        return Cluster(kept, tuple(rest), max(differences[place] for place in rest))

    def _as_good(self, first: int, members: set[int]) -> list[int]:
        """Return those as sharp as the first, the largest and least compressed of them first."""
        least_px = self.pictures[first].detail_px / _SHARPER
        found = [
            place
            for place in members
            if self.pictures[place].detail_px >= least_px
            and (place in self.labelled) == (first in self.labelled)
        ]
        return [*sorted(found, key=self._order)[:_TRIED], first]

    def _stands_for(self, place: int, members: set[int]) -> bool:
        return members - {place} <= self._near(place).keys()

    def _order(self, place: int) -> tuple[int, int, str]:
        picture = self.pictures[place]
        return -picture.width * picture.height, -picture.file_bytes, picture.name
