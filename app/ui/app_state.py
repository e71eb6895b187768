"""What the whole window shares: the open project, the recent ones, the chosen theme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from PySide6.QtCore import QObject, QSettings, Signal

if TYPE_CHECKING:
    from app.project.project import Project

ThemeChoice = Literal["auto", "light", "dark"]
MAX_RECENT_PROJECTS = 10


class AppState(QObject):
    """State of the window, kept between starts. Signals come only when a value changes.

    Parameters
    ----------
    settings : QSettings
        Where it is kept.
    parent : QObject or None

    Signals
    -------
    project_changed(Project | None)
    recent_projects_changed()
    theme_changed(str)
        "auto", "light" or "dark".
    """

    project_changed = Signal(object)
    recent_projects_changed = Signal()
    theme_changed = Signal(str)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._project: Project | None = None

    @property
    def project(self) -> Project | None:
        """The open project."""
        return self._project

    def set_project(self, project: Project | None) -> None:
        """Make `project` the open one, and the first of the recent ones."""
        if project is not None:
            self._remember(project.folder)
        if project is not self._project:
            self._project = project
            self.project_changed.emit(project)

    @property
    def recent_projects(self) -> list[Path]:
        """Folders of the projects opened last, newest first; some may be gone."""
        stored = self.settings.value("recent_projects", [], list)
        return [Path(str(text)) for text in cast("list[str]", stored)]

    def forget_project(self, folder: Path) -> None:
        """Take a folder off the recent projects."""
        self._set_recent([known for known in self.recent_projects if known != folder])

    @property
    def theme(self) -> ThemeChoice:
        """The chosen theme; "auto" follows the system."""
        stored = self.settings.value("theme", "auto")
        return cast("ThemeChoice", stored) if stored in get_args(ThemeChoice) else "auto"

    def set_theme(self, theme: ThemeChoice) -> None:
        """Choose the theme."""
        if theme != self.theme:
            self.settings.setValue("theme", theme)
            self.theme_changed.emit(theme)

    def _remember(self, folder: Path) -> None:
        others = [known for known in self.recent_projects if known != folder]
        self._set_recent([folder, *others][:MAX_RECENT_PROJECTS])

    def _set_recent(self, folders: list[Path]) -> None:
        if folders != self.recent_projects:
            self.settings.setValue("recent_projects", [str(folder) for folder in folders])
            self.recent_projects_changed.emit()
