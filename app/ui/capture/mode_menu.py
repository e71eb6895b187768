"""`ModeMenu`: the sizes and rates that a camera has, looked for when the menu opens."""

from __future__ import annotations

from threading import Event

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.capture.camera_modes import CameraMode
from app.capture.cameras import list_modes
from app.errors import AppError
from app.jobs.cancel import CancelToken

_PATIENCE_S = 0.1


class _Answer(QObject):
    """Carries the modes from the thread to the menu."""

    done = Signal(object)


class _Look(QRunnable):
    """Waits until nobody else holds the camera, then asks it for its modes."""

    def __init__(self, answer: _Answer, number: int, left: Event, token: CancelToken) -> None:
        super().__init__()
        self._answer, self._number, self._left, self._token = answer, number, left, token

    def run(self) -> None:
        while not self._left.wait(_PATIENCE_S) and not self._token.is_cancelled:
            pass
        try:
            found = () if self._token.is_cancelled else list_modes(self._number, self._token)
            self._answer.done.emit(found)
        except AppError as error:
            self._answer.done.emit(error)


class ModeMenu(QMenu):
    """Lists the modes of the camera that is open; each camera is asked once in a run.

    A camera can't be asked while another program or thread takes its pictures: whoever holds it
    lets go when `camera_needed` is emitted, and may take it up again with `camera_free`.

    Signals
    -------
    camera_needed()
        Emitted before the first look.
    camera_free()
        The look is over and nothing was chosen.
    mode_chosen(CameraMode | None)
        None is the camera's own choice.
    """

    camera_needed = Signal()
    camera_free = Signal()
    mode_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mode-menu")
        self._found: dict[int, tuple[CameraMode, ...]] = {}
        self._number = 0
        self._current: CameraMode | None = None
        self._left = Event()
        self._token: CancelToken | None = None  # of the look under way
        self._has_taken = False  # the camera, from whoever shows it
        self._pool = QThreadPool()
        self._answer = _Answer()
        self._answer.done.connect(self._on_answer)
        self.aboutToShow.connect(self._on_show)
        self.aboutToHide.connect(self._on_hide)
        self.triggered.connect(self._on_chosen)

    def set_camera(self, number: int, current: CameraMode, left: Event) -> None:
        """Say which camera is open, in which mode, and what is set once nobody holds it."""
        self._number, self._current, self._left = number, current, left

    def shutdown(self) -> None:
        """Stop looking, and wait for the thread."""
        self._has_taken = False
        if self._token is not None:
            self._token.cancel()
        self._pool.waitForDone()

    @Slot()
    def _on_show(self) -> None:
        if self._number in self._found:
            self._show_modes(self._found[self._number])
            return
        self._show_text(self.tr("Asking the camera for its sizes and rates…"))
        if self._token is None:  # else the look that was left is ending, and begins anew
            self._has_taken = True
            self.camera_needed.emit()
            self._look()

    @Slot()
    def _on_hide(self) -> None:
        if self._token is not None:
            self._token.cancel()
        QTimer.singleShot(0, self, self._give_back)  # a choice is told after the hiding

    @Slot()
    def _give_back(self) -> None:
        if self._has_taken and self._token is None and not self.isVisible():
            self._has_taken = False
            self.camera_free.emit()

    def _look(self) -> None:
        self._token = CancelToken()
        self._pool.start(_Look(self._answer, self._number, self._left, self._token))

    @Slot(object)
    def _on_answer(self, found: tuple[CameraMode, ...] | AppError) -> None:
        is_cancelled = self._token is not None and self._token.is_cancelled
        self._token = None
        if is_cancelled and self.isVisible():
            self._look()
        elif isinstance(found, AppError):
            self._show_text(str(found))
        elif not is_cancelled:
            self._found[self._number] = found
            self._show_modes(found)
        self._give_back()

    def _show_text(self, text: str) -> None:
        self.clear()
        self.addAction(text).setEnabled(False)

    def _show_modes(self, modes: tuple[CameraMode, ...]) -> None:
        self.clear()
        own = self.addAction(self.tr("As the camera likes"))
        own.setObjectName("mode-own")
        self.addSeparator()
        for mode in modes:
            action = self.addAction(mode_words(mode))
            action.setObjectName(f"mode-{mode}")
            action.setData(mode)
            action.setCheckable(True)
            action.setChecked(self._current is not None and mode.is_like(self._current))

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._has_taken = False
        self.mode_chosen.emit(action.data())


def mode_words(mode: CameraMode) -> str:
    """Return a mode as people write it."""
    return f"{mode.width} × {mode.height} · {mode.fps:.4g} fps"
