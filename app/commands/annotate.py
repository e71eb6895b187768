"""``tallybox annotate``: label the pictures of a folder, called as labelImg is."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from app.annotation.class_list import read_class_list
from app.commands.label_source import check_folder
from app.project.project import is_project
from app.screen import check_libraries, check_screen


def annotate(
    folder: Annotated[Path, typer.Argument(help="Folder of pictures, or project.")],
    class_file: Annotated[
        Path | None, typer.Argument(help="Text file with one class name a line.")
    ] = None,
    save_dir: Annotated[
        Path | None, typer.Argument(help="Folder of the labels; beside the pictures by default.")
    ] = None,
) -> None:
    """Open the window to draw boxes on the pictures of a folder."""
    is_given_project = is_project(folder)
    if not is_given_project:
        check_folder(folder)
    names = [] if class_file is None else read_class_list(class_file)
    check_screen()
    check_libraries()
    # By name: the rooms of commands and window do not know each other.
    application = importlib.import_module("app.ui.application")
    if is_given_project:
        raise typer.Exit(application.run(project=folder))
    raise typer.Exit(application.run(pictures=folder, class_names=names, labels=save_dir))
