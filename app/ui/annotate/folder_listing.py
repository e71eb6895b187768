"""Lists the pictures of a folder in a thread, after what was interrupted in it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Signal

from app.annotation import class_changes
from app.annotation.label_folder import LabelFolder
from app.annotation.picture_index import PictureIndex
from app.annotation.trash import Trash
from app.errors import AppError


@dataclass(frozen=True)
class FolderListing:
    """What was found in a folder, and what there is to tell."""

    folder: LabelFolder
    pictures: PictureIndex
    problems: tuple[AppError, ...]


class ListingSignals(QObject):
    """Carries the listing out of the thread."""

    listed = Signal(object)


class ListFolder(QRunnable):
    """Lists the pictures; large folders take a second."""

    def __init__(
        self, folder: LabelFolder, trash: Path, class_names: list[str], signals: ListingSignals
    ) -> None:
        super().__init__()
        self._folder, self._trash = folder, trash
        self._class_names, self._signals = class_names, signals

    def run(self) -> None:
        """Settle, list, and tell."""
        problems = Trash(self._folder, self._trash).settle()
        problems += class_changes.settle(self._folder, self._class_names)
        pictures = PictureIndex(self._folder.images)
        try:
            pictures = self._folder.pictures()
            if pictures:
                self._folder.label_path(pictures[0])  # learns which label file is whose
        except AppError as error:
            problems.append(error)
        self._signals.listed.emit(FolderListing(self._folder, pictures, tuple(problems)))
