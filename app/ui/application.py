"""Starting the window: from nothing to the event loop, with as little as possible loaded."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    QThreadPool,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from app.ui.app_state import AppState, window_settings
from app.ui.error_presenter import ErrorPresenter, UncaughtErrors
from app.ui.icons import application_icon
from app.ui.job_folder import remove_left_folders
from app.ui.main_window import MainWindow
from app.ui.theme import ThemeSwitch

_log = logging.getLogger("qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def run(
    *,
    is_sample: bool = False,
    project: Path | None = None,
    pictures: Path | None = None,
    class_names: Sequence[str] = (),
    labels: Path | None = None,
) -> int:
    """Open the window and return the exit code when it was closed.

    Parameters
    ----------
    is_sample : bool
        Count in the bundled sample at once.
    project : Path, optional
        Project whose pictures to label at once.
    pictures : Path, optional
        Plain folder of pictures to label at once.
    class_names : sequence of str
        To label with, in a plain folder.
    labels : Path, optional
        Where its labels are; None: beside the pictures.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("app").setLevel(logging.INFO)  # what was shown in the error bar
    qInstallMessageHandler(_log_of_qt)
    application = make_application()
    state = AppState(window_settings(), application)
    ThemeSwitch(application, state).apply()
    errors = ErrorPresenter(application)
    UncaughtErrors(errors).install()
    window = MainWindow(state, errors)
    Terminal(window).watch()
    window.show()
    QThreadPool.globalInstance().start(remove_left_folders)
    if is_sample:
        QTimer.singleShot(0, window.open_sample)
    if project is not None:
        window.open_project(project)
        window.show_stage("annotate")
    if pictures is not None:
        window.annotate(pictures, class_names, labels)
    return application.exec()


def make_application() -> QApplication:
    """Return the application object, with its name, icon and base style."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("tallybox")
    application.setDesktopFileName("tallybox")
    application.setWindowIcon(application_icon())
    application.setStyle("Fusion")
    return application


class Terminal(QObject):
    """Closes the window on Ctrl+C in the terminal, as if by its close button.

    Python runs signal handlers between two of its own instructions, and an idle event loop runs
    none: a byte on a socket wakes it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)

    def watch(self) -> None:
        """Take over the signals that ask a program to end."""
        signal.set_wakeup_fd(self._writer.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _ignore)

    @Slot()
    def _on_woken(self) -> None:
        # Here and not in the signal handler, which may run in the middle of painting.
        self._reader.recv(64)
        self._window.close_without_asking()


def _ignore(number: int, frame: FrameType | None) -> None:
    """Be a handler: only then does Python write to the wake-up socket."""


def _log_of_qt(level: QtMsgType, context: QMessageLogContext, message: str) -> None:
    _log.log(_LEVELS[level], "%s", message)
