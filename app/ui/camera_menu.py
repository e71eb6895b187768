"""The cameras by name, looked up in a thread: opening devices takes seconds on some systems."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.capture.cameras import CameraDevice, list_cameras
from app.errors import AppError


class _Listing(QObject):
    """Carries the answer from the thread to the menu."""

    done = Signal(object)


class _ListingTask(QRunnable):
    def __init__(self, answer: _Listing) -> None:
        super().__init__()
        self._answer = answer

    def run(self) -> None:
        try:
            self._answer.done.emit(list_cameras())
        except AppError as error:
            self._answer.done.emit(error)


class CameraMenu(QMenu):
    """Lists the cameras anew each time it opens.

    Signals
    -------
    camera_chosen(str)
        Number of a camera, as a source is named.
    """

    camera_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("camera-menu")
        self._answer = _Listing()  # no parent: the thread may outlive the menu
        self._answer.done.connect(self._show)
        self._is_listing = False
        self.aboutToShow.connect(self.refresh)
        self.triggered.connect(self._on_chosen)

    @Slot()
    def refresh(self) -> None:
        """Look for cameras."""
        self._show_text(self.tr("Looking for cameras…"))
        if not self._is_listing:
            self._is_listing = True
            QThreadPool.globalInstance().start(_ListingTask(self._answer))

    def _show_text(self, text: str) -> None:
        self.clear()
        self.addAction(text).setEnabled(False)

    @Slot(object)
    def _show(self, found: list[CameraDevice] | AppError) -> None:
        self._is_listing = False
        if isinstance(found, AppError):
            self._show_text(str(found))
            return
        if not found:
            self._show_text(self.tr("No camera found. Connect one and open this menu again."))
            return
        self.clear()
        for camera in found:
            action = self.addAction(camera.name)
            action.setObjectName(f"camera-{camera.number}")
            action.setData(camera.number)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.camera_chosen.emit(str(action.data()))
