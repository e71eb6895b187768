"""`Splitting`: reads the pictures of a project, plans a split of them, and writes it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.dataset.scan import Progress, Scan
from app.dataset.split_files import Split
from app.dataset.split_rule import SplitRule
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.ui.dataset.split_former import SplitFiles
from app.ui.dataset.split_source import Kept, Pictures, Planned, SplitSource
from app.ui.dataset.task_line import TaskLine

_SETTLE_MS = 150  # a spin box on its way says a new value every few milliseconds
_MOST_FORMER = 8

Doing = Literal["", "beginning", "looking", "reading", "writing"]


@dataclass(frozen=True, eq=False)
class _Wanted:
    """What is to be planned, as it is at the start."""

    source: SplitSource
    pictures: Pictures
    rule: SplitRule
    is_locking: bool

    def plan(self, _token: CancelToken, _progress: Progress) -> Planned:
        return self.source.plan(self.pictures, self.rule, is_locking=self.is_locking)


class Splitting(QObject):
    """Everything of the page that is not a widget.

    Attributes
    ----------
    source : SplitSource or None
    rule : SplitRule
        What the person asks for.
    is_locking : bool
        Whether the test set is to stay as it is.
    pictures : Pictures or None
        None until they are read.
    planned : Planned or None
        By `rule`, unless `is_planning`.
    failure : AppError or None
        Why the pictures could not be read.
    doing : {"", "beginning", "looking", "reading", "writing"}

    Signals
    -------
    changed()
        Any of the above.
    rule_read()
        The project's own rule has come.
    progressed(int, int)
        Pictures looked at or read, and all.
    written()
        The project has another split.
    problem(AppError)
    """

    changed = Signal()
    rule_read = Signal()
    progressed = Signal(int, int)
    written = Signal()
    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: SplitSource | None = None
        self.rule = SplitRule()
        self.is_locking = False
        self.pictures: Pictures | None = None
        self.planned: Planned | None = None
        self.failure: AppError | None = None
        self.doing: Doing = ""
        self._kept: Kept | None = None
        self._former: deque[SplitFiles] = deque(maxlen=_MOST_FORMER)
        self._line = TaskLine(self)
        self._line.progressed.connect(self.progressed)
        self._planning = TaskLine(self)
        self._planning.idle.connect(self.changed)
        self._has_stopped = False
        self._wanted: _Wanted | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._plan)

    # -- project ----------------------------------------------------------------------------

    def open(self, folder: Path | None) -> None:
        """Split the pictures of another project; None: of none."""
        self._line.cancel()
        self._timer.stop()
        self.source = None if folder is None else SplitSource(folder)
        self.pictures = self.planned = self.failure = self._kept = self._wanted = None
        self.rule, self.is_locking, self.doing = SplitRule(), False, ""
        self._former.clear()
        self.changed.emit()

    @property
    def is_writing(self) -> bool:
        """Whether a split is being written."""
        return self._line.is_writing

    @property
    def is_planning(self) -> bool:
        """Whether the plan in `planned` is not that of the rule, or not yet."""
        return self._timer.isActive() or self._planning.is_running

    @property
    def can_apply(self) -> bool:
        """Whether there is a plan of the present rule that the project does not have."""
        planned = self.planned
        is_free = not (self.doing or self.is_planning)
        return (
            is_free
            and planned is not None
            and planned.plan.image_count > 0
            and not (planned.is_applied)
        )

    @property
    def can_take_back(self) -> bool:
        """Whether a split was written that another one was, or none, before."""
        return bool(self._former) and not self.doing

    @property
    def split(self) -> Split | None:
        """The split that the project has."""
        return None if self.pictures is None else self.pictures.kept.split

    @property
    def locked_test(self) -> tuple[str, ...]:
        """The names of the project's locked test set."""
        return () if self._kept is None else self._kept.locked_test

    def stop(self) -> None:
        """Write what is being written, and wait for the threads; the window closes."""
        self._timer.stop()
        self._planning.finish()
        self._line.finish()

    # -- reading ----------------------------------------------------------------------------

    @Slot()
    def read(self) -> None:
        """Read the project's split and the labels of all pictures, and plan anew."""
        if self.source is None or self.doing:
            return
        self.failure, self._has_stopped = None, False
        self._set_doing("beginning")
        self._line.add(self.source.begin, partial(self._on_begun, self.source))

    @Slot()
    def stop_reading(self) -> None:
        """Stop; what is known of the pictures is kept."""
        self._has_stopped = True
        self._line.cancel()

    def _on_begun(self, source: SplitSource, result: object, error: AppError | None) -> None:
        if source is not self.source:
            return
        if not isinstance(result, Kept):
            self._end_reading(error)
            return
        before, self._kept = self._kept, result
        if before is None or before.rule != result.rule:
            self.rule = result.rule
            self.rule_read.emit()
        if before is None or before.locked_test != result.locked_test:
            self.is_locking = bool(result.locked_test)
        self._look_or_read()

    def _look_or_read(self) -> None:
        assert self.source is not None
        if self.rule.keeps_duplicates:
            self._set_doing("looking")
            self._line.add(self.source.look, partial(self._on_looked, self.source))
        else:
            self._read(None)

    def _on_looked(self, source: SplitSource, result: object, error: AppError | None) -> None:
        if source is not self.source:
            return
        if isinstance(result, Scan):
            self._read(result)
        else:
            self._end_reading(error)

    def _read(self, scan: Scan | None) -> None:
        assert self.source is not None
        assert self._kept is not None
        self._set_doing("reading")
        work = partial(self.source.read, self._kept, scan)
        self._line.add(work, partial(self._on_read, self.source))

    def _on_read(self, source: SplitSource, result: object, error: AppError | None) -> None:
        if source is not self.source:
            return
        if isinstance(result, Pictures):
            self._take(result)
        self._end_reading(error)

    def _end_reading(self, error: AppError | None) -> None:
        self.failure = error
        if error is not None:
            self.pictures = self.planned = None  # they may not be what is there
        self._set_doing("")
        if self.pictures is not None:
            self._plan_soon()

    def _take(self, pictures: Pictures) -> None:
        self.pictures, self._kept = pictures, pictures.kept

    def _set_doing(self, doing: Doing) -> None:
        self.doing = doing
        self.changed.emit()

    # -- planning ---------------------------------------------------------------------------

    def set_rule(self, rule: SplitRule) -> None:
        """Ask for another split; a new plan follows."""
        if rule != self.rule:
            self.rule, self._has_stopped = rule, False
            self._plan_soon()

    @Slot(bool)
    def set_locking(self, is_wanted: bool) -> None:
        """Have the test set stay as it is, or no longer; a new plan follows."""
        if is_wanted != self.is_locking:
            self.is_locking = is_wanted
            self._plan_soon()

    def _plan_soon(self) -> None:
        if self.pictures is not None:
            self._timer.start()
            self.changed.emit()

    @Slot()
    def _plan(self) -> None:
        if self.pictures is None or self.source is None or self.doing:
            return  # a plan follows what is being done
        must_look = self.rule.keeps_duplicates and not self.pictures.has_looked
        if must_look and not self._has_stopped:
            self._look_or_read()
            return
        self._wanted = _Wanted(self.source, self.pictures, self.rule, self.is_locking)
        self._planning.cancel()
        self._planning.add(self._wanted.plan, partial(self._on_planned, self._wanted))
        self.changed.emit()

    def _on_planned(self, wanted: _Wanted, result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        if wanted is self._wanted and isinstance(result, Planned):
            self.planned = result

    # -- writing ----------------------------------------------------------------------------

    @Slot()
    def apply(self) -> None:
        """Write the plan that is shown."""
        if not self.can_apply or self.source is None:
            return
        assert self.pictures is not None
        assert self.planned is not None
        former = self.pictures.kept.files
        work = partial(_call_apply, self.source, self.pictures, self.planned)
        self._set_doing("writing")
        self._line.add(work, partial(self._on_applied, self.source, former), is_writing=True)

    def _on_applied(
        self, source: SplitSource, former: SplitFiles, result: object, error: AppError | None
    ) -> None:
        if source is self.source and isinstance(result, Pictures):
            self._former.append(former)
        self._on_written(source, result, error)

    @Slot()
    def take_back(self) -> None:
        """Bring the former split back."""
        if not self.can_take_back or self.source is None:
            return
        assert self.pictures is not None
        former = self._former.pop()
        work = partial(_call_take_back, self.source, self.pictures, former)
        self._set_doing("writing")
        self._line.add(work, partial(self._on_taken_back, self.source, former), is_writing=True)

    def _on_taken_back(
        self, source: SplitSource, former: SplitFiles, result: object, error: AppError | None
    ) -> None:
        if source is self.source and error is not None:
            self._former.append(former)
        elif source is self.source and isinstance(result, Pictures) and result.kept.split:
            self.rule = result.kept.split.rule  # else the next Apply would undo the undoing
            self.is_locking = bool(result.kept.locked_test)
        self._on_written(source, result, error)

    def _on_written(self, source: SplitSource, result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        if source is not self.source:
            return
        if isinstance(result, Pictures):
            self._take(result)
            self.written.emit()
        self._set_doing("")
        self._plan_soon()


def _call_apply(
    source: SplitSource,
    pictures: Pictures,
    planned: Planned,
    _token: CancelToken,
    _progress: Progress,
) -> Pictures:
    return source.apply(pictures, planned)


def _call_take_back(
    source: SplitSource,
    pictures: Pictures,
    former: SplitFiles,
    _token: CancelToken,
    _progress: Progress,
) -> Pictures:
    return source.take_back(pictures, former)
