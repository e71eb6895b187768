"""`ShutterRow`: the shutter below the picture, and what takes a picture back."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.tool_button import tool_button
from app.ui.icons import icon
from app.ui.naming import named


class ShutterRow(QWidget):
    """The button says what a press would do now."""

    def __init__(self, actions: CaptureActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shutter-row")
        self._actions = actions
        self._shutter = named(QPushButton(self), "shutter", role="primary")
        self._shutter.setMinimumWidth(136)
        self._shutter.setToolTip(self.tr("Take picture (S or Space)"))
        self._shutter.clicked.connect(actions.take.trigger)
        self._word = named(QLabel(self), "capture-word", role="muted")
        self._word.setWordWrap(True)
        self._word.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._shutter)
        row.addWidget(self._word, 1)
        for action in (actions.retake, actions.delete, actions.undo):
            row.addWidget(tool_button(action, self))
        for action in (actions.countdown, actions.burst):
            action.toggled.connect(self._show_press)
        self._is_running = False
        self._show_press()

    @property
    def word(self) -> str:
        """What is said beside the shutter."""
        return self._word.text()

    @Slot(str)
    def say(self, text: str) -> None:
        """Say a quiet word beside the shutter."""
        self._word.setText(text)

    @Slot(bool)
    def show_running(self, is_running: bool) -> None:
        """Show whether a countdown or burst is under way, which a press would stop."""
        self._is_running = is_running
        self._show_press()

    @Slot()
    def _show_press(self) -> None:
        is_timed = self._actions.countdown.isChecked() or self._actions.burst.isChecked()
        text, glyph = self.tr("Take picture"), "camera"
        if self._is_running:
            text, glyph = self.tr("Stop"), "stop"
        elif is_timed:
            text, glyph = self.tr("Start"), "play"
        self._shutter.setText(text)
        self._shutter.setIcon(icon(glyph, QPalette.ColorRole.HighlightedText))
