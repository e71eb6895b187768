"""The bar over the picture: open a video, a camera or a stream; what is open now."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.ui.camera_menu import CameraMenu
from app.ui.icons import icon
from app.ui.naming import named

VIDEO_KINDS = "*.mp4 *.avi *.mov *.mkv *.webm *.m4v *.mpg *.mpeg *.wmv *.ts *.gif"
_DETAILS_GAP = " · "  # between the size and the rate
_NARROW_PX = 560
_LEAST_NAME_PX = 40  # less shows two letters and an ellipsis


class SourceActions(Protocol):
    """The commands that a stage has for its source."""

    open_video: QAction
    open_stream: QAction
    close_source: QAction


class SourcePanel(QWidget):
    """Buttons to open a source, and the name of the open one.

    Parameters
    ----------
    actions : SourceActions
    camera_tip : str
        What the stage does with a camera.
    parent : QWidget, optional

    Signals
    -------
    source_chosen(str)
        A path, a camera number or an address.
    """

    source_chosen = Signal(str)

    def __init__(
        self, actions: SourceActions, camera_tip: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("source-panel")
        self._text = ""
        self._camera_menu = CameraMenu(self)
        self._camera_menu.camera_chosen.connect(self.source_chosen)
        actions.open_video.triggered.connect(self._ask_video)
        actions.open_stream.triggered.connect(self._ask_stream)
        camera = named(QPushButton(icon("camera"), self.tr("Camera"), self), "open-camera-button")
        camera.setToolTip(camera_tip)
        camera.setMenu(self._camera_menu)
        self._name = named(QLabel(self), "source-name")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.installEventFilter(self)
        self._size = named(QLabel(self), "source-size", role="muted")
        self._mode = named(QPushButton(self), "source-mode-button", role="flat")
        self._close = named(QToolButton(self), "close-source-button", role="flat")
        self._close.setDefaultAction(actions.close_source)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for action, text in (
            (actions.open_video, self.tr("Video")),
            (actions.open_stream, self.tr("Stream")),
        ):
            button = named(QPushButton(action.icon(), text, self), f"{action.objectName()}-button")
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            layout.addWidget(button)
        layout.insertWidget(1, camera)
        layout.addSpacing(8)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._size)
        layout.addWidget(self._mode)
        layout.addWidget(self._close)
        self.show_source("", details="")

    def offer_modes(self, menu: QMenu) -> None:
        """Let a person choose the mode of a camera: its size and rate become a button."""
        self._mode.setMenu(menu)

    def show_source(self, source: str, *, details: str) -> None:
        """Show the name of the open source and its details; nothing for an empty name."""
        is_address = "://" in source
        self._text = source if is_address or source.isdecimal() else Path(source).name
        if source.isdecimal():
            self._text = self.tr("Camera {0}").format(source)
        self._name.setToolTip(source)
        has_modes = self._mode.menu() is not None and source.isdecimal() and bool(details)
        self._size.setText(details)
        self._size.setVisible(not has_modes)
        self._mode.setToolTip(self.tr("{0}: choose size and rate").format(details))
        self._mode.setVisible(has_modes)
        self._close.setVisible(bool(source))
        self._elide()

    @Slot()
    def _ask_video(self) -> None:
        kinds = self.tr("Videos ({0})").format(VIDEO_KINDS) + ";;" + self.tr("All files (*)")
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open video"), "", kinds)
        if path:
            self.source_chosen.emit(path)

    @Slot()
    def _ask_stream(self) -> None:
        address, is_given = QInputDialog.getText(
            self, self.tr("Open stream"), self.tr("Address (rtsp://… or http://…):")
        )
        if is_given and address.strip():
            self.source_chosen.emit(address.strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what is said to the room there is."""
        super().resizeEvent(event)
        self._elide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shorten the name anew: what is beside it came, went or changed."""
        if watched is self._name and event.type() == QEvent.Type.Resize:
            self._elide()
        return super().eventFilter(watched, event)

    def _elide(self) -> None:
        details = self._size.text()
        is_narrow = self.width() < _NARROW_PX
        self._mode.setText(details.partition(_DETAILS_GAP)[0] if is_narrow else details)
        metrics = self._name.fontMetrics()
        room = self._name.width()
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
        self._name.setText(text if room >= _LEAST_NAME_PX else "")
