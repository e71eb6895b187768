"""Changing a class in all pictures of a folder: looked at first, whole or not at all, undoable."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from app.annotation.change_journal import SAVED_AT_ONCE, ChangeJournal, LabelRewrite
from app.annotation.errors import AnnotationError
from app.annotation.folder_lock import folder_lock
from app.annotation.formats.voc_writer import voc_bytes
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.errors import AppError
from app.imaging import ImageReadError, read_size

_EXAMPLES = 3


@dataclass(frozen=True)
class ClassChange:
    """What is to be done with a class in all pictures.

    Attributes
    ----------
    kind : {"rename", "merge", "delete"}
        "rename" gives it a name that no class has; "merge" gives its boxes to another class;
        "delete" removes its boxes.
    name : str
        The class.
    target : str
        The new name, or the class to merge into; "" for "delete".
    """

    kind: Literal["rename", "merge", "delete"]
    name: str
    target: str = ""

    def of(self, annotation: ImageAnnotation) -> ImageAnnotation:
        """Return the labels of a picture after the change."""
        if self.kind == "delete":
            boxes = tuple(box for box in annotation.boxes if box.class_name != self.name)
        else:
            boxes = tuple(self._renamed(box) for box in annotation.boxes)
        return replace(annotation, boxes=boxes)

    def _renamed(self, box: LabeledBox) -> LabeledBox:
        return replace(box, class_name=self.target) if box.class_name == self.name else box


@dataclass(frozen=True)
class PictureChange:
    """The labels of one picture before and after."""

    picture: Path
    before: LabelFile
    after: LabelFile

    @property
    def reversed(self) -> PictureChange:
        """The way back."""
        return PictureChange(self.picture, self.after, self.before)


@dataclass(frozen=True)
class ClassChangePreview:
    """What a change would do.

    Attributes
    ----------
    change : ClassChange
    pictures, boxes : int
        How many have the class.
    verified : int
        Pictures among them that a person has verified.
    unreadable : tuple of Path
        Label files that can't be read; they are left as they are.
    examples : tuple of Path
        The first pictures.
    """

    change: ClassChange
    pictures: int
    boxes: int
    verified: int
    unreadable: tuple[Path, ...]
    examples: tuple[Path, ...]


@dataclass
class Watch:
    """How far folder-wide work is, and whether it is to stop.

    Attributes
    ----------
    advanced : callable
        Called with the number of pictures done, and of all.
    is_stopped : callable
    """

    advanced: Callable[[int, int], None] = field(default=lambda done, total: None)
    is_stopped: Callable[[], bool] = field(default=lambda: False)

    def tell(self, done: int, total: int) -> None:
        """Say how far it is.

        Raises
        ------
        StoppedError
        """
        if self.is_stopped():
            raise StoppedError
        self.advanced(done, total)

    def over(self, items: Sequence[Path]) -> Iterator[Path]:
        """Yield the items and tell how far it is.

        Raises
        ------
        StoppedError
        """
        for number, item in enumerate(items):
            self.tell(number, len(items))
            yield item


class StoppedError(Exception):
    """A person stopped the work; nothing was changed."""


@dataclass(frozen=True)
class Rewritten:
    """Label files that were rewritten.

    Attributes
    ----------
    changes : tuple of PictureChange
    left : tuple of AppError
        Files that were not, and why.
    journal : ChangeJournal
        To be closed once the list of classes has changed too; `take_back` undoes all instead.
    """

    changes: tuple[PictureChange, ...]
    left: tuple[AppError, ...]
    journal: ChangeJournal


def preview(
    folder: LabelFolder, pictures: Sequence[Path], change: ClassChange, watch: Watch | None = None
) -> ClassChangePreview:
    """Return what a change would do; nothing is written.

    Raises
    ------
    StoppedError
    """
    boxes, verified = 0, 0
    found, unreadable = [], []
    for picture in (watch or Watch()).over(pictures):
        file = _with_class(folder, picture, change.name)
        if file is None:
            continue
        if file.notes:
            file = _in_full(folder, picture, {})
        if file.error is not None:
            unreadable.append(file.path)
        count = sum(box.class_name == change.name for box in file.annotation.boxes)
        if count:
            found.append(picture)
            boxes += count
            verified += file.annotation.is_verified
    examples = tuple(found[:_EXAMPLES])
    return ClassChangePreview(change, len(found), boxes, verified, tuple(unreadable), examples)


def apply(
    folder: LabelFolder,
    pictures: Sequence[Path],
    change: ClassChange,
    *,
    files: Mapping[Path, LabelFile] | None = None,
    watch: Watch | None = None,
) -> Rewritten:
    """Change a class in all pictures, or, when stopped or after an error, in none.

    Parameters
    ----------
    folder : LabelFolder
    pictures : sequence of Path
    change : ClassChange
    files : mapping of Path to LabelFile, optional
        Label files as they were saved last: their boxes still know where they came from.
    watch : Watch, optional

    Returns
    -------
    Rewritten
        Its journal is to be closed by the caller. Broken label files are in `left`.

    Raises
    ------
    StoppedError
    AnnotationError
        "folder-busy", "change-unfinished", or what `LabelFolder.save` raises.
    FileWriteError
    """
    wanted, left = [], []
    for picture in (watch or Watch()).over(pictures):
        if _with_class(folder, picture, change.name) is None:
            continue
        file = _in_full(folder, picture, files or {})
        if file.error is not None:
            left.append(file.error)
        annotation = change.of(file.annotation)
        if annotation != file.annotation:
            after = replace(file, annotation=annotation)
            wanted.append(PictureChange(picture, file, after))
    come = change.target if change.kind == "rename" else ""
    done = rewrite(folder, wanted, class_gone=change.name, class_come=come, watch=watch)
    return replace(done, left=(*left, *done.left))


def rewrite(
    folder: LabelFolder,
    changes: Iterable[PictureChange],
    *,
    class_gone: str,
    class_come: str,
    watch: Watch | None = None,
) -> Rewritten:
    """Write the labels `after` of pictures whose files are as `before` says; else leave those.

    It is how a change is made, undone (with `PictureChange.reversed`) and made again.

    Parameters
    ----------
    folder : LabelFolder
    changes : iterable of PictureChange
    class_gone, class_come : str
        As in `ChangeJournal.begin`.
    watch : Watch, optional

    Raises
    ------
    StoppedError
        All files are as they were.
    AnnotationError, FileWriteError
        As `apply`; all files are as they were.
    """
    journal = ChangeJournal(folder)
    with folder_lock(journal.lock_path):
        possible, left = _possible(changes)
        if not possible:
            return Rewritten((), tuple(left), journal)
        planned = [_planned(folder, each) for each in possible]
        journal.begin(planned, class_gone=class_gone, class_come=class_come)
        try:
            done = tuple(_written(folder, possible, watch or Watch()))
        except (StoppedError, AppError):
            journal.take_back()
            raise
    return Rewritten(done, tuple(left), journal)


def settle(folder: LabelFolder, class_names: Collection[str] = ()) -> list[AppError]:
    """Finish or take back a change that a killed process left half done, and tell it.

    To be called when the folder is opened; see `ChangeJournal.settle`. Nothing happens while
    another window is at it.
    """
    journal = ChangeJournal(folder)
    if not journal.path.exists():
        return []
    try:
        with folder_lock(journal.lock_path):
            return journal.settle(class_names)
    except AppError as error:
        return [] if error.code == "folder-busy" else [error]


def _with_class(folder: LabelFolder, picture: Path, name: str) -> LabelFile | None:
    """Return the labels of a picture if it has boxes of a class, or can't be read, or may have.

    Without the picture's size, which takes longer to learn than all the rest. Where the file had
    to be mended for want of it, the class may be among what was refused.
    """
    if not os.path.lexists(folder.label_path(picture)):
        return None
    file = folder.load(picture, size=(0, 0))
    has_class = any(box.class_name == name for box in file.annotation.boxes)
    return file if has_class or file.notes or file.error is not None else None


def _in_full(folder: LabelFolder, picture: Path, files: Mapping[Path, LabelFile]) -> LabelFile:
    """Return the labels as a person sees them in the window."""
    try:
        size = read_size(picture)
    except ImageReadError:
        size = (0, 0)  # its boxes can be changed all the same
    file = folder.load(picture, size=size)
    kept = files.get(picture)
    return kept if kept is not None and kept.stamp == file.stamp else file


def _possible(
    changes: Iterable[PictureChange],
) -> tuple[list[PictureChange], list[AppError]]:
    """Return the changes whose files are what they were, and why the others are not made."""
    possible: list[PictureChange] = []
    left: list[AppError] = []
    for change in changes:
        try:
            now = change.before.path.read_bytes()
        except OSError:
            now = None
        if now == change.before.on_disk:
            possible.append(change)
        else:
            left.append(_changed_outside(change.before.path))
    return possible, left


def _planned(folder: LabelFolder, change: PictureChange) -> LabelRewrite:
    after = voc_bytes(
        change.after.annotation,
        image_path=change.picture,
        original=change.before.original,
        coordinate_rule=folder.coordinate_rule,
    )
    return LabelRewrite(change.before.path, change.before.on_disk or b"", after)


def _written(
    folder: LabelFolder, changes: Sequence[PictureChange], watch: Watch
) -> Iterator[PictureChange]:
    """Save the pictures, several at once: each waits for the disk most of its time."""

    def save(change: PictureChange) -> PictureChange:
        after = folder.save(change.picture, change.after.annotation, known=change.before)
        return replace(change, after=after)

    with ThreadPoolExecutor(SAVED_AT_ONCE) as pool:
        for begin in range(0, len(changes), SAVED_AT_ONCE):
            watch.tell(begin, len(changes))
            yield from pool.map(save, changes[begin : begin + SAVED_AT_ONCE])


def _changed_outside(path: Path) -> AnnotationError:
    return AnnotationError(
        "labels-changed-outside",
        f"{path} is left as it is: another program has changed it since.",
        "Look at its classes by hand.",
    )
