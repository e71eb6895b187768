"""What ``tallybox export --tfrecord`` does: a data set with its sets, records and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.commands.interrupt import stop_on_interrupt
from app.commands.output import print_json
from app.commands.scanning import progress_bar, shown
from app.jobs.cancel import CancelToken

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.dataset.export import ExportResult
    from app.dataset.export_settings import ExportSettings
    from app.project.project import Project


def export_records(
    folder: LabelFolder,
    project: Project | None,
    settings: ExportSettings,
    root: Path,
    *,
    replaces: bool,
    is_json: bool,
) -> ExportResult:
    """Export with a progress bar on a terminal, and tell what went out and what did not.

    Ctrl+C keeps what is whole; the same command goes on from there.

    Raises
    ------
    app.errors.AppError
    app.jobs.cancel.JobCancelled
    """
    from app.dataset.export import export_dataset, exports_folder
    from app.dataset.export_sets import export_source

    token = CancelToken()
    with stop_on_interrupt(token), progress_bar(is_quiet=is_json) as progress:
        return export_dataset(
            export_source(folder, project, token=token),
            settings,
            exports_folder(root),
            replaces=replaces,
            token=token,
            on_progress=shown(progress, "Pictures"),
        )


def tell(result: ExportResult, config: Path | None, *, is_json: bool) -> None:
    """Print what an export holds."""
    if is_json:
        print_json(_to_json(result, config))
        return
    manifest = result.manifest
    for set_name, tally in manifest.sets.items():
        for note in tally.first_notes:
            typer.echo(f"{set_name}: {note.kind}: {note.place}: {note.text}")
        counts = [f"{count} {kind}" for kind, count in tally.notes.items()]
        boxes = tally.boxes.total()
        words = f"{set_name}: {tally.images} pictures, {boxes} boxes, {tally.background} without"
        typer.echo(", ".join([words, *counts]))
    if not manifest.is_split:
        typer.echo("There is no split: all labelled pictures are one set, called all.")
    if config is not None:
        typer.echo(f"The configuration is {config}.")
    typer.echo(f"The export is {result.folder}; all notes are in its notes.csv.")


def _to_json(result: ExportResult, config: Path | None) -> dict[str, Any]:
    manifest = result.manifest
    return {
        "folder": str(result.folder),
        "is_split": manifest.is_split,
        "classes": [{"id": key, "name": name} for key, name in manifest.classes.items()],
        "sets": {name: tally.to_json() for name, tally in manifest.sets.items()},
        "files": list(manifest.files),
        "pipeline_config": None if config is None else str(config),
    }
