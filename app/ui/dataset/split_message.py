"""What the page shows while there is no split to look at: why, and what leads on."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.dataset.split_progress import SplitProgress
from app.ui.dataset.split_state import Splitting
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_ICON_PX = 56
_TEXT_PX = 400


class SplitMessage(QFrame):
    """A title, a line, and the one button that leads on.

    Signals
    -------
    read_requested()
    stop_requested()
    """

    read_requested = Signal()
    stop_requested = Signal()

    def __init__(self, splitting: Splitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-message")
        self.setProperty("role", "drop-target")
        self._splitting = splitting
        self._icon = IconLabel(_ICON_PX, self)
        self._title = named(QLabel(self), "split-message-title", role="title")
        self._text = named(QLabel(self), "split-message-text", role="muted")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setFixedWidth(_TEXT_PX)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress = SplitProgress(splitting, "split-message-progress", self)
        self._progress.setFixedWidth(_TEXT_PX)
        self._progress.stop_requested.connect(self.stop_requested)
        self._read = named(QPushButton(self), "split-message-read", role="primary")
        self._read.setAutoDefault(True)  # Return presses it, not Space alone
        self._read.clicked.connect(self.read_requested)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._text, self._progress, self._read):
            row = QHBoxLayout()  # an alignment in the column would ignore height for width
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addStretch(3)

    @property
    def is_needed(self) -> bool:
        """Whether there is no split to show."""
        planned = self._splitting.planned
        return planned is None or not planned.plan.image_count

    def show_state(self) -> None:
        """Show what is true now."""
        splitting = self._splitting
        is_busy = bool(splitting.doing) or (
            splitting.pictures is not None and splitting.planned is None
        )
        self._progress.show_state()
        self._progress.setVisible(is_busy)
        self._read.setVisible(splitting.source is not None and not is_busy)
        self._read.setText(
            self.tr("Read the pictures")
            if splitting.pictures is None and splitting.failure is None
            else self.tr("Read again")
        )
        if splitting.source is None:
            self._show_no_project()
        elif is_busy:
            text = self.tr("A picture is only looked at once. Nothing is changed.")
            self._say("search", self.tr("Reading the pictures"), text)
        elif splitting.failure is not None:
            error = splitting.failure
            text = f"{error.message} {error.hint}".strip()
            self._say("warning", self.tr("The pictures can't be split now"), text)
        elif splitting.pictures is None:
            text = self.tr("All labels in {0} are read. Nothing is changed.")
            where = splitting.source.images_folder
            self._say("table", self.tr("Ready to read the pictures"), text.format(where))
        else:
            self._show_nothing_labelled()

    def _say(self, glyph: str, title: str, text: str) -> None:
        self._icon.set_icon(icon(glyph, QPalette.ColorRole.Accent))
        self._title.setText(title)
        self._text.setText(text.replace(os.sep, f"{os.sep}\u200b"))

    def _show_no_project(self) -> None:
        text = self.tr(
            "A split is kept in a project: which pictures train, and which ones test. Open a "
            "project, or make one and import the pictures of a folder into it."
        )
        self._say("table", self.tr("Train and test with separate pictures"), text)

    def _show_nothing_labelled(self) -> None:
        pictures = self._splitting.pictures
        assert pictures is not None
        if not pictures.images:
            text = self.tr("Take pictures in Capture, or import them, and label them in Annotate.")
            self._say("image", self.tr("No pictures"), text)
            return
        text = self.tr("No picture has labels that can be used. Draw boxes in Annotate.")
        if pictures.unlabelled:
            text += " " + self.tr("Or take pictures without labels as background.")
        self._say("tag", self.tr("Nothing is labelled yet"), text)
