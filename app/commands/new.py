"""``tallybox new``: a new project folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.output import JsonOption, print_json
from app.project.project import Project


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it may exist if it is empty.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the project; the folder's by default.")] = "",
    coordinate_rule: Annotated[
        Literal["labelimg", "voc-devkit"],
        typer.Option(help="What coordinates in label files mean: edges, or pixels from 1."),
    ] = "labelimg",
    json: JsonOption = False,
) -> None:
    """Make a project folder: images, labels, models and counts have their place in it."""
    project = Project.create(folder, name=name, coordinate_rule=coordinate_rule)
    if json:
        print_json({"project": str(project.folder), "name": project.name})
    else:
        typer.echo(f"Made the project {project.name!r} in {project.folder}.")
