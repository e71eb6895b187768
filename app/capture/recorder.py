"""`VideoRecorder`: writes video that opens everywhere, at the rate and size of its source."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.capture.errors import RecordingError
from app.files import partial_path, publish, remove_quietly, write_error

_MAX_RATE_TERM = 100_000  # 24000/1001 and odder rates are exact within it
_TICKS_PER_FRAME = 1000  # finer than the clock of any source of uneven rate
_ON_TIME_FRAMES = 0.1  # containers round times to milliseconds: 0.06 frames at 60 a second
_KEY_FRAME_EVERY_S = 4.0  # so much may be lost when the program is killed
_BT601 = 6  # AVCOL_SPC_SMPTE170M: what OpenCV's conversion to YUV yields
_LIMITED_RANGE = 1  # AVCOL_RANGE_MPEG


@dataclass(frozen=True)
class _Codec:
    """An encoder of FFmpeg: its name there, its name for people, and its settings."""

    name: str
    title: str
    max_clock_hz: int
    options: dict[str, str] = field(default_factory=dict)


_MPEG4 = _Codec("mpeg4", "MPEG-4", 65_535, {"flags": "+qscale", "global_quality": "472"})
_H264_OR_ELSE = (
    # 720p street scenes on two cores: 221 frames a second, "superfast" 149, "veryfast" 114,
    # for 1.6 and 3.2 times the bytes. The encoder shares the cores with the detector.
    _Codec("libx264", "H.264", 2**31 - 1, {"preset": "ultrafast", "crf": "24"}),
    _Codec("libopenh264", "H.264", 2**31 - 1, {"b": "4000000"}),
    _MPEG4,
)


@dataclass(frozen=True)
class _Container:
    """A file format: FFmpeg's name, its settings, encoders in order of preference, its clock."""

    name: str
    codecs: tuple[_Codec, ...]
    options: dict[str, str] = field(default_factory=dict)
    has_fine_clock: bool = True


# Playable to the last key frame even if the program is killed, an ordinary file once closed.
_FRAGMENTED = {"movflags": "+hybrid_fragmented", "flush_packets": "1"}
_CONTAINERS = {
    ".mp4": _Container("mp4", _H264_OR_ELSE, _FRAGMENTED),
    ".m4v": _Container("mp4", _H264_OR_ELSE, _FRAGMENTED),
    ".mov": _Container("mov", _H264_OR_ELSE, _FRAGMENTED),
    ".mkv": _Container("matroska", _H264_OR_ELSE),
    # Players disagree on H.264 in AVI, and AVI has no clock, only a rate.
    ".avi": _Container("avi", (_MPEG4,), has_fine_clock=False),
}


