"""`AnnotatedVideo`: records what was counted, drawn onto the frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.capture.recorder import VideoRecorder
from app.capture.source import SourceInfo
from app.capture.threaded_recorder import ThreadedRecorder
from app.counting.totals import Totals
from app.pipeline.drawing import Drawing
from app.pipeline.session import FrameResult
from app.pipeline.settings import CountSettings


class AnnotatedVideo:
    """A recording with the rate and size of its source.

    Of a file every frame is written, of a live source as many as the encoder can take.

    Parameters
    ----------
    path : Path
        See `VideoRecorder`.
    info : SourceInfo
    class_names : mapping of int to str
    exists_ok : bool
        Whether an existing file may be replaced.

    Attributes
    ----------
    path : Path

    Raises
    ------
    app.capture.errors.RecordingError
        At once, when the place can't be written.
    """

    def __init__(
        self, path: Path, info: SourceInfo, class_names: Mapping[int, str], *, exists_ok: bool
    ) -> None:
        self.path = path
        recorder = VideoRecorder(
            path,
            width=info.width,
            height=info.height,
            fps=info.fps,
            exists_ok=exists_ok,
            source=Path(info.uri).expanduser() if info.kind == "file" else None,
        )
        self._recorder = ThreadedRecorder(recorder, drops_when_full=info.is_live)
        self._drawing = Drawing(width=info.width, height=info.height, class_names=class_names)
        self._step_s = 1 / info.fps
        self._last_s: float | None = None
        self._skipped_s = 0.0
        self._is_cut = False

    @property
    def codec(self) -> str:
        """The codec's name for people, such as ``"H.264"``."""
        return self._recorder.codec

    @property
    def frames_written(self) -> int:
        """How many frames are in the file; all of them after `close`."""
        return self._recorder.frames_written

    @property
    def warning(self) -> str | None:
        """One sentence on frames that are missing in the recording."""
        dropped = self._recorder.dropped_frames
        if not dropped:
            return None
        return f"{dropped} frames are missing in {self.path.name}: the encoder could not keep up."

    def write(self, result: FrameResult, *, settings: CountSettings, totals: Totals) -> None:
        """Draw one frame and append it.

        Raises
        ------
        app.capture.errors.RecordingError
            When it, or one before it, could not be written; `abort` then.
        """
        image_bgr = self._drawing.draw(result, settings=settings, totals=totals)
        self._recorder.write(image_bgr, self._recorded_s(result.frame.timestamp_s))

    def cut(self) -> None:
        """Let the next frame follow at once, as after a seek, whatever its time is."""
        self._is_cut = True

    def close(self) -> str:
        """Finish the file and return the codec's name.

        Raises
        ------
        app.capture.errors.RecordingError
        """
        return self._recorder.close()

    def abort(self) -> None:
        """Throw the recording away; what a broken-off one left stays."""
        self._recorder.abort()

    def _recorded_s(self, timestamp_s: float) -> float:
        """Return the time in the recording, less what was cut out."""
        if self._is_cut and self._last_s is not None:
            self._skipped_s += timestamp_s - self._last_s - self._step_s
        self._is_cut, self._last_s = False, timestamp_s
        return timestamp_s - self._skipped_s
