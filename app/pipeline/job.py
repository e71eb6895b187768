"""The child-process job ``count``: a session that the window steers.

Commands come in through the channel, pictures go out through the frame ring, everything else as
events; DESIGN.md section 2 describes the protocol, `_COMMANDS` lists what is understood here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

from app.capture.live import LiveSource
from app.capture.opening import open_source
from app.capture.source import FrameSource
from app.counting.events import CrossingEvent
from app.counting.geometries import Scene
from app.detection.opening import open_detector
from app.errors import AppError
from app.jobs.channel import Channel
from app.jobs.ring import FrameRing
from app.pipeline.annotated_video import AnnotatedVideo
from app.pipeline.pace import Pace
from app.pipeline.reader import Item, Reader, make_reader
from app.pipeline.session import CountingSession, FrameResult, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings
from app.pipeline.suggestion import SuggestionWatch

_SERVE_EVERY_S = 0.1  # commands are served this often while no frame comes


def run(config: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """Count for a window until cancelled, which is the only way to end it.

    Parameters
    ----------
    config : mapping
        ``settings`` (see `CountSettings.to_json`), ``ring_path`` where the frame ring is made, and
        ``is_playing`` (default True).
    channel : Channel

    Raises
    ------
    JobCancelled
        A recording under way is finished first.
    AppError
        When source, model or settings do not serve, or the source breaks off.
    """

    def tell_state(state: str, message: str) -> None:
        channel.emit("notice", code=f"stream-{state}", message=message, hint="")

    use_one_thread_for_opencv()
    settings = CountSettings.from_json(config["settings"])
    with ExitStack() as stack:
        source = open_source(settings.source, on_state=tell_state)
        stack.callback(source.close)
        detector = open_detector(settings.model)
        stack.callback(detector.close)
        session = CountingSession(settings, source.info, detector)
        stack.callback(session.close)
        ring = FrameRing.create(
            Path(config["ring_path"]), width=source.info.width, height=source.info.height
        )
        stack.callback(ring.close)
        reader = make_reader(source, channel.cancel_token)
        stack.callback(reader.close)
        view = _LiveView(channel, source, session, reader, ring)
        stack.callback(view.stop_recording)
        view.run(is_playing=bool(config.get("is_playing", True)))


class _LiveView:
    """One window's view of one session: playing, steering, telling, recording."""

    def __init__(
        self,
        channel: Channel,
        source: FrameSource,
        session: CountingSession,
        reader: Reader,
        ring: FrameRing,
    ) -> None:
        self._channel, self._session, self._reader = channel, session, reader
        self._source, self._ring = source, ring
        self._video: AnnotatedVideo | None = None
        self._pace = Pace(is_live=source.info.is_live)
        self._watch = SuggestionWatch()
        self._is_playing = True
        self._steps = 0
        self._follows_pause = False
        self._last: tuple[Item, FrameResult] | None = None
        self._untold: list[CrossingEvent] = []

    def run(self, *, is_playing: bool) -> NoReturn:
        """Serve the window until it cancels."""
        self._is_playing = is_playing
        self._steps = 0 if is_playing else 1  # a paused view shows its first picture
        self._tell_started()
        while True:
            self._channel.cancel_token.raise_if_cancelled()
            for command in self._channel.poll_commands():
                self._obey(command)
            if self._is_playing or self._steps:
                self._show_next()
            else:
                self._serve(timeout_s=None)

    def _tell_started(self) -> None:
        info, session = self._source.info, self._session
        detector = session.detector
        self._channel.emit(
            "started",
            source={
                "uri": info.uri,
                "kind": info.kind,
                "width": info.width,
                "height": info.height,
                "fps": info.fps,
                "frame_count": info.frame_count,
            },
            model=detector.name,
            classes={str(key): name for key, name in detector.classes.items()},
            class_names=list(session.class_names),
            score=session.score,
            scene=session.settings.scene.to_json(),
        )

    # -- showing ----------------------------------------------------------------------------

    def _show_next(self) -> None:
        item = self._reader.next(timeout_s=_SERVE_EVERY_S)
        if item is None:
            if self._reader.has_ended:
                self._tell_end()
            return
        self._steps = max(0, self._steps - 1)
        result = self._count(item)
        self._pace.count_frame()
        self._record(result)
        self._wait_until_due(result)
        if self._last is None or self._last[1] is not result:
            return  # a command took its place: it belongs to what was counted before
        if not self._is_playing or self._untold or not self._pace.is_too_soon():
            self._tell_frame(result)
        suggestion = self._watch.look(result, self._session)
        if suggestion is not None:
            self._channel.emit("notice", **suggestion.notice())

    def _count(self, item: Item) -> FrameResult:
        frame, picture = item
        if self._follows_pause:  # of a live source: what was seen before may be anywhere now
            frame = frame.after_gap()
            self._follows_pause = False
        result = self._session.step(frame, picture, upcoming=self._reader.upcoming)
        self._last = (item, result)
        self._untold += result.events
        return result

    def _wait_until_due(self, result: FrameResult) -> None:
        """Let time pass so that a file plays at its speed, doing what the window asks meanwhile."""
        while self._is_playing and self._last is not None and self._last[1] is result:
            left_s = self._pace.left_s(result.frame.timestamp_s)
            if left_s <= 0:
                return
            self._serve(timeout_s=left_s)

    def _tell_again(self) -> None:
        """Show the last frame once more, with what has changed since."""
        if self._last is not None:
            self._tell_frame(self._last[1])

    def _tell_end(self) -> None:
        self._is_playing, self._steps = False, 0
        self._tell_again()  # its last frames may have come too soon to be told
        message = "The source ended." if self._source.info.is_live else "The video is over."
        warning = self._source.warning or ""
        self._channel.emit("notice", code="source-ended", message=message, hint=warning)

    def _tell_frame(self, result: FrameResult) -> None:
        session, frame, tracks = self._session, result.frame, result.tracks
        slot = self._ring.write(frame.image_bgr)
        events, self._untold = self._untold, []
        self._channel.emit(
            "frame",
            slot=slot,
            sequence=self._ring.sequence,
            frame_index=frame.index,
            timestamp_s=frame.timestamp_s,
            state=result.state,
            is_playing=self._is_playing,
            tracks={
                "ids": tracks.track_ids,
                "boxes": tracks.boxes_xyxy.round(1),
                "class_ids": tracks.class_ids,
                "scores": tracks.scores.round(3),
                "visible": tracks.is_visible,
            },
            totals=session.totals.to_json(),
            since=self._since(result),
            events=[event.to_json() for event in events],
            fps=self._pace.fps,
            delay_ms=self._delay_ms(result),
            detector_runs=session.detector_runs,
            recording=None if self._video is None else str(self._video.path),
        )

    def _since(self, result: FrameResult) -> dict[str, float]:
        """Return since when the totals count: from this frame on, if none was counted yet."""
        session, frame = self._session, result.frame
        if session.first_index is None:
            return {"frame_index": frame.index, "timestamp_s": frame.timestamp_s}
        return {"frame_index": session.first_index, "timestamp_s": session.first_timestamp_s}

    def _delay_ms(self, result: FrameResult) -> float | None:
        if not isinstance(self._source, LiveSource):
            return None
        return round(1000 * self._source.age_s(result.frame), 1)

    # -- steering ---------------------------------------------------------------------------

    def _serve(self, *, timeout_s: float | None) -> None:
        """Wait for a command and carry it out; a cancel ends the waiting too."""
        command = self._channel.wait_command(timeout_s)
        self._channel.cancel_token.raise_if_cancelled()
        if command is not None:
            self._obey(command)

    def _obey(self, command: Mapping[str, Any]) -> None:
        """Carry a command out; one that cannot be is answered with a notice, and counting goes on.

        The window is the only sender, so an unknown command is a programmer's mistake.
        """
        action = _COMMANDS.get(command["command"])
        if action is None:
            raise ValueError(f"unknown command {command['command']!r}")
        try:
            action(self, command)
        except AppError as error:
            self._channel.emit("notice", **error.to_json())

    def _pause(self, _command: Mapping[str, Any]) -> None:
        self._is_playing = False

    def _play(self, _command: Mapping[str, Any]) -> None:
        if self._source.info.is_live and not self._is_playing:
            self._follows_pause = True
            self._cut_recording()
        self._is_playing = True
        self._pace.restart()

    def _step(self, _command: Mapping[str, Any]) -> None:
        self._is_playing = False
        self._steps += 1

    def _seek(self, command: Mapping[str, Any]) -> None:
        self._reader.seek(int(command["frame_index"]))
        self._session.restart()
        self._last = None
        self._untold.clear()
        self._cut_recording()
        self._pace.restart()
        self._watch.restart()
        if not self._is_playing:
            self._steps = 1

    def _speed(self, command: Mapping[str, Any]) -> None:
        self._pace.set_factor(float(command["factor"]))

    def _scene(self, command: Mapping[str, Any]) -> None:
        self._session.change_scene(Scene.from_json(command["scene"]))
        self._untold.clear()  # they belong to the totals that are gone
        self._tell_again()

    def _settings(self, command: Mapping[str, Any]) -> None:
        values = self._session.settings.to_json()
        values |= {key: value for key, value in command.items() if key in _CHANGEABLE}
        try:
            self._session.change(CountSettings.from_json(values))
        finally:  # when refused, the window learns what is still in force
            self._tell_settings()
        self._untold.clear()
        self._watch.restart()
        if self._last is not None and not self._is_playing:
            # A picture at rest shows what the new settings find in it.
            self._count(self._last[0])
        self._tell_again()

    def _tell_settings(self) -> None:
        values = self._session.settings.to_json()
        in_force = {key: values[key] for key in _CHANGEABLE}
        in_force |= {
            "class_names": list(self._session.class_names),
            "score": self._session.score,
        }
        self._channel.emit("settings_changed", **in_force)

    def _recount(self, _command: Mapping[str, Any]) -> None:
        self._is_playing = True
        self._seek({"frame_index": 0})

    # -- recording --------------------------------------------------------------------------

    def _start_recording(self, command: Mapping[str, Any]) -> None:
        self.stop_recording()
        self._video = AnnotatedVideo(
            Path(command["output"]),
            self._source.info,
            self._session.detector.classes,
            exists_ok=bool(command.get("exists_ok", False)),
        )

    def _stop_recording(self, _command: Mapping[str, Any]) -> None:
        self.stop_recording()
        self._tell_again()

    def _cut_recording(self) -> None:
        if self._video is not None:
            self._video.cut()

    def _record(self, result: FrameResult) -> None:
        if self._video is None:
            return
        session = self._session
        try:
            self._video.write(result, settings=session.settings, totals=session.totals)
        except AppError as error:
            self._video.abort()
            self._video = None
            self._channel.emit("notice", **error.to_json())

    def stop_recording(self) -> None:
        """Finish a recording that is under way and say where it is, or why it is not."""
        video, self._video = self._video, None
        if video is None:
            return
        try:
            codec = video.close()
        except AppError as error:
            self._channel.emit("notice", **error.to_json())
            return
        if not video.frames_written:
            return  # leaves no file
        self._channel.emit(
            "notice",
            code="recording-saved",
            message=f"Saved {video.path} ({video.frames_written} frames, {codec}).",
            hint=video.warning or "",
            path=str(video.path),
        )


_CHANGEABLE = ("class_names", "score", "detect_every", "merge_kindred", "tracker")
_COMMANDS = {
    "pause": _LiveView._pause,
    "play": _LiveView._play,
    "step": _LiveView._step,
    "seek": _LiveView._seek,
    "speed": _LiveView._speed,
    "scene": _LiveView._scene,
    "settings": _LiveView._settings,
    "tracker": _LiveView._settings,
    "recount": _LiveView._recount,
    "record": _LiveView._start_recording,
    "stop_recording": _LiveView._stop_recording,
}
