"""`Labeling`: the open folder of pictures, the labels of the current one, their history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot

from app.annotation.class_changes import PictureChange
from app.annotation.errors import AnnotationError
from app.annotation.history import Edit, EditHistory
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.annotation.picture_index import PictureIndex
from app.annotation.trash import Trash, open_trash
from app.errors import AppError
from app.project.project import Project
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.edit_steps import EditSteps
from app.ui.annotate.folder_edits import FolderEdits
from app.ui.annotate.folder_listing import FolderListing, ListFolder, ListingSignals
from app.ui.annotate.folder_work import FolderWork
from app.ui.annotate.pictures.picture_loader import LoadedPicture, PictureLoader

_SAVE_AFTER_MS = 400
_PREFETCHED = (1, 2, -1)  # the person goes on more often than back


@dataclass(frozen=True)
class _Current:
    """The picture in hand."""

    picture: LoadedPicture
    annotation: ImageAnnotation
    file: LabelFile


class Labeling(QObject):
    """Everything of the tab that is not a widget.

    Edits are saved by themselves a moment later, and at once when the picture is left.

    Signals
    -------
    folder_changed()
    picture_changed()
        Another picture is current; until it is decoded, `picture` is None.
    labels_changed()
        Other boxes, or another *verified*.
    status_changed(object)
        The path of a picture whose labels were written.
    pictures_changed()
        Pictures have left the folder or come back.
    many_changed(object)
        The paths of pictures whose labels were written, all at once.
    problem(AppError)
    """

    folder_changed = Signal()
    picture_changed = Signal()
    labels_changed = Signal()
    status_changed = Signal(object)
    pictures_changed = Signal()
    many_changed = Signal(object)
    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loader = PictureLoader(self)
        self.loader.loaded.connect(self._on_loaded)
        self._pool = QThreadPool(self)
        self._listing = ListingSignals(self)
        self._listing.listed.connect(self._on_listed)
        self.work = FolderWork(self)
        self.work.failed.connect(self.problem)
        self.work.settled.connect(self._after_work)
        self.book = ClassBook(self)
        self.folder_edits = FolderEdits(self, self.book, self)
        self._steps = EditSteps(self, self)
        self._folder: LabelFolder | None = None
        self._trash: Trash | None = None
        self.is_opening = False
        self.pictures = PictureIndex(Path())
        self._path: Path | None = None
        self._current: _Current | None = None
        self.files: dict[Path, LabelFile] = {}  # as written since the folder was opened
        self._is_unsaved = False
        self.history = EditHistory()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.save)

    # -- folder and picture -----------------------------------------------------------------

    @property
    def folder(self) -> LabelFolder | None:
        """The open folder."""
        return self._folder

    @property
    def path(self) -> Path | None:
        """The picture that is shown or on its way."""
        return self._path

    @property
    def picture(self) -> LoadedPicture | None:
        """The picture that is shown."""
        return self._current.picture if self._current else None

    @property
    def annotation(self) -> ImageAnnotation | None:
        """Its labels."""
        return self._current.annotation if self._current else None

    @property
    def file(self) -> LabelFile | None:
        """Its label file as it was read or written last."""
        return self._current.file if self._current else None

    @property
    def is_editable(self) -> bool:
        """Whether the current labels may be changed: decoded, the file whole, no work under way."""
        current = self._current
        if self.work.is_writing:
            return False
        return current is not None and bool(current.picture.levels) and current.file.error is None

    @property
    def position(self) -> int:
        """Place of the current picture in `pictures`, -1 without one."""
        return -1 if self._path is None else self.pictures.place_of(self._path)

    @property
    def trash(self) -> Trash:
        """Where deleted pictures of the open folder go."""
        assert self._trash is not None
        return self._trash

    def open_folder(
        self, images: Path, labels: Path | None = None, *, project: Project | None = None
    ) -> bool:
        """Open a folder of pictures; its first one is shown once they are listed.

        What a killed window left half done in it is taken back first. Deleted pictures go into
        the trash of the project they are of, else into a hidden folder beside the pictures.

        Returns
        -------
        bool
            False when the picture in hand can't be saved: it stays, so that nothing is lost.
        """
        if not self.close():
            return False
        plain = LabelFolder(images, labels)
        self._folder = plain if project is None else LabelFolder.of_project(project, labels)
        names = [item.name for item in project.classes] if project is not None else []
        self._trash = open_trash(self._folder, project)
        self.is_opening = True
        self.folder_changed.emit()
        self._pool.start(ListFolder(self._folder, self._trash.root, names, self._listing))
        return True

    def list_again(self) -> None:
        """See whether pictures have come or gone since the folder was listed."""
        if self._folder is not None and not self.is_opening:
            self.folder_edits.list_again()

    @Slot(object)
    def _on_listed(self, listing: FolderListing) -> None:
        if listing.folder is not self._folder:
            return  # another one was opened meanwhile
        self.is_opening = False
        self.pictures = listing.pictures
        self.folder_changed.emit()
        for error in listing.problems:
            self.problem.emit(error)
        if self.pictures:
            self.go_to(self.pictures[0])

    def stop(self) -> None:
        """Save, and wait for the threads; the window closes."""
        self.work.finish()
        self.save()
        self._pool.waitForDone()
        self.loader.stop()

    def close(self) -> bool:
        """Save and forget the folder; False when saving fails, and all stays as it is."""
        if not self.may_begin() or not self.may_leave():
            return False
        self.work.finish()
        self._timer.stop()
        self._steps.drop_waiting()
        self.loader.forget()
        self.history = EditHistory()
        self.files.clear()
        self._folder, self._path, self._current = None, None, None
        self._trash = None
        self.pictures = PictureIndex(Path())
        self.is_opening = False
        self.folder_changed.emit()
        self.picture_changed.emit()
        self.labels_changed.emit()
        return True

    def go_to(self, path: Path) -> None:
        """Show a picture of the folder."""
        place = self.pictures.place_of(path)
        if path == self._path or place < 0 or self.work.is_writing:
            return
        if not self.may_leave():
            return
        self._path, self._current = path, None
        self._steps.drop_waiting()
        self.picture_changed.emit()
        self._request(place)

    def _request(self, place: int) -> None:
        path = self.pictures[place]
        near = [place + step for step in _PREFETCHED]
        self.loader.request(path, [self.pictures[p] for p in near if 0 <= p < len(self.pictures)])

    def may_leave(self) -> bool:
        """Save; False where that fails: the picture stays in hand, so that nothing is lost."""
        self.save()
        return not self._is_unsaved

    def go_by(self, step: int) -> None:
        """Show the picture `step` places on."""
        place = self.position + step
        if self.position >= 0 and 0 <= place < len(self.pictures):
            self.go_to(self.pictures[place])

    @Slot(object)
    def _on_loaded(self, picture: LoadedPicture) -> None:
        if picture.path != self._path or self._folder is None or self.work.is_writing:
            return
        file = self._folder.load(picture.path, size=picture.size, depth=picture.depth)
        kept = self.files.get(picture.path)
        if kept is not None and kept.stamp == file.stamp:
            file = kept  # its boxes still know where in the file they came from
        self._current = _Current(picture, file.annotation, file)
        self._is_unsaved = False
        self.picture_changed.emit()
        self.labels_changed.emit()
        if file.error is not None:
            self.problem.emit(file.error)
        self._steps.make_waiting()

    # -- editing ----------------------------------------------------------------------------

    def edit(self, boxes: Sequence[LabeledBox], text: str, *, merge_key: object = None) -> None:
        """Give the current picture these boxes; `text` names what was done."""
        if self.annotation is not None:
            self._apply(replace(self.annotation, boxes=tuple(boxes)), text, merge_key)

    def set_verified(self, is_verified: bool) -> None:
        """Say that a person agrees with all labels of the picture, or take it back."""
        if self.annotation is not None:
            text = self.tr("Verify") if is_verified else self.tr("Unverify")
            self._apply(replace(self.annotation, is_verified=is_verified), text)

    def _apply(self, annotation: ImageAnnotation, text: str, merge_key: object = None) -> None:
        if not self.is_editable or self._path is None or annotation == self.annotation:
            self.labels_changed.emit()  # buttons go back to what is true
            return
        assert self.annotation is not None
        self.history.push(Edit(self._path, self.annotation, annotation, text, merge_key))
        self.show_labels(annotation)

    def show_labels(self, annotation: ImageAnnotation) -> None:
        """Take these labels as the current ones; they are saved a moment later."""
        assert self._current is not None
        self._current = replace(self._current, annotation=annotation)
        self._is_unsaved = True
        self._timer.start(_SAVE_AFTER_MS)
        self.labels_changed.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last step back, in whichever picture it was, or over all of them."""
        step = self.history.next_undo
        if isinstance(step, Edit):
            self._steps.undo(step)
        elif step is not None:
            self.folder_edits.undo(step)

    @Slot()
    def redo(self) -> None:
        """Make the last undone step again."""
        step = self.history.next_redo
        if isinstance(step, Edit):
            self._steps.redo(step)
        elif step is not None:
            self.folder_edits.redo(step)

    # -- the whole folder: what `FolderEdits` works on ---------------------------------------

    def may_begin(self) -> bool:
        """Whether no work is under way that changes files; else say so."""
        if not self.work.is_writing:
            self._steps.drop_waiting()
            return True
        self.problem.emit(
            AnnotationError(
                "folder-work",
                self.tr("All pictures are being changed at the moment."),
                self.tr("Wait until it is done, or stop it."),
            )
        )
        return False

    def take_imported(self, changed: Collection[Path]) -> None:
        """Take in that an import wrote label files: what was done to them before is past."""
        for path in changed:
            self.files.pop(path, None)
            self.history.forget(path)
        if self._path in changed:
            self.reload()
        else:
            self.labels_changed.emit()

    def take_pictures(self, pictures: PictureIndex, wanted: Path | None) -> None:
        """Take in that pictures have gone or come back; show `wanted`, or what is next."""
        place = max(0, self.position)
        self.pictures = pictures
        self.pictures_changed.emit()
        if wanted is None and self.position < 0 and pictures:
            wanted = pictures[min(place, len(pictures) - 1)]
        if wanted is not None:
            self.go_to(wanted)
        elif not pictures:
            self._path, self._current = None, None
            self.picture_changed.emit()

    def take_files(self, changes: Sequence[PictureChange]) -> None:
        """Take in that label files were rewritten; `many_changed` follows."""
        self.files |= {change.picture: change.after for change in changes}
        self.many_changed.emit([change.picture for change in changes])

    @Slot()
    def _after_work(self) -> None:
        """Show the current labels as they are now."""
        if self.position >= 0 and not self._is_unsaved and not self.work.is_running:
            self._current = None
            self._request(self.position)
            self.status_changed.emit(self._path)
        self.labels_changed.emit()

    # -- saving -----------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Write what is not written yet."""
        self._timer.stop()
        if not self._is_unsaved or self._current is None or self._folder is None:
            return
        current = self._current
        try:
            file = self._folder.save(current.picture.path, current.annotation, known=current.file)
        except AppError as error:
            self.problem.emit(error)
            return
        self.files[current.picture.path] = file
        self._current = replace(current, file=file)
        self._is_unsaved = False
        self.status_changed.emit(current.picture.path)

    def take_as_saved(self) -> None:
        """Let the current labels go: they were written to another place."""
        self._timer.stop()
        self._is_unsaved = False
        self.status_changed.emit(self._path)

    @property
    def is_unsaved(self) -> bool:
        """Whether an edit is not on disk yet."""
        return self._is_unsaved

    @Slot()
    def reload(self) -> None:
        """Read the current labels from disk again; edits not saved are given up."""
        if self._current is None:
            return
        self._is_unsaved = False
        self._timer.stop()
        self.files.pop(self._current.picture.path, None)
        self.history.forget(self._current.picture.path)
        self._on_loaded(self._current.picture)

    @Slot()
    def overwrite(self) -> None:
        """Write the current labels over what another program wrote."""
        if self._current is None or self._folder is None:
            return
        current, picture = self._current, self._current.picture
        theirs = self._folder.load(picture.path, size=picture.size, depth=picture.depth)
        # Our boxes still refer to the file as we read it; only what is on the disk is theirs.
        file = replace(current.file, on_disk=theirs.on_disk, stamp=theirs.stamp)
        self._current = replace(current, file=file)
        self._is_unsaved = True
        self.save()
