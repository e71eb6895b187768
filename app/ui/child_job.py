"""A job in a child process, as the window sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from app.errors import AppError
from app.jobs.spec import JobSpec, worker_command
from app.ui.child_process import ChildProcess, JobOutcome
from app.ui.job_folder import JobFolder
from app.ui.live_frame import FrameMailbox, LiveFrame
from app.ui.shutdown import stop_thread

__all__ = ["ChildJob", "JobOutcome", "LiveFrame"]

GRACE_MS = 5000


class ChildJob(QObject):
    """Runs one job and tells how it goes. Use it from the GUI thread only; it runs once.

    Parameters
    ----------
    kind : str
        Name of the job, as `app.jobs.worker` knows it.
    config : dict
        The job's settings, JSON values only.
    parent : QObject or None
    shows_frames : bool
        Give the job a frame ring: its path is put into the config as ``ring_path``.
    grace_ms : int
        How long the child may take to stop before it is killed, milliseconds.
    command_for : callable
        Gives the command line, program first, that runs the job file it is called with.

    Signals
    -------
    started(dict)
        The child is at work; the fields of its ``started`` event.
    notice_received(dict)
        Something to tell the person: ``code``, ``message``, ``hint``.
    event_received(dict)
        Any other event, such as ``metrics``.
    progress_changed(dict)
        Newest ``progress`` event, at most ten a second.
    frame_available()
        `take_frame` has something new. Not repeated until it is taken.
    log_received(str)
        A line for the log.
    job_ended(JobOutcome)
        Exactly once, on every path; no thread or process of the job is left by then.
    """

    started = Signal(object)
    notice_received = Signal(object)
    event_received = Signal(object)
    progress_changed = Signal(object)
    frame_available = Signal()
    log_received = Signal(str)
    job_ended = Signal(object)

    _command_requested = Signal(object)
    _cancel_requested = Signal()

    def __init__(
        self,
        kind: str,
        config: dict[str, Any],
        parent: QObject | None = None,
        *,
        shows_frames: bool = False,
        grace_ms: int = GRACE_MS,
        command_for: Callable[[Path], list[str]] = worker_command,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self._config = config
        self._shows_frames = shows_frames
        self._grace_ms = grace_ms
        self._command_for = command_for
        self._mailbox = FrameMailbox()
        self._has_started = False
        self._folder: JobFolder | None = None
        self._ring_path: Path | None = None
        self._outcome: JobOutcome | None = None
        self._thread = QThread(self)
        self._thread.setObjectName(f"job-{kind}")

    @property
    def is_running(self) -> bool:
        """Whether `start` was called and the job has not ended."""
        return self._has_started and self._outcome is None

    def start(self) -> None:
        """Start the child process; returns at once."""
        self._has_started = True
        try:
            spec_path = self._write_spec()
        except AppError as error:
            self._failure = JobOutcome("not-started", error)
            # Later, so that whoever starts a job need not expect its end before this returns.
            QTimer.singleShot(0, self._on_not_written)
            return
        self._process = ChildProcess(
            self._command_for(spec_path),
            self._mailbox,
            ring_path=self._ring_path,
            grace_ms=self._grace_ms,
        )
        self._process.moveToThread(self._thread)
        self._thread.started.connect(self._process.start)
        self._command_requested.connect(self._process.write_command)
        self._cancel_requested.connect(self._process.cancel)
        self._process.event_received.connect(self._on_event)
        self._process.progress_changed.connect(self._on_progress)
        self._process.frame_available.connect(self._on_frame)
        self._process.ended.connect(self._on_ended)
        self._thread.start()

    def send(self, command: dict[str, Any]) -> None:
        """Send a command to the child; ignored when it is not running."""
        if self.is_running:
            self._command_requested.emit(command)

    def cancel(self) -> None:
        """Ask the child to stop; `job_ended` follows, at the latest after the grace time."""
        if self.is_running:
            self._cancel_requested.emit()

    def take_frame(self) -> LiveFrame | None:
        """Return the newest frame, with every crossing since the last one taken."""
        return self._mailbox.take()

    def shutdown(self) -> None:
        """Cancel and wait until the child is gone, for a window that closes."""
        if self.is_running:
            self._cancel_requested.emit()
            self._thread.wait(self._grace_ms + 2000)
            self._on_ended(JobOutcome("cancelled"))

    def _write_spec(self) -> Path:
        self._folder = JobFolder()
        config = self._config
        if self._shows_frames:
            self._ring_path = self._folder.path / "frames.ring"
            config = {**config, "ring_path": str(self._ring_path)}
        spec_path = self._folder.path / "job.json"
        JobSpec(self.kind, config).write(spec_path)
        return spec_path

    @Slot()
    def _on_not_written(self) -> None:
        self._on_ended(self._failure)

    @Slot(object)
    def _on_event(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "started":
                self.started.emit(event)
            case "notice":
                self.notice_received.emit(event)
            case "log":
                self.log_received.emit(str(event.get("message", "")))
            case _:
                self.event_received.emit(event)

    @Slot(object)
    def _on_progress(self, event: dict[str, Any]) -> None:
        self.progress_changed.emit(event)

    @Slot()
    def _on_frame(self) -> None:
        self.frame_available.emit()

    @Slot(object)
    def _on_ended(self, outcome: JobOutcome) -> None:
        # After `shutdown` the same news is still queued.
        if self._outcome is not None:
            return
        self._outcome = outcome
        stop_thread(self._thread)
        if self._folder is not None:
            self._folder.remove()
        self.job_ended.emit(outcome)
