"""``tallybox count``: count what crosses a line in a video, camera, stream or folder of images."""

from __future__ import annotations

import itertools
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.output import JsonOption, print_json
from app.counting.geometries import CountingBand, CountingLine, Scene, parse_band, parse_line
from app.files import atomic_write_text, write_error
from app.jobs.cancel import CancelToken
from app.paths import sample_data_path
from app.pipeline.settings import CountSettings, SettingsError, TrackerName
from app.project.project import Project

if TYPE_CHECKING:  # the pipeline is heavy, and the window must not wait for it
    from app.pipeline.run import CountReport, Outputs
    from app.pipeline.session import FrameResult

_ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→"}


def count(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="A video file, a camera number, a stream address or a folder of images.",
        ),
    ],
    *,
    project: Annotated[
        Path | None,
        typer.Option(help="Project folder: its saved scene is used, results go to its counts/."),
    ] = None,
    model: Annotated[str, typer.Option(help="Name or path of a model; the starter if none.")] = "",
    classes: Annotated[
        str | None, typer.Option(help="Classes to count, with commas: Car,Vehicle.")
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(help="X0,Y0,X1,Y1 in fractions of width and height. May be repeated."),
    ] = None,
    band: Annotated[
        list[str] | None,
        typer.Option(help="Two corners X0,Y0,X1,Y1 in fractions. May be repeated."),
    ] = None,
    scene: Annotated[
        Path | None, typer.Option(help="Scene file (JSON) with lines, bands and zones.")
    ] = None,
    score: Annotated[float | None, typer.Option(help="Least score of a detection, 0 to 1.")] = None,
    detect_every: Annotated[
        str, typer.Option(help="Run the detector every so many frames, or auto.")
    ] = "auto",
    tracker: Annotated[
        str, typer.Option(help="auto, classic (the course's method) or dlib.")
    ] = "auto",
    swap_directions: Annotated[
        bool, typer.Option("--swap-directions", help="Count up as down and left as right.")
    ] = False,
    merge_kindred: Annotated[
        bool,
        typer.Option(help="Take boxes of kindred classes on one object (Car, Vehicle) for one."),
    ] = True,
    output: Annotated[Path | None, typer.Option(help="Write the annotated video here.")] = None,
    events: Annotated[
        Path | None, typer.Option(help="Write the events here, as .csv or .jsonl.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count what crosses lines and bands, or visits zones."""
    if len(sources) > 1 and (output is not None or events is not None):
        raise typer.BadParameter("--output and --events go with one SOURCE.")
    opened = None if project is None else Project.open(project)
    reports = []
    for source in sources:
        settings = CountSettings(
            source=source,
            model=model,
            class_names=_split_names(classes),
            score=score,
            detect_every=_parse_cadence(detect_every),
            tracker=_parse_tracker(tracker),
            merge_kindred=merge_kindred,
            **_scene_option(line, band, scene, opened, source, swap_directions),
        )
        folder = None if opened is None else new_run_folder(opened.counts_folder)
        reports.append(_run(settings, _outputs(output, events, folder), is_quiet=as_json))
        if folder is not None:
            text = json.dumps(reports[-1].summary, ensure_ascii=False, indent=2)
            atomic_write_text(folder / "summary.json", text + "\n")
    if as_json:
        summaries = [report.summary for report in reports]
        print_json(summaries[0] if len(summaries) == 1 else {"runs": summaries})


def count_sample(output_folder: Path) -> int:
    """Count the bundled sample in the terminal and say where the annotated video is."""
    from app.pipeline.run import Outputs

    sample = json.loads(sample_data_path("sample.json").read_text("utf-8"))
    output_folder.mkdir(parents=True, exist_ok=True)
    settings = CountSettings(
        source=str(sample_data_path(sample["video"])),
        class_names=tuple(sample["classes"]),
        scene=Scene.from_json(sample["scene"]),
    )
    video = output_folder / "annotated.mp4"
    _run(settings, Outputs(video, (output_folder / "events.csv",)), is_quiet=False)
    return 0


def _split_names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip()) or None


def _parse_cadence(text: str) -> int | None:
    if text == "auto":
        return None
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"--detect-every is a whole number of frames or auto, not {text!r}."
        ) from error


def _parse_tracker(text: str) -> TrackerName:
    if text not in ("auto", "classic", "dlib"):
        raise typer.BadParameter(f"--tracker is auto, classic or dlib, not {text!r}.")
    return text  # type: ignore[return-value]  # mypy does not narrow a str by a tuple


