"""The side of a job that lives in its worker thread: the `QProcess` and its JSON lines."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QThread, QTimer, Signal, Slot

from app.errors import AppError
from app.jobs.errors import JobError
from app.jobs.ring import FrameRing
from app.ui.live_frame import FrameMailbox, image_of

translate = QCoreApplication.translate

PROGRESS_INTERVAL_MS = 100  # ten a second is as much as a person can follow
STDERR_TAIL_LINES = 200
CHILD_NICENESS = 10

OutcomeKind = Literal["succeeded", "failed", "cancelled", "crashed", "not-started"]


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    Attributes
    ----------
    kind : {"succeeded", "failed", "cancelled", "crashed", "not-started"}
    error : AppError or None
        What to tell the person; set for failed, crashed and not-started.
    result : dict
        What the job returned; empty unless succeeded.
    exit_code : int or None
        Exit code of the process, or the signal's number where it crashed; None when it never ran.
    stderr_tail : tuple of str
        Its last lines on standard error.
    """

    kind: OutcomeKind
    error: AppError | None = None
    result: dict[str, Any] = field(default_factory=dict)
    exit_code: int | None = None
    stderr_tail: tuple[str, ...] = ()


class ChildProcess(QObject):
    """Runs one child process inside the thread it was moved to; never touched from another.

    Signals
    -------
    event_received(dict)
        Every event but ``progress``, ``frame`` and the final one.
    progress_changed(dict)
        The newest ``progress`` event, at most ten a second.
    frame_available()
        The mailbox was empty and has a frame now.
    ended(JobOutcome)
        Exactly once; the thread's event loop returns right after it.
    """

    event_received = Signal(object)
    progress_changed = Signal(object)
    frame_available = Signal()
    ended = Signal(object)

    def __init__(
        self, command: list[str], mailbox: FrameMailbox, *, ring_path: Path | None, grace_ms: int
    ) -> None:
        super().__init__()
        self._command = command
        self._mailbox = mailbox
        self._ring_path = ring_path
        self._ring: FrameRing | None = None
        self._grace_ms = grace_ms
        self._final: JobOutcome | None = None
        self._is_cancelling = False
        self._has_ended = False
        self._progress: dict[str, Any] | None = None
        self._stderr_tail: deque[str] = deque(maxlen=STDERR_TAIL_LINES)

    @Slot()
    def start(self) -> None:
        """Start the process; connected to the thread's `started`."""
        # Made here, so that they belong to this thread.
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_stderr)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.started.connect(self._give_way)
        self._kill_timer = QTimer(self, singleShot=True, interval=self._grace_ms)
        self._kill_timer.timeout.connect(self._kill)
        self._progress_timer = QTimer(self, singleShot=True, interval=PROGRESS_INTERVAL_MS)
        self._progress_timer.timeout.connect(self._flush_progress)
        self._process.start(self._command[0], self._command[1:])

    @Slot()
    def _give_way(self) -> None:
        """Let the window go first where both want the processor.

        On two busy cores the window's longest gaps halve by it (18 ms instead of 32). Windows
        has no such call, and favours the window in front by itself.
        """
        if sys.platform != "win32":
            with suppress(OSError):  # already gone
                os.setpriority(os.PRIO_PROCESS, self._process.processId(), CHILD_NICENESS)

    @Slot(object)
    def write_command(self, command: dict[str, Any]) -> None:
        """Send one command line to the child."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(json.dumps(command).encode() + b"\n")

    @Slot()
    def cancel(self) -> None:
        """Ask the child to stop, and kill it after the grace time."""
        if not self._is_cancelling and not self._has_ended:
            self._is_cancelling = True
            self.write_command({"command": "cancel"})
            self._kill_timer.start()

    @Slot()
    def _kill(self) -> None:
        # Not terminate(): console children on Windows ignore it.
        self._process.kill()

    @Slot()
    def _read_events(self) -> None:
        newest_frame: dict[str, Any] | None = None
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            event = self._parsed(line)
            if event is None:
                continue
            if event["event"] == "frame":
                self._mailbox.add_crossings(event.get("events", []))
                newest_frame = event
            else:
                self._handle(event)
        if newest_frame is not None:
            self._deliver_frame(newest_frame)

    def _parsed(self, line: bytes) -> dict[str, Any] | None:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and isinstance(event.get("event"), str):
            return event
        self._stderr_tail.append(line.decode(errors="replace").rstrip())
        return None

    def _handle(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "progress":
                self._progress = event
                if not self._progress_timer.isActive():
                    self._flush_progress()
            case "result":
                self._conclude(JobOutcome("succeeded", result=event["result"]))
            case "failed":
                self._conclude(JobOutcome("failed", AppError.from_json(event)))
            case "cancelled":
                self._conclude(JobOutcome("cancelled"))
            case _:
                self.event_received.emit(event)

    def _deliver_frame(self, event: dict[str, Any]) -> None:
        if self._ring_path is None:
            return
        if self._ring is None:
            try:
                self._ring = FrameRing.open(self._ring_path)
            except JobError as error:
                self._conclude(JobOutcome("failed", error))
                self.cancel()
                return
        image_bgr = self._ring.read(event["slot"], sequence=event["sequence"])
        # None: the writer was faster and the slot holds a newer frame. Its event follows.
        if image_bgr is not None and self._mailbox.put(image_of(image_bgr), event):
            self.frame_available.emit()

    @Slot()
    def _flush_progress(self) -> None:
        if self._progress is not None:
            progress, self._progress = self._progress, None
            self.progress_changed.emit(progress)
            self._progress_timer.start()

    @Slot()
    def _read_stderr(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        for line in text.splitlines():
            self._stderr_tail.append(line)
            self.event_received.emit({"event": "log", "message": line})

    def _conclude(self, outcome: JobOutcome) -> None:
        """Keep the child's last word; libraries may still crash or hang while it unloads them."""
        self._final = self._final or outcome
        self._kill_timer.start()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # The only error after which `finished` is not emitted.
        if error == QProcess.ProcessError.FailedToStart:
            self._end(JobOutcome("not-started", not_started_error(self._process.errorString())))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, exit_code: int, exit_status: QProcess.ExitStatus) -> None:
        self._read_stderr()
        self._read_events()
        self._end(self._outcome(exit_code, exit_status))

    def _outcome(self, exit_code: int, exit_status: QProcess.ExitStatus) -> JobOutcome:
        tail = tuple(self._stderr_tail)
        if self._final is not None:
            return replace(self._final, exit_code=exit_code, stderr_tail=tail)
        if self._is_cancelling:
            return JobOutcome("cancelled", exit_code=exit_code, stderr_tail=tail)
        is_signal = exit_status == QProcess.ExitStatus.CrashExit
        error = crashed_error(exit_code, is_signal=is_signal, stderr_tail=tail)
        return JobOutcome("crashed", error, exit_code=exit_code, stderr_tail=tail)

    def _end(self, outcome: JobOutcome) -> None:
        self._has_ended = True
        self._kill_timer.stop()
        self._flush_progress()
        self._progress_timer.stop()
        if self._ring is not None:
            self._ring.close()
        self.ended.emit(outcome)
        QThread.currentThread().quit()


def not_started_error(reason: str) -> AppError:
    """Return what to tell when the worker could not be started at all."""
    return JobError(
        "job-not-started",
        translate("ChildProcess", "The background process could not be started."),
        translate("ChildProcess", "Restart Tallybox. If it happens again, install it anew."),
        detail=reason,
    )


def crashed_error(exit_code: int, *, is_signal: bool, stderr_tail: tuple[str, ...]) -> AppError:
    """Return what to tell when the worker ended without its final event."""
    if is_signal and 0 < exit_code < signal.NSIG:
        how = f"{signal.strsignal(exit_code)}, signal {exit_code}"
    else:
        how = f"exit code {exit_code}"
    return JobError(
        "job-crashed",
        translate("ChildProcess", "The background process stopped unexpectedly ({0}).").format(how),
        translate(
            "ChildProcess",
            "Start it again. If it happens again, look at Details; too little memory is one cause.",
        ),
        detail="\n".join(stderr_tail),
    )
