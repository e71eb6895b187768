"""The window's own actions and menus; the stages add theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from app.ui.app_state import AppState
from app.ui.icons import icon
from app.ui.stages import Stage

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

Shortcut = QKeySequence | QKeySequence.StandardKey | Qt.Key | str


class WindowMenus(QObject):
    """Fills the menu bar of `window` and keeps it up to date."""

    def __init__(self, window: MainWindow, state: AppState) -> None:
        super().__init__(window)
        self._window = window
        self._state = state
        self._menus: list[QMenu] = []
        self._stage_menus: dict[str, QMenu] = {}
        self._fill_file()
        self._fill_view()
        self._help = self._fill_help()
        state.recent_projects_changed.connect(self._fill_recent)
        state.project_changed.connect(self._on_project_changed)
        state.theme_changed.connect(self._check_theme)
        self._fill_recent()
        self._check_theme()
        self._on_project_changed()

    @property
    def groups(self) -> list[tuple[str, Sequence[QAction]]]:
        """Title and actions of every menu, sub-menus included, for the shortcuts page."""
        return [(menu.title().replace("&", ""), _flat(menu)) for menu in self._menus]

    def add_stage(self, stage: Stage, actions: Sequence[QAction]) -> None:
        """Add the menu of a stage before the help menu."""
        menu = QMenu(stage.display_title, self._window)
        menu.setObjectName(f"menu-{stage.key}")
        menu.addActions(actions)
        self._window.menuBar().insertMenu(self._help, menu)
        self._menus.insert(len(self._menus) - 1, menu)
        self._stage_menus[stage.key] = menu

    def show_stage(self, stage: Stage | None) -> None:
        """Show the menu of the stage in front, and no other stage's."""
        for key, menu in self._stage_menus.items():
            menu.menuAction().setVisible(stage is not None and key == stage.key)

    def _add_menu(self, name: str, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setObjectName(f"menu-{name}")
        self._menus.append(menu)
        return menu

    def _add(
        self,
        menu: QMenu,
        name: str,
        text: str,
        on_triggered: Callable[[], object],
        *,
        icon_name: str = "",
        shortcuts: Sequence[Shortcut] = (),
    ) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(f"action-{name}")
        if icon_name:
            action.setIcon(icon(icon_name))
        # A standard key may be empty on a system, or be the one we add.
        sequences = [QKeySequence(shortcut) for shortcut in shortcuts]
        action.setShortcuts([known for known in dict.fromkeys(sequences) if not known.isEmpty()])
        action.triggered.connect(on_triggered)
        menu.addAction(action)
        return action

    def _fill_file(self) -> None:
        window, key = self._window, QKeySequence.StandardKey
        menu = self._add_menu("file", self.tr("&File"))
        self._add(
            menu,
            "new-project",
            self.tr("&New project…"),
            window.new_project,
            icon_name="folder-new",
            shortcuts=[key.New],
        )
        self._add(
            menu,
            "open-project",
            self.tr("Open &project…"),
            window.choose_project,
            icon_name="folder",
            shortcuts=["Ctrl+Shift+O"],
        )
        self._recent_menu = menu.addMenu(self.tr("Open &recent"))
        self._recent_menu.setObjectName("menu-recent")
        self._close_project = self._add(
            menu, "close-project", self.tr("&Close project"), window.close_project
        )
        menu.addSeparator()
        self._add(
            menu,
            "open-video",
            self.tr("Open &video…"),
            window.choose_video,
            icon_name="video",
            shortcuts=[key.Open],
        )
        self._add(
            menu, "sample", self.tr("Try the &sample"), window.open_sample, icon_name="sample"
        )
        menu.addSeparator()
        quit_action = self._add(menu, "quit", self.tr("&Quit"), window.close, shortcuts=["Ctrl+Q"])
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_view(self) -> None:
        window = self._window
        menu = self._add_menu("view", self.tr("&View"))
        for index, title in enumerate(window.tab_titles()):
            action = self._add(
                menu, f"tab-{index}", title, window.show_chosen_tab, shortcuts=[f"Ctrl+{index + 1}"]
            )
            action.setData(index)
        menu.addSeparator()
        theme_menu = menu.addMenu(self.tr("&Theme"))
        theme_menu.setObjectName("menu-theme")
        self._themes = QActionGroup(self)
        for theme, text in (
            ("system", self.tr("&Auto (as the system)")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        ):
            action = self._add(theme_menu, f"theme-{theme}", text, self._on_theme_chosen)
            action.setData(theme)
            action.setCheckable(True)
            self._themes.addAction(action)
        self._add(
            menu,
            "full-screen",
            self.tr("&Full screen"),
            window.toggle_full_screen,
            icon_name="full-screen",
            shortcuts=[QKeySequence.StandardKey.FullScreen, Qt.Key.Key_F11],
        )

    def _fill_help(self) -> QAction:
        menu = self._add_menu("help", self.tr("&Help"))
        self._add(
            menu,
            "shortcuts",
            self.tr("&Keyboard shortcuts"),
            self._window.show_shortcuts,
            icon_name="keyboard",
            shortcuts=[Qt.Key.Key_F1],
        )
        about = self._add(
            menu, "about", self.tr("&About Tallybox"), self._window.show_about, icon_name="info"
        )
        about.setMenuRole(QAction.MenuRole.AboutRole)
        return menu.menuAction()

    @Slot()
    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for folder in self._state.recent_projects:
            action = self._add(
                self._recent_menu, "recent", folder.name, self._window.open_chosen_project
            )
            action.setText(f"{folder.name}  —  {folder.parent}".replace("&", "&&"))
            action.setData(folder)
            action.setEnabled(folder.is_dir())
        self._recent_menu.setEnabled(bool(self._state.recent_projects))

    @Slot()
    def _on_project_changed(self) -> None:
        self._close_project.setEnabled(self._state.project is not None)

    @Slot()
    def _on_theme_chosen(self) -> None:
        self._state.set_theme(self._themes.checkedAction().data())

    @Slot()
    def _check_theme(self) -> None:
        for action in self._themes.actions():
            action.setChecked(action.data() == self._state.theme)


def _flat(menu: QMenu) -> list[QAction]:
    actions: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        actions.extend(_flat(inner) if isinstance(inner, QMenu) else [action])
    return actions
