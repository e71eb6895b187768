"""`Capturing`: the session in hand, and everything of it that touches the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from app.annotation.trash import Trash
from app.capture.errors import CaptureError
from app.capture.plan import CapturePlan, PictureNumber
from app.capture.run import CaptureRun
from app.capture.session import PictureFormat, begin_session, continue_session
from app.capture.shots import SavedPicture, Shot, Undone
from app.capture.source import Frame, Image, SourceInfo
from app.errors import AppError
from app.imaging import ImageReadError, read_thumbnail
from app.project.project import Project
from app.ui.capture.hand_labelling import HandLabelling, HandUse, label_folder
from app.ui.capture.shrinking import shrunk
from app.ui.live_frame import image_of

SMALL_PX = 640
_SETTLE_S = 2.0  # a picture taken just now may be retaken: wait until it is on disk


@dataclass(frozen=True)
class SessionWish:
    """What a session is opened for.

    Attributes
    ----------
    project : Project
    info : SourceInfo
    plan : CapturePlan
    picture_format : {"png", "jpg"}
    is_new : bool
        Begin another one, though one is not complete.
    """

    project: Project
    info: SourceInfo
    plan: CapturePlan
    picture_format: PictureFormat
    is_new: bool = False


class _Watcher(QObject):
    """Carries what a run tells in its saving thread to the window's."""

    saved_there = Signal(object)
    blocked_there = Signal(object)
    unblocked_there = Signal()
    seen_there = Signal(object, object)
    not_labelled_there = Signal(object, object)

    def saved(self, picture: SavedPicture) -> None:
        self.saved_there.emit(picture)

    def blocked(self, error: AppError) -> None:
        self.blocked_there.emit(error)

    def unblocked(self) -> None:
        self.unblocked_there.emit()

    def not_labelled(self, picture: SavedPicture, error: AppError) -> None:
        self.not_labelled_there.emit(picture, error)


@dataclass(frozen=True)
class _Opened:
    wish: SessionWish
    run: CaptureRun
    pictures: tuple[Path, ...]


class _Work(QRunnable):
    """One step on the disk; an error that is for people goes to `failed`."""

    def __init__(self, step: Callable[[], None], owner: Capturing) -> None:
        super().__init__()
        self._step, self._owner = step, owner

    def run(self) -> None:
        try:
            self._step()
        except AppError as error:
            self._owner.failed.emit(error)


