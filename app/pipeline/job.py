"""The child-process job ``count``: a session that the window steers.

Commands come in through the channel, pictures go out through the frame ring, everything else as
events; DESIGN.md section 2 describes the protocol, `_COMMANDS` lists what is understood here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app.capture.opening import open_source
from app.capture.recorder import VideoRecorder
from app.capture.source import FrameSource
from app.counting.events import CrossingEvent
from app.counting.geometries import Scene
from app.detection.detections import Detector
from app.detection.opening import open_detector
from app.errors import AppError
from app.jobs.channel import Channel
from app.jobs.ring import FrameRing
from app.pipeline.drawing import Drawing
from app.pipeline.pace import Pace
from app.pipeline.reader import Reader, make_reader
from app.pipeline.session import CountingSession, FrameResult, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings
from app.pipeline.suggestion import SuggestionWatch

_IDLE_WAIT_S = 0.5  # how long a paused job sleeps before it looks at its token again


def run(config: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """Count for a window until cancelled.

    Parameters
    ----------
    config : mapping
        ``settings`` (see `CountSettings.to_json`), ``ring_path`` where the frame ring is made, and
        ``is_playing`` (default True).
    channel : Channel

    Returns
    -------
    dict
        The totals at the end.
    """
    use_one_thread_for_opencv()
    settings = CountSettings.from_json(config["settings"])
    with ExitStack() as stack:
        source = open_source(settings.source)
        stack.callback(source.close)
        detector = open_detector(settings.model)
        stack.callback(detector.close)
        session = CountingSession(settings, source.info, detector)
        stack.callback(session.close)
        ring = FrameRing.create(
            Path(config["ring_path"]), width=source.info.width, height=source.info.height
        )
        stack.callback(ring.close)
        reader = make_reader(source)
        stack.callback(reader.close)
        view = _LiveView(channel, source, detector, session, reader, ring)
        stack.callback(view.stop_recording)
        view.run(is_playing=bool(config.get("is_playing", True)))
        return session.totals.to_json()


class _LiveView:
    """One window's view of one session: playing, steering, telling, recording."""

    def __init__(
        self,
        channel: Channel,
        source: FrameSource,
        detector: Detector,
        session: CountingSession,
        reader: Reader,
        ring: FrameRing,
    ) -> None:
        self._channel, self._session, self._reader = channel, session, reader
        self._source, self._detector, self._ring = source, detector, ring
        info = source.info
        self._drawing = Drawing(width=info.width, height=info.height, class_names=detector.classes)
        self._recorder: VideoRecorder | None = None
        self._pace = Pace(is_live=info.is_live)
        self._watch = SuggestionWatch(detector)
        self._is_playing = True
        self._steps = 0
        self._untold: list[CrossingEvent] = []

    def run(self, *, is_playing: bool) -> None:
        """Serve the window until it cancels."""
        self._is_playing = is_playing
        self._steps = 0 if is_playing else 1  # a paused view shows its first picture
        self._tell_started()
        while not self._channel.cancel_token.is_cancelled:
            for command in self._channel.poll_commands():
                self._obey(command)
            if self._is_playing or self._steps:
                self._show_next()
            else:
                next_command = self._channel.wait_command(_IDLE_WAIT_S)
                if next_command is not None:
                    self._obey(next_command)

    def _tell_started(self) -> None:
        info, session = self._source.info, self._session
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
            model=self._detector.name,
            classes={str(key): name for key, name in self._detector.classes.items()},
            class_names=list(session.class_names),
            score=session.score,
            scene=session.settings.scene.to_json(),
        )

    def _show_next(self) -> None:
        item = self._reader.next()
        if item is None:
            self._tell_end()
            return
        frame, picture = item
        self._steps = max(0, self._steps - 1)
        result = self._session.step(frame, picture, ahead=self._reader.ahead)
        self._untold += result.events
        self._record(result)
        if self._is_playing:
            self._pace.wait(frame.timestamp_s, self._channel)
        self._tell_frame(result)
        suggestion = self._watch.look(result, self._session)
        if suggestion is not None:
            self._channel.emit("notice", **suggestion)

    def _tell_end(self) -> None:
        self._is_playing, self._steps = False, 0
        if self._channel.cancel_token.is_cancelled:
            return
        warning = getattr(self._source, "warning", None)
        message = "The video is over." if not self._source.info.is_live else "The source ended."
        self._channel.emit("notice", code="source-ended", message=message, hint=warning or "")

    def _tell_frame(self, result: FrameResult) -> None:
        session, tracks = self._session, result.tracks
        if self._pace.is_skipped(has_news=bool(self._untold)) and self._is_playing:
            return  # as fast as it goes: no window can show a thousand pictures a second
        slot = self._ring.write(result.frame.image_bgr)
        events, self._untold = self._untold, []
        self._channel.emit(
            "frame",
            slot=slot,
            sequence=self._ring.sequence,
            frame_index=result.frame.index,
            timestamp_s=result.frame.timestamp_s,
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
            since={"frame_index": session.first_index, "timestamp_s": session.first_timestamp_s},
            events=[event.to_json() for event in events],
            fps=self._pace.fps,
            delay_ms=self._pace.delay_ms(result.frame.timestamp_s),
            detector_runs=session.detector_runs,
            recording=None if self._recorder is None else str(self._recorder.path),
        )

    # -- steering ---------------------------------------------------------------------------

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
        self._is_playing = True
        self._pace.restart()

    def _step(self, _command: Mapping[str, Any]) -> None:
        self._is_playing = False
        self._steps += 1

    def _seek(self, command: Mapping[str, Any]) -> None:
        self._reader.seek(int(command["frame_index"]))
        self._session.restart()
        self._pace.restart()
        self._watch.restart()
        if not self._is_playing:
            self._steps = 1

    def _speed(self, command: Mapping[str, Any]) -> None:
        self._pace.set_factor(float(command["factor"]))

    def _scene(self, command: Mapping[str, Any]) -> None:
        self._session.change_scene(Scene.from_json(command["scene"]))

    def _settings(self, command: Mapping[str, Any]) -> None:
        values = self._session.settings.to_json()
        values |= {key: value for key, value in command.items() if key in _CHANGEABLE}
        self._session.change(CountSettings.from_json(values))
        self._watch.restart()
        self._channel.emit(
            "settings_changed",
            class_names=list(self._session.class_names),
            score=self._session.score,
        )

    def _recount(self, _command: Mapping[str, Any]) -> None:
        self._is_playing = True
        self._seek({"frame_index": 0})

    def _start_recording(self, command: Mapping[str, Any]) -> None:
        self.stop_recording()
        info = self._source.info
        self._recorder = VideoRecorder(
            Path(command["output"]),
            width=info.width,
            height=info.height,
            fps=info.fps,
            exists_ok=bool(command.get("exists_ok", False)),
            source=Path(info.uri) if info.kind == "file" else None,
        )

    def _stop_recording(self, _command: Mapping[str, Any]) -> None:
        self.stop_recording()

    def _record(self, result: FrameResult) -> None:
        if self._recorder is None:
            return
        session = self._session
        image = self._drawing.draw(result, scene=session.settings.scene, totals=session.totals)
        try:
            self._recorder.write(image, result.frame.timestamp_s)
        except AppError as error:
            self._recorder = None
            self._channel.emit("notice", **error.to_json())

    def stop_recording(self) -> None:
        """Finish a recording that is under way and say where it is."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        codec = recorder.close()
        self._channel.emit(
            "notice",
            code="recording-saved",
            message=f"Saved {recorder.path} ({recorder.frames_written} frames, {codec}).",
            hint="",
            path=str(recorder.path),
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
