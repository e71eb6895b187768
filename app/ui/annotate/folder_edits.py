"""`FolderEdits`: deletes pictures and changes classes in all pictures, each one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from app.annotation import class_changes
from app.annotation.class_changes import ClassChange, PictureChange, Rewritten, Watch
from app.annotation.errors import AnnotationError
from app.annotation.history import ClassEdit, FolderStep, ListEdit, PictureDeletion
from app.annotation.label_folder import LabelFolder
from app.annotation.picture_index import PictureIndex
from app.annotation.picture_scan import in_natural_order
from app.annotation.trash import Discarded
from app.errors import AppError
from app.ui.annotate.classes.class_book import ClassBook, RemovedClass
from app.ui.annotate.open_folder import OpenFolder

_NAMED = 3  # files named in one message


class FolderEdits(QObject):
    """Makes such steps and takes them back, through the thread of the folder's work.

    Nothing begins while files of many pictures are being changed, or while the picture in hand
    can't be saved: that is told by `OpenFolder`.

    Signals
    -------
    previewed(ClassChangePreview)
    """

    previewed = Signal(object)

    def __init__(self, opened: OpenFolder, book: ClassBook, parent: QObject) -> None:
        super().__init__(parent)
        self._opened, self._book = opened, book

    @property
    def _folder(self) -> LabelFolder:
        folder = self._opened.folder
        assert folder is not None
        return folder

    def _may_begin(self) -> bool:
        opened = self._opened
        return opened.folder is not None and opened.may_begin() and opened.may_leave()

    # -- undo ------------------------------------------------------------------------------

    def undo(self, step: FolderStep) -> None:
        """Take a step back."""
        if not self._may_begin():
            return
        if isinstance(step, PictureDeletion):
            self._undo_deletion(step)
        elif isinstance(step, ClassEdit):
            self._undo_class(step)
        else:
            self._change_list(step.take_back, self._opened.history.undo)

    def redo(self, step: FolderStep) -> None:
        """Make a step again."""
        if not self._may_begin():
            return
        if isinstance(step, PictureDeletion):
            self._discard(step.pictures, step.text, self._opened.history.redo)
        elif isinstance(step, ClassEdit):
            self._redo_class(step)
        else:
            self._change_list(step.make_again, self._opened.history.redo)

    def list_again(self) -> None:
        """Take in what others put into the folder or out of it: the other tabs, other programs."""
        opened, folder = self._opened, self._folder
        if opened.work.is_running:
            return

        def make(watch: Watch) -> PictureIndex:
            return folder.pictures()

        def take(result: object) -> None:
            pictures = cast("PictureIndex", result)
            if pictures != opened.pictures:
                opened.take_pictures(pictures, None)

        opened.work.start(self.tr("Look for pictures"), make, take, is_writing=False)

    # -- deleting pictures ------------------------------------------------------------------

    def delete_pictures(self, paths: Sequence[Path]) -> None:
        """Put pictures of the folder with their labels in the trash."""
        known = tuple(path for path in dict.fromkeys(paths) if path in self._opened.pictures)
        if not known or not self._may_begin():
            return
        text = self.tr("Delete {0}").format(known[0].name)
        if len(known) > 1:
            text = self.tr("Delete {0} pictures").format(len(known))
        self._discard(known, text, self._opened.history.push)

    def _discard(
        self, paths: tuple[Path, ...], text: str, keep: Callable[[PictureDeletion], object]
    ) -> None:
        opened = self._opened
        trash, pictures, images = opened.trash, opened.pictures, self._folder.images

        def make(watch: Watch) -> tuple[Discarded, PictureIndex]:
            discarded = trash.discard(paths, reason=text, on_progress=watch.advanced)
            gone = {pictures.place_of(path) for path in paths}
            left = [name for place, name in enumerate(pictures.names) if place not in gone]
            return discarded, PictureIndex(images, left)

        def take(result: object) -> None:
            discarded, left = cast("tuple[Discarded, PictureIndex]", result)
            keep(PictureDeletion(paths, discarded, text))
            opened.take_pictures(left, None)

        opened.work.start(text, make, take)

    def _undo_deletion(self, step: PictureDeletion) -> None:
        """Bring pictures back."""
        opened = self._opened
        trash, pictures, images = opened.trash, opened.pictures, self._folder.images

        def make(watch: Watch) -> PictureIndex:
            back = trash.restore(step.discarded, on_progress=watch.advanced)
            names = PictureIndex.of(images, back).names
            return PictureIndex(images, in_natural_order([*pictures.names, *names]))

        def take(result: object) -> None:
            opened.history.undo()
            opened.take_pictures(cast("PictureIndex", result), step.pictures[0])

        opened.work.start(self.tr("Bring back pictures"), make, take)

    # -- classes ----------------------------------------------------------------------------

    def preview(self, change: ClassChange) -> None:
        """Count what a change would do; `previewed` follows."""
        if not self._may_begin():
            return
        folder, pictures = self._folder, self._opened.pictures

        def make(watch: Watch) -> object:
            return class_changes.preview(folder, pictures, change, watch)

        take = self.previewed.emit
        self._opened.work.start(self.tr("Count"), make, take, is_writing=False)

    def apply(self, change: ClassChange) -> None:
        """Change a class in all pictures and in the list of classes; told where that can't be."""
        if not self._may_begin():
            return
        if change.kind == "rename":
            try:
                self._book.check_name(change.target)
            except AppError as error:
                self._opened.problem.emit(error)
                return
        opened, text = self._opened, self._text(change)
        make_again, take_back = self._list_change(change)
        folder, pictures, files = self._folder, opened.pictures, dict(opened.files)

        def make(watch: Watch) -> Rewritten:
            return class_changes.apply(folder, pictures, change, files=files, watch=watch)

        def take(done: Rewritten) -> None:
            step = ClassEdit(change, done.changes, take_back, make_again, text)
            opened.history.push(step)

        opened.work.start(text, make, partial(self._finish, make_again, take))

    def _undo_class(self, step: ClassEdit) -> None:
        """Take a change of a class back where no other program has changed the file since."""
        change = step.change
        gone = change.target if change.kind == "rename" else ""
        back = [each.reversed for each in step.changes]

        def take(done: Rewritten) -> None:
            restored = tuple(each.reversed for each in done.changes)
            self._opened.history.undo(replace(step, changes=restored))
            self._forget_left(step.changes, done.changes)

        text = self.tr("Take back: {0}").format(step.text)
        self._rewrite(text, back, (gone, change.name), step.take_back, take)

    def _redo_class(self, step: ClassEdit) -> None:
        """Make a change of a class again."""
        change = step.change
        come = change.target if change.kind == "rename" else ""

        def take(done: Rewritten) -> None:
            self._opened.history.redo(replace(step, changes=done.changes))
            self._forget_left(step.changes, done.changes)

        self._rewrite(step.text, step.changes, (change.name, come), step.make_again, take)

    def recolor(self, name: str, color: str) -> None:
        """Give a class another colour, ``#RRGGBB``."""
        before = self._book.color_of(name).name()
        text = self.tr("Colour of {0}").format(name)
        self._edit_list(partial(self._book.recolor, name), before, color, text)

    @Slot(str, str)
    def set_key(self, name: str, key: str) -> None:
        """Give a class another key; "": the digit of its place."""
        before = self._book.key_of(name)
        self._edit_list(
            partial(self._book.set_key, name), before, key, self.tr("Key of {0}").format(name)
        )

    def _change_list(self, change: Callable[[], None], keep: Callable[[], object]) -> None:
        try:
            change()
        except AppError as error:
            self._opened.problem.emit(error)
            return
        keep()
        self._opened.labels_changed.emit()  # another step is next

    def _edit_list(self, change: Callable[[str], None], before: str, after: str, text: str) -> None:
        if before != after:
            step = ListEdit(partial(change, before), partial(change, after), text)
            self._change_list(step.make_again, partial(self._opened.history.push, step))

    def _text(self, change: ClassChange) -> str:
        texts = {
            "rename": self.tr("Rename {0} to {1}"),
            "merge": self.tr("Merge {0} into {1}"),
            "delete": self.tr("Delete class {0}"),
        }
        return texts[change.kind].format(change.name, change.target)

    def _list_change(self, change: ClassChange) -> tuple[Callable[[], None], Callable[[], None]]:
        """Return what makes a change in the list of classes, and what takes it back."""
        book, name, target = self._book, change.name, change.target
        if change.kind == "rename":
            return partial(book.rename, name, target), partial(book.rename, target, name)
        removed: list[RemovedClass] = []

        def remove() -> None:
            removed.append(book.remove(name))

        return remove, lambda: book.put_back(removed.pop())

    def _rewrite(
        self,
        text: str,
        changes: Sequence[PictureChange],
        classes: tuple[str, str],
        change_list: Callable[[], None],
        take: Callable[[Rewritten], None],
    ) -> None:
        folder, (gone, come) = self._folder, classes

        def make(watch: Watch) -> Rewritten:
            return class_changes.rewrite(
                folder, changes, class_gone=gone, class_come=come, watch=watch
            )

        self._opened.work.start(text, make, partial(self._finish, change_list, take))

    def _finish(
        self, change_list: Callable[[], None], take: Callable[[Rewritten], None], result: object
    ) -> None:
        """Change the list of classes too, now that all label files are written."""
        done = cast("Rewritten", result)
        try:
            change_list()
            done.journal.close()
        except AppError as error:
            self._opened.problem.emit(error)
            self._opened.work.start(
                self.tr("Put labels back"), lambda _: done.journal.take_back(), self._tell_all
            )
            return
        self._opened.take_files(done.changes)
        take(done)
        self._tell_left(done.left)

    def _forget_left(self, wanted: Sequence[PictureChange], made: Sequence[PictureChange]) -> None:
        for picture in {each.picture for each in wanted} - {each.picture for each in made}:
            self._opened.history.forget(picture)

    def _tell_all(self, errors: object) -> None:
        for error in cast("list[AppError]", errors):
            self._opened.problem.emit(error)

    def _tell_left(self, left: Sequence[AppError]) -> None:
        if not left:
            return
        named = " ".join(error.message for error in left[:_NAMED])
        more = self.tr(" And {0} more.").format(len(left) - _NAMED) if len(left) > _NAMED else ""
        hint = self.tr("All other pictures were changed. Look at these by hand.")
        detail = "\n".join(str(error) for error in left)
        self._opened.problem.emit(AnnotationError("labels-left", f"{named}{more}", hint, detail))
