"""Keeps for controls the keys they need, where the tab has shortcuts of one key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QWidget,
)

_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class ControlKeys(QObject):
    """Event filter: Space presses a focused button rather than the tab's own command, and so on.

    Text fields look after themselves: Qt gives them their letters before any shortcut.
    """

    def install_on(self, root: QWidget) -> None:
        """Look after every control below `root`."""
        for kind in (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox):
            for control in root.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept the override of keys that the control uses itself."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if not _uses(watched, event.key()):
            return False
        event.accept()
        return True


def _uses(control: QObject, key: int) -> bool:
    match control:
        case QAbstractButton():
            return key == Qt.Key.Key_Space
        case QAbstractSlider():
            return key in _MOVES
        case _:  # lists and combo boxes: arrows, Space, and letters to search
            return key in _MOVES or Qt.Key.Key_Space <= key <= Qt.Key.Key_AsciiTilde
