"""``tallybox export``: the labels of a project or folder in another tool's format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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


def export(
    target: Annotated[Path, typer.Argument(help="File or folder to write.")],
    *,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help=f"One of {', '.join(FORMAT_KEYS)}.")
    ],
    project: Annotated[
        Path,
        typer.Option("--project", metavar="DIR", help="Project, or plain folder of pictures."),
    ] = Path(),
    labels: LabelsOption = None,
    pictures: Annotated[
        Literal["all", "labelled", "verified"],
        typer.Option("--pictures", help="Which ones; labelled: with a box, or verified."),
    ] = "all",
    json: JsonOption = False,
) -> None:
    """Write all labels in a format of another tool; what it can't hold is told."""
    from app.annotation.exchange import export_labels

    chosen = known_format(form)
    if chosen.write is None:
        raise typer.BadParameter(f"{chosen.title} can be read, but not written.")
    folder, opened = open_labels(project, labels)
    names = tuple(item.name for item in opened.classes) if opened else ()
    report = export_labels(folder, chosen, target, class_names=names, choice=pictures)
    boxes = report.boxes.total()
    if json:
        print_json(
            {
                "format": chosen.key,
                "target": str(target),
                "pictures": report.pictures,
                "boxes": boxes,
                "notes": notes_json(report.notes),
            }
        )
        return
    print_notes(report.notes)
    typer.echo(f"Wrote {boxes} boxes of {report.pictures} pictures to {target}.")
