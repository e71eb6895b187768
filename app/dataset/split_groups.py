"""Which pictures of a split stay together: one session, one crowd of lookalikes, or both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.dataset.split_images import SplitImage
from app.dataset.split_rule import SplitRule

_Ints = npt.NDArray[np.int64]
_LONER = -1


@dataclass(frozen=True)
class PartedSession:
    """A session whose pictures could not be kept together.

    Attributes
    ----------
    name : str
        Its folder.
    reason : {"only-here", "locked"}
        It alone has a class, which would be in one set only; or a part of it is in the locked
        test set.
    classes : tuple of str
        The classes that no other session has; empty when it is "locked".
    """

    name: str
    reason: Literal["only-here", "locked"]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Groups:
    """Pictures by the group that stays together.

    Attributes
    ----------
    numbers : ndarray, shape (N,), int64
        The group of each picture, from 0 on; a picture of its own is a group, too.
    parted : tuple of PartedSession
    """

    numbers: _Ints
    parted: tuple[PartedSession, ...] = ()

    @property
    def count(self) -> int:
        """How many groups there are."""
        return int(self.numbers.max(initial=-1)) + 1


def make_groups(
    images: Sequence[SplitImage], rule: SplitRule, locked: npt.NDArray[np.bool_]
) -> Groups:
    """Return the groups by the rule.

    Parameters
    ----------
    images : sequence of SplitImage
    rule : SplitRule
    locked : ndarray, shape (N,), bool
        Which of them are in a locked test set.
    """
    clusters = _codes([each.cluster if rule.keeps_duplicates else _LONER for each in images])
    if not rule.keeps_sessions:
        return Groups(_joined(clusters))
    sessions = _codes([each.session or _LONER for each in images])
    parted = [_session_of(images, sessions, code, "locked") for code in _half(sessions, locked)]
    sessions[np.isin(sessions, list(_half(sessions, locked)))] = _LONER
    if rule.grouping == "both" and rule.test and not locked.any():
        parted += _part_only_ones(images, sessions, clusters)
    return Groups(_joined(sessions, clusters), tuple(parted))


def _part_only_ones(
    images: Sequence[SplitImage], sessions: _Ints, clusters: _Ints
) -> list[PartedSession]:
    """Take out of `sessions` those that have a class alone, as far as that helps; tell which."""
    smallest = _joined(clusters)
    places = _places_by_class(images)
    found: list[PartedSession] = []
    while True:
        numbers = _joined(sessions, clusters)
        stuck: dict[int, list[str]] = {}
        for name, where in places.items():
            if np.ptp(numbers[where]) == 0 and np.ptp(smallest[where]) > 0:
                for code in np.unique(sessions[where]).tolist():
                    stuck.setdefault(code, []).append(name)
        stuck.pop(_LONER, None)
        if not stuck:
            return found
        for code, classes in sorted(stuck.items()):
            found.append(_session_of(images, sessions, code, "only-here", tuple(classes)))
            sessions[sessions == code] = _LONER


def _half(sessions: _Ints, locked: npt.NDArray[np.bool_]) -> Iterator[int]:
    """Give the sessions of which a part is locked."""
    both = np.intersect1d(sessions[locked], sessions[~locked])
    return (code for code in both.tolist() if code != _LONER)


def _session_of(
    images: Sequence[SplitImage],
    sessions: _Ints,
    code: int,
    reason: Literal["only-here", "locked"],
    classes: tuple[str, ...] = (),
) -> PartedSession:
    place = int(np.flatnonzero(sessions == code)[0])
    return PartedSession(images[place].session, reason, classes)


def _places_by_class(images: Sequence[SplitImage]) -> dict[str, _Ints]:
    places: dict[str, list[int]] = {}
    for place, image in enumerate(images):
        for name, _ in image.classes:
            places.setdefault(name, []).append(place)
    return {name: np.array(places[name], np.int64) for name in sorted(places)}


def _codes(keys: Sequence[str | int]) -> _Ints:
    """Return a number for each key, in the order in which they come; `_LONER` stays itself."""
    known: dict[str | int, int] = {_LONER: _LONER}
    return np.array([known.setdefault(key, len(known) - 1) for key in keys], np.int64)


def _joined(*links: _Ints) -> _Ints:
    """Return groups of all that have a code in common, in any of the links."""
    count = len(links[0])
    rows, columns, nodes = [], [], count
    for codes in links:
        where = np.flatnonzero(codes != _LONER)
        rows.append(where)
        columns.append(codes[where] + nodes)
        nodes += int(codes.max(initial=-1)) + 1
    pairs = np.concatenate(rows), np.concatenate(columns)
    graph = coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1][:count]
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
