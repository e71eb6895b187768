"""`EditSteps`: edits of single pictures taken back or made again, in whichever picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from app.annotation.errors import AnnotationError
from app.annotation.history import Edit
from app.annotation.labels import ImageAnnotation
from app.ui.annotate.open_folder import OpenFolder


@dataclass(frozen=True)
class _Step:
    """An undo or redo: the labels before and after it."""

    picture: Path
    expected: ImageAnnotation
    wanted: ImageAnnotation
    is_redo: bool = False


class EditSteps(QObject):
    """Goes to the picture of a step first; the step is made once the picture is there."""

    def __init__(self, opened: OpenFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._opened = opened
        self._then: _Step | None = None  # to make once its picture is there

    def undo(self, edit: Edit) -> None:
        """Take an edit back."""
        self._return_to(_Step(edit.picture, expected=edit.after, wanted=edit.before))

    def redo(self, edit: Edit) -> None:
        """Make an edit again."""
        self._return_to(_Step(edit.picture, edit.before, edit.after, is_redo=True))

    def drop_waiting(self) -> None:
        """Forget the step that waits for its picture: later it would come out of order."""
        self._then = None

    def make_waiting(self) -> None:
        """Make the step that waited for the picture that is there now."""
        if self._then is not None:
            step, self._then = self._then, None
            self._take(step)

    def _return_to(self, step: _Step) -> None:
        opened = self._opened
        if step.picture != opened.path:
            opened.go_to(step.picture)
            if opened.path != step.picture:
                return  # the picture in hand could not be saved
            if opened.annotation is None:
                self._then = step
                return
        if opened.annotation is not None:
            self._take(step)

    def _take(self, step: _Step) -> None:
        """Make a step if the labels are those it was made in; other programs write files too."""
        opened = self._opened
        if opened.annotation != step.expected or not opened.is_editable:
            opened.history.forget(step.picture)
            opened.labels_changed.emit()
            opened.problem.emit(
                AnnotationError(
                    "undo-outdated",
                    f"The labels of {step.picture.name} were changed by another program.",
                    "Its earlier edits can't be taken back any more.",
                )
            )
            return
        if step.is_redo:
            opened.history.redo()
        else:
            opened.history.undo()
        opened.show_labels(step.wanted)
