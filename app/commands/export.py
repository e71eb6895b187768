"""``tallybox export``: the labels of a project or folder in another tool's format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.annotation.errors import AnnotationError
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
    json: JsonOption = False,
) -> None:
    """Write all labels in a format of another tool; what it can't hold is told."""
    from app.annotation.exchange import gather_labels

    chosen = known_format(form)
    if chosen.write is None:
        raise typer.BadParameter(f"{chosen.title} can be read, but not written.")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise AnnotationError(
            "export-exists", f"{target} is there already.", "Name a new file or an empty folder."
        )
    folder, opened = open_labels(project, labels)
    names = tuple(item.name for item in opened.classes) if opened else ()
    found = replace(gather_labels(folder), class_names=names)
    found = replace(found, class_names=found.used_class_names)
    notes = [*found.notes, *chosen.write(found, target)]
    boxes = sum(len(image.annotation.boxes) for image in found.images)
    if json:
        print_json(
            {
                "format": chosen.key,
                "target": str(target),
                "pictures": len(found.images),
                "boxes": boxes,
                "notes": notes_json(notes),
            }
        )
        return
    print_notes(notes)
    typer.echo(f"Wrote {boxes} boxes of {len(found.images)} pictures to {target}.")
