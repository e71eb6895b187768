"""`CaptureBanner`: what keeps one from capturing, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.icons import IconLabel, icon
from app.ui.naming import named

Matter = Literal["saving", "source", "ended", "finished"]
"""What a banner may be about, the most urgent first."""

_ORDER: tuple[Matter, ...] = ("saving", "source", "ended", "finished")
_ERRORS: tuple[Matter, ...] = ("saving", "source")
_GLYPHS = {"saving": "warning", "source": "warning", "ended": "info", "finished": "check"}


@dataclass(frozen=True)
class BannerText:
    """What a banner says.

    Attributes
    ----------
    message : str
        What happened.
    hint : str
        What to do.
    answer : str
        Text of its button; empty for none.
    further : str
        Text of a second button.
    """

    message: str
    hint: str = ""
    answer: str = ""
    further: str = ""


class CaptureBanner(QFrame):
    """Shows the most urgent of what there is to say; hidden without anything.

    Signals
    -------
    answered(str), further_answered(str)
        The first or second button of this matter was pressed.
    """

    answered = Signal(str)
    further_answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("capture-banner")
        self._texts: dict[Matter, BannerText] = {}
        self._icon = IconLabel(20, self)
        self._message = named(QLabel(self), "banner-message")
        self._hint = named(QLabel(self), "banner-hint")
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        font = self._message.font()
        font.setBold(True)
        self._message.setFont(font)
        self._answer = named(QPushButton(self), "banner-answer")
        self._further = named(QPushButton(self), "banner-further")
        self._answer.clicked.connect(self._on_answer)
        self._further.clicked.connect(self._on_further)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        row.addWidget(self._further)
        row.addWidget(self._answer)
        self.hide()

    @property
    def matter(self) -> Matter | None:
        """What is shown; None when nothing is."""
        return next((matter for matter in _ORDER if matter in self._texts), None)

    def tell(self, matter: Matter, text: BannerText) -> None:
        """Say something, until `settle`."""
        self._texts[matter] = text
        self._show()

    def settle(self, *matters: Matter) -> None:
        """Take back what was said."""
        for matter in matters:
            self._texts.pop(matter, None)
        self._show()

    def _show(self) -> None:
        matter = self.matter
        self.setVisible(matter is not None)
        if matter is None:
            return
        text = self._texts[matter]
        self._message.setText(text.message)
        for widget, words in (
            (self._hint, text.hint),
            (self._answer, text.answer),
            (self._further, text.further),
        ):
            widget.setText(words)
            widget.setVisible(bool(words))
        self._dress(matter)

    def _dress(self, matter: Matter) -> None:
        is_error = matter in _ERRORS
        role = QPalette.ColorRole.BrightText if is_error else QPalette.ColorRole.Accent
        self._icon.set_icon(icon(_GLYPHS[matter], role))
        self.setProperty("role", "error-bar" if is_error else "notice-bar")
        self._answer.setProperty("role", "primary" if matter == "finished" else "")
        for widget in (self, self._answer):  # a changed property alone changes no style
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    @Slot()
    def _on_answer(self) -> None:
        if self.matter is not None:
            self.answered.emit(self.matter)

    @Slot()
    def _on_further(self) -> None:
        if self.matter is not None:
            self.further_answered.emit(self.matter)
