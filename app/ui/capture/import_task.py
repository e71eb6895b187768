"""`ImportTask`: pictures, folders and videos into the project, in a thread of the pool."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Signal

from app.capture.frame_import import FrameImportReport, FrameRule, import_frames, is_video
from app.capture.picture_import import PictureImportReport, import_pictures
from app.capture.session import PictureFormat
from app.capture.source import FrameSource
from app.errors import AppError
from app.jobs.cancel import CancelToken

RuleFor = Callable[[FrameSource], FrameRule]

_TELL_S = 0.05


@dataclass(frozen=True)
class ImportWish:
    """What is imported, and where to.

    Attributes
    ----------
    paths : tuple of Path
        Pictures, folders of pictures, and videos.
    images_folder : Path
    rule_for : callable
        Which frames of a video are taken.
    picture_format : {"png", "jpg"}
        Of frames; pictures keep theirs.
    """

    paths: tuple[Path, ...]
    images_folder: Path
    rule_for: RuleFor
    picture_format: PictureFormat


@dataclass
class ImportOutcome:
    """What became of an import.

    Attributes
    ----------
    pictures : PictureImportReport
    videos : list of (Path, FrameImportReport)
    errors : list of AppError
        What could not be taken in at all.
    """

    pictures: PictureImportReport = field(default_factory=PictureImportReport)
    videos: list[tuple[Path, FrameImportReport]] = field(default_factory=list)
    errors: list[AppError] = field(default_factory=list)

    @property
    def new_pictures(self) -> int:
        """How many pictures the project has more."""
        return len(self.pictures.copied) + sum(report.written for _, report in self.videos)


class ImportProgress(QObject):
    """Carries news from the thread to the window.

    Signals
    -------
    advanced(str, int, int)
        Name of what is worked on, how much of it is done, of how much (0: unknown).
    done(ImportOutcome)
    """

    advanced = Signal(str, int, int)
    done = Signal(object)


class ImportTask(QRunnable):
    """Works a wish off; `token` stops it, and what was taken in until then stays."""

    def __init__(self, wish: ImportWish, progress: ImportProgress, token: CancelToken) -> None:
        super().__init__()
        self._wish, self._progress, self._token = wish, progress, token
        self._told_s = 0.0

    def run(self) -> None:
        """Import; `done` is emitted whatever happens."""
        outcome = ImportOutcome()
        try:
            videos = [path for path in self._wish.paths if path.is_file() and is_video(path)]
            self._take(partial(self._import_pictures, videos, outcome), outcome)
            for video in videos:
                self._take(partial(self._import_video, video, outcome), outcome)
        finally:
            self._progress.done.emit(outcome)

    def _take(self, step: Callable[[], None], outcome: ImportOutcome) -> None:
        if not self._token.is_cancelled:
            try:
                step()
            except AppError as error:
                outcome.errors.append(error)

    def _import_pictures(self, videos: Sequence[Path], outcome: ImportOutcome) -> None:
        sources = [path for path in self._wish.paths if path not in videos]
        if sources:
            outcome.pictures = import_pictures(
                sources,
                self._wish.images_folder,
                cancel_token=self._token,
                on_progress=lambda done, total: self._tell("", done, total),
            )

    def _import_video(self, video: Path, outcome: ImportOutcome) -> None:
        report = import_frames(
            video,
            self._wish.images_folder,
            self._wish.rule_for,
            picture_format=self._wish.picture_format,
            cancel_token=self._token,
            on_progress=lambda done, total: self._tell(video.name, done, total or 0),
        )
        outcome.videos.append((video, report))

    def _tell(self, name: str, done: int, total: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= _TELL_S or done == total:
            self._told_s = now_s
            self._progress.advanced.emit(name, done, total)
