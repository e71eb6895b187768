"""`ExchangeTask`: an import or export in a thread, with progress and Stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from app.annotation.exchange import Progress
from app.errors import AppError
from app.jobs.cancel import CancelToken, JobCancelled

_PROGRESS_EVERY_S = 0.05

Work = Callable[[CancelToken, Progress], object]
"""Does it, and returns its report; both arguments may be left alone by what is short."""


class _Run(QRunnable):
    def __init__(self, task: ExchangeTask, work: Work) -> None:
        super().__init__()
        self._task, self._work = task, work
        self._last_s = 0.0

    def run(self) -> None:
        result: object = None
        error: AppError | None = None
        try:
            result = self._work(self._task.token, self._tell)
        except AppError as caught:
            error = caught
        except JobCancelled:
            result = None
        finally:  # whatever else was raised is told by `sys.excepthook`; nobody waits for ever
            self._task.ended.emit(result, error)

    def _tell(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._last_s >= _PROGRESS_EVERY_S:
            self._last_s = now_s
            self._task.progressed.emit(done, total)


class ExchangeTask(QObject):
    """Runs one piece of work once.

    Signals
    -------
    progressed(int, int)
        Pictures done, and all; a few times a second.
    ended(object, AppError | None)
        Once, with what the work returned: None after Stop or an error.
    """

    progressed = Signal(int, int)
    ended = Signal(object, object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.token = CancelToken()
        self._work = work
        self._pool = QThreadPool(self)

    def start(self) -> None:
        """Begin; returns at once."""
        self._pool.start(_Run(self, self._work))

    def stop(self) -> None:
        """Ask it to stop; `ended` follows."""
        self.token.cancel()

    def stop_and_wait(self) -> None:
        """Stop, and wait for the thread; the window closes."""
        self.stop()
        self._pool.waitForDone()
