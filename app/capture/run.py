"""`CaptureRun`: from the shutter to picture files, for a window or a terminal."""

from __future__ import annotations

import threading
from pathlib import Path

from app.annotation.trash import Discarded, Trash
from app.capture.errors import CaptureError
from app.capture.likeness import REMEMBERED, RecentPictures
from app.capture.plan import PictureNumber, PlanProgress
from app.capture.saver import WAITING_PICTURES, SavingThread
from app.capture.session import CaptureSession, TakenPicture, now
from app.capture.shots import CaptureWatcher, Propose, SavedPicture, Shot, Undone, encoded
from app.capture.source import Frame, Image
from app.errors import AppError
from app.files import FileWriteError, atomic_write_bytes


class CaptureRun:
    """Takes pictures after a plan into a session. For any thread.

    Nothing here waits for a disk but `delete`, `undo`, `retake`, `last_picture` and `close`.

    Parameters
    ----------
    session : CaptureSession
        Closed by this run.
    trash : Trash
        Where deleted pictures go, of the folder of pictures that the session is in.
    watcher : CaptureWatcher
    propose : callable, optional
        See `Propose`. A `FileWriteError` of it is tried again, like a picture's; any other
        `AppError` is told, and the picture stays without.
    """

    def __init__(
        self,
        session: CaptureSession,
        *,
        trash: Trash,
        watcher: CaptureWatcher,
        propose: Propose | None = None,
    ) -> None:
        self.session = session
        self._trash = trash
        self._watcher = watcher
        self._propose = propose
        self._lock = threading.Lock()  # for moments
        self._editing = threading.RLock()  # while files are moved
        self._progress = PlanProgress(session.plan, session.numbers())
        self._under_way: set[PictureNumber] = set()
        self._deleted: list[Discarded] = []
        self._recent = RecentPictures()
        self._saver = SavingThread[Shot](
            self._save, on_blocked=watcher.blocked, on_unblocked=watcher.unblocked
        )

    # -- where it stands --------------------------------------------------------------------

    @property
    def class_number(self) -> int:
        """The class that is being captured, from 1."""
        with self._lock:
            return self._progress.class_number

    @property
    def text(self) -> str:
        """Where it stands: ``C1/5 E3/14``."""
        with self._lock:
            return self._progress.text

    @property
    def is_complete(self) -> bool:
        """Whether every picture of the plan was taken; the last may still be under way."""
        with self._lock:
            return self._progress.is_complete

    @property
    def can_undo(self) -> bool:
        """Whether a deletion of this run can be taken back."""
        with self._lock:
            return bool(self._deleted)

    @property
    def blocked(self) -> AppError | None:
        """Why nothing can be saved at the moment; None when it can."""
        return self._saver.blocked

    def counts(self) -> tuple[int, ...]:
        """Return how many pictures of each class were taken, in the order of the plan."""
        with self._lock:
            return self._progress.counts()

    def last_picture(self, class_number: int) -> Path | None:
        """Return the newest picture file of a class, for a ghost; None without any."""
        saved = self.session.files_of(class_number)
        return saved[-1] if saved else None

    # -- taking -----------------------------------------------------------------------------

    def jump(self, class_number: int) -> None:
        """Go on with another class.

        Raises
        ------
        CaptureError
            ``no-such-class``.
        """
        with self._lock:
            self._progress.jump(class_number)

    def set_advances(self, *, advances: bool) -> None:
        """Say whether a full class is followed by the next one."""
        with self._lock:
            self._progress.advances = advances

    def shoot(self, frame: Frame, *, timeout_s: float = 0.0) -> Shot:
        """Take a picture; it is saved beside, and the watcher is told.

        Parameters
        ----------
        frame : Frame
        timeout_s : float
            How long to wait while as many pictures as may are waiting to be saved.

        Raises
        ------
        CaptureError
            ``plan-complete``, ``class-complete``; ``saving-behind``: the disk is too slow or
            can't be written. The picture was not taken then.
        """
        with self._lock:
            number = self._progress.take()
            self._under_way.add(number)
        name = self.session.plan.name_of(number.class_number)
        shot = Shot(number, name, frame, now())
        if not self._saver.put(shot, timeout_s=timeout_s):
            with self._lock:
                self._under_way.discard(number)
                self._progress.release(number)
            raise self._saving_behind()
        return shot

    def retry(self) -> None:
        """Try again at once to save what could not be saved."""
        self._saver.retry()

    def wait_until_saved(self, timeout_s: float) -> bool:
        """Wait until every picture taken is on disk; False when one is not by then."""
        return self._saver.wait(timeout_s)

    def close(self) -> list[Shot]:
        """Save what is under way, let go of the session; return what could not be saved."""
        try:
            unsaved = self._saver.close()
        finally:
            self.session.close()
        with self._lock:
            for shot in unsaved:
                self._under_way.discard(shot.number)
                self._progress.release(shot.number)
        return unsaved

    # -- taking back ------------------------------------------------------------------------

    def retake(self) -> Discarded | None:
        """Delete the last picture of this class, so that the next one takes its number.

        Returns None for a class without any. Raises what `delete` raises.
        """
        with self._editing:
            with self._lock:
                number = self._progress.last_of(self._progress.class_number)
            return None if number is None else self.delete(number)

    def delete(self, number: PictureNumber) -> Discarded:
        """Put a picture and its labels in the trash; its class comes next.

        Raises
        ------
        CaptureError
            ``still-saving``; ``no-such-picture``.
        app.annotation.errors.AnnotationError, app.files.FileWriteError
            Nothing was deleted.
        """
        with self._editing:
            discarded = self._discard(number)
            self._deleted.append(discarded)
            return discarded

    def undo(self) -> Undone | None:
        """Bring back what was deleted last; None when there is nothing.

        A newer picture of the same name goes to the trash in its place.

        Raises
        ------
        CaptureError
            ``still-saving``: a newer picture of that name is not on disk yet.
        app.annotation.errors.AnnotationError, app.files.FileWriteError
            Nothing was changed; it can be tried again.
        """
        with self._editing:
            if not self._deleted:
                return None
            discarded = self._deleted[-1]
            number = PictureNumber.of_stem(Path(discarded.items[0].picture).stem)
            put_away = None
            if number is not None and self._is_there(number):
                put_away = self._discard(number)
            try:
                path = self._restore(discarded)
            except AppError:
                if put_away is not None:
                    self._restore(put_away)
                raise
            self._deleted.pop()
            return Undone(path, put_away)

    def _is_there(self, number: PictureNumber) -> bool:
        with self._lock:
            is_under_way = number in self._under_way
        return is_under_way or bool(self.session.files_of_number(number))

    def _discard(self, number: PictureNumber) -> Discarded:
        with self._lock:
            if number in self._under_way:
                raise CaptureError(
                    "still-saving",
                    f"{number.stem} is still being saved.",
                    "Try again in a moment.",
                )
        path = self._file_of(number)
        discarded = self._trash.discard([path], reason="deleted while capturing")
        self.session.mark_deleted(path.name, is_deleted=True)
        self._recent.forget(number.class_number, path.name)
        with self._lock:
            self._progress.release(number)
        return discarded

    def _restore(self, discarded: Discarded) -> Path:
        path = self._trash.restore(discarded)[0]
        number = PictureNumber.of_stem(path.stem)
        if number is not None:
            with self._lock:
                self._progress.keep(number)
        self.session.mark_deleted(path.name, is_deleted=False)
        return path

    # -- saving, in its thread --------------------------------------------------------------

    def _save(self, shot: Shot) -> None:
        """Save a picture, then what belongs to it; called again after an `AppError`."""
        image_bgr = shot.frame.image_bgr
        if shot.saved is None:
            shot.saved = self._save_picture(shot, image_bgr)
        not_labelled = self._label(shot.saved, image_bgr)
        with self._lock:
            self._under_way.discard(shot.number)
        self._watcher.saved(shot.saved)
        if not_labelled is not None:
            self._watcher.not_labelled(shot.saved, not_labelled)

    def _save_picture(self, shot: Shot, image_bgr: Image) -> SavedPicture:
        self._move_aside(shot)
        number = shot.number
        path = self.session.path_of(number)
        taken = TakenPicture(
            shot.class_name, shot.frame.index, round(shot.frame.timestamp_s, 6), shot.taken
        )
        data = encoded(image_bgr, self.session.picture_format, path)
        self.session.record(path.name, taken)  # first: after a kill no frame is taken twice
        atomic_write_bytes(path, data)
        if not self._recent.knows(number.class_number):
            earlier = self.session.files_of(number.class_number)[-REMEMBERED:]
            self._recent.load(number.class_number, [each for each in earlier if each != path])
        resembles = self._recent.take_in(number.class_number, path.name, image_bgr)
        return SavedPicture(path, number, shot.class_name, resembles)

    def _label(self, picture: SavedPicture, image_bgr: Image) -> AppError | None:
        if self._propose is None:
            return None
        try:
            self._propose(picture, image_bgr)
        except FileWriteError:
            raise  # as for a picture: again until it works
        except AppError as error:
            return error
        return None

    def _move_aside(self, shot: Shot) -> None:
        """Give a shot another number where somebody has put a file of its name meanwhile."""
        while self.session.files_of_number(shot.number):
            with self._lock:
                self._under_way.discard(shot.number)
                shot.number = self._progress.take_in(shot.number.class_number)
                self._under_way.add(shot.number)

    def _file_of(self, number: PictureNumber) -> Path:
        paths = self.session.files_of_number(number)
        if not paths:
            raise CaptureError(
                "no-such-picture",
                f"There is no picture {number.stem} in {self.session.folder}.",
                "Another program moved or deleted it.",
            )
        return paths[0]

    def _saving_behind(self) -> CaptureError:
        if (blocked := self.blocked) is not None:
            return CaptureError(
                "saving-behind",
                f"{blocked.message} {WAITING_PICTURES} pictures are kept until it can.",
                f"{blocked.hint} Saving goes on by itself.",
            )
        return CaptureError(
            "saving-behind",
            f"The disk is too slow: {WAITING_PICTURES} pictures are still being saved.",
            "Take the picture again in a moment, or choose JPEG or a longer interval.",
        )
