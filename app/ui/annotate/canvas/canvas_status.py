"""One line below the canvas: the picture, what is hidden, the pixel under the pointer, the zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.annotate.labeling import Labeling
from app.ui.naming import named


class CanvasStatus(QWidget):
    """Facts in small print."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = named(QLabel(self), "status-picture", role="muted")
        self._picture.setTextFormat(Qt.TextFormat.PlainText)
        # A long name must not widen the window.
        self._picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._visibility = named(QLabel(self), "status-visibility", role="muted")
        self._visibility.hide()
        self._pointer = named(QLabel(self), "status-pointer", role="muted")
        self._zoom = named(QLabel(self), "status-zoom", role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._picture, 1)
        row.addWidget(self._visibility)
        row.addWidget(self._pointer)
        row.addWidget(self._zoom)

    def show_picture(self, labeling: Labeling) -> None:
        """Say which picture is shown and how its labels stand."""
        path, picture, annotation = labeling.path, labeling.picture, labeling.annotation
        if path is None:
            self._picture.setText("")
            return
        text = f"{labeling.position + 1} / {len(labeling.pictures)}   {path.name}"
        if picture is None:
            text += "   " + self.tr("opening…")
        elif not picture.levels:
            text += "   " + self.tr("can't be shown: {0}").format(picture.error)
        elif annotation is not None:
            text += f"   {picture.size[0]} × {picture.size[1]}   "
            count = len(annotation.boxes)
            text += self.tr("1 box") if count == 1 else self.tr("{0} boxes").format(count)
            text += "   " + (self.tr("not saved yet") if labeling.is_unsaved else "")
        self._picture.setText(text)
        self._picture.setToolTip(str(path))

    @Slot(int, int)
    def show_visibility(self, hidden: int, locked: int) -> None:
        """Say how many boxes are not shown, and how many can't be caught."""
        words = []
        if hidden:
            words.append(self.tr("{0} hidden").format(hidden))
        if locked:
            words.append(self.tr("{0} locked").format(locked))
        self._visibility.setText(", ".join(words))
        self._visibility.setVisible(bool(words))

    @Slot(object)
    def show_pointer(self, pixel: tuple[int, int] | None) -> None:
        """Say which pixel is under the pointer."""
        self._pointer.setText(f"x {pixel[0]}  y {pixel[1]}" if pixel else "")

    @Slot(float)
    def show_zoom(self, scale: float) -> None:
        """Say how large the picture is shown."""
        self._zoom.setText(f"{round(100 * scale)} %")
