"""`ModeSteps`: the mode of each camera, chosen once and kept for the next time."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.capture.camera_modes import CameraMode, mode_warning
from app.capture.source import SourceInfo
from app.errors import AppError
from app.ui.capture.mode_menu import ModeMenu
from app.ui.capture.preview import Preview
from app.ui.source_panel import SourcePanel

_KEY = "capture/camera_modes"


class ModeSteps(QObject):
    """Gives the camera to the menu that asks it, and keeps what is chosen by its name.

    Attributes
    ----------
    kept : dict of str to CameraMode
        What to ask each camera for, by name.
    paused : str
        The camera that is asked at the moment, as a source is named; empty for none.

    Signals
    -------
    pause_requested()
        The camera is needed: close it.
    reopen_requested(str)
        Open it again.
    told(str)
        The camera gives another mode than was chosen.
    """

    pause_requested = Signal()
    reopen_requested = Signal(str)
    told = Signal(str)

    def __init__(
        self, settings: QSettings, preview: Preview, sources: SourcePanel, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._settings, self._preview = settings, preview
        self._menu = ModeMenu(parent)
        self._open = ("", "")  # the camera, as a source and by its name
        self.kept = self._restored()
        self.paused = ""
        sources.offer_modes(self._menu)
        preview.opened.connect(self._on_opened)
        self._menu.camera_needed.connect(self._on_needed)
        self._menu.camera_free.connect(self._on_free)
        self._menu.mode_chosen.connect(self._on_chosen)

    def forget_pause(self) -> None:
        """Open nothing again: the person has opened or closed something meanwhile."""
        self.paused = ""

    def shutdown(self) -> None:
        """Stop asking."""
        self._menu.shutdown()

    def _restored(self) -> dict[str, CameraMode]:
        """Return what was kept, without what is not understood (any more)."""
        try:
            fields = json.loads(str(self._settings.value(_KEY, "{}")))
            return {name: CameraMode.of_text(text) for name, text in fields.items()}
        except (ValueError, AttributeError, TypeError, AppError):
            return {}

    @Slot(object)
    def _on_opened(self, info: SourceInfo) -> None:
        if info.kind != "camera":
            return
        name = self._preview.camera_name
        self._open = (info.uri, name)
        current = CameraMode(info.width, info.height, info.fps)
        self._menu.set_camera(int(info.uri), current, self._preview.left)
        asked = self.kept.get(name)
        warning = None if asked is None else mode_warning(asked, info)
        if warning is not None:
            self.told.emit(warning)

    @Slot()
    def _on_needed(self) -> None:
        self.paused = self._open[0]
        self.pause_requested.emit()

    @Slot()
    def _on_free(self) -> None:
        if self.paused:
            self.reopen_requested.emit(self.paused)

    @Slot(object)
    def _on_chosen(self, mode: CameraMode | None) -> None:
        source, name = self._open
        self.kept.pop(name, None)
        if mode is not None:
            self.kept[name] = mode
        text = json.dumps({name: str(each) for name, each in self.kept.items()})
        self._settings.setValue(_KEY, text)
        self.reopen_requested.emit(source)
