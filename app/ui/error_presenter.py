"""Telling people what went wrong without stopping them: one bar, never a modal box."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

from app.errors import AppError

_log = logging.getLogger(__name__)


class ErrorPresenter(QObject):
    """Where every part of the window reports what a person should read. GUI thread only.

    Signals
    -------
    error_reported(AppError)
    notice_reported(str, str)
        Message and hint of something that is no error.
    cleared()
        What was reported no longer holds.
    """

    error_reported = Signal(object)
    notice_reported = Signal(str, str)
    cleared = Signal()

    def report(self, error: AppError) -> None:
        """Show an error until the person closes it."""
        _log.info("%s: %s %s", error.code, error, error.detail)
        self.error_reported.emit(error)

    def notify(self, message: str, hint: str = "") -> None:
        """Show something worth knowing that is not an error."""
        self.notice_reported.emit(message, hint)

    def clear(self) -> None:
        """Take back what is shown."""
        self.cleared.emit()


class UncaughtErrors(QObject):
    """Leads exceptions that nobody caught to the presenter; the application goes on.

    PySide6 calls `sys.excepthook` in whichever thread the exception arose, so the hook only logs
    and emits: the queued connection brings it to the GUI thread.
    """

    _raised = Signal(object)

    def __init__(self, presenter: ErrorPresenter) -> None:
        super().__init__(presenter)
        self._presenter = presenter
        self._raised.connect(self._report)

    def install(self) -> None:
        """Take over `sys.excepthook`."""
        sys.excepthook = self._hook

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.error("Uncaught exception", exc_info=(kind, error, trace))
        self._raised.emit(error)

    @Slot(object)
    def _report(self, error: BaseException) -> None:
        if isinstance(error, AppError):
            self._presenter.report(error)
            return
        self._presenter.report(
            AppError(
                "internal",
                self.tr("Something unexpected went wrong: {0}").format(f"{error}"),
                self.tr("Your work is kept and Tallybox goes on. Details help to mend it."),
                detail="".join(traceback.format_exception(error)),
            )
        )
