"""`ExportProgress`: how far it is, with time left."""

from __future__ import annotations

import time

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.exporting import Doing, Exporting
from app.ui.job_strip import MIN_ELAPSED_S, time_left_text
from app.ui.naming import named

_LEAST_BAR_PX = 64


class ExportProgress(QWidget):
    """What is being done in words, and a bar.

    Parameters
    ----------
    exporting : Exporting
    parent : QWidget or None
    """

    def __init__(self, exporting: Exporting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-progress")
        self._exporting = exporting
        self._doing: Doing = ""
        self._first: tuple[float, int] | None = None  # when, and how many were done by then
        self._text = named(QLabel(self), "export-progress-text", role="muted")
        self._bar = named(QProgressBar(self), "export-progress-bar")
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(_LEAST_BAR_PX)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._text)
        layout.addWidget(self._bar, 1)
        exporting.progressed.connect(self._on_progressed)

    def show_state(self) -> None:
        """Show what is being done now."""
        doing = self._exporting.doing
        if doing != self._doing:
            self._doing, self._first = doing, None
            self._bar.setRange(0, 0)
            self._text.setText(self._words() + "…" if doing else "")

    def show_stopping(self) -> None:
        """Say that it was told to stop."""
        self._text.setText(self.tr("Stopping…"))

    def _words(self) -> str:
        return {
            "": "",
            "reading": self.tr("Reading the labels"),
            "checking": self.tr("Checking"),
            "exporting": self.tr("Exporting"),
            "configuring": self.tr("Writing the configuration"),
        }[self._doing]

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        if not self._doing or not total:
            return
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        words = self.tr("{0}: {1} of {2} pictures").format(
            self._words(), count_text(done), count_text(total)
        )
        now_s = time.monotonic()
        first_s, first_done = self._first = self._first or (now_s, done)
        elapsed_s, gained = now_s - first_s, done - first_done
        if elapsed_s >= MIN_ELAPSED_S and gained > 0:
            words += f" · {time_left_text((total - done) * elapsed_s / gained)}"
        self._text.setText(words)
