"""`VideoFileSource`: every frame of a video file, in order, with exact seeking."""

from __future__ import annotations

import threading
from bisect import bisect_left
from functools import partial
from itertools import pairwise
from pathlib import PurePath

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from app.capture.decoding import Decoder, PictureConverter, moving_picture, nominal_fps
from app.capture.errors import SourceError
from app.capture.source import Frame, SourceInfo

_READ_ON_FRAMES = 30  # seeking this little ahead is quicker by reading on than by a key frame
# A playlist that is named like a video could make FFmpeg open other files or addresses.
_FILE_OPTIONS = {"protocol_whitelist": "file"}
_TIMEOUT_S = 10.0  # for recordings behind an http:// address
_OTHER_FILE = "Choose a video such as an .mp4, .mov, .mkv, .avi or .gif file."


class VideoFileSource:
    """A video file (or animated GIF), read until its decoder ends.

    How many frames the container claims is never relied on, and damaged parts are stepped over;
    `warning` tells of both. A frame's index is its position among the packets of the file, so
    it is the same by reading through as by seeking.

    Parameters
    ----------
    address : str
        For FFmpeg: ``file:`` and a path, or an ``http://`` address.
    name : str
        For messages: the path, or the address without a password.
    uri : str
        As the person gave it, for `info`.

    Raises
    ------
    SourceError
        ``video-not-readable``: not a video, empty, damaged from the start, or sound only.
    """

    def __init__(self, address: str, *, name: str, uri: str) -> None:
        self._address = address
        self._name = name
        self._short_name = PurePath(name).name
        self._lock = threading.Lock()  # closing while another thread decodes would crash FFmpeg
        self._is_closed = False
        self._is_damaged = False
        self._readable_frames: int | None = None  # known once the end was reached
        self._last_index = -1
        self._last_timestamp_s = -1.0
        self._packet_times: list[int] | None = None  # presentation times, sorted; once needed
        self._container = self._open()
        first = self._decode()
        if first is None:
            self._container.close()
            raise self._not_readable("no picture in it could be read.", _OTHER_FILE)
        self._waiting: VideoFrame | None = first
        self._first_pts = first.pts
        self._converter = PictureConverter(first)
        width, height = self._converter.size
        self.info = SourceInfo(
            uri=uri,
            kind="file",
            width=width,
            height=height,
            fps=nominal_fps(self._stream),
            frame_count=self._stream.frames or None,
        )

    @property
    def warning(self) -> str | None:
        """What a person should know about the file; complete once `read` has returned None."""
        claimed = self.info.frame_count
        readable = self._readable_frames
        shown = (claimed or 0) - len(self._decoder.hidden_times)
        if readable is not None and readable < shown:
            return f"{readable} of {claimed} frames of {self._short_name} could be read."
        if self._is_damaged:
            return f"{self._short_name} is damaged: parts of it could not be read."
        return None

    def read(self) -> Frame | None:
        """Return the next frame, None at the end of the file or once closed."""
        with self._lock:
            if self._is_closed:
                return None
            decoded, self._waiting = self._waiting or self._decode(), None
            if decoded is None:
                self._readable_frames = self._last_index + 1
                return None
            self._last_index = self._index_of(decoded)
            self._last_timestamp_s = self._timestamp_of(decoded)
            return Frame(
                index=self._last_index,
                timestamp_s=self._last_timestamp_s,
                image_bgr=partial(self._converter.convert, decoded),
                luma=self._converter.luma(decoded),
            )

    def seek(self, frame_index: int) -> None:
        """Make `read` return frame `frame_index` next, or None if the file ends before it.

        The first call scans the file without decoding it.
        """
        if frame_index < 0:
            raise ValueError(f"frame_index must not be negative: {frame_index}")
        with self._lock:
            if self._is_closed:
                return
            ahead = frame_index - self._last_index - 1
            if not 0 <= ahead <= _READ_ON_FRAMES and not self._jump(frame_index):
                self._rewind()
            self._read_on(frame_index)

    def close(self) -> None:
        """Release the file. Safe to call twice and from another thread."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._waiting = None
                self._container.close()

    def _open_container(self) -> InputContainer:
        options = _FILE_OPTIONS if self._address.startswith("file:") else {}
        return av.open(self._address, timeout=_TIMEOUT_S, options=options)

    def _open(self) -> InputContainer:
        try:
            container = self._open_container()
        except av.error.PermissionError as error:
            raise self._not_readable("reading it is not allowed.", "", error) from error
        except (av.FFmpegError, OSError) as error:
            reason = "it is not a video, or its beginning or end is missing."
            raise self._not_readable(reason, _OTHER_FILE, error) from error
        stream = moving_picture(container)
        if stream is None:
            container.close()
            raise self._not_readable("it has no moving picture.", _OTHER_FILE)
        self._stream = stream
        self._decoder = Decoder(container, stream)
        return container

    def _not_readable(self, reason: str, hint: str, error: Exception | None = None) -> SourceError:
        message = f"Can't read {self._name}: {reason}"
        return SourceError("video-not-readable", message, hint, detail=str(error or ""))

    def _decode(self) -> VideoFrame | None:
        damaged_before = self._decoder.damaged_packets
        try:
            frame = self._decoder.next_frame()
        except av.FFmpegError:  # the file ends in the middle, or its disk went away
            self._is_damaged = True
            return None
        if self._decoder.damaged_packets > damaged_before:
            self._is_damaged = True
            self._scan_packet_times()  # counting pictures no longer gives their position
        return frame

    def _index_of(self, frame: VideoFrame) -> int:
        rank = self._rank_of(frame)
        return self._last_index + 1 if rank is None else max(rank, self._last_index + 1)

    def _rank_of(self, frame: VideoFrame) -> int | None:
        if not self._packet_times or frame.pts is None:
            return None
        rank = bisect_left(self._packet_times, frame.pts)
        is_known = rank < len(self._packet_times) and self._packet_times[rank] == frame.pts
        return rank if is_known else None

    def _timestamp_of(self, frame: VideoFrame) -> float:
        step_s = 1.0 / self.info.fps
        if frame.pts is None or self._first_pts is None or frame.time_base is None:
            return self._last_index * step_s  # a bare stream without a clock
        timestamp_s = float((frame.pts - self._first_pts) * frame.time_base)
        if timestamp_s <= self._last_timestamp_s:  # a clock that jumps back (joined recordings)
            return self._last_timestamp_s + step_s
        return timestamp_s

    def _jump(self, frame_index: int) -> bool:
        """Go to the last key frame at or before a frame; False where the file can't tell."""
        times = self._scan_packet_times()
        if not times or self._is_damaged:  # what follows damage depends on the past
            return False
        target = times[min(frame_index, len(times) - 1)]
        try:
            self._decoder.seek(target)
            frame = self._decode()
        except av.FFmpegError:
            return False
        rank = self._rank_of(frame) if frame else None
        # A file without an index may be entered in the middle of a picture group.
        if frame is None or rank is None or rank > frame_index or not frame.key_frame:
            return False
        self._place(frame, before_index=rank)
        return True

    def _rewind(self) -> None:
        finished = self._container
        self._container = self._open()
        finished.close()
        self._place(None, before_index=0)

    def _place(self, waiting: VideoFrame | None, *, before_index: int) -> None:
        self._waiting = waiting
        self._last_index = before_index - 1
        self._last_timestamp_s = -1.0

    def _read_on(self, frame_index: int) -> None:
        while (frame := self._waiting or self._decode()) is not None:
            self._waiting = frame
            index = self._index_of(frame)
            if index >= frame_index:
                return
            self._last_timestamp_s = self._timestamp_of(frame)
            self._last_index = index
            self._waiting = None

    def _scan_packet_times(self) -> list[int]:
        """Return the presentation times of all packets, sorted; empty when they tell no order."""
        if self._packet_times is None:
            times = self._read_packet_times()
            times.sort()
            is_unique = all(earlier < later for earlier, later in pairwise(times))
            first = bisect_left(times, self._first_pts or 0)
            self._packet_times = times[first:] if is_unique else []
        return self._packet_times

    def _read_packet_times(self) -> list[int]:
        times: list[int] = []
        last_decoding_time: int | None = None
        try:
            with self._open_container() as container:
                for packet in container.demux(container.streams[self._stream.index]):
                    if not packet.size or packet.is_discard:
                        continue
                    jumps_back = last_decoding_time is not None and (
                        packet.dts is None or packet.dts <= last_decoding_time
                    )
                    if packet.pts is None or jumps_back:
                        return []
                    times.append(packet.pts)
                    last_decoding_time = packet.dts
        except av.FFmpegError:
            self._is_damaged = True
        return times
