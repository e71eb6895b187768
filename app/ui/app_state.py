"""What the whole window shares: the open project, the recent ones, the chosen theme."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from app.errors import AppError
from app.project.project import Project
from app.project.settings import Theme, UserSettings, settings_file

_log = logging.getLogger(__name__)


class AppState(QObject):
    """State of the window, kept between starts. Signals come only when a value changes.

    Parameters
    ----------
    settings : QSettings
        Where widgets keep how they were arranged; what the person *chose* is in
        `app.project.settings`.
    parent : QObject or None

    Signals
    -------
    project_changed(Project | None)
    recent_projects_changed()
    theme_changed(str)
        "system", "light" or "dark".
    """

    project_changed = Signal(object)
    recent_projects_changed = Signal()
    theme_changed = Signal(str)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._project: Project | None = None
        self._chosen = UserSettings.load()

    @property
    def project(self) -> Project | None:
        """The open project."""
        return self._project

    def set_project(self, project: Project | None) -> None:
        """Make `project` the open one, and the first of the recent ones."""
        if project is not None:
            self._set_recent(self._chosen.with_recent(project.folder).recent_projects)
        if project is not self._project:
            self._project = project
            self.project_changed.emit(project)

    @property
    def recent_projects(self) -> Sequence[Path]:
        """Folders of the projects opened last, newest first; some may be gone."""
        return self._chosen.recent_projects

    def forget_project(self, folder: Path) -> None:
        """Take a folder off the recent projects."""
        self._set_recent(tuple(known for known in self.recent_projects if known != folder))

    @property
    def theme(self) -> Theme:
        """The chosen theme; "system" follows the system."""
        return self._chosen.theme

    def set_theme(self, theme: Theme) -> None:
        """Choose the theme."""
        if theme != self.theme:
            self._keep(replace(self._chosen, theme=theme))
            self.theme_changed.emit(theme)

    def _set_recent(self, folders: tuple[Path, ...]) -> None:
        if folders != self.recent_projects:
            self._keep(replace(self._chosen, recent_projects=folders))
            self.recent_projects_changed.emit()

    def _keep(self, chosen: UserSettings) -> None:
        self._chosen = chosen
        try:
            chosen.save()
        except AppError as error:  # the choice holds until the window closes
            _log.warning("Can't keep the settings: %s", error)


def window_settings() -> QSettings:
    """Return the file in which widgets keep how they were arranged."""
    return QSettings(str(settings_file().with_name("window.ini")), QSettings.Format.IniFormat)
