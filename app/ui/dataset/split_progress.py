"""`SplitProgress`: how far the reading of pictures is, with time left and Stop."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.dataset.split_state import Doing, Splitting
from app.ui.job_strip import MIN_ELAPSED_S, time_left_text
from app.ui.naming import named

_LEAST_BAR_PX = 64


class SplitProgress(QWidget):
    """What is being done in words, a bar, Stop.

    Parameters
    ----------
    splitting : Splitting
    name : str
        Begins the object names, as there are two of these.
    parent : QWidget or None

    Signals
    -------
    stop_requested()
    """

    stop_requested = Signal()

    def __init__(self, splitting: Splitting, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._splitting = splitting
        self._doing: Doing = ""
        self._first: tuple[float, int] | None = None  # when, and how many were done by then
        self._text = named(QLabel(self), f"{name}-text", role="muted")
        self._bar = named(QProgressBar(self), f"{name}-bar")
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(_LEAST_BAR_PX)
        self._stop = named(QPushButton(self.tr("Stop"), self), f"{name}-stop")
        self._stop.clicked.connect(self.stop_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._text)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._stop)
        splitting.progressed.connect(self._on_progressed)

    def show_state(self) -> None:
        """Show what is being done now."""
        doing = self._splitting.doing
        self._stop.setVisible(doing in ("looking", "reading"))
        if doing != self._doing or not doing:
            self._doing, self._first = doing, None
            self._bar.setRange(0, 0)
            self._text.setText(self._words())

    def _words(self) -> str:
        return {
            "": self.tr("Sharing out…"),
            "beginning": self.tr("Reading the split…"),
            "looking": self.tr("Looking which pictures are alike…"),
            "reading": self.tr("Reading the labels…"),
            "writing": self.tr("Writing the split…"),
        }[self._doing]

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        if self._doing not in ("looking", "reading"):
            return
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        what = self.tr("Looking") if self._doing == "looking" else self.tr("Reading")
        words = self.tr("{0}: {1} of {2} pictures").format(
            what, count_text(done), count_text(total)
        )
        now_s = time.monotonic()
        first_s, first_done = self._first = self._first or (now_s, done)
        elapsed_s, gained = now_s - first_s, done - first_done
        if elapsed_s >= MIN_ELAPSED_S and gained > 0:
            words += f" · {time_left_text((total - done) * elapsed_s / gained)}"
        self._text.setText(words)
