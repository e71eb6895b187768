"""What the page shows of a split: rows by class, sums by set, and what a plan would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.dataset.split_files import Split
from app.dataset.split_images import SplitImage
from app.dataset.split_plan import ClassRow, SplitPlan
from app.dataset.split_rule import SET_NAMES, SetName


@dataclass(frozen=True)
class SplitTable:
    """A split in numbers.

    Attributes
    ----------
    rows : tuple of ClassRow
    images, boxes : mapping of SetName to int
        Of all classes together; a picture of two classes is one.
    locked : int
        How many of the pictures of test belong to the locked test set.
    """

    rows: tuple[ClassRow, ...]
    images: Mapping[SetName, int]
    boxes: Mapping[SetName, int]
    locked: int = 0

    @property
    def image_count(self) -> int:
        """How many pictures are in the sets."""
        return sum(self.images.values())


@dataclass(frozen=True)
class SplitChange:
    """How many pictures a plan puts elsewhere than the project's split does.

    Attributes
    ----------
    new, moved, gone : int
        Pictures that come into a set, go into another set, and are in none any more.
    """

    new: int = 0
    moved: int = 0
    gone: int = 0

    @property
    def is_none(self) -> bool:
        """Whether all pictures stay where they are."""
        return not (self.new or self.moved or self.gone)


def table_of_plan(plan: SplitPlan) -> SplitTable:
    """Return the numbers of a plan."""
    return SplitTable(
        plan.table,
        {name: len(plan.sets[name]) for name in SET_NAMES},
        {name: plan.box_count(name) for name in SET_NAMES},
        len(set(plan.sets["test"]).intersection(plan.locked_test)),
    )


def table_of_split(
    split: Split, images: Sequence[SplitImage], class_names: Iterable[str]
) -> SplitTable:
    """Return the numbers of a split that was written, by the labels of today."""
    set_of = _set_of(split.sets)
    found = sorted({name for each in images for name, _ in each.classes})
    names = list(dict.fromkeys([*class_names, *found]))
    rows = {
        name: ClassRow(name, dict.fromkeys(SET_NAMES, 0), dict.fromkeys(SET_NAMES, 0), 0)
        for name in names
    }
    available = dict.fromkeys(names, 0)
    for image in images:
        place = set_of.get(image.name)
        for name, boxes in image.classes:
            available[name] += 1
            if place is not None:
                rows[name].images[place] += 1
                rows[name].boxes[place] += boxes
    counted = tuple(
        ClassRow(name, row.images, row.boxes, available[name]) for name, row in rows.items()
    )
    return SplitTable(
        counted,
        {name: len(split.sets[name]) for name in SET_NAMES},
        {name: sum(row.boxes[name] for row in counted) for name in SET_NAMES},
        len(set(split.sets["test"]).intersection(split.locked_test)),
    )


def change_of(split: Split, plan: SplitPlan) -> SplitChange:
    """Compare a plan with the split that it would take the place of."""
    before, after = _set_of(split.sets), _set_of(plan.sets)
    both = before.keys() & after.keys()
    return SplitChange(
        len(after) - len(both),
        sum(before[name] != after[name] for name in both),
        len(before) - len(both),
    )


def _set_of(sets: Mapping[SetName, Sequence[str]]) -> dict[str, SetName]:
    return {name: set_name for set_name, names in sets.items() for name in names}
