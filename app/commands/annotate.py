"""``tallybox annotate``: label the pictures of a folder, called as labelImg is."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from app.annotation.errors import AnnotationError
from app.project.project import PROJECT_FILE
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
    if not folder.is_dir():
        raise AnnotationError(
            "no-such-folder", f"There is no folder {folder}.", "Name a folder of pictures."
        )
    is_project = (folder / PROJECT_FILE).is_file()
    names = [] if class_file is None else _names_in(class_file)
    check_screen()
    check_libraries()
    # By name: the rooms of commands and window do not know each other.
    application = importlib.import_module("app.ui.application")
    if is_project:
        raise typer.Exit(application.run(project=folder))
    raise typer.Exit(application.run(pictures=folder, class_names=names, labels=save_dir))


def _names_in(class_file: Path) -> list[str]:
    try:
        text = class_file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(
            "classes-not-readable",
            f"Can't read the class names in {class_file}.",
            "It is a text file in UTF-8 with one name a line.",
            str(error),
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
