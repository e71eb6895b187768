"""One line of advice above the picture, with a button that follows it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.ui.icons import icon


class SuggestionBar(QFrame):
    """Shown when nothing is found for a while and another class or score would find something.

    Signals
    -------
    applied(dict)
        The person follows the suggestion: ``class_names`` and ``score``.
    """

    applied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("suggestion-bar")
        self.setProperty("role", "notice-bar")
        self._suggestion: dict[str, Any] = {}
        self._text = QLabel(self)
        self._text.setObjectName("suggestion-text")
        self._text.setWordWrap(True)
        self._apply = QPushButton(self.tr("Apply"), self)
        self._apply.setObjectName("suggestion-apply")
        self._apply.setToolTip(self.tr("Use the suggested classes and score"))
        self._apply.clicked.connect(self._on_apply)
        close = QToolButton(self)
        close.setObjectName("suggestion-close")
        close.setIcon(icon("close"))
        close.setProperty("role", "flat")
        close.setToolTip(self.tr("Leave it as it is"))
        close.setAccessibleName(self.tr("Dismiss the suggestion"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._apply)
        layout.addWidget(close)
        self.hide()

    def suggest(self, notice: dict[str, Any]) -> None:
        """Show a ``nothing-detected`` notice; without a suggestion in it there is no button."""
        self._suggestion = dict(notice.get("suggestion") or {})
        parts = (notice.get("message", ""), notice.get("hint", ""))
        self._text.setText(" ".join(part for part in parts if part))
        self._apply.setVisible(bool(self._suggestion))
        self.show()

    @Slot()
    def _on_apply(self) -> None:
        self.hide()
        self.applied.emit(self._suggestion)
