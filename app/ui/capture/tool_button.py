"""`tool_button`: an action as a flat button with its icon."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.naming import named


def tool_button(action: QAction, parent: QWidget) -> QToolButton:
    """Return a flat button that triggers an action, and is enabled as it is."""
    button = named(QToolButton(parent), f"{action.objectName()}-tool", role="flat")
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().replace("&", ""))
    return button
