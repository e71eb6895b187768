"""`Preview`: the open source of the tab, and the thread that plays it."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from types import MappingProxyType

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.capture.camera_modes import CameraMode
from app.capture.source import SourceInfo
from app.ui.capture.preview_worker import PreviewWorker
from app.ui.live_frame import LiveFrame
from app.ui.shutdown import stop_thread

_SHUTDOWN_MS = 15_000  # a camera that is being opened lets nobody in between


class Preview(QObject):
    """Owns one `PreviewWorker` at a time; a source that is left closes in the background.

    Attributes
    ----------
    text : str
        The source as the person gave it; empty for none.
    info : SourceInfo or None
        None until it is open.
    camera_name : str
        Of the camera that was opened last.
    left : threading.Event
        Set once the source that was opened last is let go of.

    Signals
    -------
    opened(SourceInfo)
    frame_shown(LiveFrame)
        The newest frame; its fields are those of `PreviewWorker`.
    trouble(AppError)
    recovered()
    ended(str)
    failed(AppError)
    """

    opened = Signal(object)
    frame_shown = Signal(object)
    trouble = Signal(object)
    recovered = Signal()
    ended = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self.info: SourceInfo | None = None
        self.camera_name = ""
        self.left = Event()
        self._room_px: tuple[int, int] | None = None
        self._worker: PreviewWorker | None = None
        self._threads: dict[PreviewWorker, QThread] = {}

    def open(self, text: str, modes: Mapping[str, CameraMode] = MappingProxyType({})) -> None:
        """Play another source; a camera in its mode of `modes`, which are by name."""
        before = self._worker or next(reversed(self._threads), None)
        self.close()
        self.text = text
        worker = self._worker = PreviewWorker(text, after=before, modes=modes)
        if self._room_px is not None:
            worker.room_px = self._room_px
        thread = QThread()
        thread.setObjectName("capture-preview")
        self._threads[worker] = thread
        worker.moveToThread(thread)
        thread.started.connect(worker.run)
        worker.opened.connect(self._on_opened)
        worker.frame_waiting.connect(self._on_frame)
        worker.trouble.connect(self._on_trouble)
        worker.recovered.connect(self._on_recovered)
        worker.ended.connect(self._on_ended)
        worker.failed.connect(self._on_failed)
        worker.finished.connect(self._on_finished)
        thread.start()

    def close(self) -> None:
        """Play nothing."""
        self.text, self.info = "", None
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def seek(self, frame_index: int) -> None:
        """Go on with another frame of a file or folder."""
        if self._worker is not None:
            self._worker.seek(frame_index)

    def set_mirrored(self, is_mirrored: bool) -> None:
        """Show the frames as a mirror does; they are saved as they are."""
        if self._worker is not None:
            self._worker.is_mirrored = is_mirrored

    def set_room(self, width_px: int, height_px: int) -> None:
        """Say how large frames are shown; larger ones are shrunk off the GUI thread."""
        self._room_px = (width_px, height_px)
        if self._worker is not None:
            self._worker.room_px = self._room_px

    def shutdown(self) -> None:
        """Close the source and wait until every thread is gone."""
        self.close()
        for worker, thread in list(self._threads.items()):
            worker.close()
            stop_thread(thread, wait_ms=_SHUTDOWN_MS)
        self._threads.clear()

    def _is_current(self) -> bool:
        """Whether the signal that is being handled is of the source that is open now."""
        return self._worker is not None and self.sender() is self._worker

    @Slot(object)
    def _on_opened(self, info: SourceInfo) -> None:
        if self._is_current() and self._worker is not None:
            self.info = info
            self.camera_name, self.left = self._worker.camera_name, self._worker.left
            self.opened.emit(info)

    @Slot()
    def _on_frame(self) -> None:
        if not self._is_current() or self._worker is None:
            return
        shown: LiveFrame | None = self._worker.mailbox.take()
        if shown is not None:
            self.frame_shown.emit(shown)

    @Slot(object)
    def _on_trouble(self, error: object) -> None:
        if self._is_current():
            self.trouble.emit(error)

    @Slot()
    def _on_recovered(self) -> None:
        if self._is_current():
            self.recovered.emit()

    @Slot(str)
    def _on_ended(self, warning: str) -> None:
        if self._is_current():
            self.ended.emit(warning)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        if self._is_current():
            self.failed.emit(error)

    @Slot()
    def _on_finished(self) -> None:
        worker = self.sender()
        if isinstance(worker, PreviewWorker) and worker in self._threads:
            stop_thread(self._threads.pop(worker))
