"""`FormColumn`: a narrow column of controls under small headings."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.naming import named


class FormColumn(QWidget):
    """Adds headings, lines and explanations one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)

    def add_heading(self, text: str, name: str, buddy: QWidget | None = None) -> None:
        """Add the heading of a section."""
        heading = named(QLabel(text, self), f"{name}-title", role="section")
        if buddy is not None:
            heading.setBuddy(buddy)
        if self.column.count():
            self.column.addSpacing(8)
        self.column.addWidget(heading)

    def add_line(self, text: str, control: QWidget, name: str) -> QWidget:
        """Add a control behind its name; return the line, to be hidden where it means nothing."""
        line = QWidget(self)
        label = named(QLabel(text, line), f"{name}-label")
        label.setBuddy(control)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(control)
        self.column.addWidget(line)
        return line

    def add_words(self, name: str, text: str = "", *, role: str = "muted") -> QLabel:
        """Add a line of words; long ones are wrapped."""
        words = named(QLabel(text, self), name, role=role)
        words.setWordWrap(True)
        self.column.addWidget(words)
        return words
