"""Pictures out of FFmpeg, by PyAV: what video files and network streams have in common."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import cast

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

_FALLBACK_FPS = 25.0
_MAX_FPS = 1000.0  # above it, the container states its clock and not its rate
# Threads over frames mend damaged pictures differently from run to run; up to this size one
# thread decodes faster than pictures can be searched for objects (2 ms at 1280x720).
_ONE_THREAD_PX = 1920 * 1088
_TEXT_ART_CODECS = frozenset({"ansi", "bintext", "idf", "xbin"})  # FFmpeg plays .txt with them

_PLANAR_YUV = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"}
)

_TURNS = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


class Decoder:
    """Decodes one video stream of an open container, stepping over damaged packets.

    Attributes
    ----------
    damaged_packets : int
        Packets that did not decode, so far.
    hidden_times : set of int
        Times of packets that the container itself marks as not to be shown (a clip that was cut
        without encoding it again).
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self.damaged_packets = 0
        self.hidden_times: set[int | None] = set()
        self._frames = self._decode()

    def next_frame(self) -> VideoFrame | None:
        """Return the next picture in order of presentation; None at the end.

        Raises
        ------
        av.FFmpegError
            When the container can't be read any further.
        """
        return next(self._frames, None)

    def seek(self, time: int) -> None:
        """Go on at the last key frame at or before `time` (in units of the stream's clock).

        Raises
        ------
        av.FFmpegError
            When the container can't seek.
        """
        self._container.seek(time, stream=self._stream)
        self._frames = self._decode()

    def _decode(self) -> Iterator[VideoFrame]:
        for packet in self._container.demux(self._stream):
            if packet.is_discard:
                self.hidden_times.add(packet.pts)
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self.damaged_packets += 1
                continue
            yield from frames


class PictureConverter:
    """Turns decoded frames into upright `image_bgr` arrays of one size.

    A file may change its size or pixel format half-way; every picture is scaled to the size of
    the first one, so that coordinates keep their meaning.
    """

    def __init__(self, first: VideoFrame) -> None:
        self._turn = _TURNS.get(first.rotation % 360)
        self._coded_size = (first.width, first.height)
        self._reformatter = VideoReformatter()  # keeps its conversion tables between frames
        self._lock = threading.Lock()  # which are not for two threads at once

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of every picture, pixels."""
        width, height = self._coded_size
        return (width, height) if self._turn in (None, cv2.ROTATE_180) else (height, width)

    def convert(self, frame: VideoFrame) -> npt.NDArray[np.uint8]:
        """Return the picture as ``image_bgr``, shape (height, width, 3), uint8."""
        width, height = self._coded_size
        with self._lock:
            converted = self._reformatter.reformat(
                frame, width=width, height=height, format="bgr24"
            )
        image_bgr = cast("npt.NDArray[np.uint8]", converted.to_ndarray())
        return image_bgr if self._turn is None else _turned(image_bgr, self._turn)

    def luma(self, frame: VideoFrame) -> npt.NDArray[np.uint8] | None:
        """Return the grey plane of the picture as it lies in the decoder's memory, (height, width).

        None where the format has no such plane or the picture is turned or scaled.
        """
        is_plain = self._turn is None and (frame.width, frame.height) == self._coded_size
        if not is_plain or frame.format.name not in _PLANAR_YUV:
            return None
        plane = frame.planes[0]
        memory = memoryview(cast("bytes", plane))  # PyAV's planes offer the buffer protocol
        rows = np.frombuffer(memory, np.uint8).reshape(-1, plane.line_size)
        return np.asarray(rows[: frame.height, : frame.width])


def _turned(image_bgr: npt.NDArray[np.uint8], turn: int) -> npt.NDArray[np.uint8]:
    return cast("npt.NDArray[np.uint8]", cv2.rotate(image_bgr, turn))


def moving_picture(container: InputContainer) -> VideoStream | None:
    """Return the video stream; the cover art of a song is none, nor is a text file."""
    for stream in container.streams.video:
        is_text = stream.codec_context.name in _TEXT_ART_CODECS
        if not is_text and not stream.disposition & Disposition.attached_pic:
            is_large = stream.width * stream.height > _ONE_THREAD_PX
            stream.thread_type = "AUTO" if is_large else "SLICE"
            return stream
    return None


def nominal_fps(stream: VideoStream) -> float:
    """Return the rate a container states, frames a second; 25 where it states none or nonsense."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= _MAX_FPS:
            return float(rate)
    return _FALLBACK_FPS
