"""Which pictures and labels a command works on: those of a project, or of plain folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.annotation.errors import AnnotationError
from app.annotation.labels import Note
from app.project.project import Project, is_project

if TYPE_CHECKING:
    from app.annotation.formats.registry import Format
    from app.annotation.label_folder import LabelFolder

# As `app.annotation.formats.registry` has them, which takes too long to load for a help text.
FORMAT_KEYS = (
    "voc",
    "voc-devkit",
    "yolo",
    "coco",
    "createml",
    "linkedai",
    "labelme",
    "csv",
    "cvat",
)
_PLACES_SHOWN = 3

FolderArgument = Annotated[
    Path, typer.Argument(help="Project, or plain folder of pictures.", show_default="this folder")
]
LabelsOption = Annotated[
    Path | None,
    typer.Option(
        "--labels", metavar="DIR", help="Folder of labels, where they are not beside the pictures."
    ),
]


def open_labels(folder: Path, labels: Path | None) -> tuple[LabelFolder, Project | None]:
    """Return the label files of a project or of a plain folder.

    Raises
    ------
    AnnotationError
        There is no such folder.
    """
    from app.annotation.label_folder import LabelFolder

    if is_project(folder):
        project = Project.open(folder)
        return LabelFolder.of_project(project, labels), project
    check_folder(folder)
    return LabelFolder(folder, labels), None


def check_folder(folder: Path) -> None:
    """Refuse a folder that is not there.

    Raises
    ------
    AnnotationError
    """
    if not folder.is_dir():
        raise AnnotationError(
            "no-such-folder",
            f"There is no folder {folder}.",
            "Name a project or a folder of pictures.",
        )


def print_notes(notes: Iterable[Note]) -> None:
    """Print one line for each note, and one for all of those that say the same."""
    from app.annotation.formats.note_groups import group_notes

    for group in group_notes(notes):
        count = f"{len(group.notes)} times: " if len(group.notes) > 1 else ""
        typer.echo(f"{group.kind}: {count}{group.places(_PLACES_SHOWN)}: {group.text}")


def notes_json(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Return notes as JSON."""
    return [{"kind": note.kind, "place": note.place, "text": note.text} for note in notes]


def known_format(key: str) -> Format:
    """Return the format that a person named."""
    from app.annotation.formats.registry import FORMATS

    if key not in FORMATS:
        raise typer.BadParameter(f"No format {key!r}; there are {', '.join(FORMATS)}.")
    return FORMATS[key]
