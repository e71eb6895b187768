"""`FolderWork`: one piece of work over many pictures at a time, outside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot

from app.annotation.class_changes import StoppedError, Watch
from app.annotation.exchange import Progress
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.ui.annotate.exchange.exchange_task import ExchangeTask

_REST_EVERY_S = 0.02
_REST_MS = 2  # the window has the interpreter to itself


@dataclass(frozen=True)
class _Task:
    """What is done, and what the window does with the result."""

    text: str
    take: Callable[[object], None]
    is_writing: bool


class _Pace:
    """Tells how far the work is, and leaves the interpreter to the window now and then."""

    def __init__(self, tell: Progress) -> None:
        self._tell, self._rested_s = tell, monotonic()

    def advance(self, done: int, total: int) -> None:
        self._tell(done, total)
        if monotonic() - self._rested_s > _REST_EVERY_S:
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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: _Task | None = None
        self._run: ExchangeTask | None = None

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
        self._give_up()
        self._task = _Task(text, take, is_writing)
        self.changed.emit(text, 0, 0)

        def work(token: CancelToken, tell: Progress) -> object:
            try:
                return make(Watch(_Pace(tell).advance, lambda: token.is_cancelled))
            except StoppedError:
                return None

        self._run = ExchangeTask(work, self)
        self._run.progressed.connect(self._on_advanced)
        self._run.ended.connect(self._on_ended)
        self._run.start()

    @Slot()
    def stop(self) -> None:
        """Let the work end early; it leaves all files as they were."""
        if self._run is not None:
            self._run.stop()

    def finish(self) -> None:
        """Stop, and wait for the thread and take what it has ended with."""
        if self._run is not None:
            self._run.stop_and_wait()
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _give_up(self) -> None:
        """Wait for what only looks at files, and take nothing of it."""
        if self._run is not None:
            self._run.stop_and_wait()
            self._run.deleteLater()
            self._run = None

    @Slot(int, int)
    def _on_advanced(self, done: int, total: int) -> None:
        if self._task is not None and self.sender() is self._run:
            self.changed.emit(self._task.text, done, total)

    @Slot(object, object)
    def _on_ended(self, result: object, error: AppError | None) -> None:
        task, run = self._task, self._run
        if task is None or run is None or self.sender() is not run:
            return  # given up for other work; what it told was on its way
        self._task = self._run = None
        run.deleteLater()
        if result is not None:
            task.take(result)
        if not self.is_running:
            self.changed.emit("", 0, 0)
        if error is not None:
            self.failed.emit(error)
        if task.is_writing:
            self.settled.emit()
