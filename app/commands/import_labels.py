"""``tallybox import``: labels of other tools become those of a project or folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.label_source import (
    FORMAT_KEYS,
    LabelsOption,
    known_format,
    notes_json,
    open_labels,
    print_notes,
)
from app.commands.output import JsonOption, print_json
from app.project.project import Project

if TYPE_CHECKING:
    from app.annotation.exchange import ImportReport


def import_command(
    source: Annotated[Path, typer.Argument(help="File or folder of labels.")],
    *,
    project: Annotated[
        Path,
        typer.Option(
            "--project", metavar="DIR", help="Project, or plain folder of pictures, to import into."
        ),
    ] = Path(),
    labels: LabelsOption = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"One of {', '.join(FORMAT_KEYS)}.",
            show_default="told by content",
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Replace the labels that pictures have already; a copy is kept."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take in labels from YOLO, COCO, CVAT and others; the pictures must be there already."""
    from app.annotation.exchange import import_labels
    from app.annotation.formats.registry import detect

    folder, opened = open_labels(project, labels)
    chosen = detect(source) if form is None else known_format(form)
    report = import_labels([source], chosen, folder, replaces=replace)
    added = _add_classes(opened, report)
    if json:
        print_json(
            {
                "format": chosen.key,
                "pictures": report.pictures,
                "boxes": report.boxes.total(),
                "boxes_per_class": dict(report.boxes),
                "backup": str(report.backup) if report.backup else None,
                "kept": report.kept,
                "classes_added": added,
                "notes": notes_json(report.notes),
            }
        )
        return
    print_notes(report.notes)
    boxes = report.boxes.total()
    typer.echo(f"{chosen.title}: {boxes} boxes in {report.pictures} pictures.")
    if report.backup:
        typer.echo(f"The labels that were replaced are in {report.backup}.")
    if report.kept:
        typer.echo(
            f"{len(report.kept)} pictures have labels already and were left alone; "
            "--replace replaces them."
        )


def _add_classes(project: Project | None, report: ImportReport) -> list[str]:
    if project is None:
        return []
    known = {item.name for item in project.classes}
    added = [name for name in report.class_names if name not in known]
    for name in added:
        project.add_class(name)
    return added
