"""`plan_split`: which picture goes into which set. Nothing is read or written here."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from app.dataset.split_groups import Groups, PartedSession, make_groups
from app.dataset.split_images import SplitImage
from app.dataset.split_rule import SET_NAMES, SetName, SplitRule
from app.dataset.split_selection import select
from app.dataset.split_stratify import GroupCounts, share_out

LeftOutReason = Literal["unlabelled", "broken", "unreadable", "odd-name", "like-test", "spare"]
LEFT_OUT_REASONS: tuple[LeftOutReason, ...] = get_args(LeftOutReason)
"""Why a picture is in no set: its `SplitImage.state`; it looks like one of the locked test set; or
there are more of its class than were asked for."""

_TEST = SET_NAMES.index("test")
_NEEDED = [SET_NAMES.index(name) for name in ("train", "test", "val")]
_NOWHERE = -1
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassRow:
    """One class in the table of a split.

    Attributes
    ----------
    name : str
    images, boxes : mapping of SetName to int
        Pictures with a box of the class, and boxes of it.
    available : int
        Pictures with a box of the class that could have been used.
    """

    name: str
    images: dict[SetName, int]
    boxes: dict[SetName, int]
    available: int


@dataclass(frozen=True)
class SplitGroup:
    """Pictures that stay together, at least two.

    Attributes
    ----------
    images : tuple of str
    sessions : tuple of str
        The folders of the sessions that it holds whole; without any, its pictures look the same.
    """

    images: tuple[str, ...]
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True)
class SplitPlan:
    """A split before it is written.

    Attributes
    ----------
    rule : SplitRule
    sets : mapping of SetName to tuple of str
        Names of the pictures, in the order in which they were given.
    left_out : mapping of LeftOutReason to tuple of str
        Every other picture; reasons without any are left out.
    table : tuple of ClassRow
    groups : tuple of SplitGroup
        Of the pictures in the sets.
    parted : tuple of PartedSession
        Sessions that could not be kept together.
    locked_test : tuple of str
        Every picture that was ever in the locked test set, those that are gone too, by name.
        Empty while it is not locked.
    gone_test, unusable_test : tuple of str
        Pictures of the locked test set that are not there any more, or have no labels to use now.
    parted_crowds : int
        Crowds of lookalikes that lie in several sets.
    duplicates_known : bool
        Whether it was looked for lookalikes at all.
    """

    rule: SplitRule
    sets: dict[SetName, tuple[str, ...]]
    left_out: dict[LeftOutReason, tuple[str, ...]]
    table: tuple[ClassRow, ...]
    groups: tuple[SplitGroup, ...] = ()
    parted: tuple[PartedSession, ...] = ()
    locked_test: tuple[str, ...] = ()
    gone_test: tuple[str, ...] = ()
    unusable_test: tuple[str, ...] = ()
    parted_crowds: int = 0
    duplicates_known: bool = True

    @property
    def image_count(self) -> int:
        """How many pictures are in the sets."""
        return sum(len(names) for names in self.sets.values())

    def box_count(self, set_name: SetName) -> int:
        """Return how many boxes a set has."""
        return sum(row.boxes[set_name] for row in self.table)


def plan_split(
    images: Sequence[SplitImage],
    rule: SplitRule,
    *,
    class_names: Iterable[str] = (),
    locked_test: Collection[str] = (),
    duplicates_known: bool = True,
) -> SplitPlan:
    """Share pictures out to train, val and test.

    The same pictures in any order, rule and lock give the same sets; a seed changes which of
    equally good pictures go where.

    Parameters
    ----------
    images : sequence of SplitImage
        All pictures of the data set.
    rule : SplitRule
    class_names : iterable of str
        Classes to have in the table in any case, in their order; others follow by name.
    locked_test : collection of str
        Names of the pictures that stay the test set; no other picture goes into it.
    duplicates_known : bool
        Whether the clusters of `images` were looked for.
    """
    left_out: dict[LeftOutReason, list[str]] = {reason: [] for reason in LEFT_OUT_REASONS}
    usable = sorted(_usable(images, rule, left_out), key=_Chance(rule.seed))
    lock = _Lock(usable, locked_test)
    usable, lock = _without_lookalikes_of_test(usable, rule, lock, left_out)
    groups = make_groups(usable, rule, lock.mask)
    sets = _Sharing(usable, rule, groups, lock).run()
    left_out["spare"] += [each.name for each, place in zip(usable, sets, strict=True) if place < 0]
    set_of = {each.name: place for each, place in zip(usable, sets.tolist(), strict=True)}
    there = {each.name for each in images}
    return SplitPlan(
        rule,
        {
            name: tuple(each.name for each in images if set_of.get(each.name) == place)
            for place, name in enumerate(SET_NAMES)
        },
        {reason: tuple(names) for reason, names in left_out.items() if names},
        _table(usable, sets, class_names),
        _told_groups(usable, groups, sets, keeps_sessions=rule.keeps_sessions),
        groups.parted,
        tuple(sorted(locked_test)),
        tuple(sorted(set(locked_test) - there)),
        tuple(sorted((set(locked_test) & there) - set_of.keys())),
        _parted_crowds(usable, sets),
        duplicates_known,
    )


def _usable(
    images: Sequence[SplitImage], rule: SplitRule, left_out: dict[LeftOutReason, list[str]]
) -> list[SplitImage]:
    """Return the pictures that can be in a set; the others go into `left_out`."""
    found = []
    for image in images:
        state = image.state
        is_background = state == "unlabelled" and rule.with_background
        if state == "labelled" or state == "empty" or is_background:
            found.append(image)
        else:
            left_out[state].append(image.name)
    return found


class _Chance:
    """An order by chance: where a picture comes in it depends on its name and the seed only."""

    def __init__(self, seed: int) -> None:
        self._start = hashlib.blake2b(str(seed).encode() + b"\n")

    def __call__(self, image: SplitImage) -> bytes:
        digest = self._start.copy()
        digest.update(image.name.encode())
        return digest.digest()


@dataclass(frozen=True)
class _Lock:
    """The locked test set among the usable pictures."""

    images: Sequence[SplitImage]
    names: Collection[str]
    mask: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        names = set(self.names)
        mask = np.array([each.name in names for each in self.images], np.bool_)
        object.__setattr__(self, "mask", mask)


def _without_lookalikes_of_test(
    usable: list[SplitImage],
    rule: SplitRule,
    lock: _Lock,
    left_out: dict[LeftOutReason, list[str]],
) -> tuple[list[SplitImage], _Lock]:
    """Leave out what looks like a picture of the locked test set: training must not see it."""
    if not rule.keeps_duplicates or not lock.mask.any():
        return usable, lock
    pairs = list(zip(usable, lock.mask.tolist(), strict=True))
    crowds = {each.cluster for each, is_locked in pairs if is_locked and each.cluster >= 0}
    alike = [each for each, is_locked in pairs if not is_locked and each.cluster in crowds]
    if not alike:
        return usable, lock
    left_out["like-test"] += [each.name for each in alike]
    names = {each.name for each in alike}
    rest = [each for each in usable if each.name not in names]
    return rest, _Lock(rest, lock.names)


class _Sharing:
    """One split under way: the sets of the usable pictures, as places in `SET_NAMES`."""

    def __init__(
        self, images: Sequence[SplitImage], rule: SplitRule, groups: Groups, lock: _Lock
    ) -> None:
        self._images, self._rule, self._groups, self._lock = images, rule, groups, lock
        self._names = sorted({name for each in images for name, _ in each.classes})

    def run(self) -> _Ints:
        sets = np.full(len(self._images), _NOWHERE, np.int64)
        sets[self._lock.mask] = _TEST
        free = np.flatnonzero(~self._lock.mask)
        if not len(free):
            return sets
        presence = self._presence()
        _, groups = np.unique(self._groups.numbers[free], return_inverse=True)
        counts = _group_counts(presence[free], groups)
        sets[free] = share_out(counts, self._shares(), _NEEDED)[groups]
        if self._rule.unit == "images":
            self._drop_spare(sets, presence)
        return sets

    def _shares(self) -> list[float]:
        shares = list(self._rule.shares)
        if self._lock.names:
            shares[_TEST] = 0.0
        return [share / sum(shares) for share in shares]

    def _presence(self) -> csr_array:
        """Return which pictures have which class, shape (N, C), ones and zeros."""
        columns = {name: place for place, name in enumerate(self._names)}
        rows = [[columns[name] for name, _ in each.classes] for each in self._images]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        flat = np.array([column for row in rows for column in row], np.int64)
        shape = (len(rows), len(columns))
        return csr_array((np.ones(len(flat), np.int64), flat, starts), shape=shape)

    def _drop_spare(self, sets: _Ints, presence: csr_array) -> None:
        """Take pictures out of the sets that have more of a class than was asked for."""
        for place, amount in enumerate(self._rule.amounts):
            if place == _TEST and self._lock.names:
                continue
            members = np.flatnonzero(sets == place)
            kept = select(presence[members], self._groups.numbers[members], int(amount))
            sets[members[~kept]] = _NOWHERE


def _group_counts(presence: csr_array, groups: _Ints) -> GroupCounts:
    count, group_count = len(groups), int(groups.max()) + 1
    membership = csr_array(
        (np.ones(count, np.int64), (groups, np.arange(count))), shape=(group_count, count)
    )
    return GroupCounts(membership @ presence, np.bincount(groups))


def _table(
    images: Sequence[SplitImage], sets: _Ints, class_names: Iterable[str]
) -> tuple[ClassRow, ...]:
    pictures: Counter[tuple[str, int]] = Counter()
    boxes: Counter[tuple[str, int]] = Counter()
    found: set[str] = set()
    for image, place in zip(images, sets.tolist(), strict=True):
        for name, number in image.classes:
            found.add(name)
            pictures[name, place] += 1
            boxes[name, place] += number
    names = dict.fromkeys([*class_names, *sorted(found)])
    return tuple(
        ClassRow(
            name,
            {each: pictures[name, place] for place, each in enumerate(SET_NAMES)},
            {each: boxes[name, place] for place, each in enumerate(SET_NAMES)},
            sum(pictures[name, place] for place in (_NOWHERE, *range(len(SET_NAMES)))),
        )
        for name in names
    )


def _told_groups(
    images: Sequence[SplitImage], groups: Groups, sets: _Ints, *, keeps_sessions: bool
) -> tuple[SplitGroup, ...]:
    parted = {each.name for each in groups.parted} | {""}
    members: dict[int, list[SplitImage]] = {}
    for image, number, place in zip(images, groups.numbers.tolist(), sets.tolist(), strict=True):
        if place >= 0:
            members.setdefault(number, []).append(image)
    found = (
        SplitGroup(
            tuple(sorted(each.name for each in group)),
            tuple(sorted({each.session for each in group} - parted)) if keeps_sessions else (),
        )
        for group in members.values()
        if len(group) > 1
    )
    return tuple(sorted(found, key=lambda each: each.images))


def _parted_crowds(images: Sequence[SplitImage], sets: _Ints) -> int:
    """Return how many clusters lie in several sets."""
    used = zip(images, sets.tolist(), strict=True)
    places = {(each.cluster, place) for each, place in used if each.cluster >= 0 and place >= 0}
    return sum(number > 1 for number in Counter(cluster for cluster, _ in places).values())
