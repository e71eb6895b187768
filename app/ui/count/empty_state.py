"""What the tab shows before a source is open: what one can do here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.camera_menu import CameraMenu
from app.ui.count.count_actions import CountActions
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

PICTURE_PX = 56


class EmptyState(QWidget):
    """Four ways to begin.

    Signals
    -------
    sample_requested()
        Count the sample that comes with the application.
    camera_chosen(str)
        Number of a camera, as a source is named.
    """

    sample_requested = Signal()
    camera_chosen = Signal(str)

    def __init__(self, actions: CountActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("count-empty")
        title = named(QLabel(self.tr("Count what crosses a line"), self), "empty-title")
        title.setProperty("role", "title")
        text = QLabel(
            self.tr(
                "Open a video, a camera or a stream, or drop a video file here. "
                "Then draw a line, a band or a zone on the picture: "
                "whatever crosses it is counted."
            ),
            self,
        )
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setFixedWidth(460)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        glyph = icon("sample", QPalette.ColorRole.HighlightedText)
        sample = named(
            QPushButton(glyph, self.tr("Try the sample"), self), "try-sample", role="primary"
        )
        sample.clicked.connect(self.sample_requested)
        video = named(QPushButton(icon("video"), self.tr("Open video…"), self), "empty-video")
        video.clicked.connect(actions.open_video.trigger)
        camera = named(QPushButton(icon("camera"), self.tr("Camera"), self), "empty-camera")
        menu = CameraMenu(camera)
        menu.camera_chosen.connect(self.camera_chosen)
        camera.setMenu(menu)
        stream = named(QPushButton(icon("stream"), self.tr("Stream…"), self), "empty-stream")
        stream.clicked.connect(actions.open_stream.trigger)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (sample, video, camera, stream):
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QHBoxLayout()  # an alignment in the column would ignore height for width
        words.addStretch(1)
        words.addWidget(text)
        words.addStretch(1)
        target = named(QFrame(self), "empty-target", role="drop-target")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 4)
        around.addWidget(target)
        picture = IconLabel(PICTURE_PX, target)
        picture.set_icon(icon("count", QPalette.ColorRole.Accent))
        layout = QVBoxLayout(target)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(words)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        layout.addStretch(3)
