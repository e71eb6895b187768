"""`StatisticsWork`: counts the labels of a folder and reads its times, in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.annotation.label_folder import LabelFolder
from app.annotation.statistics import LabelStatistics, TimeStatistics, label_statistics
from app.errors import AppError
from app.jobs.cancel import CancelToken, JobCancelled
from app.project.activity import LabelingTime

_TOLD_EVERY_S = 0.1


@dataclass(frozen=True, eq=False)
class StatisticsSource:
    """What statistics are made of.

    Attributes
    ----------
    folder : LabelFolder
    time : LabelingTime or None
        Where the seconds are kept.
    """

    folder: LabelFolder
    time: LabelingTime | None = None


@dataclass(frozen=True, eq=False)
class _Request:
    source: StatisticsSource
    counts_labels: bool
    cancel: CancelToken = field(default_factory=CancelToken)


class _Run(QRunnable):
    """One round; times first, since they are there at once."""

    def __init__(self, request: _Request, owner: StatisticsWork) -> None:
        super().__init__()
        self._request, self._owner = request, owner
        self._told_s = 0.0

    def run(self) -> None:
        with suppress(JobCancelled):
            self._step(self._read_times)
            if self._request.counts_labels:
                self._step(self._count_labels)
                self._owner.found.emit(self._request, None)

    def _step(self, step: Callable[[], None]) -> None:
        try:
            step()
        except AppError as error:
            self._owner.found.emit(self._request, error)

    def _read_times(self) -> None:
        file = self._request.source.time
        times = TimeStatistics(file.by_image(), file.by_day()) if file else TimeStatistics()
        self._owner.found.emit(self._request, times)

    def _count_labels(self) -> None:
        source = self._request.source
        folder = source.folder.anew()  # the window's own is in use
        labels = label_statistics(folder, progress=self._tell, cancel=self._request.cancel)
        self._owner.found.emit(self._request, labels)

    def _tell(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= _TOLD_EVERY_S:
            self._told_s = now_s
            self._owner.went_on.emit(self._request, done, total)


class StatisticsWork(QObject):
    """Runs one round at a time; a new one cancels that before it.

    Signals
    -------
    progressed(int, int)
        Pictures looked at, and all.
    labels_counted(LabelStatistics)
    times_read(TimeStatistics)
    failed(AppError)
        Labels or times can't be had; the other may.
    ended()
        Labels are no longer being counted, with or without a result.
    """

    progressed = Signal(int, int)
    labels_counted = Signal(object)
    times_read = Signal(object)
    failed = Signal(object)
    ended = Signal()
    found = Signal(object, object)  # both from the pool's thread
    went_on = Signal(object, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self, maxThreadCount=1)
        self._counting: _Request | None = None
        self._reading: _Request | None = None
        self.found.connect(self._on_found)
        self.went_on.connect(self._on_went_on)

    @property
    def is_counting(self) -> bool:
        """Whether labels are being counted."""
        return self._counting is not None

    def count(self, source: StatisticsSource) -> None:
        """Count the labels and read the times of a folder."""
        self.cancel()
        self._counting = self._reading = _Request(source, counts_labels=True)
        self._pool.start(_Run(self._counting, self))

    def read_times(self, source: StatisticsSource) -> None:
        """Read the times only."""
        self._reading = _Request(source, counts_labels=False)
        self._pool.start(_Run(self._reading, self))

    def cancel(self) -> None:
        """Give up what is under way; nothing of it is told any more."""
        if self._counting is not None:
            self._counting.cancel.cancel()
        self._counting = self._reading = None

    def stop(self) -> None:
        """Cancel and wait; the window closes."""
        self.cancel()
        self._pool.waitForDone()

    @Slot(object, object)
    def _on_found(self, request: _Request, result: object) -> None:
        if isinstance(result, TimeStatistics):
            if request is self._reading:
                self.times_read.emit(result)
        elif isinstance(result, LabelStatistics):
            if request is self._counting:
                self.labels_counted.emit(result)
        elif result is None:
            self._end(request)
        elif request in (self._counting, self._reading):
            self.failed.emit(result)

    def _end(self, request: _Request) -> None:
        if request is self._counting:
            self._counting = None
            self.ended.emit()

    @Slot(object, int, int)
    def _on_went_on(self, request: _Request, done: int, total: int) -> None:
        if request is self._counting:
            self.progressed.emit(done, total)
