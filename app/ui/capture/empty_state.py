"""What the tab shows before a source is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.camera_menu import CameraMenu
from app.ui.capture.capture_actions import CaptureActions
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_PICTURE_PX = 56


class EmptyState(QWidget):
    """The ways to begin.

    Signals
    -------
    camera_chosen(str)
        Number of a camera, as a source is named.
    """

    camera_chosen = Signal(str)

    def __init__(self, actions: CaptureActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("capture-empty")
        target = named(QFrame(self), "capture-empty-target", role="drop-target")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 4)
        around.addWidget(target)
        picture = IconLabel(_PICTURE_PX, target)
        picture.set_icon(icon("camera", QPalette.ColorRole.Accent))
        title = named(QLabel(self.tr("Take pictures of each class"), target), "capture-empty-title")
        title.setProperty("role", "title")
        layout = QVBoxLayout(target)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(_centred(self._words(target)))
        layout.addSpacing(4)
        layout.addLayout(_centred(*self._sources(actions, target)))
        layout.addLayout(_centred(*self._imports(actions, target)))
        layout.addStretch(3)

    def _words(self, parent: QWidget) -> QLabel:
        text = QLabel(
            self.tr(
                "Open a camera, or a video, stream or folder in its place. Or drop pictures, "
                "folders and videos here: they are copied into the project."
            ),
            parent,
        )
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setFixedWidth(460)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return text

    def _sources(self, actions: CaptureActions, parent: QWidget) -> list[QPushButton]:
        glyph = icon("camera", QPalette.ColorRole.HighlightedText)
        camera = named(
            QPushButton(glyph, self.tr("Camera"), parent), "capture-empty-camera", role="primary"
        )
        menu = CameraMenu(camera)
        menu.camera_chosen.connect(self.camera_chosen)
        camera.setMenu(menu)
        buttons = [camera]
        for action, text in (
            (actions.open_video, self.tr("Video…")),
            (actions.open_stream, self.tr("Stream…")),
            (actions.open_folder, self.tr("Folder…")),
        ):
            name = f"capture-empty-{action.objectName()}"
            button = named(QPushButton(action.icon(), text, parent), name)
            button.clicked.connect(action.trigger)
            buttons.append(button)
        return buttons

    def _imports(self, actions: CaptureActions, parent: QWidget) -> list[QPushButton]:
        buttons = []
        for action, text in (
            (actions.import_files, self.tr("Import files…")),
            (actions.import_folder, self.tr("Import a folder…")),
        ):
            name = f"capture-empty-{action.objectName()}"
            button = named(QPushButton(action.icon(), text, parent), name, role="flat")
            button.clicked.connect(action.trigger)
            buttons.append(button)
        return buttons


def _centred(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
