"""`OpenFolder`: what folder-wide steps may see and do of the open folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.annotation.class_changes import PictureChange
from app.annotation.history import EditHistory
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.picture_index import PictureIndex
from app.annotation.trash import Trash
from app.errors import AppError
from app.ui.annotate.folder_work import FolderWork


class OpenFolder(Protocol):
    """The side of `Labeling` that `FolderEdits` works on."""

    work: FolderWork
    history: EditHistory
    pictures: PictureIndex
    files: dict[Path, LabelFile]

    @property
    def folder(self) -> LabelFolder | None:
        """The open folder."""

    @property
    def trash(self) -> Trash:
        """Where its deleted pictures go."""

    def take_pictures(self, pictures: PictureIndex, wanted: Path | None) -> None:
        """Take in that pictures have gone or come back; show `wanted`, or what is next."""

    def take_files(self, changes: Sequence[PictureChange]) -> None:
        """Take in that label files were rewritten."""

    def tell_changed(self, changes: Sequence[PictureChange]) -> None:
        """Say to the window which pictures have other labels."""

    def tell(self, error: AppError) -> None:
        """Say to the person what went wrong."""
