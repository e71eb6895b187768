"""`ActionSet`: the commands of one tab as `QAction`, for buttons, menu and shortcuts page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.icons import icon
from app.ui.naming import named


class ActionSet(QObject):
    """Makes actions whose keys hold in their tab alone; the tab connects them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tab = parent
        self._all: list[QAction] = []
        self._top: list[QAction] = []
        self._menu: QMenu | None = None

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order of the menu."""
        return list(self._all)

    @property
    def for_menu(self) -> list[QAction]:
        """What the tab's menu shows: actions, separators and sub-menus."""
        return list(self._top)

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
        self._put(action)
        return action

    def _begin_menu(self, name: str, title: str) -> None:
        """Put the actions that follow into a sub-menu: a long menu does not fit a small screen."""
        self._menu = named(QMenu(title, self._tab), f"menu-{name}")
        self._top.append(self._menu.menuAction())

    def _separate(self) -> None:
        line = QAction(self)
        line.setSeparator(True)
        self._put(line)

    def _put(self, action: QAction) -> None:
        if self._menu is not None:
            self._menu.addAction(action)
        else:
            self._top.append(action)
