"""`Exporting`: what would go out, what is wrong with it, and the export under way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.dataset.export import discard_partial, exports_folder
from app.errors import AppError
from app.ui.annotate.exchange.exchange_task import Work
from app.ui.child_job import ChildJob, JobOutcome
from app.ui.dataset.task_line import TaskLine, Then
from app.ui.export.kept_choices import ExportChoice
from app.ui.export.outgoing import FoundProblem, Outgoing, check_outgoing, read_outgoing

Doing = Literal["", "reading", "checking", "exporting", "configuring"]


@dataclass(frozen=True)
class ExportEnd:
    """How an export ended that did not fail.

    Attributes
    ----------
    folder : Path or None
        None where it was stopped.
    config : Path or None
        The configuration that was written beside it.
    """

    folder: Path | None
    config: Path | None = None


class Exporting(QObject):
    """Works for one project at a time; all of it in a thread or in a child process.

    Attributes
    ----------
    project_folder : Path or None
    outgoing : Outgoing or None
    failure : AppError or None
        Why nothing can go out.
    problems : tuple of FoundProblem or None
        None: not looked for yet.
    doing : str
    job : ChildJob or None

    Signals
    -------
    changed()
    progressed(int, int)
        Pictures done, and all, of what is being done.
    job_changed(ChildJob | None)
    checked()
        The problems are known.
    exported(ExportEnd)
        Whole, or stopped.
    name_taken()
        There is an export of that name after all.
    problem(AppError)
    """

    changed = Signal()
    progressed = Signal(int, int)
    job_changed = Signal(object)
    checked = Signal()
    exported = Signal(object)
    name_taken = Signal()
    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project_folder: Path | None = None
        self.outgoing: Outgoing | None = None
        self.failure: AppError | None = None
        self.problems: tuple[FoundProblem, ...] | None = None
        self.doing: Doing = ""
        self.job: ChildJob | None = None
        self._choice = ExportChoice()
        self._job_folder: Path | None = None
        self._turns = Counter[Doing]()  # of each thing to do, how often it was begun
        self._is_cut_short = False  # whether a reading was given up for an export
        self._line = TaskLine(self)
        self._line.progressed.connect(self.progressed)

    @property
    def is_writing(self) -> bool:
        """Whether closing the window now would stop an export."""
        return self.doing in ("exporting", "configuring")

    @property
    def can_export(self) -> bool:
        """Whether there is something to export, and nothing is under way."""
        is_free = self.job is None and not self.is_writing
        return self.outgoing is not None and is_free

    # -- reading ----------------------------------------------------------------------------

    def open(self, project_folder: Path | None) -> None:
        """Export another project; None: none. An export of the one before is stopped."""
        self.stop()
        self._turns.update(("reading", "checking"))
        self.project_folder = project_folder
        self.outgoing = self.failure = self.problems = None
        self.doing = ""
        self.changed.emit()

    @Slot()
    def read(self) -> None:
        """Read what would go out; labels may have changed while another tab was in front."""
        folder = self.project_folder
        if folder is None or self.doing not in ("", "reading"):
            return
        self._line.cancel()
        self._add(
            "reading",
            lambda token, progress: read_outgoing(folder, token, progress),
            self._take_outgoing,
        )

    @Slot()
    def check(self) -> None:
        """Look for what would go wrong; nothing is changed."""
        folder = self.project_folder
        if folder is None or self.doing not in ("", "reading"):
            return
        self._add(
            "checking",
            lambda token, progress: check_outgoing(folder, token, progress),
            self._take_problems,
        )

    def _add(self, doing: Doing, work: Work, take: Then) -> None:
        """Begin something; what came of an earlier beginning is no longer looked at."""
        self._turns[doing] += 1
        turn = self._turns[doing]

        def then(result: object, error: AppError | None) -> None:
            if turn == self._turns[doing]:
                take(result, error)

        self._begin(doing)
        self._line.add(work, then)

    def _begin(self, doing: Doing) -> None:
        self.doing = doing
        self.changed.emit()

    def _end(self, doing: Doing) -> None:
        """End what was done, unless something else has begun meanwhile."""
        if self.doing == doing:
            self.doing = ""
        self.changed.emit()

    def _take_outgoing(self, result: object, error: AppError | None) -> None:
        if isinstance(result, Outgoing):
            self.outgoing, self.failure = result, None
        elif error is not None:
            self.outgoing, self.failure = None, error
        self._end("reading")

    def _take_problems(self, result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        if isinstance(result, tuple):
            self.problems = result
        self._end("checking")
        if isinstance(result, tuple):
            self.checked.emit()

    # -- exporting --------------------------------------------------------------------------

    def export(self, choice: ExportChoice, *, replaces: bool) -> None:
        """Export in a child process; what is only read meanwhile is given up."""
        folder = self.project_folder
        if folder is None or not self.can_export:
            return
        self._is_cut_short = self.doing == "reading"
        self._line.cancel()
        self._choice, self._job_folder = choice, folder
        config = {
            "folder": str(folder),
            "labels": None,
            "exports": str(exports_folder(folder)),
            "settings": choice.settings.to_json(),
            "replaces": replaces,
        }
        self.job = ChildJob("export", config, self)
        self.job.progress_changed.connect(self._on_progress)
        self.job.job_ended.connect(self._on_ended)
        self._begin("exporting")
        self.job_changed.emit(self.job)
        self.job.start()

    def discard(self, name: str) -> None:
        """Remove what an interrupted export has left."""
        folder = self.project_folder
        if folder is None:
            return
        exports = exports_folder(folder)

        def work(_token: object, _progress: object) -> None:
            discard_partial(exports, name)

        self._line.add(work, self._take_discarded, is_writing=True)

    @Slot()
    def stop(self) -> None:
        """Stop what is under way; an export goes on from there next time."""
        self._line.cancel()
        if self.job is not None:
            self.job.cancel()

    def shutdown(self) -> None:
        """Stop everything and wait; the window closes."""
        if self.job is not None:
            self.job.shutdown()
        self._line.finish()

    @Slot(object)
    def _on_progress(self, event: dict[str, Any]) -> None:
        if self.doing == "exporting":  # else it is the project before's, on its way out
            self.progressed.emit(int(event.get("done", 0)), int(event.get("total", 0)))

    @Slot(object)
    def _on_ended(self, outcome: JobOutcome) -> None:
        job, self.job = self.job, None
        if job is not None:
            job.deleteLater()
        self.job_changed.emit(None)
        if self._job_folder != self.project_folder:
            self.changed.emit()
            return
        match outcome.kind:
            case "succeeded":
                self._take_exported(Path(outcome.result["folder"]))
            case "cancelled":
                self._finish(ExportEnd(None))
            case _:
                self._take_failure(outcome.error)

    def _take_failure(self, error: AppError | None) -> None:
        if error is not None and error.code == "export-exists":
            self.name_taken.emit()
        elif error is not None:
            self.problem.emit(error)
        self._finish(ExportEnd(None))

    def _take_exported(self, folder: Path) -> None:
        choice = self._choice.pipeline
        if not choice.config:
            self._finish(ExportEnd(folder))
            return
        self._begin("configuring")

        def then(result: object, error: AppError | None) -> None:
            if error is not None:
                self.problem.emit(error)  # the export itself is whole
            self._finish(ExportEnd(folder, result if isinstance(result, Path) else None))

        self._line.add(lambda _token, _progress: choice.write(folder), then, is_writing=True)

    def _finish(self, end: ExportEnd) -> None:
        self.doing = ""
        self.changed.emit()
        self.exported.emit(end)
        if self._is_cut_short:
            self.read()

    def _take_discarded(self, _result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        self.exported.emit(ExportEnd(None))
