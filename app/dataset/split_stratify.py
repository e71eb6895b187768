"""Sharing groups of pictures out to sets so that every class comes near its shares.

The first distribution is the iterative stratification of Sechidis, Tsoumakas and Vlahavas, "On
the Stratification of Multi-Label Data", ECML PKDD 2011: the rarest class first, each time to the
set that lacks it most. Here a group of pictures stands for their example; so larger groups come
first, and groups are moved and exchanged afterwards as long as the shares come nearer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
_Places = npt.NDArray[np.signedinteger]  # scipy counts small arrays in 32 bits

_MOST_EXCHANGED = 500  # groups; every pair of them is looked at
_MOST_RESTARTED = 60  # groups
_STARTS = 30
_MOST_STEPS = 200
_MOST_LOOKED_AT = 5_000_000  # numbers in all steps together: a fraction of a second
_DIGITS = 9  # shares as near as that are equal, on every machine


@dataclass(frozen=True)
class GroupCounts:
    """What the groups hold.

    Attributes
    ----------
    classes : csr_array, shape (G, C)
        How many pictures of a group have boxes of a class.
    pictures : ndarray, shape (G,), int64
    """

    classes: csr_array
    pictures: _Ints


def share_out(counts: GroupCounts, shares: Sequence[float], needed: Sequence[int]) -> _Ints:
    """Return the set of each group, shape (G,), as a place in `shares`.

    Of groups that are equal, the first ones are treated first.

    Parameters
    ----------
    counts : GroupCounts
    shares : sequence of float
        Of each set, adding up to 1; a set with 0 gets nothing.
    needed : sequence of int
        Places in `shares`, the most needed first: where there are few groups, no set stays empty
        for better shares, and if one must, it is the least needed.
    """
    first = _FirstRound(counts, shares).run()
    wanted = [place for place in needed if shares[place] > 0]
    if len(wanted) < 2:
        return first
    search = _Search(counts, np.array(shares, np.float64), wanted)
    return min(map(search.improved, [first, *search.further_starts()]), key=search.cost)


class _FirstRound:
    """The iterative stratification."""

    def __init__(self, counts: GroupCounts, shares: Sequence[float]) -> None:
        self._counts = counts
        self._open = [place for place, share in enumerate(shares) if share > 0]
        totals = counts.classes.sum(axis=0).tolist()
        self._needs = [[share * total for total in totals] for share in shares]
        self._room = [share * int(counts.pictures.sum()) for share in shares]
        self._left = totals
        self._sets = np.full(len(counts.pictures), -1, np.int64)
        rows = counts.classes
        self._entries = [
            list(zip(columns.tolist(), numbers.tolist(), strict=True))
            for columns, numbers in (
                (rows.indices[begin:end], rows.data[begin:end])
                for begin, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
            )
        ]

    def run(self) -> _Ints:
        columns = self._counts.classes.tocsc()
        waiting = {place for place, left in enumerate(self._left) if left}
        while waiting:
            label = min(waiting, key=lambda place: (self._left[place], place))
            waiting.discard(label)
            part = slice(columns.indptr[label], columns.indptr[label + 1])
            self._give(columns.indices[part], columns.data[part], label)
        plain = np.flatnonzero(self._sets < 0)
        self._give(plain, self._counts.pictures[plain], None)
        return self._sets

    def _give(self, groups: _Places, sizes: _Ints, label: int | None) -> None:
        """Give groups to sets, the largest first; those that have their set already keep it."""
        order = np.argsort(-sizes, kind="stable")
        for group in groups[order].tolist():
            if self._sets[group] < 0:
                self._put(group, self._neediest(label))

    def _neediest(self, label: int | None) -> int:
        def need(place: int) -> tuple[float, float]:
            room = round(self._room[place], _DIGITS)
            return (room if label is None else round(self._needs[place][label], _DIGITS), room)

        return max(self._open, key=need)

    def _put(self, group: int, place: int) -> None:
        self._sets[group] = place
        self._room[place] -= int(self._counts.pictures[group])
        needs = self._needs[place]
        for label, number in self._entries[group]:
            needs[label] -= number
            self._left[label] -= number


class _Search:
    """Moving and exchanging groups, the best step first, as long as the shares come nearer.

    What is made small is the sum of squared gaps between asked and given shares, over all classes
    and the number of pictures. Such a search ends where no single step helps; so few groups that
    this may be far from the best are shared out from several starts.
    """

    def __init__(self, counts: GroupCounts, shares: _Floats, wanted: Sequence[int]) -> None:
        self._shares, self._wanted = shares, wanted
        self._parts = _parts(counts)
        self._squares = np.asarray(self._parts.power(2).sum(axis=1), np.float64).ravel()
        count = len(self._squares)
        is_small = count <= _MOST_EXCHANGED
        self._products = (self._parts @ self._parts.T).toarray() if is_small else None

    def further_starts(self) -> list[_Ints]:
        """Return other ways to begin; none where there are many groups.

        In the first one the sets get a group in turn, so that none is empty if there are enough.
        """
        count = len(self._squares)
        if count > _MOST_RESTARTED:
            return []
        dealt = np.empty(count, np.int64)
        order = np.argsort(-self._squares, kind="stable")
        dealt[order] = np.resize(np.array(self._wanted, np.int64), count)
        chance = random.Random(0)  # Python's own gives the same numbers everywhere, always
        sets, weights = range(len(self._shares)), self._shares.tolist()
        drawn = [chance.choices(sets, weights, k=count) for _ in range(_STARTS)]
        return [dealt, *(np.array(each, np.int64) for each in drawn)]

    def cost(self, sets: _Ints) -> tuple[list[bool], float]:
        """Return what is to be least: which sets are empty, the most needed first; then gaps."""
        are_empty = [not np.any(sets == place) for place in self._wanted]
        return are_empty, round(float((self._gaps(sets) ** 2).sum()), _DIGITS)

    def improved(self, sets: _Ints) -> _Ints:
        for _ in range(min(_MOST_STEPS, _MOST_LOOKED_AT // max(self._parts.nnz, 1) + 1)):
            scores = self._parts @ self._gaps(sets).T
            step = _best_move(sets, self._squares, scores, self._shares)
            if self._products is not None:
                exchange = _best_exchange(sets, self._squares, scores, self._products)
                step = min(step, exchange, key=lambda each: each[0])
            if step[0] >= 0:
                break
            for group, place in step[1]:
                sets[group] = place
        return sets

    def _gaps(self, sets: _Ints) -> _Floats:
        """Return what each set lacks of each class, and of all pictures, as shares."""
        return np.asarray(self._shares[:, None] - _given(self._parts, sets, len(self._shares)))


_Step = tuple[float, list[tuple[int, int]]]  # the change for the better is below 0


def _parts(counts: GroupCounts) -> csr_array:
    """Return which part of each class, and of all pictures, a group is; shape (G, C + 1)."""
    totals = np.asarray(counts.classes.sum(axis=0), np.float64)
    rows = counts.classes.tocoo()
    group_count = len(counts.pictures)
    columns = np.concatenate([rows.col, np.full(group_count, len(totals))])
    values = np.concatenate([rows.data / totals[rows.col], counts.pictures / counts.pictures.sum()])
    groups = np.concatenate([rows.row, np.arange(group_count)])
    return csr_array((values, (groups, columns)), shape=(group_count, len(totals) + 1))


def _given(parts: csr_array, sets: _Ints, set_count: int) -> _Floats:
    members = csr_array(
        (np.ones(len(sets)), (sets, np.arange(len(sets)))), shape=(set_count, len(sets))
    )
    return np.asarray((members @ parts).toarray())


def _best_move(sets: _Ints, squares: _Floats, scores: _Floats, shares: _Floats) -> _Step:
    """Return the best group to put into another set."""
    own = scores[np.arange(len(sets)), sets]
    changes = np.round(2 * (squares[:, None] + own[:, None] - scores), _DIGITS)
    changes[np.bincount(sets)[sets] == 1] = 0  # no set is emptied
    changes[:, shares <= 0] = np.inf
    changes[np.arange(len(sets)), sets] = 0
    group, place = np.divmod(int(np.argmin(changes)), changes.shape[1])
    return float(changes[group, place]), [(int(group), int(place))]


def _best_exchange(sets: _Ints, squares: _Floats, scores: _Floats, products: _Floats) -> _Step:
    """Return the best two groups to exchange their sets."""
    own = scores[np.arange(len(sets)), sets]
    others = scores[:, sets]  # the score of one in the set of another
    distances = squares[:, None] + squares - 2 * products
    gains = others + others.T - own[:, None] - own
    changes = np.round(2 * (distances - gains), _DIGITS)
    one, other = np.divmod(int(np.argmin(changes)), len(sets))
    return float(changes[one, other]), [
        (int(one), int(sets[other])),
        (int(other), int(sets[one])),
    ]
