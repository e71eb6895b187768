"""`Labeling`: the open folder of pictures, the labels of the current one, their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from app.annotation.errors import AnnotationError
from app.annotation.history import Edit, EditHistory
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.errors import AppError
from app.ui.annotate.picture_loader import LoadedPicture, PictureLoader

_SAVE_AFTER_MS = 400
_PREFETCHED = (1, 2, -1)  # the person goes on more often than back


class _Open(QRunnable):
    """Lists the pictures of a folder; large ones take a second."""

    def __init__(self, folder: LabelFolder, owner: Labeling) -> None:
        super().__init__()
        self._folder, self._owner = folder, owner

    def run(self) -> None:
        try:
            pictures = self._folder.pictures()
            if pictures:
                self._folder.label_path(pictures[0])  # learns which label file is whose
        except AppError as error:
            self._owner.listed.emit(self._folder, [], error)
        else:
            self._owner.listed.emit(self._folder, pictures, None)


@dataclass(frozen=True)
class _Current:
    """The picture in hand."""

    picture: LoadedPicture
    annotation: ImageAnnotation
    file: LabelFile


@dataclass(frozen=True)
class _Step:
    """An undo or redo: the labels before and after it."""

    picture: Path
    expected: ImageAnnotation
    wanted: ImageAnnotation
    is_redo: bool = False


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
    problem(AppError)
    """

    folder_changed = Signal()
    picture_changed = Signal()
    labels_changed = Signal()
    status_changed = Signal(object)
    problem = Signal(object)
    listed = Signal(object, object, object)  # from the pool's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loader = PictureLoader(self)
        self.loader.loaded.connect(self._on_loaded)
        self._pool = QThreadPool(self)
        self.listed.connect(self._on_listed)
        self._folder: LabelFolder | None = None
        self.is_opening = False
        self.pictures: list[Path] = []
        self._places: dict[Path, int] = {}
        self._path: Path | None = None
        self._current: _Current | None = None
        self._files: dict[Path, LabelFile] = {}  # as written since the folder was opened
        self._is_unsaved = False
        self._then: _Step | None = None  # to make once its picture is there
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
    def is_editable(self) -> bool:
        """Whether the current labels may be changed: decoded, and the file is not broken."""
        current = self._current
        return current is not None and bool(current.picture.levels) and current.file.error is None

    @property
    def position(self) -> int:
        """Place of the current picture in `pictures`, -1 without one."""
        return -1 if self._path is None else self._places.get(self._path, -1)

    def open_folder(self, images: Path, labels: Path | None = None) -> bool:
        """Open a folder of pictures; its first one is shown once they are listed.

        Returns
        -------
        bool
            False when the picture in hand can't be saved: it stays, so that nothing is lost.
        """
        if not self.close():
            return False
        self._folder = LabelFolder(images, labels)
        self.is_opening = True
        self.folder_changed.emit()
        self._pool.start(_Open(self._folder, self))
        return True

    @Slot(object, object, object)
    def _on_listed(self, folder: LabelFolder, found: list[Path], error: AppError | None) -> None:
        if folder is not self._folder:
            return  # another one was opened meanwhile
        self.is_opening = False
        self.pictures = found
        self._places = {path: place for place, path in enumerate(found)}
        self.folder_changed.emit()
        if error is not None:
            self.problem.emit(error)
        if found:
            self.go_to(found[0])

    def stop(self) -> None:
        """Save, and wait for the threads; the window closes."""
        self.save()
        self._pool.waitForDone()
        self.loader.stop()

    def close(self) -> bool:
        """Save and forget the folder; False when saving fails, and all stays as it is."""
        if not self._may_leave():
            return False
        self._timer.stop()
        self._then = None
        self.loader.forget()
        self.history = EditHistory()
        self._files.clear()
        self._folder, self._path, self._current = None, None, None
        self.pictures, self._places = [], {}
        self.is_opening = False
        self.folder_changed.emit()
        self.picture_changed.emit()
        self.labels_changed.emit()
        return True

    def go_to(self, path: Path) -> None:
        """Show a picture of the folder."""
        if path == self._path or path not in self._places:
            return
        if not self._may_leave():
            return
        self._path, self._current = path, None
        self._then = None
        self.picture_changed.emit()
        place = self._places[path]
        near = [place + step for step in _PREFETCHED]
        self.loader.request(path, [self.pictures[p] for p in near if 0 <= p < len(self.pictures)])

    def _may_leave(self) -> bool:
        """Save; where that fails, the picture stays in hand so that nothing is lost."""
        self.save()
        return not self._is_unsaved

    def go_by(self, step: int) -> None:
        """Show the picture `step` places on."""
        place = self.position + step
        if self.position >= 0 and 0 <= place < len(self.pictures):
            self.go_to(self.pictures[place])

    @Slot(object)
    def _on_loaded(self, picture: LoadedPicture) -> None:
        if picture.path != self._path or self._folder is None:
            return
        file = self._folder.load(picture.path, size=picture.size, depth=picture.depth)
        kept = self._files.get(picture.path)
        if kept is not None and kept.stamp == file.stamp:
            file = kept  # its boxes still know where in the file they came from
        self._current = _Current(picture, file.annotation, file)
        self._is_unsaved = False
        self.picture_changed.emit()
        self.labels_changed.emit()
        if file.error is not None:
            self.problem.emit(file.error)
        if self._then is not None:
            step, self._then = self._then, None
            self._take_step(step)

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
        self._show(annotation)

    def _show(self, annotation: ImageAnnotation) -> None:
        assert self._current is not None
        self._current = replace(self._current, annotation=annotation)
        self._is_unsaved = True
        self._timer.start(_SAVE_AFTER_MS)
        self.labels_changed.emit()

    @Slot()
    def undo(self) -> None:
        """Take the last edit back, in whichever picture it was."""
        edit = self.history.next_undo
        if edit is not None:
            self._return_to(_Step(edit.picture, expected=edit.after, wanted=edit.before))

    @Slot()
    def redo(self) -> None:
        """Make the last undone edit again."""
        edit = self.history.next_redo
        if edit is not None:
            self._return_to(_Step(edit.picture, edit.before, edit.after, is_redo=True))

    def _return_to(self, step: _Step) -> None:
        if step.picture == self._path:
            if self._current is not None:
                self._take_step(step)
            return
        self.go_to(step.picture)
        if self._path != step.picture:
            return  # the picture in hand could not be saved
        if self._current is None:
            self._then = step
        else:
            self._take_step(step)

    def _take_step(self, step: _Step) -> None:
        """Make a step if the labels are those it was made in; other programs write files too."""
        if self.annotation != step.expected or not self.is_editable:
            self.history.forget(step.picture)
            self.labels_changed.emit()
            self.problem.emit(
                AnnotationError(
                    "undo-outdated",
                    f"The labels of {step.picture.name} were changed by another program.",
                    "Its earlier edits can't be taken back any more.",
                )
            )
            return
        if step.is_redo:
            self.history.redo()
        else:
            self.history.undo()
        self._show(step.wanted)

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
        self._files[current.picture.path] = file
        self._current = replace(current, file=file)
        self._is_unsaved = False
        self.status_changed.emit(current.picture.path)

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
        self._files.pop(self._current.picture.path, None)
        self.history.forget(self._current.picture.path)
        self._on_loaded(self._current.picture)

    @Slot()
    def overwrite(self) -> None:
        """Write the current labels over what another program wrote."""
        if self._current is None or self._folder is None:
            return
        current = self._current
        theirs = self._folder.load(
            current.picture.path, size=current.picture.size, depth=current.picture.depth
        )
        # Our boxes still refer to the file as we read it; only what is on the disk is theirs.
        known = replace(current.file, on_disk=theirs.on_disk, stamp=theirs.stamp)
        self._current = replace(current, file=known)
        self._is_unsaved = True
        self.save()
