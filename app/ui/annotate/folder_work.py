"""`FolderWork`: one piece of work over many pictures at a time, outside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QRunnable,
    QThread,
    QThreadPool,
    Signal,
    Slot,
)

from app.annotation.class_changes import StoppedError, Watch
from app.errors import AppError

_TOLD_EVERY_S = 0.05
_REST_EVERY_S = 0.02
_REST_MS = 2  # the window has the interpreter to itself


@dataclass(frozen=True)
class _Task:
    """What to do, and what the window does with the result."""

    text: str
    make: Callable[[Watch], object]
    take: Callable[[object], None]
    is_writing: bool


class _Run(QRunnable):
    def __init__(self, task: _Task, owner: FolderWork) -> None:
        super().__init__()
        self._task, self._owner = task, owner
        self._told_s = self._rested_s = monotonic()

    def run(self) -> None:
        try:
            result = self._task.make(Watch(self._advance, self._owner.is_stopping))
        except StoppedError:
            self._owner.ended.emit(self._task, None, None)
        except AppError as error:
            self._owner.ended.emit(self._task, None, error)
        else:
            self._owner.ended.emit(self._task, result, None)

    def _advance(self, done: int, total: int) -> None:
        now_s = monotonic()
        if now_s - self._told_s > _TOLD_EVERY_S:
            self._told_s = now_s
            self._owner.advanced.emit(done, total)
        if now_s - self._rested_s > _REST_EVERY_S:
            QThread.msleep(_REST_MS)
            self._rested_s = monotonic()


class FolderWork(QObject):
    """Runs work in a thread, tells how far it is, and hands the result back to the window.

    Signals
    -------
    changed(str, int, int)
        What is done, pictures done, and of how many; an empty text: nothing any more.
    failed(AppError)
    settled()
        Work that changes files has ended, one way or the other.
    """

    changed = Signal(str, int, int)
    failed = Signal(object)
    settled = Signal()
    advanced = Signal(int, int)  # from the thread
    ended = Signal(object, object, object)  # from the thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._task: _Task | None = None
        self._is_stopped = False
        self.advanced.connect(self._on_advanced)
        self.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    @property
    def is_writing(self) -> bool:
        """Whether something is under way that changes files."""
        return self._task is not None and self._task.is_writing

    def start(
        self,
        text: str,
        make: Callable[[Watch], object],
        take: Callable[[object], None],
        *,
        is_writing: bool = True,
    ) -> None:
        """Begin work; what only looks at files is given up for it.

        Parameters
        ----------
        text : str
            What is done, in words for the person.
        make : callable
            Runs in the thread.
        take : callable
            Gets its result, in the window's thread.
        is_writing : bool
            Whether it changes files.
        """
        assert not self.is_writing
        self.stop()
        self._pool.waitForDone()
        self._is_stopped = False
        self._task = _Task(text, make, take, is_writing)
        self.changed.emit(text, 0, 0)
        self._pool.start(_Run(self._task, self))

    def is_stopping(self) -> bool:
        """Whether the work is to stop; asked by the thread."""
        return self._is_stopped

    @Slot()
    def stop(self) -> None:
        """Let the work end early; it leaves all files as they were."""
        self._is_stopped = True

    def finish(self) -> None:
        """Stop, and wait for the thread and take what it has ended with."""
        self.stop()
        self._pool.waitForDone()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    @Slot(int, int)
    def _on_advanced(self, done: int, total: int) -> None:
        if self._task is not None:
            self.changed.emit(self._task.text, done, total)

    @Slot(object, object, object)
    def _on_ended(self, task: _Task, result: object, error: AppError | None) -> None:
        if task is not self._task:
            return  # given up for other work
        self._task = None
        if result is not None:
            task.take(result)
        if not self.is_running:
            self.changed.emit("", 0, 0)
        if error is not None:
            self.failed.emit(error)
        if task.is_writing:
            self.settled.emit()
