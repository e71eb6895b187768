"""`count_source`: counts a whole source from start to end and writes what was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.capture.opening import open_source
from app.capture.recorder import VideoRecorder
from app.capture.source import FrameSource
from app.counting.reports import EventLog
from app.detection.opening import open_detector
from app.jobs.cancel import CancelToken
from app.pipeline.drawing import Drawing
from app.pipeline.reader import make_reader
from app.pipeline.session import CountingSession, FrameResult, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings


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
    """

    summary: dict[str, Any]
    codec: str | None
    warnings: tuple[str, ...]


def count_source(
    settings: CountSettings,
    outputs: Outputs,
    *,
    cancel_token: CancelToken,
    on_frame: Callable[[FrameResult, int | None], None] | None = None,
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

    Raises
    ------
    app.errors.AppError
        When source, model, settings or outputs do not serve.
    """
    use_one_thread_for_opencv()
    with ExitStack() as stack:
        source = open_source(settings.source)
        stack.callback(source.close)
        detector = open_detector(settings.model)
        stack.callback(detector.close)
        session = CountingSession(settings, source.info, detector)
        stack.callback(session.close)
        logs = [stack.enter_context(EventLog(path)) for path in outputs.event_logs]
        recorder = _open_recorder(outputs.video, source, settings)
        if recorder is not None:
            stack.enter_context(recorder)
        return _count(source, session, logs, recorder, cancel_token, on_frame)


def _open_recorder(
    path: Path | None, source: FrameSource, settings: CountSettings
) -> VideoRecorder | None:
    if path is None:
        return None
    info = source.info
    original = Path(settings.source) if info.kind == "file" else None
    return VideoRecorder(
        path, width=info.width, height=info.height, fps=info.fps, exists_ok=True, source=original
    )


def _count(
    source: FrameSource,
    session: CountingSession,
    logs: list[EventLog],
    recorder: VideoRecorder | None,
    cancel_token: CancelToken,
    on_frame: Callable[[FrameResult, int | None], None] | None,
) -> CountReport:
    info = source.info
    drawing = Drawing(width=info.width, height=info.height, class_names=session.detector.classes)
    reader = make_reader(source)
    frames, seen, started_s = 0, 0, time.perf_counter()
    try:
        while not cancel_token.is_cancelled and (item := reader.next()) is not None:
            frame, picture = item
            result = session.step(frame, picture, ahead=reader.ahead)
            frames += 1
            seen += len(result.tracks)
            for event in result.events:
                for log in logs:
                    log.write(event)
            if recorder is not None:
                image = drawing.draw(result, scene=session.settings.scene, totals=session.totals)
                recorder.write(image, frame.timestamp_s)
            if on_frame is not None:
                on_frame(result, info.frame_count)
    finally:
        reader.close()
    seconds = time.perf_counter() - started_s
    warnings = [text for text in (getattr(source, "warning", None),) if text]
    if frames and not seen:
        names = ", ".join(session.class_names)
        warnings.append(f"Nothing was detected. Looked for {names}, score {session.score:g}.")
    summary = _summary(session, frames=frames, seconds=seconds, source=info.uri)
    return CountReport(summary, None if recorder is None else recorder.codec, tuple(warnings))


def _summary(
    session: CountingSession, *, frames: int, seconds: float, source: str
) -> dict[str, Any]:
    return {
        "frames": frames,
        "seconds": round(seconds, 3),
        "fps": round(frames / seconds, 2) if seconds else 0.0,
        "detector_runs": session.detector_runs,
        **session.totals.to_json(),
        "model": session.detector.name,
        "source": source,
    }
