"""`Cleaning`: scans the folder, applies the limits, and carries out what a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.dataset.cleaned import cleaning_reason
from app.dataset.findings import REASONS, Reason, Thresholds, find_suspects
from app.dataset.scan import Progress, Scan
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.ui.dataset.clean_source import CleanSource, Scanned
from app.ui.dataset.decisions import Decisions, Step
from app.ui.dataset.open_rows import OpenRows
from app.ui.dataset.review import Findings, review_rows
from app.ui.dataset.task_line import TaskLine

_COUNT_MS = 30  # a slider on its way says a new value every few milliseconds
_REST_MS = 150  # it has come to rest: the rows are worth making anew

Phase = Literal["closed", "ready", "scanning", "review"]
LimitName = Literal["near_difference", "blur", "dark", "bright", "empty", "shape", "size"]
REASON_OF: dict[LimitName, Reason] = {
    "near_difference": "near",
    "blur": "blur",
    "dark": "dark",
    "bright": "bright",
    "empty": "empty",
    "shape": "shape",
    "size": "size",
}


@dataclass(frozen=True, eq=False)
class _Wanted:
    """What is to be found, as it is at the start of the search."""

    scan: Scan
    limits: Thresholds
    reasons: tuple[Reason, ...]
    findings: Findings
    gone: frozenset[str]
    kept: frozenset[str]

    def find(self, _token: CancelToken, _progress: Progress) -> _Found:
        findings = dict(self.findings)
        for reason in self.reasons:
            findings[reason] = find_suspects(self.scan, self.limits, (reason,))
        rows = review_rows(findings, gone=self.gone, kept=self.kept)
        return _Found(self.scan, findings, OpenRows(rows, self.gone, self.kept))

    def count(self, _token: CancelToken, _progress: Progress) -> _Counted:
        findings = {r: find_suspects(self.scan, self.limits, (r,)) for r in self.reasons}
        counts = {}
        for reason, suspects in findings.items():
            names = {name for suspect in suspects for name in suspect.discards}
            counts[reason] = len(names - self.gone - self.kept)
        return _Counted(counts)


@dataclass(frozen=True, eq=False)
class _Counted:
    by_reason: dict[Reason, int]


@dataclass(frozen=True, eq=False)
class _Found:
    scan: Scan
    findings: Findings
    open_rows: OpenRows


class Cleaning(QObject):
    """Everything of the page that is not a widget.

    A decision is shown at once and carried out in a thread; where that fails, it is taken back.

    Signals
    -------
    phase_changed()
    progressed(int, int)
        Pictures scanned, and all.
    rows_changed()
        Other suspects.
    decided(object)
        Names of pictures that were kept, discarded, or brought back.
    counted(object)
        How many pictures limits touch that were just moved, by `Reason`; the rows follow.
    brought_back(object)
        Names of pictures that an undo made undecided again.
    files_changed()
        Pictures left the folder or came back.
    problem(AppError)
    told(str)
    """

    phase_changed = Signal()
    progressed = Signal(int, int)
    rows_changed = Signal()
    decided = Signal(object)
    counted = Signal(object)
    brought_back = Signal(object)
    files_changed = Signal()
    problem = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: CleanSource | None = None
        self.phase: Phase = "closed"
        self.scanned: Scanned | None = None
        self.limits = Thresholds()
        self.decisions = Decisions()
        self.review = OpenRows(())
        self._decided_since: set[str] = set()  # the scan under way was asked for
        self._decided_meanwhile: set[str] = set()  # while rows are being made
        self._findings: Findings = {}
        self._outdated: set[Reason] = set()
        self._is_outdated = False
        self._line = TaskLine(self)
        self._line.progressed.connect(self._on_progressed)
        self._finding = TaskLine(self)
        self._counting = TaskLine(self)
        self._count_timer = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._count_timer.timeout.connect(self._count)
        self._timer = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._timer.timeout.connect(self._find)

    # -- folder -----------------------------------------------------------------------------

    def open(self, source: CleanSource | None) -> None:
        """Clean another folder; None: none."""
        self._line.cancel()
        self._timer.stop()
        self._count_timer.stop()
        self.source, self.scanned = source, None
        self.decisions, self._findings = Decisions(), {}
        self._take_rows(OpenRows(()))
        self._set_phase("closed" if source is None else "ready")

    @property
    def is_writing(self) -> bool:
        """Whether files are being moved."""
        return self._line.is_writing

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many pictures there were, have gone, and are to be decided."""
        if self.scanned is None:
            return 0, 0, 0
        gone = self.decisions.gone
        total = len(self.scanned.by_name) + sum(name not in self.scanned.by_name for name in gone)
        return total, len(gone), len(self.review.names)

    def stop(self) -> None:
        """Carry out what was decided, and wait for the threads; the window closes."""
        self._timer.stop()
        self._count_timer.stop()
        self._counting.finish()
        self._finding.finish()
        self._line.finish()

    def _set_phase(self, phase: Phase) -> None:
        if phase != self.phase:
            self.phase = phase
            self.phase_changed.emit()

    # -- scanning ---------------------------------------------------------------------------

    @Slot()
    def scan(self) -> None:
        """Look at all pictures; those unchanged since the last time are known."""
        if self.source is None or self.phase == "scanning":
            return
        self._set_phase("scanning")
        self._add_scan(self.source)

    def look_again(self) -> None:
        """Scan without anybody having to wait: what is shown stays until it is known."""
        if self.source is not None and self.phase == "review":
            self._add_scan(self.source)

    def _add_scan(self, source: CleanSource) -> None:
        self._decided_since.clear()
        self._line.add(source.scan, partial(self._on_scanned, source))

    @Slot()
    def stop_scan(self) -> None:
        """Stop; what was measured is kept."""
        self._line.cancel()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        if self.phase == "scanning":
            self.progressed.emit(done, total)

    def _on_scanned(self, source: CleanSource, result: object, error: AppError | None) -> None:
        if source is not self.source:
            return  # another folder was opened meanwhile
        if not isinstance(result, Scanned):
            if error is not None:
                self.problem.emit(error)
            self._set_phase("review" if self.scanned is not None else "ready")
            return
        for problem in result.problems:
            self.problem.emit(problem)
        self.scanned = result
        self.decisions.kept |= result.kept - self._decided_since
        # Those that are there all the same were brought back by somebody else.
        self.decisions.gone -= result.by_name.keys() - self._decided_since
        self.decisions.take_trash(result.trashed, but=self._decided_since)
        self._outdated.update(REASONS)
        self._find()

    # -- suspects ---------------------------------------------------------------------------

    def set_limit(self, name: LimitName, value: float) -> None:
        """Move one limit; `rows_changed` follows."""
        if value != getattr(self.limits, name):
            moved: dict[str, Any] = {name: value}
            self.limits = replace(self.limits, **moved)
            self._outdated.add(REASON_OF[name])
            if not self._count_timer.isActive():  # begun anew, nothing would be seen of a drag
                self._count_timer.start()
            self._timer.start(_REST_MS)

    def reset_limits(self) -> None:
        """Have all limits as they are without anybody moving them."""
        self.limits = Thresholds()
        self._outdated.update(REASON_OF.values())
        self._timer.start(_COUNT_MS)

    @Slot()
    def _count(self) -> None:
        """Count what the limits touch that are on the move."""
        wanted = self._wanted()
        if wanted is not None and wanted.reasons and not self._counting.is_running:
            self._counting.add(wanted.count, self._on_counted)

    def _on_counted(self, result: object, _error: AppError | None) -> None:
        if isinstance(result, _Counted):
            self.counted.emit(result.by_reason)

    @Slot()
    def _find(self) -> None:
        """Find anew what is out of date, and leave out what was decided."""
        wanted = self._wanted()
        if wanted is None or self._finding.is_running:
            self._is_outdated = True
            return
        self._outdated.clear()
        self._is_outdated = False
        self._decided_meanwhile.clear()
        self._finding.add(wanted.find, self._on_found)

    def _wanted(self) -> _Wanted | None:
        if self.scanned is None:
            return None
        reasons = tuple(reason for reason in REASONS if reason in self._outdated)
        gone, kept = frozenset(self.decisions.gone), frozenset(self.decisions.kept)
        return _Wanted(self.scanned.scan, self.limits, reasons, self._findings, gone, kept)

    def _on_found(self, result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        if not isinstance(result, _Found):
            return  # given up: another folder is opened
        if self.scanned is None or result.scan is not self.scanned.scan:
            # Another scan or folder came meanwhile, and what was found of it is still to come.
            self._outdated.update(REASONS)
            self._is_outdated = True
        else:
            self._findings = result.findings
            self._take_rows(result.open_rows)
            self._set_phase("review")
        if self._is_outdated:
            self._timer.start(_COUNT_MS)

    def _take_rows(self, review: OpenRows) -> None:
        self.review = review
        for name in self._decided_meanwhile:
            review.settle(name, is_open=self.decisions.is_open(name))
        if any(map(review.needs_new_rows, self._decided_meanwhile)):
            self._is_outdated = True
        self.rows_changed.emit()

    # -- deciding ---------------------------------------------------------------------------

    def keep(self, names: Iterable[str]) -> None:
        """Keep pictures, and remember it, so that they are not asked about again."""
        step = self.decisions.keep(names) if self._may_decide() else None
        if step is not None and self.source is not None and self.scanned is not None:
            known = self.scanned.by_name
            pictures = [known[name] for name in step.names if name in known]
            work = partial(_call, self.source, partial(self.source.kept.add, pictures))
            self._do(step, work)

    def discard(self, names: Iterable[str]) -> None:
        """Put pictures and their labels in the trash."""
        step = self.decisions.discard(names) if self._may_decide() else None
        if step is not None and self.source is not None:
            reason = cleaning_reason(self._reasons(step.names))
            self._do(step, partial(_discard, self.source, step, reason))

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        step = self.decisions.take_back() if self._may_decide() else None
        if step is None or self.source is None or self.scanned is None:
            return
        self._show_decided(step.names)
        self.brought_back.emit(step.names)
        if step.kind == "keep":
            known = self.scanned.by_name
            pictures = [known[name] for name in step.names if name in known]
            work = partial(_call, self.source, partial(self.source.kept.remove, pictures))
        else:
            work = partial(_restore, self.source, step)
        self._line.add(work, partial(self._on_undone, self.source, step), is_writing=True)

    def _may_decide(self) -> bool:
        return self.phase == "review"

    def _reasons(self, names: Iterable[str]) -> list[Reason]:
        by_name = self.review.by_name
        rows = (by_name[name] for name in names if name in by_name)
        found = {suspect.reason for row in rows for suspect in row.suspects}
        return [reason for reason in REASONS if reason in found]

    def _do(self, step: Step, work: partial[None]) -> None:
        self._show_decided(step.names)
        self._line.add(work, partial(self._on_done, self.source, step), is_writing=True)

    def _on_done(
        self, source: CleanSource | None, step: Step, _result: object, error: AppError | None
    ) -> None:
        if error is not None:
            self.problem.emit(error)
        if source is not self.source:
            return
        if error is not None:
            self.decisions.fail(step)
            self._show_decided(step.names)
        elif step.kind == "discard":
            self.files_changed.emit()

    def _on_undone(
        self, source: CleanSource | None, step: Step, _result: object, error: AppError | None
    ) -> None:
        if error is not None:
            self.problem.emit(error)
        if source is not self.source:
            return
        if error is not None and error.code == "not-in-trash":
            self.look_again()
        elif error is not None:
            self.decisions.fail_back(step)
            self._show_decided(step.names)
        elif step.kind == "discard":
            self.files_changed.emit()
            if self.scanned and any(name not in self.scanned.by_name for name in step.names):
                self.scan()  # it was discarded before the last scan

    def _show_decided(self, names: Iterable[str]) -> None:
        """Count what is open now; a cluster that lost or got back its best is made anew."""
        names = tuple(names)
        self._decided_since.update(names)
        self._decided_meanwhile.update(names)
        for name in names:
            self.review.settle(name, is_open=self.decisions.is_open(name))
        if any(map(self.review.needs_new_rows, names)):
            self._timer.start(_COUNT_MS)
        self.decided.emit(names)


def _call(
    source: CleanSource, work: partial[None], _token: CancelToken, _progress: Progress
) -> None:
    source.require_folder()
    work()


def _discard(
    source: CleanSource, step: Step, reason: str, _token: CancelToken, progress: Progress
) -> None:
    step.discarded = source.discard(step.names, reason, progress)


def _restore(source: CleanSource, step: Step, _token: CancelToken, progress: Progress) -> None:
    if step.discarded is not None:  # else it could not be moved either
        source.restore(step.discarded, progress)
