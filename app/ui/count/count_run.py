"""The counting job of the tab: at most one child process, steered by commands."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.pipeline.settings import CountSettings
from app.ui.child_job import ChildJob, JobOutcome


class CountRun(QObject):
    """Opens one source after another; the next begins when the one before has let go of its own.

    Signals
    -------
    job_changed(ChildJob | None)
        Another job, or none, is at work.
    started(dict)
    frame_available()
    notice_received(dict)
    event_received(dict)
        As `ChildJob`'s, of the job at work.
    ended(JobOutcome)
        The job has ended and none follows.
    """

    job_changed = Signal(object)
    started = Signal(object)
    frame_available = Signal()
    notice_received = Signal(object)
    event_received = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: ChildJob | None = None
        self._next: CountSettings | None = None

    @property
    def job(self) -> ChildJob | None:
        """The job at work."""
        return self._job

    def open(self, settings: CountSettings) -> None:
        """Count with `settings`, instead of what is counted now."""
        if self._job is None:
            self._start(settings)
        else:  # a camera has one owner: it must be let go first
            self._next = settings
            self._job.cancel()

    def close(self) -> None:
        """Stop counting; `ended` follows."""
        self._next = None
        if self._job is not None:
            self._job.cancel()

    def send(self, command: str, **fields: Any) -> None:  # noqa: ANN401 - JSON values
        """Send a command to the job at work."""
        if self._job is not None:
            self._job.send({"command": command, **fields})

    def shutdown(self) -> None:
        """Stop counting for good and wait until the child process is gone."""
        self._next = None
        if self._job is not None:
            self._job.shutdown()
        self.blockSignals(True)  # what the child said last is still queued

    def _start(self, settings: CountSettings) -> None:
        job = ChildJob("count", {"settings": settings.to_json()}, self, shows_frames=True)
        job.started.connect(self._on_started)
        job.frame_available.connect(self._on_frame)
        job.notice_received.connect(self.notice_received)
        job.event_received.connect(self.event_received)
        job.job_ended.connect(self._on_ended)
        self._job = job
        self.job_changed.emit(job)
        job.start()

    @Slot(object)
    def _on_started(self, started: dict[str, Any]) -> None:
        if self._next is None:  # otherwise this job is on its way out and no longer looked at
            self.started.emit(started)

    @Slot()
    def _on_frame(self) -> None:
        if self._next is None:
            self.frame_available.emit()

    @Slot(object)
    def _on_ended(self, outcome: JobOutcome) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        following, self._next = self._next, None
        if following is not None:
            self._start(following)
        else:
            self.job_changed.emit(None)
            self.ended.emit(outcome)
