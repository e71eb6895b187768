"""`ActionSet`: the commands of one tab as `QAction`, for buttons, menu and shortcuts page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.ui.icons import icon


class ActionSet(QObject):
    """Makes actions whose keys hold in their tab alone; the tab connects them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[QAction] = []

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order of the menu."""
        return list(self._all)

    def _action(
        self,
        name: str,
        text: str,
        *,
        glyph: str = "",
        shortcuts: tuple[str, ...] = (),
        is_checkable: bool = False,
    ) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        if glyph:
            action.setIcon(icon(glyph))
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setCheckable(is_checkable)
        plain = text.replace("&", "").rstrip("…")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain} ({keys})" if keys else plain)
        self._all.append(action)
        return action

    def _separate(self) -> None:
        line = QAction(self)
        line.setSeparator(True)
        self._all.append(line)
