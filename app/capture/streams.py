"""Network streams: HTTP (also MJPEG) and RTSP, by FFmpeg."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.capture.decoding import PictureConverter, moving_picture, nominal_fps
from app.capture.errors import SourceError

STREAM_SCHEMES = frozenset({"http", "https", "rtsp", "rtsps", "rtmp", "udp", "rtp", "srt"})
OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0

_OPTIONS = {
    "rtsp_transport": "tcp",  # lost UDP packets smear pictures that are then "detected"
    "analyzeduration": "1000000",  # microseconds spent on guessing rates before the first frame
}
_JPEG_END = b"\xff\xd9"
_TRAILER_BYTES = 64  # cameras pad with zeros or line ends
_REASONS: tuple[tuple[type[av.FFmpegError], str, str, str], ...] = (
    (
        av.error.HTTPUnauthorizedError,
        "stream-needs-password",
        "it asks for a name and a password",
        "Write them into the address: rtsp://name:password@host/...",
    ),
    (
        av.error.HTTPForbiddenError,
        "stream-needs-password",
        "it does not let you in",
        "Check the name and password in the address.",
    ),
    (
        av.error.HTTPClientError,
        "stream-not-found",
        "the server has nothing at that address",
        "Check the part of the address after the host.",
    ),
    (
        av.error.InvalidDataError,
        "stream-not-video",
        "it answers, but not with a video",
        "Check the address: cameras often have another one for their web page.",
    ),
    (
        av.error.ProtocolNotFoundError,
        "stream-unknown-protocol",
        "addresses of this kind are not supported here",
        "Use an http:// or rtsp:// address.",
    ),
    (
        av.error.ExitError,  # how FFmpeg says that its time was up
        "stream-not-reachable",
        f"it did not answer within {OPEN_TIMEOUT_S:g} seconds",
        "Check that the device is on and in the same network.",
    ),
)
_NOT_REACHABLE = (
    "stream-not-reachable",
    "nothing answers at that address",
    "Check the address, and that the device is on and in the same network.",
)


class StreamConnection:
    """One connection to a stream.

    Attributes
    ----------
    fps : float
        As the stream states it, else 25.
    is_recording : bool
        Whether it is a file with an end behind the address, and nothing live.

    Raises
    ------
    SourceError
        Within `OPEN_TIMEOUT_S` when it can't be opened.
    """

    def __init__(self, address: str) -> None:
        self._name = without_password(address)
        try:
            self._container = av.open(
                address, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S), options=_OPTIONS
            )
        except (av.FFmpegError, OSError) as error:
            raise _stream_error(self._name, error) from error
        stream = moving_picture(self._container)
        if stream is None:
            self._container.close()
            raise SourceError(
                "stream-not-video", f"{self._name} has no moving picture.", "Check the address."
            )
        self.fps = nominal_fps(stream)
        self.is_recording = self._container.duration is not None
        self._converter: PictureConverter | None = None
        self._frames = _sound_frames(self._container, stream)

    def grab(self) -> npt.NDArray[np.uint8]:
        """Wait for the next picture, at most `READ_TIMEOUT_S` without data."""
        try:
            frame = next(self._frames, None)
        except (av.FFmpegError, OSError) as error:
            raise _lost(self._name, error) from error
        if frame is None:
            raise _lost(self._name, None)
        if self._converter is None:
            self._converter = PictureConverter(frame)
        return self._converter.convert(frame)

    def close(self) -> None:
        """Hang up."""
        self._container.close()


def without_password(address: str) -> str:
    """Return an address fit to be shown and logged."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host))


def _sound_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield the pictures that arrived whole: a connection that breaks leaves half of one."""
    for packet in container.demux(stream):
        if packet.is_corrupt or _is_half_a_jpeg(packet):
            continue
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        yield from (frame for frame in frames if not frame.is_corrupt)


def _is_half_a_jpeg(packet: Packet[VideoStream]) -> bool:
    is_jpeg = packet.stream.codec_context.name == "mjpeg"
    return is_jpeg and packet.size > 0 and _JPEG_END not in bytes(packet)[-_TRAILER_BYTES:]


def _stream_error(name: str, error: Exception) -> SourceError:
    code, reason, hint = next(
        (words for kind, *words in _REASONS if isinstance(error, kind)), _NOT_REACHABLE
    )
    return SourceError(code, f"Can't open {name}: {reason}.", hint, detail=type(error).__name__)


def _lost(name: str, error: Exception | None) -> SourceError:
    detail = type(error).__name__ if error else "the stream ended"
    return SourceError("stream-lost", f"{name} gives no pictures any more.", detail=detail)