def _scene_option(
    lines: list[str] | None,
    bands: list[str] | None,
    path: Path | None,
    project: Project | None,
    source: str,
    is_swapped: bool,
) -> dict[str, Scene]:
    """Return the scene that the person named, if any, as the keyword of `CountSettings`."""
    if path is not None and (lines or bands):
        raise typer.BadParameter("--scene goes without --line and --band.")
    if path is not None:
        chosen = read_scene(path)
    elif lines or bands:
        chosen = _drawn_scene(lines or [], bands or [])
    elif project is not None and (saved := project.scene_for(source)) is not None:
        chosen = Scene.from_json(saved)
    else:
        chosen = CountSettings(source=source).scene
    return {"scene": swap_directions_of(chosen) if is_swapped else chosen}


def _drawn_scene(lines: list[str], bands: list[str]) -> Scene:
    def name(kind: str, index: int, count: int) -> str:
        return kind if count == 1 else f"{kind} {index + 1}"

    drawn: list[CountingLine | CountingBand] = []
    drawn += [parse_line(t, name=name("Line", i, len(lines))) for i, t in enumerate(lines)]
    drawn += [parse_band(t, name=name("Band", i, len(bands))) for i, t in enumerate(bands)]
    return Scene(tuple(drawn))


def read_scene(path: Path) -> Scene:
    """Read a scene file.

    Raises
    ------
    AppError
        When it is missing or not a scene.
    """
    try:
        fields = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            "scene-not-readable",
            f"Can't read the scene {path}.",
            "Save it anew in the Count tab, or check the file's name.",
            detail=str(error),
        ) from error
    return Scene.from_json(fields)


def swap_directions_of(scene: Scene) -> Scene:
    """Return the scene with every line and band counting the other way round."""
    fields = scene.to_json()
    for geometry in fields["geometries"]:
        if geometry["kind"] != "zone":
            geometry["is_swapped"] = not geometry["is_swapped"]
    return Scene.from_json(fields)


def new_run_folder(parent: Path) -> Path:
    """Make and return a folder for one run, named after the time; an older one is never reused."""
    name = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    for number in itertools.count(1):
        folder = parent / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise write_error(folder, error) from error
        return folder
    raise AssertionError("unreachable")


def _outputs(output: Path | None, events: Path | None, folder: Path | None) -> Outputs:
    from app.pipeline.run import Outputs

    if folder is None:
        return Outputs(output, () if events is None else (events,))
    logs = (folder / "events.csv", folder / "events.jsonl")
    return Outputs(output or folder / "annotated.mp4", logs if events is None else (*logs, events))


def _run(settings: CountSettings, outputs: Outputs, *, is_quiet: bool) -> CountReport:
    """Count one source with a progress bar on a terminal, and say what came out."""
    from app.pipeline.run import count_source

    console = Console(stderr=True)
    token = CancelToken()
    with _stop_on_interrupt(token), _progress(console, is_quiet=is_quiet) as progress:
        task = progress.add_task(Path(settings.source).name, total=None, found="")
        crossings = 0

        def show(result: FrameResult, claimed_frames: int | None) -> None:
            nonlocal crossings
            crossings += len(result.events)
            progress.update(task, advance=1, total=claimed_frames, found=f"{crossings} counted")

        report = count_source(settings, outputs, cancel_token=token, on_frame=show)
        progress.update(task, total=report.summary["frames"])
    for warning in report.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if not is_quiet:
        _print_report(report, outputs)
    return report


@contextmanager
def _stop_on_interrupt(token: CancelToken) -> Iterator[None]:
    """End the count at Ctrl+C, keeping what was counted; a second one ends the program."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(console: Console, *, is_quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[found]}"),
        console=console,
        disable=is_quiet or not console.is_terminal,
        refresh_per_second=5,
    )


def _print_report(report: CountReport, outputs: Outputs) -> None:
    summary = report.summary
    totals = "  ".join(f"{_ARROWS[key]} {key} {n}" for key, n in summary["totals"].items() if n)
    print_line(f"{summary['source']}: {totals or 'nothing crossed'}")
    for name, counts in summary["per_class"].items():
        parts = "  ".join(f"{key} {n}" for key, n in counts.items() if n)
        if parts:
            print_line(f"  {name}: {parts}")
    for zone in (each for each in summary["geometries"] if each["kind"] == "zone"):
        sums = zone["totals"]
        print_line(
            f"  {zone['name']}: {sums['entries']} in, {sums['exits']} out, "
            f"{sums['occupancy']} there now"
        )
    print_line(
        f"  {summary['frames']} frames in {summary['seconds']:.1f} s "
        f"({summary['fps']:.0f} a second), detector ran {summary['detector_runs']} times"
    )
    if outputs.video is not None:
        print_line(f"  annotated video ({report.codec}): {outputs.video}")
    for path in outputs.event_logs:
        print_line(f"  events: {path}")


def print_line(text: str) -> None:
    """Print one line on standard output."""
    sys.stdout.write(text + "\n")
