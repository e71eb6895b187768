"""``tallybox count``: count what crosses a line in a video, camera, stream or folder of images."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.interrupt import stop_on_interrupt
from app.commands.outcome import EXIT_INTERRUPTED, UsageError
from app.commands.output import JsonOption, print_json
from app.counting.geometries import CountingBand, CountingLine, Scene, parse_band, parse_line
from app.errors import AppError
from app.files import atomic_write_text, write_error
from app.jobs.cancel import CancelToken
from app.pipeline.sample import sample_settings
from app.pipeline.settings import CountSettings, SettingsError
from app.project.project import Project
from app.project.run_folder import new_run_folder

if TYPE_CHECKING:  # the pipeline is heavy, and --help must not wait for it
    from app.pipeline.run import CountReport, Outputs
    from app.pipeline.session import FrameResult

_SCENE_EXAMPLE = (
    '{"geometries": [{"kind": "line", "name": "Gate", "start": [0, 0.5], "end": [1, 0.5]}]}'
)
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
        typer.Option(
            help="Project folder: what it keeps for SOURCE is used, results go to its counts/."
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Name or path of a model.", show_default="the starter")
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="Classes to count, such as Car,Vehicle.",
            show_default="the model's choice",
        ),
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X0,Y0,X1,Y1",
            help="Count over this line, in fractions of width and height. May be repeated.",
        ),
    ] = None,
    band: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X0,Y0,X1,Y1",
            help="Count through the band between these two corners. May be repeated.",
            show_default="0,0.4,1,0.5",
        ),
    ] = None,
    scene: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Scene file (JSON) with lines, bands and zones."),
    ] = None,
    score: Annotated[
        float | None,
        typer.Option(
            help="Least score of a detection, above 0 to 1.", show_default="the model's choice"
        ),
    ] = None,
    detect_every: Annotated[
        str | None,
        typer.Option(
            metavar="N|auto", help="Run the detector every N frames.", show_default="auto"
        ),
    ] = None,
    tracker: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="auto, classic (the course's method) or dlib.",
            show_default="auto",
        ),
    ] = None,
    swap_directions: Annotated[
        bool, typer.Option("--swap-directions", help="Count up as down and left as right.")
    ] = False,
    merge_kindred: Annotated[
        bool | None,
        typer.Option(
            help="Take boxes of kindred classes on one object (Car, Vehicle) for one.",
            show_default="merge",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the annotated video here.")
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the events here, as .csv or .jsonl."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Count what crosses lines and bands, or visits zones."""
    if len(sources) > 1 and (output is not None or events is not None):
        raise typer.BadParameter("--output and --events go with one SOURCE.")
    given: dict[str, Any] = {
        "model": model,
        "class_names": _split_names(classes),
        "score": score,
        "detect_every": detect_every,
        "tracker": tracker,
        "merge_kindred": merge_kindred,
        "scene": _given_scene(line or [], band or [], scene),
    }
    opened = None if project is None else Project.open(project)
    every = [
        _settings(source, given, opened, is_swapped=swap_directions) for source in sources
    ]  # all of them before the first is counted: what is wrong is told at once
    reports: list[CountReport] = []
    for settings in every:
        with _run_folder(opened) as folder:
            reports.append(_run(settings, _outputs(output, events, folder), is_quiet=as_json))
            if folder is not None:
                _write_summary(folder, reports[-1].summary)
        if not reports[-1].is_complete:
            break  # stopped by the person
    if as_json:
        summaries = [report.summary for report in reports]
        print_json(summaries[0] if len(sources) == 1 else {"runs": summaries})
    return 0 if reports[-1].is_complete else EXIT_INTERRUPTED


def count_sample(output_folder: Path) -> int:
    """Count the bundled sample in the terminal and say where the annotated video is."""
    from app.pipeline.run import Outputs

    try:
        output_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(output_folder, error) from error
    outputs = Outputs(output_folder / "annotated.mp4", (output_folder / "events.csv",))
    report = _run(sample_settings(), outputs, is_quiet=False)
    return 0 if report.is_complete else EXIT_INTERRUPTED


def _settings(
    source: str, given: dict[str, Any], project: Project | None, *, is_swapped: bool
) -> CountSettings:
    """Return what the project keeps for a source, with what the person gave put over it."""
    kept = CountSettings(source) if project is None else _kept_settings(source, project)
    if given["model"] not in (None, kept.model):
        kept = replace(kept, class_names=None, score=None)  # they mean nothing to another model
    changes = {name: value for name, value in given.items() if value is not None}
    if "detect_every" in changes:
        changes["detect_every"] = _parse_cadence(changes["detect_every"])
    if is_swapped:
        changes["scene"] = swap_directions_of(changes.get("scene", kept.scene))
    with _bad_usage():
        return replace(kept, **changes)


