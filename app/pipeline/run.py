"""`count_source`: counts a whole source from start to end and writes what was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.capture.opening import open_source
from app.capture.source import FrameSource
from app.capture.streams import without_password
from app.counting.reports import EventLog
from app.detection.opening import open_detector
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.pipeline.annotated_video import AnnotatedVideo
from app.pipeline.reader import Reader, make_reader
from app.pipeline.session import CountingSession, FrameResult, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings, SettingsError
from app.pipeline.suggestion import SuggestionWatch

_LOOK_EVERY_S = 0.2  # how soon a cancel is seen while a stream is lost


@dataclass(frozen=True)
class Outputs:
    """Where results go; None writes none.

    Attributes
    ----------
    video : Path or None
        Annotated video.
    event_logs : tuple of Path
        ``.csv`` or ``.jsonl`` files.
    """

    video: Path | None = None
    event_logs: tuple[Path, ...] = ()

    def check(self, source: str) -> None:
        """Refuse to write two results into one file, or any into the source.

        Raises
        ------
        SettingsError
        """
        paths = [*self.event_logs, *([] if self.video is None else [self.video])]
        resolved = [path.resolve() for path in paths]
        for path in paths:
            if path.resolve() == Path(source).expanduser().resolve():
                raise SettingsError(
                    "output-is-source",
                    f"Can't write results to {path}: that is what is being counted.",
                    "Choose another name.",
                )
            if resolved.count(path.resolve()) > 1:
                raise SettingsError(
                    "output-twice",
                    f"Two results can't both be written to {path}.",
                    "Give each its own name.",
                )


@dataclass(frozen=True)
class CountReport:
    """How a run went.

    Attributes
    ----------
    summary : dict
        The JSON object of ``tallybox count --json``.
    codec : str or None
        Of the annotated video.
    warnings : tuple of str
        What the person should know: a damaged video, nothing detected.
    is_complete : bool
        False for a file that was cancelled before its end. Live sources have no end.
    """

    summary: dict[str, Any]
    codec: str | None
    warnings: tuple[str, ...]
    is_complete: bool


def count_source(
    settings: CountSettings,
    outputs: Outputs,
    *,
    cancel_token: CancelToken,
    on_frame: Callable[[FrameResult, int | None], None] | None = None,
    on_state: Callable[[str, str], None] | None = None,
) -> CountReport:
    """Count every frame of a source, or a live one until it is cancelled.

    A cancelled run keeps what was counted until then: on a camera that is the only way to end.

    Parameters
    ----------
    settings : CountSettings
    outputs : Outputs
    cancel_token : CancelToken
    on_frame : callable, optional
        Called with each result and the number of frames that the source claims to have.
    on_state : callable, optional
        Called with ``"lost"`` or ``"back"`` and a sentence, in the thread that grabs.

    Raises
    ------
    app.errors.AppError
        When source, model, settings or outputs do not serve; before the first frame is counted
        nothing is left behind. What is written until a disk is full stays.
    """
    outputs.check(settings.source)
    use_one_thread_for_opencv()
    with ExitStack() as stack:
        source = open_source(settings.source, on_state=on_state)
        stack.callback(source.close)
        detector = open_detector(settings.model)
        stack.callback(detector.close)
        session = CountingSession(settings, source.info, detector)
        stack.callback(session.close)
        reader = make_reader(source, cancel_token)
        stack.callback(reader.close)
        run = _Run(source, session, reader, cancel_token, on_frame)
        run.open(outputs)
        started_s = time.perf_counter()
        try:
            run.count()
        finally:
            run.close()
        return run.report(seconds=time.perf_counter() - started_s)


class _Run:
    """One source, counted into its files."""

    def __init__(
        self,
        source: FrameSource,
        session: CountingSession,
        reader: Reader,
        cancel_token: CancelToken,
        on_frame: Callable[[FrameResult, int | None], None] | None,
    ) -> None:
        self._source, self._session, self._reader = source, session, reader
        self._cancel_token = cancel_token
        self._on_frame = on_frame
        self._logs: list[EventLog] = []
        self._video: AnnotatedVideo | None = None
        self._watch = SuggestionWatch()
        self._frames = 0
        self._has_tracks = False
        self._warnings: list[str] = []

    def open(self, outputs: Outputs) -> None:
        """Begin the files: what can't be written is told before anything is counted."""
        try:
            for path in outputs.event_logs:
                self._logs.append(EventLog(path))
            if outputs.video is not None:
                classes = self._session.detector.classes
                self._video = AnnotatedVideo(
                    outputs.video, self._source.info, classes, exists_ok=True
                )
        except AppError:
            for log in self._logs:
                log.discard()
            raise

    def count(self) -> None:
        """Count until the end or until cancelled."""
        last: FrameResult | None = None
        while not self._cancel_token.is_cancelled:
            item = self._reader.next(timeout_s=_LOOK_EVERY_S)
            if item is not None:
                last = self._session.step(*item, upcoming=self._reader.upcoming)
                self._take(last)
            elif self._reader.has_ended:
                break
        if last is not None and not self._has_tracks:
            self._warnings.append(self._watch.conclude(last, self._session).warning())

    def _take(self, result: FrameResult) -> None:
        self._frames += 1
        for event in result.events:
            for log in self._logs:
                log.write(event)
        if self._video is not None:
            session = self._session
            self._video.write(result, settings=session.settings, totals=session.totals)
        if len(result.tracks):
            self._has_tracks = True
        elif not self._has_tracks:
            self._watch.look(result, self._session)
        if self._on_frame is not None:
            self._on_frame(result, self._source.info.frame_count)

    def close(self) -> None:
        """Finish the files, also after a failure: what was counted until then is true."""
        with ExitStack() as stack:  # one that can't be finished must not keep the others open
            for log in self._logs:
                stack.callback(log.close)
            if self._video is not None:
                stack.callback(self._video.close)

    def report(self, *, seconds: float) -> CountReport:
        """Return how it went; the files are closed."""
        session, info = self._session, self._source.info
        summary = {
            "frames": self._frames,
            "seconds": round(seconds, 3),
            "fps": round(self._frames / seconds, 2) if seconds else 0.0,
            "detector_runs": session.detector_runs,
            **session.totals.to_json(),
            "model": session.detector.name,
            "source": without_password(info.uri) if "://" in info.uri else info.uri,
        }
        is_complete = info.is_live or self._reader.has_ended
        told = (self._source.warning, None if self._video is None else self._video.warning)
        warnings = [text for text in told if text] + self._warnings
        if not is_complete:
            warnings.append(f"Stopped after {self._frames} frames, before the end.")
        codec = None if self._video is None else self._video.codec
        return CountReport(summary, codec, tuple(warnings), is_complete)