class VideoRecorder:
    """Writes frames into ``<name>.partial`` and gives it its name when it is closed.

    H.264 where this PyAV has an encoder for it, else MPEG-4: `codec` says which. H.264 and
    MPEG-4 that open everywhere need even sizes, so an odd width or height is padded by one
    repeated column or row.

    Parameters
    ----------
    path : Path
        Ends in .mp4, .m4v, .mov, .mkv or .avi.
    width, height : int
        Size of the frames to come, pixels.
    fps : float
        Nominal rate, frames a second; kept exactly (24000/1001 stays that).
    exists_ok : bool
        Whether an existing file may be replaced, at `close`.
    source : Path or None
        The file that is being read, which is never replaced.

    Raises
    ------
    RecordingError
        ``recording-exists``, ``recording-is-source``, ``video-format-unknown``, or
        why the place can't be written (``disk-full``, ``not-writable``, ``no-such-folder``).
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        fps: float,
        exists_ok: bool = False,
        source: Path | None = None,
    ) -> None:
        if width < 1 or height < 1 or not fps > 0:
            raise ValueError(f"size and rate must be positive: {width}x{height} at {fps}")
        self.path = path
        self.frames_written = 0
        self._size = (width, height)
        self._fps = fps
        self._partial = partial_path(path)
        self._is_open = False
        self._last_tick: int | None = None
        self._lead_ticks = 0
        _check_place(path, exists_ok=exists_ok, source=source)
        self._format = _container_of(path)
        try:
            self._partial.open("wb").close()  # FFmpeg would not say why it can't
        except OSError as error:
            raise _recording_error(path, error) from error
        self.codec = self._start()
        self._is_open = True

    def write(self, image_bgr: npt.NDArray[np.uint8], timestamp_s: float | None = None) -> None:
        """Append one frame.

        Parameters
        ----------
        image_bgr : ndarray, shape (height, width, 3), uint8
            Not kept.
        timestamp_s : float or None
            When it was seen, on the source's clock: sources of uneven rate then play at their
            true speed. None: one frame's time after the one before. A clock that jumps back is
            followed from there on.

        Raises
        ------
        RecordingError
            Such as ``disk-full``. The recording is over; what is readable of it stays in
            ``<name>.partial``.
        """
        if not self._is_open:
            raise ValueError("the recording is closed")
        width, height = self._size
        if image_bgr.shape != (height, width, 3):
            raise ValueError(f"expected a frame of {width}x{height}, got {image_bgr.shape}")
        frame = _encodable(image_bgr)
        frame.pts = self._tick_of(timestamp_s)
        frame.time_base = self._time_base
        try:
            self._container.mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise self._broken_off(error) from error
        self.frames_written += 1

    def close(self) -> str:
        """Finish the file, give it its name, and return the codec's name (``"H.264"``).

        A recording without a single frame leaves no file. Safe to call twice.

        Raises
        ------
        RecordingError
            When the end can't be written.
        """
        if not self._is_open:
            return self.codec
        if not self.frames_written:
            self.abort()
            return self.codec
        try:
            self._container.mux(self._stream.encode())
            self._container.close()
        except (av.FFmpegError, OSError) as error:
            raise self._broken_off(error) from error
        self._is_open = False
        publish(self.path)
        return self.codec

    def abort(self) -> None:
        """Throw the recording away; nothing is left of it."""
        if self._is_open:
            self._is_open = False
            _close_quietly(self._container)
            remove_quietly(self._partial)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()  # also after a failure or a stop: what was recorded is wanted

    def _start(self) -> str:
        """Open the container with the first codec that works here; return its name."""
        error: Exception | None = None
        for codec in self._format.codecs:
            container = av.open(
                f"file:{self._partial}",
                "w",
                format=self._format.name,
                container_options=self._format.options,
            )
            try:
                self._stream = self._add_stream(container, codec)
                # Not container.start_encoding(): FFmpeg crashes on finishing a fragmented file
                # whose header stands but no packet.
                self._stream.codec_context.open()
            except (av.FFmpegError, ValueError) as failure:  # ValueError: codec not built in
                error = failure
                _close_quietly(container)
            else:
                self._container = container
                return codec.title
        remove_quietly(self._partial)
        raise _recording_error(self.path, error) from error

    def _add_stream(self, container: OutputContainer, codec: _Codec) -> VideoStream:
        rate = _rate(self._fps, max_term=codec.max_clock_hz)
        fine = min(_TICKS_PER_FRAME, codec.max_clock_hz // rate.numerator)
        self._ticks_per_frame = fine if self._format.has_fine_clock else 1
        self._time_base = 1 / (rate * self._ticks_per_frame)
        self._rate = rate
        stream = container.add_stream(codec.name, rate=rate, options=codec.options)
        stream = cast("VideoStream", stream)
        width, height = self._size
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = self._time_base
        context.gop_size = max(1, round(self._fps * _KEY_FRAME_EVERY_S))
        context.colorspace = _BT601
        context.color_range = _LIMITED_RANGE
        return stream

    def _tick_of(self, timestamp_s: float | None) -> int:
        step = self._ticks_per_frame
        if timestamp_s is None:
            tick = 0 if self._last_tick is None else self._last_tick + step
        else:
            tick = self._tick_at(timestamp_s) + self._lead_ticks
        if self._last_tick is None:
            self._lead_ticks = -tick
            tick = 0
        elif tick <= self._last_tick:
            self._lead_ticks += self._last_tick + step - tick
            tick = self._last_tick + step
        self._last_tick = tick
        return tick

    def _tick_at(self, timestamp_s: float) -> int:
        frames = timestamp_s * self._rate.numerator / self._rate.denominator
        is_on_time = abs(frames - round(frames)) <= _ON_TIME_FRAMES
        return round((round(frames) if is_on_time else frames) * self._ticks_per_frame)

    def _broken_off(self, error: Exception) -> RecordingError:
        self._is_open = False
        _close_quietly(self._container)
        failure = _recording_error(self.path, error)
        if _size_bytes(self._partial):
            failure.hint += f" What was recorded until then is in {self._partial.name}."
        else:
            remove_quietly(self._partial)
        return failure


def _check_place(path: Path, *, exists_ok: bool, source: Path | None) -> None:
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise RecordingError(
            "recording-is-source",
            f"Can't record to {path}: that is the video being read.",
            "Choose another name.",
        )
    if path.exists() and not path.is_dir() and not exists_ok:
        raise RecordingError(
            "recording-exists",
            f"There is already a file {path}.",
            "Choose another name, or say that it may be replaced.",
        )
    if path.is_dir():
        raise RecordingError(
            "is-a-folder", f"Can't record to {path}: it is a folder.", "Add a file name."
        )


def _container_of(path: Path) -> _Container:
    container = _CONTAINERS.get(path.suffix.lower())
    if container is None:
        raise RecordingError(
            "video-format-unknown",
            f"Can't record to {path.name}: its ending names no video format known here.",
            f"Use one of {' '.join(_CONTAINERS)}",
        )
    return container


def _rate(fps: float, *, max_term: int) -> Fraction:
    """Return the fraction nearest to a rate whose terms the codec can store."""
    limit = _MAX_RATE_TERM
    while (rate := Fraction(fps).limit_denominator(limit)).numerator > max_term and limit > 1:
        limit //= 2
    return rate


def _encodable(image_bgr: npt.NDArray[np.uint8]) -> VideoFrame:
    height, width = image_bgr.shape[:2]
    if width % 2 or height % 2:
        image_bgr = cast(
            "npt.NDArray[np.uint8]",
            cv2.copyMakeBorder(image_bgr, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE),
        )
    # OpenCV's conversion takes half the time of FFmpeg's.
    planes = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2YUV_I420)
    return VideoFrame.from_ndarray(cast("npt.NDArray[np.uint8]", planes), format="yuv420p")


def _recording_error(path: Path, error: Exception | None) -> RecordingError:
    number = getattr(error, "errno", None) or 0
    # FFmpeg's own errors have huge or negative numbers, the system's are passed on.
    reason = os.strerror(number) if number in errno.errorcode else "the encoder failed"
    failure = write_error(path, OSError(number, reason))
    return RecordingError(failure.code, failure.message, failure.hint, detail=str(error))


def _close_quietly(container: OutputContainer) -> None:
    try:
        container.close()
    except (av.FFmpegError, OSError):
        return  # the first failure is the one to report


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
