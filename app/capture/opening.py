"""`open_source`: from what a person typed or dropped to an open `FrameSource`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from app.capture.camera_modes import CameraMode
from app.capture.cameras import CameraConnection
from app.capture.errors import SourceError
from app.capture.image_folder import ImageFolderSource, image_files
from app.capture.live import LiveSource, StateCallback
from app.capture.source import FrameSource
from app.capture.streams import STREAM_SCHEMES, StreamConnection, without_password
from app.capture.video_file import VideoFileSource
from app.imaging import IMAGE_SUFFIXES


def open_source(
    text: str, *, on_state: StateCallback | None = None, mode: CameraMode | None = None
) -> FrameSource:
    """Open a video file, a camera by its number, a stream by its address, or a folder of images.

    Parameters
    ----------
    text : str
        ``clip.mp4``, ``0``, ``rtsp://host/path``, ``photos/``. An existing file or folder named
        like a number is taken before the camera.
    on_state : callable or None
        Told when a live source is ``"lost"`` and ``"back"``, in the thread that grabs.
    mode : CameraMode, optional
        What to ask a camera for. What it gives is in `FrameSource.info`, and may differ.

    Raises
    ------
    SourceError
        Naming the source, what is wrong with it and what to do.
    """
    if is_camera(text):
        return _open_camera(text, on_state, mode)
    if mode is not None:
        raise SourceError(
            "mode-not-for-this",
            f"{without_password(text)} is no camera and can't be asked for {mode}.",
            "Only a camera, given by its number, has modes.",
        )
    if urlsplit(text).scheme.lower() in STREAM_SCHEMES:
        return _open_stream(text, on_state)
    path = Path(text).expanduser()
    if path.is_dir():
        return ImageFolderSource(image_files(path), uri=text)
    if path.exists():
        return _open_file(path, text)
    if "://" in text:
        raise SourceError(
            "stream-unknown-protocol",
            f"Addresses such as {without_password(text)} are not supported.",
            f"Addresses begin with {', '.join(sorted(STREAM_SCHEMES))}.",
        )
    raise SourceError(
        "source-not-found",
        f"There is no file or folder {text}.",
        "Check the name. A camera is given by its number, a stream by its full address.",
    )


def is_camera(text: str) -> bool:
    """Whether `open_source` takes a text for the number of a camera."""
    return text.strip().isdecimal() and not Path(text).exists()


def _open_camera(text: str, on_state: StateCallback | None, mode: CameraMode | None) -> LiveSource:
    number = int(text)
    return LiveSource(
        CameraConnection(number, mode),
        lambda: CameraConnection(number, mode),
        uri=text,
        name=f"Camera {number}",
        kind="camera",
        on_state=on_state,
    )


def _open_file(path: Path, text: str) -> FrameSource:
    if path.is_file() and not path.stat().st_size:
        raise SourceError("video-not-readable", f"{text} is empty: it has 0 bytes.")
    is_still = path.suffix.lower() in IMAGE_SUFFIXES - {".gif"}  # an animated GIF is a video
    if is_still:
        return ImageFolderSource([path], uri=text)
    # "file:" because FFmpeg would take "a:b.mp4" for an address of protocol "a".
    return VideoFileSource(f"file:{path}", name=str(path), uri=text)


def _open_stream(address: str, on_state: StateCallback | None) -> FrameSource:
    connection = StreamConnection(address)
    name = without_password(address)
    if connection.is_recording:
        connection.close()
        return VideoFileSource(address, name=name, uri=address)
    return LiveSource(
        connection,
        lambda: StreamConnection(address),
        uri=address,
        name=name,
        kind="stream",
        on_state=on_state,
    )
