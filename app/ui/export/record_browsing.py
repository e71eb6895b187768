"""`RecordBrowsing`: which example of which record file is looked at, and what the file holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.dataset.record_contents import RecordSummary, summarise
from app.errors import AppError
from app.ui.dataset.task_line import TaskLine
from app.ui.export.record_reading import RecordReading, ShownExample


class RecordBrowsing(QObject):
    """Reads in a thread, and counts in another; of several wishes only the last is read.

    Attributes
    ----------
    path : Path or None
    shown : ShownExample or None
    failure : AppError or None
        Why the example that was asked for can't be shown.
    summary : RecordSummary or None
        None while the examples are counted.

    Signals
    -------
    changed()
    summarised()
    """

    changed = Signal()
    summarised = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.shown: ShownExample | None = None
        self.failure: AppError | None = None
        self.summary: RecordSummary | None = None
        self._reading: RecordReading | None = None
        self._wanted = 0
        self._last: int | None = None  # number of the last example, once it is known
        self._line = TaskLine(self)
        self._counts = TaskLine(self)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is shown."""
        return not (self._line.is_running or self._counts.is_running)

    @property
    def number(self) -> int:
        """The example that is looked at, from 1; 0: none."""
        return self._wanted

    @property
    def last(self) -> int | None:
        """The number of the last example; None: not known yet."""
        return self._last

    def open(self, path: Path | None) -> None:
        """Look into another file, from its first example."""
        self._line.cancel()
        self._counts.cancel()
        self.path = path
        self.shown = self.failure = self.summary = self._last = None
        self._reading = None if path is None else RecordReading(path)
        self._wanted = 0
        self.changed.emit()
        self.summarised.emit()
        if path is not None:
            self.go_to(1)
            self._count(path)

    def go_to(self, number: int) -> None:
        """Look at an example; one behind the last is the last."""
        number = max(1, number if self._last is None else min(number, self._last))
        if self._reading is None or number == self._wanted or self._last == 0:
            return
        self._wanted = number
        self._line.cancel()
        self._read(self._reading, number)

    def go_by(self, step: int) -> None:
        """Look at another example near this one."""
        self.go_to(self._wanted + step)

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self._line.finish()
        self._counts.finish()

    def _read(self, reading: RecordReading, number: int) -> None:
        def then(result: object, error: AppError | None) -> None:
            is_given_up = result is None and error is None
            if reading is self._reading and number == self._wanted and not is_given_up:
                self._take(number, result, error)

        # In a tuple: None alone is what a piece of work gives that was given up.
        self._line.add(lambda token, _progress: (reading.show(number, token),), then)

    def _take(self, number: int, result: object, error: AppError | None) -> None:
        shown = result[0] if isinstance(result, tuple) else None
        if isinstance(shown, ShownExample):
            self.shown, self.failure = shown, None
        elif error is not None:
            self.shown, self.failure = None, error
        else:  # behind the end, which nobody knew
            self._last = number - 1
            if self._last > 0:
                self.go_to(self._last)
                return
            self._wanted = 0
        self.changed.emit()

    def _count(self, path: Path) -> None:
        def then(result: object, error: AppError | None) -> None:
            if path != self.path:
                return
            if error is not None:
                result = RecordSummary()
                result.add_problem(str(path), error.message)
            if isinstance(result, RecordSummary):
                self.summary, self._last = result, result.examples
                self.changed.emit()
                self.summarised.emit()

        self._counts.add(lambda _token, _progress: summarise([path]), then)
