"""`ExportMessage`: what a page shows while it has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_ICON_PX = 56
_TEXT_PX = 360


class ExportMessage(QFrame):
    """A picture, a title and a few words; a button where one leads on.

    Parameters
    ----------
    name : str
        Begins the object names.
    glyph, title, text : str
    button : QPushButton or None
    parent : QWidget or None
    """

    def __init__(
        self,
        name: str,
        glyph: str,
        title: str,
        text: str,
        *,
        button: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "drop-target")
        sign = IconLabel(_ICON_PX, self)
        sign.set_icon(icon(glyph, QPalette.ColorRole.Accent))
        words = named(QLabel(text, self), f"{name}-text", role="muted")
        words.setWordWrap(True)
        words.setFixedWidth(_TEXT_PX)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        head = named(QLabel(title, self), f"{name}-title", role="title")
        for widget in (sign, head, words, *([button] if button is not None else [])):
            row = QHBoxLayout()  # an alignment in the column would ignore height for width
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addStretch(3)
