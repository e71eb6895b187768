"""What the page shows while there is nothing to decide: how to begin, how far it is, the end."""

from __future__ import annotations

import os
import time

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.dataset.cleaning import Cleaning
from app.ui.icons import IconLabel, icon
from app.ui.job_strip import MIN_ELAPSED_S, time_left_text
from app.ui.naming import named

_ICON_PX = 56
_TEXT_PX = 460


class CleanMessage(QFrame):
    """A title, a line, and the one button that leads on.

    Signals
    -------
    open_requested()
    scan_requested()
    stop_requested()
    """

    open_requested = Signal()
    scan_requested = Signal()
    stop_requested = Signal()

    def __init__(self, cleaning: Cleaning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clean-message")
        self.setProperty("role", "drop-target")
        self._cleaning = cleaning
        self._first: tuple[float, int] | None = None  # when, and how many were done by then
        self._icon = IconLabel(_ICON_PX, self)
        self._title = named(QLabel(self), "clean-message-title", role="title")
        self._text = named(QLabel(self), "clean-message-text", role="muted")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setFixedWidth(_TEXT_PX)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = named(QProgressBar(self), "clean-progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_TEXT_PX)
        self._open = self._button("clean-message-open", self.tr("Open folder of pictures…"))
        self._open.clicked.connect(self.open_requested)
        self._scan = self._button("clean-message-scan", self.tr("Scan the pictures"))
        self._scan.clicked.connect(self.scan_requested)
        self._stop = self._button("clean-message-stop", self.tr("Stop"), is_primary=False)
        self._stop.clicked.connect(self.stop_requested)
        self._lay_out()
        cleaning.progressed.connect(self._on_progressed)

    def _button(self, name: str, text: str, *, is_primary: bool = True) -> QPushButton:
        button = named(QPushButton(text, self), name, role="primary" if is_primary else "")
        button.setAutoDefault(True)  # Return presses it, not Space alone
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (
            self._icon,
            self._title,
            self._text,
            self._bar,
            self._open,
            self._scan,
            self._stop,
        ):
            row = QHBoxLayout()  # an alignment in the column would ignore height for width
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addStretch(3)

    def show_state(self) -> None:
        """Show what is true now, and give the keyboard to the button that leads on."""
        phase = self._cleaning.phase
        self._open.setVisible(phase == "closed")
        self._scan.setVisible(phase == "ready")
        for widget in (self._stop, self._bar):
            widget.setVisible(phase == "scanning")
        if phase == "scanning":
            self._show_scanning()
        elif phase == "review":
            self._show_end()
        else:
            self._show_begin()

    def focus_button(self) -> None:
        """Give the keyboard to the button that leads on."""
        for button in (self._open, self._scan, self._stop):
            if button.isVisibleTo(self):
                button.setFocus()
                return
        self.setFocus()

    def _say(self, glyph: str, title: str, text: str) -> None:
        self._icon.set_icon(icon(glyph, QPalette.ColorRole.Accent))
        self._title.setText(title)
        self._text.setText(text.replace(os.sep, f"{os.sep}\u200b"))

    def _show_begin(self) -> None:
        source = self._cleaning.source
        if source is None:
            text = self.tr(
                "Open a project, or any folder of pictures. What is broken, doubled, blurred or "
                "dark is found; nothing goes without you, and everything can be brought back."
            )
            self._say("table", self.tr("Find the pictures that spoil a set"), text)
        else:
            text = self.tr(
                "All pictures in {0} are looked at once; a later scan only looks at new ones. "
                "Nothing is changed."
            ).format(source.images)
            self._say("search", self.tr("Ready to look through the pictures"), text)

    def _show_scanning(self) -> None:
        self._first = None
        self._bar.setRange(0, 0)
        self._say("search", self.tr("Looking at the pictures"), self.tr("Listing the folder…"))

    def _show_end(self) -> None:
        total, gone, _ = self._cleaning.counts
        source = self._cleaning.source
        if not total and source is not None:
            text = self.tr("There are no pictures in {0} yet.").format(source.images)
            self._say("image", self.tr("No pictures"), self._with_former(text))
        elif gone or any(not row.is_best for row in self._cleaning.review.rows):
            text = self.tr("What was discarded is in the trash; Ctrl+Z brings it back.")
            text = text if gone else self._with_former("")
            self._say("check", counts_text(self._cleaning), text)
        else:
            text = self.tr("{0} pictures, and none beyond the limits.").format(total)
            self._say("check", self.tr("Nothing suspicious"), self._with_former(text))

    def _with_former(self, text: str) -> str:
        """Return a text, and what lies in the trash since an earlier time."""
        count = sum(len(step.names) for step in self._cleaning.decisions.former)
        if not count:
            return text
        words = self.tr("Discarded earlier: {0}. Ctrl+Z brings the last of them back.")
        return f"{text} {words.format(_number(count))}".strip()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        words = self.tr("{0} of {1} pictures").format(_number(done), _number(total))
        now_s = time.monotonic()
        first_s, first_done = self._first = self._first or (now_s, done)
        elapsed_s, gained = now_s - first_s, done - first_done
        if elapsed_s >= MIN_ELAPSED_S and gained > 0:
            words += f" · {time_left_text((total - done) * elapsed_s / gained)}"
        self._text.setText(words)


def counts_text(cleaning: Cleaning) -> str:
    """Return how many pictures there were, have gone, and are kept or still to be decided."""
    total, gone, left = cleaning.counts
    if left:
        text = cleaning.tr("{0} pictures, {1} discarded, {2} to decide")
        return text.format(_number(total), _number(gone), _number(left))
    text = cleaning.tr("{0} pictures, {1} discarded, {2} kept")
    return text.format(_number(total), _number(gone), _number(total - gone))


def _number(count: int) -> str:
    return QLocale().toString(count)
