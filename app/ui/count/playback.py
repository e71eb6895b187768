"""Playing, pausing and seeking: what the person asks for, as commands to the job."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.ui.count.count_actions import CountActions
from app.ui.count.count_run import CountRun
from app.ui.count.transport import Transport

SEEK_STEP_S = 5.0


class Playback(QObject):
    """Knows where the open source is and whether it plays.

    Attributes
    ----------
    frame_index : int
        The frame on show.
    is_playing : bool
    has_ended : bool
        The source is a file and is over.

    Signals
    -------
    playing_changed(bool)
    """

    playing_changed = Signal(bool)

    def __init__(
        self, run: CountRun, actions: CountActions, transport: Transport, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._actions = actions
        self._transport = transport
        self._fps = 25.0
        self.frame_index = 0
        self.is_playing = False
        self.has_ended = False
        transport.seek_requested.connect(self.seek)
        transport.speed_changed.connect(self._on_speed)
        actions.step.triggered.connect(self._on_step)
        actions.back.triggered.connect(self._on_back)
        actions.forward.triggered.connect(self._on_forward)

    def start(self, *, frame_count: int | None, fps: float, is_live: bool) -> None:
        """Begin with the first frame of a source."""
        self._fps = fps
        self.frame_index, self.has_ended = 0, False
        self._transport.show_source(frame_count=frame_count, fps=fps, is_live=is_live)
        self._run.send("speed", factor=self._transport.speed)
        self.show_playing(is_playing=True)

    def clear(self) -> None:
        """Show no position: another source is opened."""
        self._transport.show_source(frame_count=None, fps=self._fps, is_live=False)

    def show_position(self, *, frame_index: int, timestamp_s: float) -> None:
        """Take the position of the frame on show."""
        self.frame_index = frame_index
        self._transport.show_position(frame_index=frame_index, timestamp_s=timestamp_s)

    def show_playing(self, *, is_playing: bool) -> None:
        """Take whether the source plays now."""
        self.is_playing = is_playing
        self._actions.show_playing(is_playing=is_playing)
        self.playing_changed.emit(is_playing)

    def show_end(self) -> None:
        """Take that the file is over."""
        self.has_ended = True
        self.show_playing(is_playing=False)

    @Slot()
    def toggle(self) -> None:
        """Pause or go on; at the end, count again from the start."""
        if self.has_ended:
            self.recount()
        else:
            self._run.send("pause" if self.is_playing else "play")
            self.show_playing(is_playing=not self.is_playing)

    @Slot(int)
    def seek(self, frame_index: int) -> None:
        """Go to a frame."""
        self.has_ended = False
        self._run.send("seek", frame_index=max(frame_index, 0))

    @Slot(int)
    def look_at(self, frame_index: int) -> None:
        """Go to a frame and stay there."""
        self._run.send("pause")
        self.show_playing(is_playing=False)
        self.seek(frame_index)

    def recount(self) -> None:
        """Count again from the first frame."""
        self.has_ended = False
        self._run.send("recount")
        self.show_playing(is_playing=True)

    @Slot()
    def _on_step(self) -> None:
        self._run.send("step")
        self.show_playing(is_playing=False)

    @Slot()
    def _on_back(self) -> None:
        self.seek(self.frame_index - round(SEEK_STEP_S * self._fps))

    @Slot()
    def _on_forward(self) -> None:
        self.seek(self.frame_index + round(SEEK_STEP_S * self._fps))

    @Slot(float)
    def _on_speed(self, factor: float) -> None:
        self._run.send("speed", factor=factor)
