"""The child-process job ``export``: writes an export and tells how far it is.

Events: ``progress`` (``done``, ``total``, ``left_s``). Cancelled, it leaves what is whole for the
next export of that name.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.annotation.label_folder import LabelFolder
from app.dataset.export import export_dataset
from app.dataset.export_sets import export_source
from app.dataset.export_settings import ExportSettings
from app.jobs.channel import Channel
from app.project.project import Project, is_project

_TELL_EVERY_S = 0.1


def run(config: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """Export a project or a plain folder of pictures.

    Parameters
    ----------
    config : mapping
        ``folder`` (of the project, or of pictures), ``labels`` (a folder, or None), ``exports``
        (the folder that it goes into), ``settings`` (see `ExportSettings.to_json`), ``replaces``.
    channel : Channel

    Returns
    -------
    dict
        ``folder`` of the export; what it holds is in its manifest.

    Raises
    ------
    JobCancelled
    AppError
        As `export_source` and `export_dataset`.
    """
    root = Path(config["folder"])
    project = Project.open(root) if is_project(root) else None
    labels = Path(config["labels"]) if config.get("labels") else None
    folder = (
        LabelFolder(root, labels) if project is None else LabelFolder.of_project(project, labels)
    )
    source = export_source(folder, project, token=channel.cancel_token)
    result = export_dataset(
        source,
        ExportSettings.from_json(config["settings"]),
        Path(config["exports"]),
        replaces=bool(config.get("replaces", False)),
        token=channel.cancel_token,
        on_progress=_Teller(channel).tell,
    )
    return {"folder": str(result.folder)}


class _Teller:
    """Emits progress now and then, and at the end."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._start_s = time.monotonic()
        self._told_s = -_TELL_EVERY_S

    def tell(self, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s < _TELL_EVERY_S and done < total:
            return
        self._told_s = now_s
        left_s = (now_s - self._start_s) * (total - done) / max(1, done)
        self._channel.emit("progress", done=done, total=total, left_s=left_s)
