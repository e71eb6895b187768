"""What an export is made from: the pictures of each set, and the classes with their ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotation.class_list import read_class_list
from app.annotation.formats.records import leaves_folder
from app.annotation.label_folder import LabelFolder
from app.dataset.errors import DatasetError
from app.dataset.split_files import read_split
from app.jobs.cancel import CancelToken
from app.project.project import Project

ONE_SET = "all"
"""The name of the only set where there is no split."""

_CLASS_LIST = "classes.txt"


@dataclass(frozen=True)
class ExportSource:
    """The pictures, sets and classes of a project or of a plain folder.

    Attributes
    ----------
    folder : LabelFolder
        Not one that another thread uses.
    sets : mapping of str to tuple of str
        Names of the pictures of each set that has any: POSIX paths relative to the pictures.
    classes : mapping of int to str
        Names by class id, ascending.
    is_split : bool
        Whether `sets` are those of a split; else they are all labelled pictures as one.
    """

    folder: LabelFolder
    sets: Mapping[str, tuple[str, ...]]
    classes: Mapping[int, str]
    is_split: bool

    @property
    def split_sha256(self) -> str:
        """A hash of which picture is in which set."""
        lines = (f"{name}\t{each}\n" for name, names in self.sets.items() for each in names)
        digest = hashlib.sha256()
        for line in lines:
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    @property
    def image_count(self) -> int:
        """How many pictures all sets have."""
        return sum(map(len, self.sets.values()))


def split_sets(project: Project | None) -> dict[str, tuple[str, ...]] | None:
    """Return the sets of a project's split that have any picture; None without a split.

    Raises
    ------
    DatasetError
        ``split-broken`` and the like, see `read_split`.
    """
    if project is None:
        return None
    try:
        split = read_split(project)
    except DatasetError as error:
        if error.code == "no-split":
            return None
        raise
    for name in (each for names in split.sets.values() for each in names):
        if leaves_folder(name):
            message = f"The split has {name}, which is not a path inside the folder of pictures."
            raise DatasetError("split-broken", message, "Mend its lists, or split again.")
    return {name: tuple(names) for name, names in split.sets.items() if names}


def export_source(
    folder: LabelFolder, project: Project | None, *, token: CancelToken | None = None
) -> ExportSource:
    """Return what there is to export.

    A project has its classes, and its split where it has one. A plain folder has the classes in
    its ``classes.txt``, then those that only boxes know, by name.

    Raises
    ------
    DatasetError
        ``nothing-labelled``, ``no-classes``, or ``split-broken`` and the like of `read_split`.
    AnnotationError
        The folder or its list of classes can't be read.
    JobCancelled
    """
    sets = split_sets(project)
    is_split = sets is not None
    classes = {item.id: item.name for item in project.classes} if project is not None else {}
    if sets is None:
        names, used = _labelled(folder, token or CancelToken())
        sets = {ONE_SET: names}
        classes = classes if project is not None else _numbered(folder, used)
    if not any(sets.values()):
        raise DatasetError(
            "nothing-labelled",
            f"There is nothing to export in {folder.images}: no labelled picture.",
            "Draw boxes first, or import labels.",
        )
    if not classes:
        raise DatasetError(
            "no-classes",
            f"There is no class to export in {folder.images}.",
            "Add the classes to the project, or draw boxes first.",
        )
    return ExportSource(folder, sets, dict(sorted(classes.items())), is_split)


def _labelled(folder: LabelFolder, token: CancelToken) -> tuple[tuple[str, ...], set[str]]:
    """Return the pictures that have labels, even broken ones, and the classes of all boxes."""
    used: set[str] = set()
    return tuple(_labelled_names(folder, used, token)), used


def _labelled_names(folder: LabelFolder, used: set[str], token: CancelToken) -> Iterator[str]:
    for picture in folder.pictures():
        token.raise_if_cancelled()
        state = folder.state(picture)
        used.update(name for name, _count in state.classes)
        if state.status != "unlabelled":
            yield picture.relative_to(folder.images).as_posix()


def _numbered(folder: LabelFolder, used: set[str]) -> dict[int, str]:
    places: list[Path] = [each for each in (folder.labels, folder.images) if each is not None]
    lists = [place / _CLASS_LIST for place in places if (place / _CLASS_LIST).is_file()]
    listed = read_class_list(lists[0]) if lists else []
    names = dict.fromkeys([*listed, *sorted(used)])
    return dict(enumerate(names, start=1))
