"""``tallybox capture``: pictures of each class from a camera, stream, video or folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.commands.count import print_line
from app.commands.interrupt import stop_on_interrupt
from app.commands.label_source import open_labels
from app.commands.outcome import EXIT_INTERRUPTED, UsageError
from app.commands.output import JsonOption, print_json
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.project.project import Project

if TYPE_CHECKING:  # pictures and videos are heavy, and --help must not wait for them
    from app.annotation.label_folder import LabelFolder
    from app.capture.plan import CapturePlan
    from app.capture.run import CaptureRun
    from app.capture.session import CaptureSession
    from app.capture.shots import SavedPicture
    from app.capture.source import FrameSource

_ALIKE_SHOWN = 3


def capture(
    source: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            help="A video file, a camera number, a stream address or a folder of images.",
        ),
    ],
    *,
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="Classes to capture, in this order.",
            show_default="the project's plan, its classes, else d1,d2,d3,d4,d5",
        ),
    ] = None,
    examples: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Pictures of each class.", show_default="the project's plan, else 14"
        ),
    ] = None,
    interval: Annotated[
        float,
        typer.Option(metavar="S", help="Seconds between pictures; on a video, of its own time."),
    ] = 1.0,
    project: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Project, or plain folder, that gets a folder of pictures for each session.",
            show_default="this folder",
        ),
    ] = Path(),
    picture_format: Annotated[
        Literal["png", "jpg"], typer.Option("--format", help="Kind of picture files.")
    ] = "png",
    countdown: Annotated[
        float, typer.Option(metavar="S", help="Seconds before the first picture of each class.")
    ] = 0.0,
    mode: Annotated[
        str | None,
        typer.Option(
            metavar="WxH@FPS",
            help="Size and rate to ask a camera for, such as 1280x720@30.",
            show_default="the camera's own",
        ),
    ] = None,
    is_new: Annotated[
        bool,
        typer.Option("--new-session", help="Begin a new session, though one is not complete."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Take pictures of one class after the other; a stopped session goes on where it stopped."""
    console = Console(stderr=True)
    _check_seconds(interval, countdown)
    folder, opened = open_labels(project, None)
    plan = _plan(classes, examples, opened)
    camera = _camera(source, mode, console)
    try:
        session = _session(folder.images, camera, plan, picture_format, console, is_new=is_new)
        teller = _Teller(console)
        run = _run(session, folder, opened, teller)
        is_stopped = _take(camera, run, teller, interval, countdown, is_quiet=as_json)
    finally:
        camera.close()
    _warn(console, camera.warning)
    _print_report(run, teller, source, as_json=as_json)
    teller.raise_error()
    if not run.is_complete and not is_stopped:
        raise _source_ended(run, source)
    return EXIT_INTERRUPTED if is_stopped else 0


def _camera(source: str, mode: str | None, console: Console) -> FrameSource:
    """Open the source, and say so when a camera gives another mode than it was asked for."""
    from app.capture.camera_modes import CameraMode, mode_warning
    from app.capture.opening import is_camera, open_source

    asked = None
    if mode is not None:
        if not is_camera(source):
            raise typer.BadParameter("--mode is for a camera, given by its number.")
        try:
            asked = CameraMode.of_text(mode)
        except AppError as error:
            raise UsageError(error.code, f"--mode: {error.message}", error.hint) from error
    camera = open_source(
        source, on_state=lambda _state, message: _warn(console, message), mode=asked
    )
    _warn(console, None if asked is None else mode_warning(asked, camera.info))
    return camera


class _Teller:
    """Says what happens while saving, and ends the run where nobody is there to mend it."""

    def __init__(self, console: Console) -> None:
        self.taken = 0
        self.alike: dict[str, str] = {}
        self.token = CancelToken()
        self.console = console
        self._error: AppError | None = None

    def saved(self, picture: SavedPicture) -> None:
        self.taken += 1
        if picture.resembles is not None:
            self.alike[picture.path.name] = picture.resembles

    def blocked(self, error: AppError) -> None:
        if self.console.is_terminal:
            _warn(self.console, f"{error} Saving goes on when it can; Ctrl+C stops.")
        else:
            self._error = error
            self.token.cancel()

    def unblocked(self) -> None:
        _warn(self.console, "Saving goes on.")

    def not_labelled(self, picture: SavedPicture, error: AppError) -> None:
        _warn(self.console, f"{picture.path.name} has no labels: {error}")

    def raise_error(self) -> None:
        """End the command with what stopped the saving."""
        if self._error is not None:
            raise self._error


def _check_seconds(interval_s: float, countdown_s: float) -> None:
    for option, value_s in (("--interval", interval_s), ("--countdown", countdown_s)):
        if not 0 <= value_s < float("inf"):
            raise typer.BadParameter(f"{option} is a number of seconds from 0, not {value_s}.")


