"""`Trash`: pictures leave a folder together with their labels, and come back exactly."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.annotation.errors import AnnotationError
from app.annotation.folder_lock import folder_lock
from app.annotation.label_folder import LabelFolder
from app.annotation.moving import move, remove_empty_folders
from app.annotation.picture_scan import picture_names
from app.errors import AppError
from app.files import atomic_write_text, write_error
from app.project.project import Project

_PLAIN_FOLDER_TRASH = ".tallybox-trash"  # hidden, so that its pictures are not listed

_ENTRY = "entry.json"
_IMAGES, _LABELS = "images", "labels"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DiscardedPicture:
    """One picture in the trash.

    Attributes
    ----------
    picture : str
        Where it was, relative to the folder of pictures, with ``/``.
    label : str or None
        Where its labels were, relative to the folder of labels; None: it had none.
    """

    picture: str
    label: str | None


@dataclass(frozen=True)
class Discarded:
    """What one call of `Trash.discard` took away.

    Attributes
    ----------
    folder : Path
        Where it is now.
    reason : str
        Why, in a person's words.
    at : str
        When, ISO 8601 in UTC.
    items : tuple of DiscardedPicture
    renamed_labels : tuple of (str, str)
        Labels of pictures that stayed, before and after: which file is whose depends on the
        neighbours of a picture.
    is_complete : bool
        False while its files are under way, here or back.
    """

    folder: Path
    reason: str
    at: str
    items: tuple[DiscardedPicture, ...]
    renamed_labels: tuple[tuple[str, str], ...] = ()
    is_complete: bool = False


def _gone(path: Path) -> AnnotationError:
    return AnnotationError(
        "picture-gone",
        f"{path} is not there any more: nothing was put in the trash.",
        "Another program moved or deleted it. Open the folder again.",
    )


def is_same_discard(entry: Discarded, discarded: Discarded) -> bool:
    """Whether an entry of the trash is what a call of `Trash.discard` put there, or what is left.

    The numbers of folders are given again, so that the folder alone does not tell.
    """
    is_same = (entry.folder, entry.at) == (discarded.folder, discarded.at)
    return is_same and set(entry.items) <= set(discarded.items)


def open_trash(folder: LabelFolder, project: Project | None) -> Trash:
    """Return where discarded pictures of a folder go: the project's trash, or a hidden folder."""
    hidden = folder.images / _PLAIN_FOLDER_TRASH
    return Trash(folder, hidden if project is None else project.trash_folder)


