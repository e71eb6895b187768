"""Lines and settings of each source, kept with the project, or for the person without one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.errors import AppError
from app.pipeline.settings import CountSettings
from app.project.scenes import source_key
from app.project.settings import settings_file
from app.ui.app_state import AppState

MAX_SOURCES = 100
_KEY = "count/sources"


class SourceMemory:
    """Finds again how a source was counted the last time."""

    def __init__(self, state: AppState) -> None:
        self._state = state

    def recall(self, source: str) -> CountSettings:
        """Return the settings kept for a source; the defaults for a new one."""
        project = self._state.project
        kept = self._kept().get(_key(source)) if project is None else project.scene_for(source)
        if not kept:
            return CountSettings(source)
        try:
            return replace(CountSettings.from_json({**kept, "source": source}), source=source)
        except (AppError, TypeError, ValueError):  # of another version, or edited by hand
            return CountSettings(source)

    def keep(self, settings: CountSettings) -> None:
        """Keep the settings of a source.

        Raises
        ------
        AppError
            When the project's file cannot be written.
        """
        fields = settings.to_json()
        del fields["source"]
        if self._state.project is not None:
            self._state.project.save_scene(settings.source, fields)
            return
        kept = self._kept()
        kept.pop(_key(settings.source), None)
        kept[_key(settings.source)] = fields
        newest = dict(list(kept.items())[-MAX_SOURCES:])
        self._state.settings.setValue(_KEY, json.dumps(newest))

    def _kept(self) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(str(self._state.settings.value(_KEY, "{}")))
        except ValueError:
            return {}
        return kept if isinstance(kept, dict) else {}


def _key(source: str) -> str:
    # Without a project there is no folder to be relative to; no video lies beside the settings.
    return source_key(source, settings_file().parent)
