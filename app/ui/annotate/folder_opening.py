"""`FolderOpening`: which folder is labelled: the project's, or any that the person opens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.annotation.class_list import read_class_list
from app.annotation.errors import AnnotationError
from app.project.project import Project
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.labeling import Labeling

_CLASS_LISTS = ("predefined_classes.txt", "classes.txt")


class FolderOpening(QObject):
    """Opens folders; a project that can't be opened yet, for want of saving, waits."""

    def __init__(
        self, actions: AnnotateActions, labeling: Labeling, book: ClassBook, tab: QWidget
    ) -> None:
        super().__init__(tab)
        self._labeling, self._book, self._tab = labeling, book, tab
        self._wanted: Project | None = None
        self._is_waiting = False
        self._first: Path | None = None  # to be shown once its folder is listed
        self.project: Project | None = None  # whose pictures are shown
        actions.open_folder.triggered.connect(self.choose_folder)
        actions.label_folder.triggered.connect(self._choose_labels)
        labeling.status_changed.connect(self.open_waiting)
        # Queued: the first picture of the folder is asked for in the same turn.
        labeling.folder_changed.connect(self._show_first, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def open_project(self, project: Project | None) -> None:
        """Label the pictures of a project; None: none."""
        self._wanted = project
        before, self.project = self.project, project
        if project is None:
            has_left = self._labeling.close()
        else:
            images, labels = project.images_folder, project.annotations_folder
            has_left = self._labeling.open_folder(images, labels, project=project)
        self._is_waiting = not has_left
        if has_left:
            self._book.open(project)
        else:
            self.project = before

    def open_folder(
        self, images: Path, class_names: Sequence[str] = (), labels: Path | None = None
    ) -> None:
        """Label the pictures of a plain folder; nothing in it is moved."""
        before, self.project = self.project, None
        if self._labeling.open_folder(images, labels):
            self._book.open(None, class_names or _listed_classes(images, labels))
        else:
            self.project = before

    @Slot(object)
    def open_dropped(self, images: Path) -> None:
        """Label the pictures of a folder that was dropped."""
        self.open_folder(images)

    @Slot(object)
    def open_picture(self, path: Path) -> None:
        """Show one picture, in the folder that is open or else in its own."""
        labeling = self._labeling
        if path in labeling.pictures:
            labeling.go_to(path)
            return
        self._first = path
        self.open_folder(path.parent)

    def show_of_project(self, path: Path) -> None:
        """Show a picture of the window's project, once its folder is listed."""
        is_open = self.project is not None and self.project is self._wanted
        if is_open and path in self._labeling.pictures:
            self._labeling.go_to(path)
            return
        self._first = path
        if not (is_open and self._labeling.is_opening):
            self.open_project(self._wanted)

    @Slot()
    def _show_first(self) -> None:
        if self._first is not None and self._first in self._labeling.pictures:
            self._labeling.go_to(self._first)
            self._first = None

    @Slot()
    def open_waiting(self) -> None:
        """Open the project that could not be, now that the edits are saved or given up."""
        if self._is_waiting:
            self.open_project(self._wanted)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of pictures."""
        folder = QFileDialog.getExistingDirectory(self._tab, self.tr("Open folder of pictures"))
        if folder:
            self.open_folder(Path(folder))

    @Slot()
    def _choose_labels(self) -> None:
        if self._labeling.folder is None:
            return
        folder = QFileDialog.getExistingDirectory(self._tab, self.tr("Folder of labels"))
        if folder:  # the classes stay
            images = self._labeling.folder.images
            self._labeling.open_folder(images, Path(folder), project=self.project)


def _listed_classes(images: Path, labels: Path | None) -> list[str]:
    """Return the names of a class list as labelImg keeps it, where there is one."""
    for folder in filter(None, (labels, images)):
        for name in _CLASS_LISTS:
            with suppress(AnnotationError):
                return read_class_list(folder / name)
    return []