class Capturing(QObject):
    """Owns a `CaptureRun`. Taking is done at once; what waits for the disk, in a thread.

    Signals
    -------
    session_changed()
        Another session is in hand, or none.
    progress_changed()
        A picture was taken or has gone, or another class comes.
    pictures_listed(object)
        Paths of the pictures that the session has had before, in the order of their classes.
    saved(SavedPicture)
    seen(SavedPicture, QImage)
        A small, unmirrored copy of a picture that is about to be `saved`: reading the file again
        would take as long as writing it.
    gone(object)
        Path of a picture that was deleted.
    restored(object)
        Path of a picture that is back.
    ghost_read(int, QImage)
        The class, and its last picture, unmirrored; null without one.
    blocked(AppError), unblocked()
        Saving has stopped, or goes on.
    failed(AppError)
    """

    session_changed = Signal()
    progress_changed = Signal()
    pictures_listed = Signal(object)
    saved = Signal(object)
    seen = Signal(object, object)
    gone = Signal(object)
    restored = Signal(object)
    ghost_read = Signal(int, object)
    blocked = Signal(object)
    unblocked = Signal()
    failed = Signal(object)
    _opened = Signal(object)  # from the pool's thread, as the next two
    _discarded = Signal(object)
    _undone = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: CaptureRun | None = None
        self._wish: SessionWish | None = None  # of the newest request
        self._labelling: HandLabelling | None = None
        self._hand_use: HandUse = "off"
        self._advances = True
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # steps keep their order
        self._watcher = _Watcher()  # no parent: the saving thread may outlive the window's wish
        self._watcher.saved_there.connect(self._on_saved)
        self._watcher.seen_there.connect(self._on_seen)
        self._watcher.blocked_there.connect(self.blocked)
        self._watcher.unblocked_there.connect(self.unblocked)
        self._watcher.not_labelled_there.connect(self._on_not_labelled)
        self._opened.connect(self._on_opened)
        self._discarded.connect(self._on_discarded)
        self._undone.connect(self._on_undone)

    # -- where it stands --------------------------------------------------------------------

    @property
    def run(self) -> CaptureRun | None:
        """The run in hand; None while a session is opened, and without one."""
        return self._run

    @property
    def folder(self) -> Path | None:
        """Folder of the session."""
        return self._run.session.folder if self._run is not None else None

    @property
    def is_unsaved(self) -> bool:
        """Whether a picture can't be saved at the moment."""
        return self._run is not None and self._run.blocked is not None

    # -- sessions ---------------------------------------------------------------------------

    def open(self, wish: SessionWish) -> None:
        """Go on with the newest session like this that is not complete, or begin one."""
        self.close()
        self._wish = wish
        self._labelling = HandLabelling(wish.project)
        self._labelling.use = self._hand_use
        labelling = self._labelling

        def step() -> None:
            self._opened.emit(self._open(wish, labelling))

        self._start(step)

    def close(self) -> None:
        """Save what is under way and let go of the session."""
        run, self._run = self._run, None
        self._wish = None
        if run is not None:
            self._start(lambda: self._release(run))
            self.session_changed.emit()

    def shutdown(self) -> None:
        """Close, and wait until all is on disk."""
        self.close()
        self._pool.waitForDone()

    def _open(self, wish: SessionWish, labelling: HandLabelling) -> _Opened:
        project, plan = wish.project, wish.plan
        session = None
        if not wish.is_new:
            session = continue_session(
                project.images_folder,
                wish.info,
                plan,
                wish.picture_format,
                on_problem=self.failed.emit,
            )
        if session is None:
            images = project.images_folder
            session = begin_session(images, wish.info, plan, wish.picture_format)
        trash = Trash(label_folder(project), project.trash_folder)
        numbers = range(1, len(plan.class_names) + 1)
        pictures = tuple(path for number in numbers for path in session.files_of(number))

        def after_saving(picture: SavedPicture, image_bgr: Image) -> None:
            self._watcher.seen_there.emit(picture, image_of(shrunk(image_bgr, SMALL_PX)))
            labelling(picture, image_bgr)

        run = CaptureRun(session, trash=trash, watcher=self._watcher, propose=after_saving)
        return _Opened(wish, run, pictures)

    def _release(self, run: CaptureRun) -> None:
        unsaved = run.close()
        if unsaved:
            names = ", ".join(shot.number.stem for shot in unsaved)
            raise CaptureError(
                "pictures-not-saved",
                self.tr("{0} pictures could not be saved: {1}.").format(len(unsaved), names),
                self.tr("Free some space and take them again: the session goes on with them."),
            )

    @Slot(object)
    def _on_opened(self, opened: _Opened) -> None:
        if opened.wish is not self._wish:  # another one is wanted by now
            self._start(lambda: self._release(opened.run))
            return
        self._run = opened.run
        self._run.set_advances(advances=self._advances)
        self.pictures_listed.emit(opened.pictures)
        self.session_changed.emit()

    # -- taking -----------------------------------------------------------------------------

    def shoot(self, frame: Frame) -> Shot:
        """Take a picture.

        Raises
        ------
        CaptureError
            What `CaptureRun.shoot` raises; ``no-session``.
        """
        if self._run is None:
            raise CaptureError(
                "no-session",
                self.tr("There is no session to take pictures into."),
                self.tr("Open a project and a camera."),
            )
        shot = self._run.shoot(frame)
        self.progress_changed.emit()
        return shot

    def jump(self, class_number: int) -> None:
        """Go on with another class; one that is not there changes nothing."""
        if self._run is not None and 1 <= class_number <= len(self._run.session.plan.class_names):
            self._run.jump(class_number)
            self.progress_changed.emit()

    def set_advances(self, advances: bool) -> None:
        """Say whether a full class is followed by the next one."""
        self._advances = advances
        if self._run is not None:
            self._run.set_advances(advances=advances)

    def set_hand_use(self, use: HandUse) -> None:
        """Say what is done with the hands in the pictures that are saved from now on."""
        self._hand_use = use
        if self._labelling is not None:
            self._labelling.use = use

    # -- taking back ------------------------------------------------------------------------

    def retake(self) -> None:
        """Delete the last picture of this class, so that the next one takes its place."""
        run = self._run
        if run is None:
            return

        def step() -> None:
            run.wait_until_saved(_SETTLE_S)
            discarded = run.retake()
            if discarded is not None:
                self._discarded.emit([Path(item.picture) for item in discarded.items])

        self._start(step)

    def delete(self, paths: list[Path]) -> None:
        """Put pictures of the session in the trash."""
        run = self._run
        if run is None:
            return

        def step() -> None:
            for path in paths:
                number = PictureNumber.of_stem(path.stem)
                if number is not None:
                    discarded = run.delete(number)
                    self._discarded.emit([Path(item.picture) for item in discarded.items])

        self._start(step)

    def undo(self) -> None:
        """Bring back what was deleted last."""
        run = self._run
        if run is None:
            return

        def step() -> None:
            undone = run.undo()
            if undone is not None:
                self._undone.emit(undone)

        self._start(step)

    def retry(self) -> None:
        """Try at once to save what could not be saved."""
        if self._run is not None:
            self._run.retry()

    def read_ghost(self, class_number: int) -> None:
        """Read the last picture of a class; `ghost_read` follows."""
        run = self._run
        if run is not None:
            self._start(lambda: self.ghost_read.emit(class_number, _ghost(run, class_number)))

    # -- answers ----------------------------------------------------------------------------

    @Slot(object)
    def _on_saved(self, picture: SavedPicture) -> None:
        if self._is_mine(picture.path):
            self.saved.emit(picture)

    @Slot(object, object)
    def _on_seen(self, picture: SavedPicture, small: QImage) -> None:
        if self._is_mine(picture.path):
            self.seen.emit(picture, small)

    @Slot(object, object)
    def _on_not_labelled(self, picture: SavedPicture, error: AppError) -> None:
        message = self.tr("{0} is saved, but has no box: {1}").format(
            picture.path.name, error.message
        )
        self.failed.emit(CaptureError(error.code, message, error.hint, error.detail))

    @Slot(object)
    def _on_discarded(self, pictures: list[Path]) -> None:
        for picture in pictures:
            if self._run is not None and picture.parent.name == self._run.session.folder.name:
                self.gone.emit(self._run.session.folder / picture.name)
        self.progress_changed.emit()

    @Slot(object)
    def _on_undone(self, undone: Undone) -> None:
        if self._is_mine(undone.path):
            self.restored.emit(undone.path)
        self.progress_changed.emit()

    def _is_mine(self, path: Path) -> bool:
        return self._run is not None and path.parent == self._run.session.folder

    def _start(self, step: Callable[[], None]) -> None:
        self._pool.start(_Work(step, self))


def _ghost(run: CaptureRun, class_number: int) -> QImage:
    path = run.last_picture(class_number)
    try:
        return QImage() if path is None else image_of(read_thumbnail(path, side_px=SMALL_PX))
    except ImageReadError:
        return QImage()  # deleted meanwhile
