"""`ExchangeDialog`: what importing and exporting have in common: progress, Stop, the report."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.label_folder import LabelFolder
from app.errors import AppError
from app.ui.annotate.exchange.exchange_report import ReportPanel
from app.ui.annotate.exchange.exchange_task import ExchangeTask, Work
from app.ui.job_strip import MIN_ELAPSED_S, time_left_text
from app.ui.naming import named

_FORM_PX, _REPORT_PX = (680, 336), (680, 520)


class ExchangeDialog(QDialog):
    """A form; then work with progress; then its report.

    Parameters
    ----------
    folder : LabelFolder
    start_text : str
        What the button says that begins.
    parent : QWidget or None
    """

    def __init__(self, folder: LabelFolder, start_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)  # nobody edits what is written
        self.resize(*_FORM_PX)
        # Its own, as a folder's memory of its pictures is not made for two threads.
        self._folder = folder.anew()
        self._task: ExchangeTask | None = None
        self._is_closing = False
        self._began_s = 0.0
        self._form = QWidget(self)
        self._error = named(QLabel(self), "exchange-error", role="error")
        self._error.setWordWrap(True)
        self._progress = self._progress_row()
        self._report = ReportPanel(self)
        self._report.failed.connect(self._show_error)
        self._start = named(QPushButton(start_text, self), "exchange-start", role="primary")
        self._close = named(QPushButton(self.tr("Cancel"), self), "exchange-close")
        self._start.clicked.connect(self._begin)
        self._close.clicked.connect(self.reject)
        self._lay_out()
        for part in (self._error, self._progress, self._report):
            part.hide()

    @property
    def is_running(self) -> bool:
        """Whether a thread is at work."""
        return self._task is not None

    def reject(self) -> None:
        """Close; work under way is stopped first, and what it did is told."""
        if self._task is None:
            super().reject()
            return
        self._is_closing = True
        self._stop_work()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for the work before closing."""
        if self._task is not None:
            event.ignore()
        self.reject()

    def shutdown(self) -> None:
        """Stop, and wait for the thread; the window closes."""
        if self._task is not None:
            self._task.stop_and_wait()

    # -- for the dialogs made of this one ----------------------------------------------------

    def _begin(self) -> None:
        """Start the work that the form asks for."""
        raise NotImplementedError

    def _on_result(self, result: object) -> None:
        """Take what the work returned; None after Stop."""
        raise NotImplementedError

    def _run(self, work: Work, text: str) -> None:
        self._error.hide()
        self._form.setEnabled(False)
        self._start.setEnabled(False)
        self._bar.setRange(0, 0)
        self._doing.setText(text)
        self._stop.setEnabled(True)
        self._progress.show()
        self._began_s = time.monotonic()
        self._task = ExchangeTask(work, self)
        self._task.progressed.connect(self._on_progress)
        self._task.ended.connect(self._on_ended)
        self._task.start()

    def _show_report(self) -> None:
        self._form.hide()
        self._start.hide()
        self._close.setText(self.tr("Close"))
        self._close.setProperty("role", "primary")
        self._close.style().polish(self._close)
        self._close.setDefault(True)
        self._report.show()
        self.resize(*_REPORT_PX)

    @Slot(object)
    def _show_error(self, error: AppError) -> None:
        self._error.setText(f"{error.message} {error.hint}".strip())
        self._error.show()

    # -- its own -----------------------------------------------------------------------------

    def _progress_row(self) -> QWidget:
        row = QWidget(self)
        self._doing = named(QLabel(row), "exchange-doing", role="muted")
        self._bar = named(QProgressBar(row), "exchange-progress")
        self._bar.setTextVisible(False)
        self._stop = named(QPushButton(self.tr("Stop"), row), "exchange-stop")
        self._stop.clicked.connect(self._stop_work)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._doing)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._stop)
        return row

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addWidget(self._form)
        layout.addWidget(self._error)
        layout.addWidget(self._progress)
        layout.addWidget(self._report, 1)
        layout.addStretch(0)
        layout.addLayout(buttons)

    @Slot()
    def _stop_work(self) -> None:
        if self._task is not None:
            self._stop.setEnabled(False)
            self._doing.setText(self.tr("Stopping…"))
            self._task.stop()

    @Slot(int, int)
    def _on_progress(self, done: int, total: int) -> None:
        if not self._stop.isEnabled():
            return
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        text = self.tr("{0} of {1} pictures").format(done, total)
        elapsed_s = time.monotonic() - self._began_s
        if done and elapsed_s > MIN_ELAPSED_S:
            text += f", {time_left_text((total - done) * elapsed_s / done)}"
        self._doing.setText(text)

    @Slot(object, object)
    def _on_ended(self, result: object, error: AppError | None) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.deleteLater()
        self._progress.hide()
        self._form.setEnabled(True)
        self._start.setEnabled(True)
        if error is not None:
            self._show_error(error)
        self._on_result(result)
        if self._is_closing:
            super().reject()
