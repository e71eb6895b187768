"""Asks what to do when another program has written the labels of the picture in hand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.errors import AppError
from app.ui.naming import named


class ConflictBar(QFrame):
    """Hidden until `show_error`; either answer hides it again.

    Signals
    -------
    reload_requested()
    overwrite_requested()
    """

    reload_requested = Signal()
    overwrite_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflict-bar")
        self.setProperty("role", "notice-bar")
        self._text = named(QLabel(self), "conflict-text")
        self._text.setWordWrap(True)
        theirs = named(QPushButton(self.tr("Take theirs"), self), "conflict-reload")
        mine = named(QPushButton(self.tr("Keep mine"), self), "conflict-overwrite")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._text, 1)
        row.addWidget(theirs)
        row.addWidget(mine)
        for button, signal in (
            (theirs, self.reload_requested),
            (mine, self.overwrite_requested),
        ):
            button.clicked.connect(self.hide)
            button.clicked.connect(signal)
        self.hide()

    def show_error(self, error: AppError) -> None:
        """Say what happened."""
        self._text.setText(error.message)
        self.show()
