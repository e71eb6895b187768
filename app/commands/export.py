"""``tallybox export``: a data set to train on, or the labels in another tool's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.commands.check import print_problems
from app.commands.label_source import (
    FORMAT_KEYS,
    LabelsOption,
    known_format,
    notes_json,
    open_labels,
    print_notes,
)
from app.commands.output import JsonOption, print_json
from app.commands.record_export import export_records, tell

if TYPE_CHECKING:  # it loads OpenCV, and --help must not wait for it
    from app.dataset.export_settings import ExportSettings

_LABELS, _RECORDS = "Labels in another format", "Data set to train on (--tfrecord)"


def export(
    target: Annotated[
        Path | None, typer.Argument(help="File or folder to write; with --format only.")
    ] = None,
    *,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"One of {', '.join(FORMAT_KEYS)}.",
            rich_help_panel=_LABELS,
        ),
    ] = None,
    pictures: Annotated[
        Literal["all", "labelled", "verified"],
        typer.Option(
            "--pictures",
            help="Which ones; labelled: with a box, or verified.",
            rich_help_panel=_LABELS,
        ),
    ] = "all",
    tfrecord: Annotated[
        bool,
        typer.Option(
            "--tfrecord",
            help="Write exports/NAME: records, tables and label maps of every set of the split.",
            rich_help_panel=_RECORDS,
        ),
    ] = False,
    name: Annotated[
        str, typer.Option(help="Of the export's folder.", rich_help_panel=_RECORDS)
    ] = "dataset",
    shards: Annotated[
        int, typer.Option(help="Record files a set.", min=1, rich_help_panel=_RECORDS)
    ] = 1,
    gzip: Annotated[
        bool, typer.Option("--gzip", help="Compress the records.", rich_help_panel=_RECORDS)
    ] = False,
    background: Annotated[
        Literal["keep", "drop"],
        typer.Option(help="Pictures without a box.", rich_help_panel=_RECORDS),
    ] = "keep",
    also: Annotated[
        str,
        typer.Option(
            metavar="coco,yolo", help="Label formats beside the records.", rich_help_panel=_RECORDS
        ),
    ] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Replace the export of that name.", rich_help_panel=_RECORDS
        ),
    ] = False,
    pipeline_config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A pipeline.config of the Object Detection API; a copy that fits is written.",
            rich_help_panel=_RECORDS,
        ),
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option(min=1, help="For the pipeline.config.", rich_help_panel=_RECORDS),
    ] = None,
    checkpoint: Annotated[
        str, typer.Option(help="For the pipeline.config.", rich_help_panel=_RECORDS)
    ] = "",
    checkpoint_type: Annotated[
        Literal["detection", "classification", "full", "fine_tune"] | None,
        typer.Option(help="For the pipeline.config.", rich_help_panel=_RECORDS),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only list problems, as tallybox check does.")
    ] = False,
    project: Annotated[
        Path,
        typer.Option("--project", metavar="DIR", help="Project, or plain folder of pictures."),
    ] = Path(),
    labels: LabelsOption = None,
    json: JsonOption = False,
) -> int:
    """Write a data set for training, or all labels in a format of another tool."""
    if check:
        return print_problems(project, labels, is_json=json)
    if tfrecord == (form is not None):
        raise typer.BadParameter("Say either --tfrecord or --format NAME.")
    if form is not None:
        if target is None:
            raise typer.BadParameter("--format needs a file or folder to write.")
        _export_labels(target, form, project, labels, pictures, is_json=json)
        return 0
    if target is not None:
        raise typer.BadParameter("--tfrecord writes into exports; the folder is called by --name.")
    if pipeline_config is None and (batch_size or checkpoint or checkpoint_type):
        raise typer.BadParameter("A batch size or checkpoint goes with --pipeline-config.")
    chosen = _settings(name, shards, background, also, is_compressed=gzip)
    folder, opened = open_labels(project, labels)
    root = opened.folder if opened is not None else project
    result = export_records(folder, opened, chosen, root, replaces=replace, is_json=json)
    config = None
    if pipeline_config is not None:
        from app.dataset.pipeline_config import write_config

        config = write_config(
            result.folder,
            pipeline_config,
            batch_size=batch_size,
            checkpoint=checkpoint,
            checkpoint_type=checkpoint_type or "",
        )
    tell(result, config, is_json=json)
    return 0


def _settings(
    name: str,
    shards: int,
    background: Literal["keep", "drop"],
    also: str,
    *,
    is_compressed: bool,
) -> ExportSettings:
    from app.dataset.errors import DatasetError
    from app.dataset.export_settings import ExportSettings

    formats = tuple(each.strip() for each in also.split(",") if each.strip())
    try:
        return ExportSettings(name, shards, is_compressed, background, formats)
    except DatasetError as error:
        raise typer.BadParameter(str(error)) from error


def _export_labels(
    target: Path,
    form: str,
    project: Path,
    labels: Path | None,
    pictures: Literal["all", "labelled", "verified"],
    *,
    is_json: bool,
) -> None:
    from app.annotation.exchange import export_labels

    chosen = known_format(form)
    if chosen.write is None:
        raise typer.BadParameter(f"{chosen.title} can be read, but not written.")
    folder, opened = open_labels(project, labels)
    names = tuple(item.name for item in opened.classes) if opened else ()
    report = export_labels(folder, chosen, target, class_names=names, choice=pictures)
    boxes = report.boxes.total()
    if is_json:
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
