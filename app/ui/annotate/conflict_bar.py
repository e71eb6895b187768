"""Asks what to do when the labels of the picture in hand can't be saved."""

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
        self._theirs = named(QPushButton(self), "conflict-reload")
        self._mine = named(QPushButton(self), "conflict-overwrite")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._text, 1)
        row.addWidget(self._theirs)
        row.addWidget(self._mine)
        for button, signal in (
            (self._theirs, self.reload_requested),
            (self._mine, self.overwrite_requested),
        ):
            button.clicked.connect(self.hide)  # first: an answer that fails shows it again
            button.clicked.connect(signal)
        self.hide()

    def show_error(self, error: AppError) -> None:
        """Say what happened and offer what can be done."""
        is_conflict = error.code == "labels-changed-outside"
        self._text.setText(str(error.message if is_conflict else error))
        self._theirs.setText(self.tr("Take theirs") if is_conflict else self.tr("Give up my edits"))
        self._mine.setText(self.tr("Keep mine") if is_conflict else self.tr("Try again"))
        self.show()
