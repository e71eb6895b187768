"""`EditHistory`: every edit can be taken back, also in pictures one has left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
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
    merge_key : object
        Edits that follow each other with the same key are one step, as for an arrow key that is
        held down; None never is.
    """

    picture: Path
    before: ImageAnnotation
    after: ImageAnnotation
    text: str
    merge_key: object = None


class EditHistory:
    """The edits of one folder, in the order they were made. The oldest go beyond `MAX_STEPS`."""

    def __init__(self) -> None:
        self._done: deque[Edit] = deque(maxlen=MAX_STEPS)
        self._undone: list[Edit] = []

    def push(self, edit: Edit) -> None:
        """Take in an edit that was made; what was undone before can't be redone any more."""
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and _goes_on(last, edit):
            self._done[-1] = replace(edit, before=last.before)
        else:
            self._done.append(edit)

    def forget(self, picture: Path) -> None:
        """Drop the edits of a picture whose labels another program has written."""
        kept = [edit for edit in self._done if edit.picture != picture]
        self._done = deque(kept, maxlen=MAX_STEPS)
        self._undone = [edit for edit in self._undone if edit.picture != picture]

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


def _goes_on(last: Edit, edit: Edit) -> bool:
    """Whether an edit goes on with the one before."""
    is_same = (last.picture, last.merge_key) == (edit.picture, edit.merge_key)
    return edit.merge_key is not None and is_same and last.after == edit.before
