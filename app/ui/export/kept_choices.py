"""What a person chose for the exports of a project, found again when it is opened next."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtCore import QSettings

from app.dataset.errors import DatasetError
from app.dataset.export_settings import ExportSettings
from app.ui.export.pipeline_update import PipelineChoice

_MOST_KEPT = 20  # exports of a project


@dataclass(frozen=True)
class ExportChoice:
    """All that the form holds.

    Attributes
    ----------
    settings : ExportSettings
    pipeline : PipelineChoice
    """

    settings: ExportSettings = field(default_factory=ExportSettings)
    pipeline: PipelineChoice = field(default_factory=PipelineChoice)


class KeptChoices:
    """Keeps the choices by the name of the export: an interrupted one goes on as it began.

    Parameters
    ----------
    settings : QSettings
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def latest(self, project_folder: Path) -> ExportChoice:
        """Return what was chosen last; the usual for a new project."""
        kept = self._read(project_folder)
        return next(reversed(kept.values()), ExportChoice())

    def of(self, project_folder: Path, name: str) -> ExportChoice | None:
        """Return what was chosen for the export of a name."""
        return self._read(project_folder).get(name)

    def keep(self, project_folder: Path, choice: ExportChoice) -> None:
        """Keep a choice as the latest."""
        kept = self._read(project_folder)
        kept.pop(choice.settings.name, None)
        kept[choice.settings.name] = choice
        newest = list(kept.values())[-_MOST_KEPT:]
        plain = [
            {"settings": each.settings.to_json(), "pipeline": asdict(each.pipeline)}
            for each in newest
        ]
        self._settings.setValue(_key(project_folder), json.dumps(plain))

    def _read(self, project_folder: Path) -> dict[str, ExportChoice]:
        text = self._settings.value(_key(project_folder), "[]")
        try:
            found = [
                ExportChoice(
                    ExportSettings.from_json(each["settings"]), PipelineChoice(**each["pipeline"])
                )
                for each in json.loads(str(text))
            ]
        except (ValueError, KeyError, TypeError, DatasetError):
            return {}  # of another version: the usual choice does no harm
        return {each.settings.name: each for each in found}


def _key(project_folder: Path) -> str:
    return f"export/{hashlib.sha256(str(project_folder).encode()).hexdigest()[:16]}"
