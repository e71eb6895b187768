"""The strip at the bottom: what works in the background, how far it is, and Stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.icons import icon
from app.ui.naming import named

if TYPE_CHECKING:
    from app.ui.child_job import ChildJob

PROGRESS_STEPS = 1000
MIN_ELAPSED_S = 2.0  # before that, the time left would be a guess
MINUTE_S = 60
HOUR_S = 3600


class JobStrip(QFrame):
    """One row for each job in the background; hidden when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job-strip")
        self.setProperty("role", "strip")
        self._rows: dict[ChildJob, JobRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 6, 12, 6)
        self._layout.setSpacing(6)
        self.hide()

    def show_jobs(self, jobs: dict[ChildJob, str]) -> None:
        """Show a row for each job; the values are their titles."""
        for job in [known for known in self._rows if known not in jobs]:
            row = self._rows.pop(job)
            self._layout.removeWidget(row)
            row.deleteLater()
        for job, title in jobs.items():
            if job not in self._rows:
                self._rows[job] = JobRow(job, title, self)
                self._layout.addWidget(self._rows[job])
        self.setVisible(bool(self._rows))


class JobRow(QWidget):
    """Title, progress, time left and Stop of one job."""

    def __init__(self, job: ChildJob, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job = job
        self._first: tuple[float, float] | None = None  # time, done
        name = named(QLabel(title, self), "job-title")
        self._bar = named(QProgressBar(self), "job-progress")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._left = named(QLabel(self), "job-time-left", role="muted")
        self._stop_button = named(QPushButton(icon("stop"), self.tr("Stop"), self), "job-stop")
        self._stop_button.setAccessibleName(self.tr("Stop {0}").format(title))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(name)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._left)
        layout.addWidget(self._stop_button)
        self._stop_button.clicked.connect(self._stop)
        job.progress_changed.connect(self._on_progress)

    @Slot()
    def _stop(self) -> None:
        self._stop_button.setEnabled(False)
        self._left.setText(self.tr("Stopping…"))
        self._job.cancel()

    @Slot(object)
    def _on_progress(self, event: dict[str, Any]) -> None:
        done, total = event.get("done"), event.get("total")
        if not total or done is None:
            return
        self._bar.setRange(0, PROGRESS_STEPS)
        self._bar.setValue(round(PROGRESS_STEPS * min(done / total, 1)))
        now = time.monotonic()
        # From the first event on, not from the start: loading a model is not progress.
        first_time, first_done = self._first = self._first or (now, done)
        elapsed_s, gained = now - first_time, done - first_done
        if elapsed_s >= MIN_ELAPSED_S and gained > 0 and self._stop_button.isEnabled():
            self._left.setText(time_left_text((total - done) * elapsed_s / gained))


def time_left_text(left_s: float) -> str:
    """Return a duration as coarse as it is uncertain."""
    if left_s < MINUTE_S:
        return QCoreApplication.translate("JobStrip", "{0} s left").format(max(1, round(left_s)))
    if left_s < HOUR_S:
        return QCoreApplication.translate("JobStrip", "{0} min left").format(
            round(left_s / MINUTE_S)
        )
    hours, rest_s = divmod(left_s, HOUR_S)
    return QCoreApplication.translate("JobStrip", "{0} h {1} min left").format(
        int(hours), int(rest_s // MINUTE_S)
    )
