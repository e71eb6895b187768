"""What the tab shows without pictures: how to begin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.icons import IconLabel, icon
from app.ui.naming import named

PICTURE_PX = 56


class EmptyState(QWidget):
    """Says what is missing and offers to open a folder.

    Signals
    -------
    open_requested()
    undo_requested()
        The last step is to be taken back: all pictures may have been deleted by it.
    """

    open_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("annotate-empty")
        target = named(QFrame(self), "annotate-target", role="drop-target")
        picture = IconLabel(PICTURE_PX, target)
        picture.set_icon(icon("tag", QPalette.ColorRole.Accent))
        title = named(
            QLabel(self.tr("Draw boxes on pictures"), target), "annotate-title", role="title"
        )
        self._text = named(QLabel(target), "annotate-hint", role="muted")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setFixedWidth(460)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = named(
            QPushButton(self.tr("Open folder of pictures…"), target), "annotate-open",
            role="primary",
        )  # fmt: skip
        button.clicked.connect(self.open_requested)
        self._undo = named(QPushButton(icon("undo"), "", target), "annotate-undo")
        self._undo.clicked.connect(self.undo_requested)
        self.setFocusProxy(self._undo)
        layout = QVBoxLayout(target)
        layout.setSpacing(12)
        words = QHBoxLayout()  # an alignment in the column would ignore height for width
        words.addStretch(1)
        words.addWidget(self._text)
        words.addStretch(1)
        layout.addStretch(2)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(words)
        layout.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 4)
        around.addWidget(target)
        self.show_folder(None)
        self.show_undo("")

    def show_undo(self, step: str) -> None:
        """Offer to take the last step back, in words; "": there is none."""
        self._undo.setText(self.tr("Undo: {0}").format(step.replace("&", "&&")))
        self._undo.setVisible(bool(step))

    def show_folder(self, images: Path | None, *, is_opening: bool = False) -> None:
        """Say that this folder has no pictures, or is being opened; None: that none is open."""
        if images is None:
            text = self.tr(
                "Open a project, or any folder of pictures. Labels are kept beside them as "
                "Pascal VOC, as labelImg does; nothing is moved."
            )
        elif is_opening:
            text = self.tr("Looking for pictures in {0}…").format(images)
        else:
            text = self.tr("There are no pictures in {0}.").format(images)
        self._text.setText(text)
