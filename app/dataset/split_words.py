"""What a person should know of a split before it is used, in words and with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.dataset.split_plan import ClassRow, LeftOutReason, SplitGroup, SplitPlan
from app.dataset.split_rule import SET_NAMES, SetName

# Fewer are learnt, or measured, badly: 10 and 4 are what the smallest sets in use have.
LEAST_IMAGES: dict[SetName, int] = {"train": 10, "val": 4, "test": 4}

_TOLD_GAP = 0.02  # of all pictures
_TOLD_CLASS_GAP = 0.1  # of the pictures of a class
_NAMES_SHOWN = 3

_LEFT_OUT: dict[LeftOutReason, str] = {
    "unlabelled": "have no labels",
    "broken": "have labels that can't be read or used (tallybox check names them)",
    "unreadable": "can't be decoded",
    "odd-name": "have a name that no line of text can hold",
    "like-test": "look like pictures of the locked test set",
    "spare": "are more than was asked for of their classes",
}

WarningKind = Literal["nothing", "share", "missing", "few", "count", "leak", "locked", "left-out"]


@dataclass(frozen=True)
class SplitWarning:
    """One thing to know of a split.

    Attributes
    ----------
    kind : {"nothing", "share", "missing", "few", "count", "leak", "locked", "left-out"}
    text : str
        One or two sentences.
    """

    kind: WarningKind
    text: str


def split_warnings(plan: SplitPlan) -> tuple[SplitWarning, ...]:
    """Return what was given up, what is missing and what leaks, the gravest first."""
    if not plan.image_count:
        text = "No picture has labels that can be used: there is nothing to split."
        return (SplitWarning("nothing", text), *_left_out(plan))
    parts = (_missing, _leaks, _shares, _class_shares, _counts, _few, _locked, _left_out)
    return tuple(warning for part in parts for warning in part(plan))


def _missing(plan: SplitPlan) -> Iterator[SplitWarning]:
    for name in _asked(plan):
        if not plan.sets[name]:
            yield SplitWarning("missing", f"{name} is empty: {_why_empty(plan, name)}.")
            continue
        rows = [row for row in plan.table if row.available and not row.images[name]]
        for row in rows[:_NAMES_SHOWN]:
            reason = _why_missing(plan, row)
            yield SplitWarning("missing", f"{row.name} is missing from {name}: {reason}.")
        if len(rows) > _NAMES_SHOWN:
            names = ", ".join(row.name for row in rows[_NAMES_SHOWN:])
            yield SplitWarning("missing", f"{name} has no picture of {names} either.")
    unused = [row.name for row in plan.table if not row.available]
    if unused:
        yield SplitWarning("missing", f"No picture has a box of {', '.join(unused)}.")


def _why_empty(plan: SplitPlan, name: SetName) -> str:
    if name == "test" and plan.locked_test:
        return "it is locked, and its pictures are gone or have no labels that can be used"
    largest = _largest(plan)
    if largest is None or len(largest.images) < plan.image_count / 2:
        return f"there are {_pictures(plan.image_count)} to split"
    return f"{_named(largest)}, {len(largest.images)} of {plan.image_count}, can't be parted"


def _why_missing(plan: SplitPlan, row: ClassRow) -> str:
    if row.available < 2:
        return "only 1 picture has it"
    most = max(SET_NAMES, key=lambda name: row.images[name])
    locked = ", and the test set is locked" if plan.locked_test else ""
    return f"of {_pictures(row.available)} with it, {row.images[most]} are in {most}{locked}"


def _shares(plan: SplitPlan) -> Iterator[SplitWarning]:
    """Tell that sets are larger or smaller than was asked, and which group makes them so."""
    if plan.rule.unit != "percent":
        return
    gaps = {
        name: len(plan.sets[name]) - asked * plan.image_count
        for name, asked in zip(SET_NAMES, plan.rule.shares, strict=True)
    }
    wrong = [name for name in gaps if _is_told(gaps[name], plan) and plan.sets[name]]
    if wrong:
        shares = dict(zip(SET_NAMES, plan.rule.shares, strict=True))
        asked = " and ".join(f"{_percent(shares[name])} {name}" for name in wrong)
        given = (len(plan.sets[name]) / plan.image_count for name in wrong)
        got = " and ".join(_percent(share) for share in given)
        reason = _why_share(plan, max(wrong, key=gaps.__getitem__))
        yield SplitWarning("share", f"Asked for {asked}, got {got}: {reason}.")


def _is_told(gap: float, plan: SplitPlan) -> bool:
    """Whether a gap, in pictures, is more than what rounding each class makes."""
    return abs(gap) > max(1.0, _TOLD_GAP * plan.image_count, len(plan.table) / 2)


def _why_share(plan: SplitPlan, too_large: SetName) -> str:
    if plan.locked_test:
        return "the test set is locked"
    largest = _largest(plan, too_large) or _largest(plan)
    if largest is None:
        return f"{_pictures(plan.image_count)} can't be shared out more evenly"
    verb = "have" if len(largest.sessions) > 1 else "has"
    return f"{_named(largest)} {verb} {_pictures(len(largest.images))} and can't be parted"


def _class_shares(plan: SplitPlan) -> Iterator[SplitWarning]:
    if plan.rule.unit != "percent" or plan.locked_test:
        return
    found = []
    for name, asked in zip(SET_NAMES, plan.rule.shares, strict=True):
        for row in plan.table:
            gap = abs(row.images[name] - asked * row.available)
            if row.images[name] and gap >= 1 and gap > _TOLD_CLASS_GAP * row.available:
                got = row.images[name] / row.available
                found.append(f"{_percent(got)} of {row.name} in {name} for {_percent(asked)}")
    if found:
        more = len(found) - _NAMES_SHOWN
        shown = ", ".join(found[:_NAMES_SHOWN]) + (f", and {more} more" if more > 0 else "")
        yield SplitWarning("share", f"Classes are not shared out as asked: {shown}.")


def _counts(plan: SplitPlan) -> Iterator[SplitWarning]:
    """Tell the classes with fewer or more pictures than were asked for."""
    if plan.rule.unit != "images":
        return
    asked = dict(zip(SET_NAMES, map(int, plan.rule.amounts), strict=True))
    if plan.locked_test:
        del asked["test"]
    alike: dict[str, list[str]] = {}
    for row in plan.table:
        wrong = [name for name in asked if row.available and row.images[name] != asked[name]]
        if wrong:
            got = ", ".join(f"{row.images[name]} for {asked[name]} in {name}" for name in wrong)
            text = f"{got}; there are {_pictures(row.available)}"
            alike.setdefault(text, []).append(row.name)
    for text, names in alike.items():
        each = " of each" if len(names) > 1 else ""
        yield SplitWarning("count", f"{', '.join(names)}: {text}{each}.")


def _few(plan: SplitPlan) -> Iterator[SplitWarning]:
    for name in _asked(plan):
        few = [row for row in plan.table if 0 < row.images[name] < LEAST_IMAGES[name]]
        if few:
            shown = ", ".join(f"{row.name} ({row.images[name]})" for row in few)
            text = f"{name} has fewer than {LEAST_IMAGES[name]} pictures of {shown}."
            yield SplitWarning("few", text)


def _leaks(plan: SplitPlan) -> Iterator[SplitWarning]:
    for each in plan.parted:
        reason = (
            f"no other session has {', '.join(each.classes)}"
            if each.reason == "only-here"
            else "a part of it is in the locked test set"
        )
        text = (
            f"The session {each.name} is in several sets: {reason}. Figures on test will flatter."
        )
        yield SplitWarning("leak", text)
    if plan.parted_crowds:
        text = f"{plan.parted_crowds} times pictures that look the same are in several sets."
        yield SplitWarning("leak", text)
    elif not plan.duplicates_known:
        yield SplitWarning("leak", "It was not looked whether pictures of two sets look the same.")


def _locked(plan: SplitPlan) -> Iterator[SplitWarning]:
    for names, what in (
        (plan.gone_test, "are not there any more"),
        (plan.unusable_test, "have no labels that can be used now"),
    ):
        if names:
            shown = ", ".join(names[:_NAMES_SHOWN])
            count = f"{len(names)} of {_pictures(len(plan.locked_test))}"
            yield SplitWarning("locked", f"{count} of the locked test set {what}: {shown}.")


def _left_out(plan: SplitPlan) -> Iterator[SplitWarning]:
    for reason, names in plan.left_out.items():
        yield SplitWarning(
            "left-out", f"Left out: {_pictures(len(names))} that {_LEFT_OUT[reason]}."
        )


def _asked(plan: SplitPlan) -> list[SetName]:
    return [name for name, amount in zip(SET_NAMES, plan.rule.amounts, strict=True) if amount]


def _largest(plan: SplitPlan, name: SetName | None = None) -> SplitGroup | None:
    """Return the largest group, or that of a set; None where there are no groups."""
    members = None if name is None else frozenset(plan.sets[name])
    found = [each for each in plan.groups if members is None or each.images[0] in members]
    return max(found, key=lambda each: len(each.images), default=None)


def _named(group: SplitGroup) -> str:
    if not group.sessions:
        return f"the crowd of pictures that look like {group.images[0]}"
    if len(group.sessions) == 1:
        return f"session {group.sessions[0]}"
    more = len(group.sessions) - _NAMES_SHOWN
    shown = ", ".join(group.sessions[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"the sessions {shown}, which share pictures that look the same,"


def _pictures(count: int) -> str:
    return f"{count} picture{'' if count == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
