"""`ExportBar`: a question or news about an export, in the page and not in its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_SIGN_PX = 16
_ROOMY_PX = 560  # narrower, the buttons get a line of their own


@dataclass(frozen=True)
class Answer:
    """One button.

    Attributes
    ----------
    key : str
        Ends the object name.
    text : str
    act : callable
    is_primary : bool
    """

    key: str
    text: str
    act: Callable[[], None]
    is_primary: bool = False


class ExportBar(QFrame):
    """One line with its buttons; a later one takes the place of the one before.

    Signals
    -------
    closed()
        The person wants none of the answers.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-bar")
        self.setProperty("role", "notice-bar")
        self._sign = IconLabel(_SIGN_PX, self)
        self._text = named(QLabel(self), "export-bar-text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._answers: dict[QPushButton, Answer] = {}
        self._close = named(QPushButton(icon("close"), "", self), "export-bar-close", role="flat")
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self._close.toolTip())
        self._close.clicked.connect(self._on_closed)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._sign)
        words.addWidget(self._text, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._row.addWidget(self._close)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(12, 8, 8, 8)
        self._halves.setSpacing(8)
        self._halves.addLayout(words, 1)
        self._halves.addLayout(self._row)

    def ask(self, glyph: str, text: str, answers: Sequence[Answer]) -> None:
        """Show a line; the first answer has the keyboard."""
        self._clear()
        role = QPalette.ColorRole.BrightText if glyph == "warning" else QPalette.ColorRole.Accent
        self._sign.set_icon(icon(glyph, role))
        self._text.setText(text)
        for place, answer in enumerate(answers):
            role_name = "primary" if answer.is_primary else ""
            button = named(QPushButton(answer.text, self), f"export-bar-{answer.key}")
            button.setProperty("role", role_name)
            button.setAutoDefault(True)  # Return presses it, not Space alone
            button.clicked.connect(self._on_answered)
            self._answers[button] = answer
            self._row.insertWidget(1 + place, button)
        self.show()
        if self._answers:
            QTimer.singleShot(0, self._take_keyboard)

    def dismiss(self) -> None:
        """Take the line back."""
        self._clear()
        self.hide()

    def _clear(self) -> None:
        for button in self._answers:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._answers.clear()

    @Slot()
    def _take_keyboard(self) -> None:
        first = next(iter(self._answers), None)
        if first is not None and first.isVisible():
            first.setFocus()

    @Slot()
    def _on_answered(self) -> None:
        button = self.sender()
        answer = self._answers.get(button) if isinstance(button, QPushButton) else None
        if answer is not None:
            self.dismiss()
            answer.act()

    @Slot()
    def _on_closed(self) -> None:
        self.dismiss()
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where there is no room beside them."""
        super().resizeEvent(event)
        is_roomy = event.size().width() >= _ROOMY_PX
        direction = QBoxLayout.Direction
        self._halves.setDirection(direction.LeftToRight if is_roomy else direction.TopToBottom)
