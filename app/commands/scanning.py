"""Scanning the pictures of a command's folder, with a progress bar on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.jobs.cancel import CancelToken

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.dataset.scan import Scan
    from app.project.project import Project


def scan_with_progress(
    folder: LabelFolder, project: Project | None, progress: Progress, token: CancelToken
) -> Scan:
    """Measure the pictures that are new or changed; what was measured is kept, even by Ctrl+C.

    Raises
    ------
    app.annotation.errors.AnnotationError
    app.project.errors.ProjectError
    app.files.FileWriteError
    app.jobs.cancel.JobCancelled
    """
    from app.dataset.measure_cache import MeasureCache
    from app.dataset.scan import scan_pictures
    from app.project.activity import ActivityFile, activity_path

    path = activity_path(folder.images, None if project is None else project.folder)
    cache = MeasureCache(ActivityFile(path))
    show = shown(progress, "Pictures")
    return scan_pictures(folder, cache, on_progress=show, cancel_token=token)


def progress_bar(*, is_quiet: bool) -> Progress:
    """Return a bar on standard error; nothing is shown where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=is_quiet or not console.is_terminal,
        refresh_per_second=5,
    )


def shown(progress: Progress, words: str) -> Callable[[int, int], None]:
    """Return what work calls with how much is done and of how much, for a line of a bar."""
    task = progress.add_task(words, total=None)

    def show(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    return show
