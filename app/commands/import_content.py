"""What ``tallybox import`` takes in beside labels: told apart by content, not by ending."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from app.commands.import_model import model_file
from app.commands.interrupt import stop_on_interrupt
from app.commands.outcome import EXIT_FAILED, EXIT_INTERRUPTED
from app.commands.output import print_json
from app.commands.scanning import progress_bar, shown
from app.errors import AppError
from app.jobs.cancel import CancelToken

if TYPE_CHECKING:  # pictures and videos are heavy, and --help must not wait for them
    from app.capture.frame_import import FrameRule
    from app.capture.source import FrameSource

Kind = Literal["labels", "pictures", "video", "model"]
RuleFor = Callable[["FrameSource"], "FrameRule"]

_DEFAULT_INTERVAL_S = 1.0
_CHANGED_SHARE = 0.05
_LEFT_OUT_SHOWN = 10
_MODEL_FILES = ("model.json", "saved_model.pb")  # or any .tflite


def what_is(path: Path) -> Kind:
    """Return what a file or folder holds.

    A folder of labels may hold their pictures as well; it is told to be labels.

    Raises
    ------
    app.capture.errors.CaptureError
        ``no-such-file``; ``nothing-known``: none of all these.
    app.annotation.errors.AnnotationError
        Labels that are broken.
    """
    from app.annotation.errors import AnnotationError
    from app.annotation.formats.registry import detect
    from app.capture.errors import CaptureError

    if not path.exists():
        raise CaptureError("no-such-file", f"There is no file or folder {path}.", "Check it.")
    if _is_model(path):
        return "model"
    try:
        detect(path)
    except AnnotationError as error:
        if error.code != "labels-unknown":
            raise
        kind = _pictures_or_video(path)
        if kind is None:
            raise _nothing_known(path, error) from error
        return kind
    return "labels"


def _pictures_or_video(path: Path) -> Kind | None:
    from app.capture.frame_import import is_video
    from app.capture.picture_import import is_picture

    if path.is_dir():
        files = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
        return "pictures" if any(is_picture(file) for file in files) else None
    if is_video(path):  # first: an animation is a picture too
        return "video"
    return "pictures" if is_picture(path) else None


def _nothing_known(path: Path, error: AppError) -> AppError:
    from app.capture.errors import CaptureError

    hint = f"It takes pictures, a video, a model, or labels. {error.hint}"
    if path.is_file() and zipfile.is_zipfile(path):
        hint = "It is an archive without a model: unpack it, and import what is in it."
    return CaptureError(
        "nothing-known", f"{path} holds nothing that can be imported.", hint, str(error)
    )


def _is_model(path: Path) -> bool:
    """Whether a path is a model, or the folder or archive of one, as `open_detector` opens them."""
    if path.is_dir():
        return model_file(path) is not None
    return any(map(_is_model_file, (path.name, *_members(path))))


def _is_model_file(name: str) -> bool:
    return name.rpartition("/")[2] in _MODEL_FILES or name.endswith(".tflite")


def _members(path: Path) -> list[str]:
    """Return the names in an archive; none of another file, or of one that is broken."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return archive.namelist()
        if tarfile.is_tarfile(path):
            with tarfile.open(path) as tar:
                return tar.getnames()
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError):
        return []
    return []


def rule_for_frames(
    every_frames: int | None, every_seconds: float | None, *, when_changed: bool
) -> RuleFor | None:
    """Return the rule that the options say; None where they say nothing.

    Raises
    ------
    typer.BadParameter
        Several of them, or a number that makes no sense.
    """
    from app.capture.errors import CaptureError
    from app.capture.frame_import import EveryFrames, EverySeconds, OnChange

    given = [every_frames is not None, every_seconds is not None, when_changed]
    if sum(given) > 1:
        raise typer.BadParameter("One of --every-frames, --every-seconds, --when-changed.")
    try:
        if every_frames is not None:
            EveryFrames(every_frames)
            return lambda _source: EveryFrames(every_frames)
        if every_seconds is not None:
            EverySeconds(every_seconds, fps=1)
            return partial(_every_seconds, every_seconds)
    except CaptureError as error:
        raise typer.BadParameter(str(error)) from error
    return (lambda _source: OnChange(_CHANGED_SHARE)) if when_changed else None


def _every_seconds(interval_s: float, source: FrameSource) -> FrameRule:
    from app.capture.frame_import import EverySeconds

    return EverySeconds(interval_s, fps=source.info.fps)


def take_in_pictures(source: Path, images_folder: Path, *, as_json: bool) -> int:
    """Copy pictures with a progress bar, say how it went, and return the exit code."""
    from app.capture.picture_import import import_pictures

    token = CancelToken()
    with stop_on_interrupt(token), progress_bar(is_quiet=as_json) as progress:
        report = import_pictures(
            [source], images_folder, cancel_token=token, on_progress=shown(progress, "Pictures")
        )
    left_out = [{"path": str(each.path), "reason": each.reason} for each in report.left_out]
    if as_json:
        counts = {"copied": len(report.copied), "turned": report.turned, "known": len(report.known)}
        print_json(
            {"kind": "pictures", **counts, "left_out": left_out, "is_complete": report.is_complete}
        )
    else:
        typer.echo(f"{len(report.copied)} pictures are new in {images_folder}.")
        if report.known:
            typer.echo(f"{len(report.known)} were there already.")
        for each in left_out[:_LEFT_OUT_SHOWN]:
            typer.echo(f"left out: {each['path']}: {each['reason']}")
        if len(left_out) > _LEFT_OUT_SHOWN:
            typer.echo(f"left out: {len(left_out) - _LEFT_OUT_SHOWN} more; --json lists them.")
    if not report.is_complete:
        return EXIT_INTERRUPTED
    return 0 if report.copied or report.known else EXIT_FAILED


def take_in_frames(
    video: Path, images_folder: Path, rule_for: RuleFor | None, *, as_json: bool
) -> int:
    """Take pictures out of a video with a progress bar; by default one a second."""
    from app.capture.frame_import import import_frames

    token = CancelToken()
    with stop_on_interrupt(token), progress_bar(is_quiet=as_json) as progress:
        show = shown(progress, video.name)
        report = import_frames(
            video,
            images_folder,
            rule_for or partial(_every_seconds, _DEFAULT_INTERVAL_S),
            cancel_token=token,
            on_progress=lambda done, total: show(done, total or done),
        )
    if as_json:
        fields = {name: value for name, value in vars(report).items() if name != "folder"}
        print_json({"kind": "video", "folder": str(report.folder), **fields})
    else:
        typer.echo(f"{report.written} pictures are new in {report.folder}.")
        if report.known:
            typer.echo(f"{report.known} were there already.")
        if report.warning:
            typer.echo(f"warning: {report.warning}")
    return 0 if report.is_complete else EXIT_INTERRUPTED
