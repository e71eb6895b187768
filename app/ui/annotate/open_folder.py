"""`OpenFolder`: what steps of the history may see and do of the open folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance

from app.annotation.class_changes import PictureChange
from app.annotation.history import EditHistory
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.labels import ImageAnnotation
from app.annotation.picture_index import PictureIndex
from app.annotation.trash import Trash
from app.ui.annotate.folder_work import FolderWork


class OpenFolder(Protocol):
    """The side of `Labeling` that `FolderEdits` and `EditSteps` work on."""

    work: FolderWork
    history: EditHistory
    pictures: PictureIndex
    files: dict[Path, LabelFile]

    @property
    def folder(self) -> LabelFolder | None:
        """The open folder."""

    @property
    def path(self) -> Path | None:
        """The picture that is shown or on its way."""

    @property
    def annotation(self) -> ImageAnnotation | None:
        """Its labels, once it is there."""

    @property
    def is_editable(self) -> bool:
        """Whether they may be changed."""

    @property
    def problem(self) -> SignalInstance:
        """Emitted with an error that a person should read."""

    @property
    def labels_changed(self) -> SignalInstance:
        """Emitted for other boxes, or another state of the history."""

    def go_to(self, path: Path) -> None:
        """Show a picture of the folder."""

    def show_labels(self, annotation: ImageAnnotation) -> None:
        """Take these labels as the current ones."""

    def may_begin(self) -> bool:
        """Whether no work is under way that changes files; else say so."""

    def may_leave(self) -> bool:
        """Save; False where that fails."""

    @property
    def trash(self) -> Trash:
        """Where its deleted pictures go."""

    def take_pictures(self, pictures: PictureIndex, wanted: Path | None) -> None:
        """Take in that pictures have gone or come back; show `wanted`, or what is next."""

    def take_files(self, changes: Sequence[PictureChange]) -> None:
        """Take in that label files were rewritten, and say so to the window."""
