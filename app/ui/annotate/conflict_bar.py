"""Asks what to do when the labels of the picture in hand can't be saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui.naming import named


class ConflictBar(QFrame):
    """Hidden until `show_error`; an answer that settles it hides it again.

    Signals
    -------
    reload_requested()
    overwrite_requested()
    copy_requested()
        The labels are to be saved in another place.
    """

    reload_requested = Signal()
    overwrite_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflict-bar")
        self.setProperty("role", "notice-bar")
        self._text = named(QLabel(self), "conflict-text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._theirs = named(QPushButton(self), "conflict-reload")
        self._mine = named(QPushButton(self), "conflict-overwrite")
        self._elsewhere = named(QPushButton(self.tr("Save as…"), self), "conflict-elsewhere")
        self._elsewhere.clicked.connect(self.copy_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self._theirs, self._elsewhere, self._mine):
            row.addWidget(button)
        column = QVBoxLayout(self)  # the words may be long, and the window narrow
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addLayout(row)
        for button, signal in (
            (self._theirs, self.reload_requested),
            (self._mine, self.overwrite_requested),
        ):
            button.clicked.connect(self.hide)  # first: an answer that fails shows it again
            button.clicked.connect(signal)
        self.hide()

    def show_error(self, error: AppError, *, gone: Path | None = None) -> None:
        """Say what happened and offer what can be done.

        Parameters
        ----------
        error : AppError
        gone : Path, optional
            The folder of pictures, where it is not there any more.
        """
        is_conflict = error.code == "labels-changed-outside" and gone is None
        self._elsewhere.setHidden(is_conflict)
        self._text.setText(str(error.message if is_conflict else error))
        self._theirs.setText(self.tr("Take theirs") if is_conflict else self.tr("Give up edits"))
        self._mine.setText(self.tr("Keep mine") if is_conflict else self.tr("Try again"))
        if gone is not None:
            words = self.tr("The folder {0} is gone. The labels of this picture are not saved.")
            self._text.setText(words.format(gone))
        self.show()
