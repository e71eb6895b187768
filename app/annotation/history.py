"""`EditHistory`: everything done to a folder can be taken back, also in pictures one has left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.annotation.class_changes import ClassChange, PictureChange
from app.annotation.labels import ImageAnnotation
from app.annotation.trash import Discarded

MAX_STEPS = 5000


@dataclass(frozen=True)
class Edit:
    """One edit of one picture.

    Attributes
    ----------
    picture : Path
    before, after : ImageAnnotation
    text : str
        What was done, in words for a menu: "Move box".
    merge_key : object
        Edits that follow each other with the same key are one step, as for an arrow key that is
        held down; None never is.
    """

    picture: Path
    before: ImageAnnotation
    after: ImageAnnotation
    text: str
    merge_key: object = None


@dataclass(frozen=True)
class PictureDeletion:
    """Pictures that were put in the trash.

    Attributes
    ----------
    pictures : tuple of Path
        Where they were.
    discarded : Discarded
        What the trash calls them; another one after undo and redo.
    text : str
    """

    pictures: tuple[Path, ...]
    discarded: Discarded
    text: str


@dataclass(frozen=True)
class ClassEdit:
    """A class that was renamed, merged or deleted in all pictures.

    Attributes
    ----------
    change : ClassChange
    changes : tuple of PictureChange
        The labels before and after it.
    take_back, make_again : callable
        Do the same to the list of classes.
    text : str
    """

    change: ClassChange
    changes: tuple[PictureChange, ...]
    take_back: Callable[[], None]
    make_again: Callable[[], None]
    text: str


@dataclass(frozen=True)
class ListEdit:
    """A change of the list of classes alone: a colour, a key."""

    take_back: Callable[[], None]
    make_again: Callable[[], None]
    text: str


FolderStep = PictureDeletion | ClassEdit | ListEdit
Step = Edit | FolderStep


class EditHistory:
    """The steps of one folder, in the order they were made. The oldest go beyond `MAX_STEPS`."""

    def __init__(self) -> None:
        self._done: deque[Step] = deque(maxlen=MAX_STEPS)
        self._undone: list[Step] = []

    def push(self, step: Step) -> None:
        """Take in a step that was made; what was undone before can't be redone any more."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if isinstance(last, Edit) and isinstance(step, Edit) and _goes_on(last, step):
            self._done[-1] = replace(step, before=last.before)
        else:
            self._done.append(step)

    def forget(self, picture: Path) -> None:
        """Drop the edits of a picture whose labels another program has written.

        Steps over many pictures stay: they find out themselves what they have to leave.
        """
        kept = [step for step in self._done if not _is_edit_of(step, picture)]
        self._done = deque(kept, maxlen=MAX_STEPS)
        self._undone = [step for step in self._undone if not _is_edit_of(step, picture)]

    @property
    def next_undo(self) -> Step | None:
        """The step that `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> Step | None:
        """The step that `redo` would make again."""
        return self._undone[-1] if self._undone else None

    def undo(self, became: Step | None = None) -> Step | None:
        """Count the last step as taken back and return it.

        Parameters
        ----------
        became : optional
            The step as it is to be made again, where that is not as it was made.
        """
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(became or step)
        return step

    def redo(self, became: Step | None = None) -> Step | None:
        """Count the last undone step as made again and return it; `became` as in `undo`."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(became or step)
        return step


def _is_edit_of(step: Step, picture: Path) -> bool:
    return isinstance(step, Edit) and step.picture == picture


def _goes_on(last: Edit, edit: Edit) -> bool:
    """Whether an edit goes on with the one before."""
    is_same = (last.picture, last.merge_key) == (edit.picture, edit.merge_key)
    return edit.merge_key is not None and is_same and last.after == edit.before
