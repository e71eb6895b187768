"""`import_frames`: pictures out of a video, by count, by time, or when something has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.errors import CaptureError
from app.capture.opening import open_source
from app.capture.picture_import import is_still
from app.capture.session import PictureFormat
from app.capture.shots import encoded
from app.capture.shutter import IntervalShutter
from app.capture.source import Frame, FrameSource
from app.files import atomic_write_bytes, atomic_write_text, write_error
from app.jobs.cancel import CancelToken

FRAMES_FILE = "frames.json"
_START_BYTES = 2**20
_CELLS = (32, 24)  # width and height of the small grey picture that changes are looked for in
_CHANGED_LEVELS = 20  # of 255; noise and compression stay below it


class FrameRule(Protocol):
    """Says of each frame in its turn whether it is taken; one object for one video."""

    def wants(self, frame: Frame) -> bool:
        """Return whether to take this frame."""
        ...


class EveryFrames:
    """Takes the first frame and every `count`-th after it.

    Raises
    ------
    CaptureError
        ``bad-interval``.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise CaptureError("bad-interval", f"Every {count} frames is not possible.", "From 1.")
        self._count = count

    def wants(self, frame: Frame) -> bool:
        """Return whether to take this frame."""
        return frame.index % self._count == 0


class EverySeconds:
    """Takes the first frame and one every `interval_s` seconds of the video's own time.

    Raises
    ------
    CaptureError
        ``bad-interval``.
    """

    def __init__(self, interval_s: float, *, fps: float) -> None:
        self._shutter = IntervalShutter(interval_s, tolerance_s=0.5 / fps)
        self._shutter.start(0.0)

    def wants(self, frame: Frame) -> bool:
        """Return whether to take this frame."""
        if self._shutter.left_s(frame.timestamp_s):
            return False
        self._shutter.released(frame.timestamp_s)
        return True


class OnChange:
    """Takes the first frame, and each that differs enough from the one taken before.

    Parameters
    ----------
    share : float
        Part of the picture that must have changed, above 0 to 1.

    Raises
    ------
    CaptureError
        ``bad-interval``.
    """

    def __init__(self, share: float = 0.05) -> None:
        if not 0 < share <= 1:
            message = f"A change of {share} of the picture is not possible."
            raise CaptureError("bad-interval", message, "It is a part, above 0 to 1.")
        self._share = share
        self._last: npt.NDArray[np.int16] | None = None

    def wants(self, frame: Frame) -> bool:
        """Return whether to take this frame."""
        gray = frame.luma
        if gray is None:
            gray = np.asarray(cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
        small = cv2.resize(gray, _CELLS, interpolation=cv2.INTER_AREA).astype(np.int16)
        if self._last is not None:
            changed = np.abs(small - self._last) > _CHANGED_LEVELS
            if float(changed.mean()) < self._share:
                return False
        self._last = small
        return True


@dataclass
class FrameImportReport:
    """How an import of frames went.

    Attributes
    ----------
    folder : Path
        Where the pictures are: the folder of this video, a group for the split.
    written : int
        New pictures.
    known : int
        Pictures that were there from an earlier import of the same video.
    frames_read : int
    warning : str or None
        What of the video could not be read.
    is_complete : bool
        False when it was cancelled.
    """

    folder: Path
    written: int = 0
    known: int = 0
    frames_read: int = 0
    warning: str | None = None
    is_complete: bool = True


def import_frames(
    video: Path,
    images_folder: Path,
    rule_for: Callable[[FrameSource], FrameRule],
    *,
    picture_format: PictureFormat = "png",
    cancel_token: CancelToken | None = None,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> FrameImportReport:
    """Write frames of a video as pictures ``{video}_f{frame}`` into a folder of its name.

    Importing the same video again goes on where it stopped, or adds what another rule takes; no
    picture is written twice. Another video of that name gets a folder of its own.

    Parameters
    ----------
    video : Path
    images_folder : Path
    rule_for : callable
        Makes the rule for the open video: ``lambda source: EverySeconds(2, fps=source.info.fps)``.
    picture_format : {"png", "jpg"}
    cancel_token : CancelToken, optional
    on_progress : callable, optional
        Called with the number of frames read, and of all if it is known.

    Raises
    ------
    CaptureError
        The video can't be read, or the rule makes no sense; nothing is written then.
    app.files.FileWriteError
        What was written until then is there.
    """
    with closing(open_source(str(video))) as source:
        rule = rule_for(source)
        report = FrameImportReport(_folder_for(video, images_folder))
        while (frame := source.read()) is not None:
            if cancel_token is not None and cancel_token.is_cancelled:
                report.is_complete = False
                break
            report.frames_read += 1
            if rule.wants(frame):
                _write(frame, video, picture_format, report)
            if on_progress is not None:
                on_progress(report.frames_read, source.info.frame_count)
        report.warning = source.warning
    return report


def is_video(path: Path) -> bool:
    """Whether a file is a video (or an animation), by its content; pictures are none."""
    if is_still(path):  # FFmpeg would play it as a video of one frame
        return False
    try:
        with closing(open_source(str(path))) as source:
            return source.info.kind == "file"
    except CaptureError:
        return False


def _write(
    frame: Frame, video: Path, picture_format: PictureFormat, report: FrameImportReport
) -> None:
    stem = report.folder / f"{video.stem}_f{frame.index:06d}"
    if any(os.path.lexists(f"{stem}.{ending}") for ending in ("png", "jpg")):
        report.known += 1
        return
    path = Path(f"{stem}.{picture_format}")
    atomic_write_bytes(path, encoded(frame.image_bgr, picture_format, path))
    report.written += 1


def _folder_for(video: Path, images_folder: Path) -> Path:
    """Return the folder of this very video, made if it is new."""
    facts = _facts_of(video)
    folder, number = images_folder / video.stem, 1
    while os.path.lexists(folder):
        if _facts_in(folder) == facts:
            return folder
        number += 1
        folder = images_folder / f"{video.stem}_{number}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise write_error(folder, error) from error
    atomic_write_text(folder / FRAMES_FILE, json.dumps(facts, ensure_ascii=False) + "\n")
    return folder


def _facts_of(video: Path) -> dict[str, Any]:
    try:
        with video.open("rb") as file:
            start = file.read(_START_BYTES)
        size_bytes = video.stat().st_size
    except OSError as error:
        raise CaptureError(
            "video-not-readable", f"Can't read {video}.", "Check the file.", detail=str(error)
        ) from error
    digest = hashlib.sha256(start).hexdigest()
    return {"video": video.name, "size_bytes": size_bytes, "start_sha256": digest}


def _facts_in(folder: Path) -> object:
    try:
        return json.loads((folder / FRAMES_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None  # a folder of something else
