"""The settings of the open source: what the person changes, kept a moment later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from app.errors import AppError
from app.pipeline.settings import CountSettings
from app.ui.app_state import AppState
from app.ui.count.source_memory import SourceMemory
from app.ui.error_presenter import ErrorPresenter

SETTLE_MS = 500  # a line that is dragged is not written at every step


class KeptSettings(QObject):
    """Holds the settings of one source and writes changes to where they are found again.

    Attributes
    ----------
    current : CountSettings or None
        None before the first source.
    """

    def __init__(self, state: AppState, errors: ErrorPresenter, parent: QObject) -> None:
        super().__init__(parent)
        self.current: CountSettings | None = None
        self._kept: CountSettings | None = None
        self._memory = SourceMemory(state)
        self._errors = errors
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self.keep)

    def recall(self, source: str) -> CountSettings:
        """Return the settings kept for a source; the defaults for a new one."""
        self.keep()  # it may be the very source that is open
        return self._memory.recall(source)

    def load(self, settings: CountSettings) -> None:
        """Hold the settings of another source."""
        self.keep()
        self.current = self._kept = settings

    def change(self, **values: Any) -> None:  # noqa: ANN401 - fields of CountSettings
        """Change some of the settings."""
        if self.current is not None:
            self.current = replace(self.current, **values)
            self._timer.start()

    @Slot()
    def keep(self) -> None:
        """Write what has changed at once."""
        self._timer.stop()
        if self.current is None or self.current == self._kept:
            return
        self._kept = self.current
        try:
            self._memory.keep(self.current)
        except AppError as error:
            self._errors.report(error)