class Trash:
    """The pictures taken out of a folder, each `discard` in a numbered folder of its own.

    Parameters
    ----------
    folder : LabelFolder
    root : Path
        Where they go; made when it is needed.
    """

    def __init__(self, folder: LabelFolder, root: Path) -> None:
        self._folder, self.root = folder, root
        self._labels = folder.labels or folder.images

    def discard(
        self, pictures: Iterable[Path], *, reason: str, on_progress: Progress | None = None
    ) -> Discarded:
        """Move pictures and their labels into the trash: all of them or, after an error, none.

        Parameters
        ----------
        pictures : iterable of Path
        reason : str
        on_progress : callable, optional
            Called with the number of pictures moved, and of all.

        Raises
        ------
        AnnotationError
            "picture-gone" for a picture that is not there, or its whole folder; "folder-busy".
        FileWriteError
            The disk refuses; naming the file.
        """
        pictures = tuple(dict.fromkeys(pictures))
        if not self._folder.images.is_dir():
            raise _gone(self._folder.images)  # the lock would make the folder anew
        with folder_lock(self.root / "lock"):
            items = tuple(self._item(picture) for picture in pictures)
            entry = Discarded(self._new_folder(), reason, _now(), items)
            self._write(entry)  # first: whatever happens now, it says what goes back where
            try:
                return self._fill(entry, on_progress)
            except AppError as error:
                for further in self._put_back(entry):
                    error.detail += f"\n{further}"
                raise

    def restore(self, discarded: Discarded, *, on_progress: Progress | None = None) -> list[Path]:
        """Put pictures and labels back where they were, and return the pictures.

        Raises
        ------
        AnnotationError
            "trash-place-taken", naming the file that is there now: nothing is moved then;
            "not-in-trash" when it was put back before; "folder-busy".
        FileWriteError
            The disk refuses; what is not back yet stays in the trash.
        """
        with folder_lock(self.root / "lock"):
            discarded = self._still_here(discarded)
            self._check_free(discarded)
            self._write(replace(discarded, is_complete=False))
            for error in self._put_back(discarded, on_progress):
                raise error
            return [self._folder.images / item.picture for item in discarded.items]

    def _still_here(self, discarded: Discarded) -> Discarded:
        """Return what is left of a discard; its number may be that of other pictures by now."""
        entry = _read(discarded.folder)
        if not isinstance(entry, Discarded) or not is_same_discard(entry, discarded):
            raise AnnotationError(
                "not-in-trash",
                f"What was discarded is not in {discarded.folder} any more.",
                "Another window or command brought it back, or emptied the trash. "
                "Undo goes on with the step before.",
            )
        return entry

    def entries(self) -> list[Discarded]:
        """Return what is in the trash, the oldest first; a broken ``entry.json`` is left out."""
        found = (_read(folder) for folder in self._entry_folders())
        return [entry for entry in found if isinstance(entry, Discarded)]

    def settle(self) -> list[AppError]:
        """Take back what a killed process left half done, and say what could not be.

        To be called when the folder is opened. Nothing happens while another window is at it.
        """
        if not self.root.is_dir():
            return []
        try:
            with folder_lock(self.root / "lock"):
                return [error for each in self._entry_folders() for error in self._settled(each)]
        except AppError as error:
            return [] if error.code == "folder-busy" else [error]

    # -- discarding -------------------------------------------------------------------------

    def _item(self, picture: Path) -> DiscardedPicture:
        if not os.path.lexists(picture):
            raise _gone(picture)
        label = self._folder.label_path(picture)
        return DiscardedPicture(
            picture.absolute().relative_to(self._folder.images).as_posix(),
            label.relative_to(self._labels).as_posix() if os.path.lexists(label) else None,
        )

    def _new_folder(self) -> Path:
        numbers = [int(each.name) for each in self._entry_folders()]
        folder = self.root / f"{max(numbers, default=0) + 1:06d}"
        try:
            folder.mkdir()
        except OSError as error:
            raise write_error(folder, error) from error
        return folder

    def _fill(self, entry: Discarded, on_progress: Progress | None) -> Discarded:
        neighbours = self._neighbours(entry)
        before = self._label_names(neighbours)
        for number, item in enumerate(entry.items, start=1):
            move(self._folder.images / item.picture, entry.folder / _IMAGES / item.picture)
            if item.label is not None:
                move(self._labels / item.label, entry.folder / _LABELS / item.label)
            if on_progress is not None:
                on_progress(number, len(entry.items))
        entry = self._rename_neighbours(entry, neighbours, before)
        entry = replace(entry, is_complete=True)
        self._write(entry)
        return entry

    def _neighbours(self, entry: Discarded) -> list[Path]:
        """Return the pictures that stay and whose label file may have another name then.

        Those are named alike up to the first point: ``a.jpg``, ``a.png``, ``a.png.bmp``.
        """
        gone: dict[Path, set[str]] = {}
        for item in entry.items:
            path = self._folder.images / item.picture
            gone.setdefault(path.parent, set()).add(path.name)
        found = []
        for folder, names in gone.items():
            stems = {_first_part(name) for name in names}
            found += [
                folder / name
                for name in picture_names(folder)
                if name not in names and _first_part(name) in stems
            ]
        return found

    def _label_names(self, pictures: Sequence[Path]) -> list[str | None]:
        """Return the label file of each picture as the disk is now; None where there is none."""
        fresh = self._folder.anew()
        paths = [fresh.label_path(picture) for picture in pictures]
        return [
            path.relative_to(self._labels).as_posix() if os.path.lexists(path) else None
            for path in paths
        ]

    def _rename_neighbours(
        self, entry: Discarded, neighbours: Sequence[Path], before: Sequence[str | None]
    ) -> Discarded:
        """Give labels of pictures that stay the name they are looked for under now."""
        after = self._label_names(neighbours)
        fresh = self._folder.anew()
        renamed = []
        for picture, old, new in zip(neighbours, before, after, strict=True):
            if old is not None and new is None:
                wanted = fresh.label_path(picture).relative_to(self._labels).as_posix()
                renamed.append((old, wanted))
        if not renamed:
            return entry
        entry = replace(entry, renamed_labels=tuple(renamed))
        self._write(entry)
        for old, wanted in renamed:
            move(self._labels / old, self._labels / wanted)
        self._folder.pictures()  # what it knows of the names is out of date
        return entry

    # -- putting back -----------------------------------------------------------------------

    def _check_free(self, entry: Discarded) -> None:
        for item in entry.items:
            target = self._folder.images / item.picture
            if os.path.lexists(target) and os.path.lexists(entry.folder / _IMAGES / item.picture):
                raise _taken(target, entry)

    def _put_back(self, entry: Discarded, on_progress: Progress | None = None) -> list[AppError]:
        """Move all back that is in the trash; what can't stays there, and is told."""
        errors: list[AppError] = []
        for old, wanted in reversed(entry.renamed_labels):
            if os.path.lexists(self._labels / wanted) and not os.path.lexists(self._labels / old):
                errors += _failure(move, self._labels / wanted, self._labels / old)
        left = []
        for number, item in enumerate(entry.items, start=1):
            found = _failure(self._put_back_one, entry, item)
            errors += found
            left += [item] if found else []
            if on_progress is not None:
                on_progress(number, len(entry.items))
        if entry.renamed_labels:
            self._folder.pictures()
        if left:
            self._write(replace(entry, items=tuple(left), renamed_labels=(), is_complete=True))
        else:
            self._clear(entry.folder)
        return errors

    def _put_back_one(self, entry: Discarded, item: DiscardedPicture) -> None:
        picture = self._folder.images / item.picture
        in_trash = entry.folder / _IMAGES / item.picture
        if os.path.lexists(in_trash):
            move(in_trash, picture)
        labels = entry.folder / _LABELS / item.label if item.label is not None else None
        if labels is not None and os.path.lexists(labels):
            move(labels, self._free_label(entry, item, picture))

    def _free_label(self, entry: Discarded, item: DiscardedPicture, picture: Path) -> Path:
        """Return where the labels go: where they were, or where they are looked for by now.

        A picture that stayed may have got the name ``a.xml`` for labels made meanwhile.
        """
        target = self._labels / (item.label or "")
        if os.path.lexists(target):
            target = self._folder.anew().label_path(picture)
        if os.path.lexists(target):
            raise _taken(target, entry)
        return target

    def _clear(self, folder: Path) -> None:
        (folder / _ENTRY).unlink(missing_ok=True)
        remove_empty_folders(folder)

    def _settled(self, folder: Path) -> list[AppError]:
        entry = _read(folder)
        if entry is None:  # killed before anything was moved
            remove_empty_folders(folder)
            return []
        if isinstance(entry, AppError):
            return [entry]
        return [] if entry.is_complete else self._put_back(entry)

    # -- files ------------------------------------------------------------------------------

    def _entry_folders(self) -> list[Path]:
        try:
            found = [each for each in self.root.iterdir() if each.name.isdecimal()]
        except OSError:
            return []
        return sorted(found, key=lambda each: int(each.name))

    def _write(self, entry: Discarded) -> None:
        fields = {"version": 1, **asdict(entry)}
        del fields["folder"]
        text = json.dumps(fields, ensure_ascii=True, indent=1)
        atomic_write_text(entry.folder / _ENTRY, text + "\n")


def _read(folder: Path) -> Discarded | AppError | None:
    """Return what an entry says; None where there is no ``entry.json``."""
    path = folder / _ENTRY
    try:
        fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Discarded(
            folder,
            str(fields["reason"]),
            str(fields["at"]),
            tuple(DiscardedPicture(item["picture"], item["label"]) for item in fields["items"]),
            tuple((old, new) for old, new in fields["renamed_labels"]),
            bool(fields["is_complete"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        return AnnotationError(
            "trash-entry-broken",
            f"Can't read {path}, which says where the pictures in {folder} were.",
            f"The pictures and labels are still in {folder}.",
            detail=repr(error),
        )


def _failure(action: Callable[..., object], *arguments: object) -> list[AppError]:
    try:
        action(*arguments)
    except AppError as error:
        return [error]
    return []


def _taken(path: Path, entry: Discarded) -> AnnotationError:
    return AnnotationError(
        "trash-place-taken",
        f"{path} is not put back: another file has that name now.",
        f"Move it away and try again. What was deleted is in {entry.folder}.",
    )


def _first_part(name: str) -> str:
    return name.partition(".")[0].casefold()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
