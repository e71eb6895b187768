"""The page of keyboard shortcuts (F1), made from the actions themselves: never out of date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.naming import named


class ShortcutsPage(QDialog):
    """Lists every action that has a shortcut, by menu.

    Parameters
    ----------
    groups : sequence of (str, sequence of QAction)
        Title of each menu and its actions.
    """

    def __init__(
        self, groups: Sequence[tuple[str, Sequence[QAction]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts-page")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(520, 560)
        search = named(QLineEdit(self), "shortcuts-search")
        search.setPlaceholderText(self.tr("Search"))
        search.setClearButtonEnabled(True)
        search.textChanged.connect(self._filter)
        content = named(QWidget(self), "shortcuts", role="page")
        self._grid = QGridLayout(content)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(6)
        self._rows: list[tuple[str, QLabel, QLabel]] = []
        for title, actions in groups:
            self._add_group(title, [action for action in actions if shortcut_text(action)])
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(content)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(search)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)

    def _add_group(self, title: str, actions: list[QAction]) -> None:
        if not actions:
            return
        heading = QLabel(title, self)
        heading.setProperty("role", "section")
        heading.setContentsMargins(0, 10, 0, 2)
        self._grid.addWidget(heading, self._grid.rowCount(), 0, 1, 2)
        for action in actions:
            name = QLabel(plain_text(action), self)
            keys = QLabel(shortcut_text(action), self)
            keys.setProperty("role", "key")
            row = self._grid.rowCount()
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(keys, row, 1, Qt.AlignmentFlag.AlignRight)
            self._rows.append((f"{title} {name.text()} {keys.text()}".casefold(), name, keys))

    def _filter(self, text: str) -> None:
        for searched, name, keys in self._rows:
            is_found = text.strip().casefold() in searched
            name.setVisible(is_found)
            keys.setVisible(is_found)


def plain_text(action: QAction) -> str:
    """Return an action's text without the mark of its mnemonic and the dots."""
    return action.text().replace("&", "").rstrip("…")


def shortcut_text(action: QAction) -> str:
    """Return an action's shortcuts as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(filter(None, (key.toString(native) for key in action.shortcuts())))