def _plan(classes: str | None, examples: int | None, project: Project | None) -> CapturePlan:
    """Return the project's plan, or the course's, with what was given put over it."""
    from app.capture.plan import CapturePlan
    from app.capture.project_plan import plan_of

    kept = CapturePlan() if project is None else plan_of(project)
    names = kept.class_names
    if classes is not None:
        names = tuple(name.strip() for name in classes.split(",") if name.strip())
    try:
        return CapturePlan(names, kept.examples if examples is None else examples)
    except AppError as error:
        raise UsageError(error.code, error.message, error.hint) from error


def _session(
    images_folder: Path,
    camera: FrameSource,
    plan: CapturePlan,
    picture_format: Literal["png", "jpg"],
    console: Console,
    *,
    is_new: bool,
) -> CaptureSession:
    from app.capture.session import begin_session, continue_session

    def warn(error: AppError) -> None:
        _warn(console, str(error))

    if not is_new:
        session = continue_session(
            images_folder, camera.info, plan, picture_format, on_problem=warn
        )
        if session is not None:
            return session
    return begin_session(images_folder, camera.info, plan, picture_format)


def _run(
    session: CaptureSession, folder: LabelFolder, project: Project | None, teller: _Teller
) -> CaptureRun:
    """Keep the plan in the project, with its classes, and return the run."""
    from app.annotation.trash import open_trash
    from app.capture.project_plan import keep_plan
    from app.capture.run import CaptureRun

    try:
        if project is not None:
            keep_plan(project, session.plan)
        return CaptureRun(session, trash=open_trash(folder, project), watcher=teller)
    except BaseException:
        session.close()
        raise


def _take(
    camera: FrameSource,
    run: CaptureRun,
    teller: _Teller,
    interval_s: float,
    countdown_s: float,
    *,
    is_quiet: bool,
) -> bool:
    """Take the pictures with a progress bar on a terminal; return whether Ctrl+C stopped it."""
    from app.capture.timed import take_by_interval

    token = teller.token
    with stop_on_interrupt(token), _progress(run, teller, is_quiet=is_quiet) as progress:
        task = progress.add_task(run.text, total=run.session.plan.total)

        def show() -> None:
            progress.update(task, description=run.text, completed=sum(run.counts()))

        try:
            take_by_interval(
                camera,
                run,
                interval_s=interval_s,
                countdown_s=countdown_s,
                cancel_token=token,
                on_frame=show,
            )
        finally:
            run.close()
            show()
    return token.is_cancelled


def _progress(run: CaptureRun, teller: _Teller, *, is_quiet: bool) -> Progress:
    console = teller.console
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(run.session.folder.name),
        console=console,
        disable=is_quiet or not console.is_terminal,
        refresh_per_second=5,
    )


def _warn(console: Console, message: str | None) -> None:
    if message:
        console.print(f"warning: {message}", highlight=False, markup=False, soft_wrap=True)


def _print_report(run: CaptureRun, teller: _Teller, source: str, *, as_json: bool) -> None:
    plan, session = run.session.plan, run.session
    per_class = dict(zip(plan.class_names, run.counts(), strict=True))
    if as_json:
        fields: dict[str, Any] = {
            "session": str(session.folder),
            "source": source,
            "pictures": sum(per_class.values()),
            "taken": teller.taken,
            "wanted": plan.total,
            "is_complete": run.is_complete,
            "per_class": per_class,
            "alike": teller.alike,
        }
        print_json(fields)
        return
    print_line(f"{sum(per_class.values())} of {plan.total} pictures are in {session.folder}")
    for name, count in per_class.items():
        print_line(f"  {name}: {count} of {plan.examples}")
    if teller.alike:
        print_line(f"  {_alike_words(teller.alike)}")
    if not run.is_complete:
        print_line("  The same command goes on from there; --new-session begins anew.")


def _alike_words(alike: dict[str, str]) -> str:
    pairs = [f"{name} like {other}" for name, other in list(alike.items())[:_ALIKE_SHOWN]]
    more = len(alike) - len(pairs)
    listed = ", ".join(pairs) + (f" and {more} more" if more else "")
    count = "1 picture looks" if len(alike) == 1 else f"{len(alike)} pictures look"
    return f"{count} the same as another: {listed}. Vary pose, place and distance."


def _source_ended(run: CaptureRun, source: str) -> AppError:
    from app.capture.errors import SourceError

    return SourceError(
        "source-ended",
        f"{source} ended with {sum(run.counts())} of {run.session.plan.total} pictures taken.",
        "Use a longer video, or a shorter --interval with --new-session.",
    )