def _kept_settings(source: str, project: Project) -> CountSettings:
    kept = project.scene_for(source)
    if kept is None:
        return CountSettings(source)
    try:
        return CountSettings.from_json({**kept, "source": source})
    except (AppError, TypeError, ValueError) as error:
        raise SettingsError(
            "kept-settings-broken",
            f"What {project.file} keeps for {source} can't be used: {error}",
            "Open the source in the Count tab once, or mend the file by hand.",
            detail=repr(error),
        ) from error


def _split_names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise typer.BadParameter("--classes names no class.")
    return names


def _parse_cadence(text: str) -> int | None:
    if text == "auto":
        return None
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"--detect-every is a whole number of frames or auto, not {text!r}."
        ) from error


@contextmanager
def _bad_usage() -> Iterator[None]:
    """Let an option's value that makes no sense end the program as bad usage."""
    try:
        yield
    except AppError as error:
        raise UsageError(error.code, error.message, error.hint, error.detail) from error


def _given_scene(lines: list[str], bands: list[str], path: Path | None) -> Scene | None:
    """Return the scene that the person named, if any."""
    if path is not None and (lines or bands):
        raise typer.BadParameter("--scene goes without --line and --band.")
    if path is not None:
        return read_scene(path)
    if not lines and not bands:
        return None

    def name(kind: str, index: int, count: int) -> str:
        return kind if count == 1 else f"{kind} {index + 1}"

    drawn: list[CountingLine | CountingBand] = []
    with _bad_usage():
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
    except OSError as error:
        raise SettingsError(
            "scene-not-readable",
            f"Can't read the scene file {path}: {error.strerror}.",
            "Check the file's name.",
            detail=str(error),
        ) from error
    except ValueError as error:
        raise SettingsError(
            "scene-not-readable",
            f"Can't read the scene file {path}: it is not JSON.",
            f"It looks like {_SCENE_EXAMPLE}",
            detail=str(error),
        ) from error
    try:
        return Scene.from_json(fields)
    except AppError as error:
        message = f"Can't use the scene file {path}: {error.message}"
        hint = f"It looks like {_SCENE_EXAMPLE}" if error.code == "bad-scene" else error.hint
        raise SettingsError(error.code, message, hint, error.detail) from error


def swap_directions_of(scene: Scene) -> Scene:
    """Return the scene with every line and band counting the other way round."""
    fields = scene.to_json()
    for geometry in fields["geometries"]:
        if geometry["kind"] != "zone":
            geometry["is_swapped"] = not geometry["is_swapped"]
    return Scene.from_json(fields)


@contextmanager
def _run_folder(project: Project | None) -> Iterator[Path | None]:
    """Give a run its folder in the project; one that stays empty is removed again."""
    folder = None if project is None else new_run_folder(project.counts_folder)
    try:
        yield folder
    finally:
        if folder is not None:
            with suppress(OSError):  # it is not empty
                folder.rmdir()


def _outputs(output: Path | None, events: Path | None, folder: Path | None) -> Outputs:
    from app.pipeline.run import Outputs

    if folder is None:
        return Outputs(output, () if events is None else (events,))
    logs = (folder / "events.csv", folder / "events.jsonl")
    return Outputs(output or folder / "annotated.mp4", logs if events is None else (*logs, events))


def _write_summary(folder: Path, summary: dict[str, Any]) -> None:
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    atomic_write_text(folder / "summary.json", text + "\n")


def _run(settings: CountSettings, outputs: Outputs, *, is_quiet: bool) -> CountReport:
    """Count one source with a progress bar on a terminal, and say what came out."""
    from app.pipeline.run import count_source

    console = Console(stderr=True)
    token = CancelToken()
    with stop_on_interrupt(token), _progress(console, is_quiet=is_quiet) as progress:
        task = progress.add_task(Path(settings.source).name, total=None, found="")
        crossings = 0

        def show(result: FrameResult, claimed_frames: int | None) -> None:
            nonlocal crossings
            crossings += len(result.events)
            progress.update(task, advance=1, total=claimed_frames, found=f"{crossings} counted")

        def warn(_state: str, message: str) -> None:
            console.print(f"warning: {message}", highlight=False, markup=False, soft_wrap=True)

        report = count_source(settings, outputs, cancel_token=token, on_frame=show, on_state=warn)
        progress.update(task, total=report.summary["frames"])
    for warning in report.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if not is_quiet:
        _print_report(report, outputs)
    return report


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
