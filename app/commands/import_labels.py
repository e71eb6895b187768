"""``tallybox import``: labels, pictures, videos and models become those of a project or folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.import_content import (
    Kind,
    rule_for_frames,
    take_in_frames,
    take_in_pictures,
    what_is,
)
from app.commands.import_model import take_in_model
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
    from app.annotation.label_folder import LabelFolder


def import_command(
    source: Annotated[
        Path, typer.Argument(help="Labels, pictures, a video or a model; a file or a folder.")
    ],
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
    kind: Annotated[
        Kind | None,
        typer.Option("--as", help="What the source is.", show_default="told by content"),
    ] = None,
    every_frames: Annotated[
        int | None, typer.Option(metavar="N", help="Of a video: every N-th frame.")
    ] = None,
    every_seconds: Annotated[
        float | None,
        typer.Option(metavar="S", help="Of a video: a frame every S seconds.", show_default="1"),
    ] = None,
    when_changed: Annotated[
        bool,
        typer.Option("--when-changed", help="Of a video: a frame when enough of it has changed."),
    ] = False,
    json: JsonOption = False,
) -> int:
    """Take in labels of other tools, pictures, frames of a video, or a model.

    Labels are for pictures that are there. Of a folder with both, first import --as pictures.
    """
    rule = rule_for_frames(every_frames, every_seconds, when_changed=when_changed)
    folder, opened = open_labels(project, labels)
    if form is not None:
        known_format(form)
    found = kind or ("labels" if form is not None else what_is(source))
    if rule is not None and found != "video":
        raise typer.BadParameter(f"{source} is no video: it holds {found}.")
    match found:
        case "pictures":
            return take_in_pictures(source, folder.images, as_json=json)
        case "video":
            return take_in_frames(source, folder.images, rule, as_json=json)
        case "model":
            if opened is None:
                raise typer.BadParameter("A model goes into a project: name it by --project.")
            return take_in_model(source, opened.models_folder, as_json=json)
    _take_in_labels(source, form, folder, opened, replaces=replace, as_json=json)
    return 0


def _take_in_labels(
    source: Path,
    form: str | None,
    folder: LabelFolder,
    opened: Project | None,
    *,
    replaces: bool,
    as_json: bool,
) -> None:
    from app.annotation.exchange import import_labels
    from app.annotation.formats.registry import detect

    chosen = detect(source) if form is None else known_format(form)
    report = import_labels([source], chosen, folder, replaces=replaces)
    added = _add_classes(opened, report)
    if as_json:
        print_json(
            {
                "kind": "labels",
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
