"""`EditHistory`: every edit can be taken back, also in pictures one has left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from app.annotation.labels import ImageAnnotation

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
    """

    picture: Path
    before: ImageAnnotation
    after: ImageAnnotation
    text: str


class EditHistory:
    """The edits of one folder, in the order they were made. The oldest go beyond `MAX_STEPS`."""

    def __init__(self) -> None:
        self._done: deque[Edit] = deque(maxlen=MAX_STEPS)
        self._undone: list[Edit] = []

    def push(self, edit: Edit, *, merges: bool = False) -> None:
        """Take in an edit that was made; what was undone before can't be redone any more.

        Parameters
        ----------
        edit : Edit
        merges : bool
            Join it with the last edit if that is of the same kind and picture, as for an arrow
            key that is held down.
        """
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if merges and last and (last.picture, last.text) == (edit.picture, edit.text):
            self._done[-1] = Edit(edit.picture, last.before, edit.after, edit.text)
        else:
            self._done.append(edit)

    @property
    def next_undo(self) -> Edit | None:
        """The edit that `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> Edit | None:
        """The edit that `redo` would make again."""
        return self._undone[-1] if self._undone else None

    def undo(self) -> Edit | None:
        """Take back the last edit and return it; its `before` is to be shown and saved."""
        if not self._done:
            return None
        edit = self._done.pop()
        self._undone.append(edit)
        return edit

    def redo(self) -> Edit | None:
        """Make the last undone edit again and return it; its `after` is to be shown and saved."""
        if not self._undone:
            return None
        edit = self._undone.pop()
        self._done.append(edit)
        return edit
