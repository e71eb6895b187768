"""The split of a project on disk: ``splits/{train,val,test}.txt`` and ``splits/split.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.dataset.errors import DatasetError
from app.dataset.split_images import SplitImage
from app.dataset.split_plan import LEFT_OUT_REASONS, LeftOutReason, SplitPlan
from app.dataset.split_rule import SET_NAMES, SetName, SplitRule
from app.files import atomic_write_text, write_error
from app.project.project import Project

SPLIT_FILE = "split.json"
_VERSION = 1
_STATES_LEFT_OUT = ("unlabelled", "broken", "unreadable", "odd-name")


@dataclass(frozen=True)
class Split:
    """A split that was written.

    Attributes
    ----------
    rule : SplitRule
    sets : mapping of SetName to tuple of str
        Names of the pictures, as POSIX paths relative to the folder of pictures.
    left_out : mapping of LeftOutReason to tuple of str
        The pictures that were in no set.
    groups : tuple of tuple of str
        Pictures that stay together, at least two in each.
    locked_test : tuple of str
        Every picture that was ever in the locked test set; empty while it is not locked.
    changed_lists : tuple of SetName
        Lists that are not as they were written with ``split.json``: changed by hand, or a write
        that was cut off. `sets` has what the lists say.
    """

    rule: SplitRule
    sets: Mapping[SetName, tuple[str, ...]]
    left_out: Mapping[LeftOutReason, tuple[str, ...]]
    groups: tuple[tuple[str, ...], ...] = ()
    locked_test: tuple[str, ...] = ()
    changed_lists: tuple[SetName, ...] = ()


@dataclass(frozen=True)
class SplitAge:
    """How the pictures of today differ from those that were split.

    Attributes
    ----------
    new : tuple of str
        Pictures that could be in a set and were not looked at, or had no labels to use then.
    gone : tuple of str
        Pictures of a set that are not there any more.
    unusable : tuple of str
        Pictures of a set that have no labels that can be used now.
    changed_lists : tuple of SetName
        See `Split`.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    changed_lists: tuple[SetName, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the split is of the pictures that are there."""
        return not (self.new or self.gone or self.unusable or self.changed_lists)


def split_folder(project: Project) -> Path:
    """Return where the split of a project is."""
    return project.folder / "splits"


def write_split(project: Project, plan: SplitPlan, *, lock_test: bool = False) -> None:
    """Write a split, and keep its rule in the project for the next one.

    The same plan gives the same bytes. ``split.json`` comes last: it tells whether the lists are
    those that belong to it.

    Parameters
    ----------
    project : Project
    plan : SplitPlan
    lock_test : bool
        Whether the test set stays as it is from now on; one that was locked stays so anyway.

    Raises
    ------
    DatasetError
        "nothing-labelled"; "nothing-to-lock" for an empty test set.
    app.project.errors.ProjectError
    app.files.FileWriteError
    """
    if not plan.image_count:
        message = f"There is nothing to split in {project.folder}: no labels that can be used."
        raise DatasetError("nothing-labelled", message, "Draw boxes first, or import labels.")
    if lock_test and not plan.sets["test"]:
        message = "The test set is empty: there is nothing to lock."
        raise DatasetError("nothing-to-lock", message, "Ask for a share for test.")
    folder = split_folder(project)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    lists = {name: "".join(f"{each}\n" for each in plan.sets[name]) for name in SET_NAMES}
    for name, text in lists.items():
        atomic_write_text(folder / f"{name}.txt", text)
    locked = sorted({*plan.locked_test, *(plan.sets["test"] if lock_test else ())})
    text = json.dumps(_to_json(plan, lists, locked), ensure_ascii=False, indent=1)
    atomic_write_text(folder / SPLIT_FILE, text + "\n")
    if project.split_rule != plan.rule.to_json():
        project.save_split_rule(plan.rule.to_json())


def read_split(project: Project) -> Split:
    """Read the split of a project.

    Raises
    ------
    DatasetError
        "no-split" where there is none; "split-broken" naming the file that can't be read;
        "split-overlaps" for a picture in two sets.
    """
    folder = split_folder(project)
    fields = _read_fields(project)
    texts = {name: _read_list(folder / f"{name}.txt") for name in SET_NAMES}
    try:
        split = _from_json(fields, texts)
    except (KeyError, TypeError, ValueError, AttributeError, DatasetError) as error:
        raise _broken(folder / SPLIT_FILE, "a field in it makes no sense", error) from error
    _check_apart(folder, split)
    return split


def locked_test_of(project: Project) -> tuple[str, ...]:
    """Return the names of the locked test set; none without a split or a lock.

    Raises
    ------
    DatasetError
        "split-broken": nothing must be split over a lock that can't be read.
    """
    path = split_folder(project) / SPLIT_FILE
    if not path.exists():
        return ()
    locked = _read_fields(project).get("locked_test")
    if not isinstance(locked, list) or not all(isinstance(name, str) for name in locked):
        raise _broken(path, "locked_test is no list of names")
    return tuple(locked)


def rule_of(project: Project) -> SplitRule:
    """Return the rule kept in a project, or the default.

    Raises
    ------
    DatasetError
        "bad-split", naming the project's file.
    """
    kept = project.split_rule
    try:
        return SplitRule() if kept is None else SplitRule.from_json(kept)
    except (DatasetError, TypeError) as error:
        message = f"{project.file}: the table split makes no sense. {error}"
        raise DatasetError("bad-split", message, "Mend it by hand.") from error


def split_age(split: Split, images: Sequence[SplitImage]) -> SplitAge:
    """Compare a split with the pictures that are there now."""
    states = {each.name: each.state for each in images}
    used = {name for names in split.sets.values() for name in names}
    known = used | {
        name
        for reason, names in split.left_out.items()
        if reason not in _STATES_LEFT_OUT
        for name in names
    }
    usable = {name for name, state in states.items() if _is_usable(state, split.rule)}
    return SplitAge(
        tuple(each.name for each in images if each.name in usable and each.name not in known),
        tuple(sorted(used - states.keys())),
        tuple(sorted((used & states.keys()) - usable)),
        split.changed_lists,
    )


def _is_usable(state: str, rule: SplitRule) -> bool:
    return state in ("labelled", "empty") or (state == "unlabelled" and rule.with_background)


def _to_json(
    plan: SplitPlan, lists: Mapping[SetName, str], locked: Sequence[str]
) -> dict[str, Any]:
    return {
        "version": _VERSION,
        **plan.rule.to_json(),
        "sets": {
            name: {"images": len(plan.sets[name]), "sha256": _digest(text)}
            for name, text in lists.items()
        },
        "parted_sessions": [each.name for each in plan.parted],
        "locked_test": locked,
        "left_out": plan.left_out,
        "groups": [group.images for group in plan.groups],
    }


def _from_json(fields: dict[str, Any], texts: Mapping[SetName, str]) -> Split:
    if fields["version"] > _VERSION:
        raise ValueError("a newer Tallybox made it")
    left_out = fields["left_out"]
    rule = {name: fields[name] for name in SplitRule().to_json()}
    return Split(
        SplitRule.from_json(rule),
        {name: tuple(line for line in texts[name].split("\n") if line) for name in SET_NAMES},
        {reason: tuple(left_out[reason]) for reason in LEFT_OUT_REASONS if reason in left_out},
        tuple(tuple(group) for group in fields["groups"]),
        tuple(fields["locked_test"]),
        tuple(name for name in SET_NAMES if fields["sets"][name]["sha256"] != _digest(texts[name])),
    )


def _read_fields(project: Project) -> dict[str, Any]:
    path = split_folder(project) / SPLIT_FILE
    try:
        fields = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        hint = "Split it in the Dataset tab, or with: tallybox split"
        message = f"The project {project.name} has no split yet."
        raise DatasetError("no-split", message, hint) from error
    except (OSError, ValueError) as error:
        raise _broken(path, "it is no JSON that can be read", error) from error
    if not isinstance(fields, dict):
        raise _broken(path, "it is no JSON object")
    return fields


def _read_list(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")  # an editor may add them
    except FileNotFoundError:
        return ""  # told as a changed list
    except (OSError, ValueError) as error:
        raise _broken(path, "it is no text that can be read", error) from error


def _check_apart(folder: Path, split: Split) -> None:
    seen: dict[str, SetName] = {}
    for set_name, names in split.sets.items():
        for name in names:
            other = seen.setdefault(name, set_name)
            if other != set_name:
                raise DatasetError(
                    "split-overlaps",
                    f"{name} is in {folder / other}.txt and in {folder / set_name}.txt.",
                    "Take it out of one of them, or split again.",
                )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _broken(path: Path, reason: str, error: Exception | None = None) -> DatasetError:
    return DatasetError(
        "split-broken",
        f"Can't read the split in {path}: {reason}.",
        "Mend the file, or delete it and split again; a locked test set is forgotten then.",
        detail=repr(error) if error is not None else "",
    )
