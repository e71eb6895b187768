"""What would go out of a project, and what is wrong with it; the functions block."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotation.label_folder import LabelFolder
from app.dataset.export import Progress
from app.dataset.export_sets import ExportSource, export_source, split_sets
from app.dataset.preflight import find_problems
from app.dataset.problems import Problem
from app.imaging import IMAGE_SUFFIXES
from app.jobs.cancel import CancelToken
from app.project.project import Project


@dataclass(frozen=True)
class OutgoingSet:
    """One set, by its labels of now.

    Attributes
    ----------
    name : str
    images, background, boxes : int
        Pictures, those of them without a box, and boxes.
    """

    name: str
    images: int
    background: int
    boxes: int


@dataclass(frozen=True)
class Outgoing:
    """What would go out.

    Attributes
    ----------
    sets : tuple of OutgoingSet
    class_count : int
    is_split : bool
        Whether the sets are those of a split; else all labelled pictures are one set.
    """

    sets: tuple[OutgoingSet, ...]
    class_count: int
    is_split: bool


@dataclass(frozen=True)
class FoundProblem:
    """A problem, and the picture to look at.

    Attributes
    ----------
    problem : Problem
    picture : Path or None
        None where it is about no picture that is there.
    """

    problem: Problem
    picture: Path | None


def read_outgoing(project_folder: Path, token: CancelToken, progress: Progress) -> Outgoing:
    """Read the labels of all pictures that would go out.

    Raises
    ------
    AppError
        As `export_source`.
    JobCancelled
    """
    project = Project.open(project_folder)
    source = export_source(LabelFolder.of_project(project), project, token=token)
    counting = _Counting(source, token, progress)
    sets = tuple(counting.count(name) for name in source.sets)
    return Outgoing(sets, len(source.classes), source.is_split)


def check_outgoing(
    project_folder: Path, token: CancelToken, progress: Progress
) -> tuple[FoundProblem, ...]:
    """Look for what would go wrong, see `find_problems`.

    Raises
    ------
    AppError
    JobCancelled
    """
    project = Project.open(project_folder)
    folder = LabelFolder.of_project(project)
    classes: Mapping[int, str] = {item.id: item.name for item in project.classes}
    found = find_problems(folder, classes, split_sets(project), token=token, on_progress=progress)
    return tuple(FoundProblem(each, _picture_of(each, folder)) for each in found)


class _Counting:
    """Counts boxes set by set."""

    def __init__(self, source: ExportSource, token: CancelToken, progress: Progress) -> None:
        self._source, self._token, self._progress = source, token, progress
        self._folder = source.folder.anew()
        self._done = 0

    def count(self, set_name: str) -> OutgoingSet:
        names = self._source.sets[set_name]
        boxes = background = 0
        for name in names:
            self._token.raise_if_cancelled()
            state = self._folder.state(self._folder.images / name)
            here = sum(count for _class_name, count in state.classes)
            boxes, background = boxes + here, background + (not here)
            self._done += 1
            self._progress(self._done, self._source.image_count)
        return OutgoingSet(set_name, len(names), background, boxes)


def _picture_of(problem: Problem, folder: LabelFolder) -> Path | None:
    """Return the picture that a problem is about; its place may go on with where in it."""
    place = problem.place
    for name in (place, place.rpartition(": ")[0], place.partition(": ")[0]):
        if name and (folder.images / name).is_file() and _is_picture(name):
            return folder.images / name
    labels = folder.labels or folder.images
    if not place.startswith(os.fspath(labels)):
        return None
    stem = folder.images / Path(place).relative_to(labels)
    candidates = (stem.with_suffix(suffix) for suffix in sorted(IMAGE_SUFFIXES))
    return next((path for path in candidates if path.is_file()), None)


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in IMAGE_SUFFIXES
