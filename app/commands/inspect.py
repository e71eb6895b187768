"""``tallybox inspect``: what is in TFRecord files, and whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.output import JsonOption, print_json

if TYPE_CHECKING:
    from app.dataset.record_contents import RecordSummary


def inspect(
    files: Annotated[
        list[Path], typer.Argument(help="Record files, plain or gzip.", metavar="FILE.record…")
    ],
    *,
    picture: Annotated[
        tuple[int, Path] | None,
        typer.Option(
            "--picture",
            metavar="N OUT.png",
            help="Draw example N of the first file with its boxes.",
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Count examples, classes and boxes; tell what is wrong. Ends with 1 if anything is."""
    from app.dataset.record_contents import summarise

    if picture is not None:
        _draw(files[0], *picture)
    summary = summarise(files)
    if json:
        print_json({"files": [str(path) for path in files], **summary.to_json()})
    else:
        _print_summary(summary)
    return 1 if summary.problem_count else 0


def _draw(path: Path, number: int, target: Path) -> None:
    import cv2

    from app.dataset.record_contents import drawn, read_example
    from app.files import atomic_write_bytes

    if target.suffix.lower() != ".png":
        raise typer.BadParameter("The picture is written as PNG: name a file *.png.")
    is_encoded, content = cv2.imencode(".png", drawn(read_example(path, number)))
    assert is_encoded  # 8 bits in three channels always fit
    atomic_write_bytes(target, content.tobytes())


def _print_summary(summary: RecordSummary) -> None:
    for (name, class_id), count in sorted(summary.boxes.items(), key=lambda item: item[0][1]):
        images = summary.class_images[name, class_id]
        typer.echo(f"class {class_id} {name}: {count} boxes in {images} examples")
    for place, text in summary.problems:
        typer.echo(f"problem: {place}: {text}")
    more = summary.problem_count - len(summary.problems)
    if more:
        typer.echo(f"… and {more} more problems")
    typer.echo(
        f"{summary.examples} examples, {summary.boxes.total()} boxes, "
        f"{summary.background} without a box, {summary.problem_count} problems."
    )
