"""The person's own settings: theme, language, recent projects."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

import platformdirs
import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.files import atomic_write_text, write_error

Theme = Literal["system", "light", "dark"]
RECENT_LIMIT = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UserSettings:
    """What the person chose, on this machine and for all projects.

    Attributes
    ----------
    theme : {"system", "light", "dark"}
    language : str
        ``en``, ``es``; empty follows the system.
    recent_projects : tuple of Path
        Newest first; some may be gone, or on a drive that is not plugged in now.
    """

    theme: Theme = "system"
    language: str = ""
    recent_projects: tuple[Path, ...] = ()

    @classmethod
    def load(cls) -> UserSettings:
        """Return the saved settings; defaults where there are none or they make no sense.

        A broken file never keeps the window from opening: it is put aside as
        ``settings.toml.broken``.
        """
        path = settings_file()
        try:
            fields = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            _log.warning("Starting with default settings: can't read %s (%s)", path, error)
            _put_aside(path)
            return cls()
        return cls._from_fields(fields)

    def save(self) -> None:
        """Write the settings.

        Raises
        ------
        app.files.FileWriteError
        """
        path = settings_file()
        fields = {
            "theme": self.theme,
            "language": self.language,
            "recent_projects": [str(folder) for folder in self.recent_projects],
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(path.parent, error) from error
        atomic_write_text(path, tomlkit.dumps(fields))

    def with_recent(self, folder: Path) -> UserSettings:
        """Return the settings with `folder` as the newest recent project."""
        folder = folder.resolve()
        others = [other for other in self.recent_projects if other != folder]
        return replace(self, recent_projects=(folder, *others)[:RECENT_LIMIT])

    @classmethod
    def _from_fields(cls, fields: Mapping[str, Any]) -> UserSettings:
        theme = fields.get("theme")
        recent = fields.get("recent_projects", [])
        folders = [Path(str(folder)) for folder in recent] if isinstance(recent, list) else []
        return cls(
            theme=cast("Theme", theme) if theme in get_args(Theme) else "system",
            language=str(fields.get("language", "")),
            recent_projects=tuple(folders),
        )


def settings_file() -> Path:
    """Return the path of the settings; ``TALLYBOX_CONFIG_DIR`` moves it (tests, portable use)."""
    chosen = os.environ.get("TALLYBOX_CONFIG_DIR")
    folder = Path(chosen) if chosen else platformdirs.user_config_path("tallybox", appauthor=False)
    return folder / "settings.toml"


def _put_aside(path: Path) -> None:
    try:
        path.replace(path.with_name(f"{path.name}.broken"))
    except OSError as error:
        _log.warning("Can't put %s aside: %s", path, error)
