"""``tallybox check``: what is wrong with pictures and labels."""

from __future__ import annotations

from pathlib import Path

import typer

from app.commands.label_source import (
    FolderArgument,
    LabelsOption,
    notes_json,
    open_labels,
    print_notes,
)
from app.commands.output import JsonOption, print_json


def check(
    folder: FolderArgument = Path(), *, labels: LabelsOption = None, json: JsonOption = False
) -> int:
    """List problems in a project or folder; nothing is changed. Ends with 1 if there are any."""
    from app.annotation.exchange import check_labels
    from app.annotation.formats.coordinate_rule import LABELIMG_RULE

    opened, project = open_labels(folder, labels)
    names = tuple(item.name for item in project.classes) if project else ()
    notes = check_labels(opened, names)
    if json:
        print_json({"problems": notes_json(notes), "coordinate_rule": opened.coordinate_rule})
    else:
        print_notes(notes)
        if opened.coordinate_rule != LABELIMG_RULE:
            typer.echo(f"Coordinates are read by the rule {opened.coordinate_rule}.")
        typer.echo(f"{len(notes)} problems." if notes else "No problems.")
    return 1 if notes else 0
