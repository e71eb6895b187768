"""Shows work over many pictures, how far it is, and a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.ui.naming import named

_SHOWN_AFTER_MS = 300  # what is quicker would only flicker


class FolderWorkBar(QFrame):
    """Hidden while nothing runs.

    Signals
    -------
    stop_requested()
    """

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folder-work-bar")
        self.setProperty("role", "notice-bar")
        self._text = named(QLabel(self), "folder-work-text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = named(QProgressBar(self), "folder-work-progress")
        stop = named(QPushButton(self.tr("Stop"), self), "folder-work-stop")
        stop.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._progress, 1)
        row.addWidget(stop)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self.show)
        self.hide()

    @Slot(str, int, int)
    def show_work(self, text: str, done: int, total: int) -> None:
        """Say how far the work is; an empty text: none is under way."""
        if not text:
            self._delay.stop()
            self.hide()
            return
        self._text.setText(text)
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        if not self.isVisible() and not self._delay.isActive():
            self._delay.start(_SHOWN_AFTER_MS)
