"""`PicturePair`: the current picture large, and beside it the best of its duplicates."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.annotate.canvas.zoomed_picture import ZoomedPicture
from app.ui.annotate.pictures.picture_loader import LoadedPicture, PictureLoader
from app.ui.naming import named

_SMALLEST_PX = (120, 80)


class _Picture(ZoomedPicture):
    """Leaves Space to the page: the gallery beside it has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(*_SMALLEST_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(*_SMALLEST_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class PicturePane(QWidget):
    """One picture, what it is called and what is known of it.

    Parameters
    ----------
    name : str
        For the object names.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = named(QLabel(self), f"{name}-title", role="choice-title")
        self._facts = named(QLabel(self), f"{name}-facts", role="muted")
        for label in (self._title, self._facts):
            label.setMinimumWidth(0)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._picture = named(_Picture(self), f"{name}-picture")
        self._loader = PictureLoader(self)
        self._loader.loaded.connect(self._on_loaded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._picture, 1)
        layout.addWidget(self._facts)

    def show_picture(self, path: Path, title: str, facts: str, following: list[Path]) -> None:
        """Show a picture, and decode those that come next."""
        self._title.setText(title.replace("/", "/\u200b").replace("_", "_\u200b"))
        self._facts.setText(facts)
        self._picture.set_picture(None)
        self._loader.request(path, following)

    def zoom_to_pixels(self, *, is_close: bool) -> None:
        """Show one pixel of the picture as one point, or all of the picture."""
        if is_close:
            self._picture.show_actual_pixels()
        else:
            self._picture.fit()

    def forget(self) -> None:
        """Drop the pictures: they take much memory."""
        self._picture.set_picture(None)
        self._loader.forget()

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self._loader.stop()

    @Slot(object)
    def _on_loaded(self, picture: LoadedPicture) -> None:
        self._picture.set_picture(picture)


class PicturePair(QWidget):
    """Shows one picture, or two side by side and in words how they differ."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clean-pair")
        self.best = PicturePane("clean-best", self)
        self.current = PicturePane("clean-current", self)
        self._difference = named(QLabel(self), "clean-difference")
        self._difference.setWordWrap(True)
        self._is_close = False
        panes = QHBoxLayout()
        panes.setSpacing(8)
        panes.addWidget(self.best, 1)
        panes.addWidget(self.current, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(panes, 1)
        layout.addWidget(self._difference)

    def show_words(self, text: str, *, is_pair: bool) -> None:
        """Say what speaks against the picture; without a second one, its place is given up."""
        self.best.setVisible(is_pair)
        self._difference.setText(text)

    @Slot()
    def toggle_close(self) -> None:
        """Show single pixels, or the whole pictures again."""
        self._is_close = not self._is_close
        for pane in (self.best, self.current):
            pane.zoom_to_pixels(is_close=self._is_close)

    def forget(self) -> None:
        """Drop the pictures."""
        self._is_close = False
        self.best.forget()
        self.current.forget()

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self.best.stop()
        self.current.stop()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the memory back while nobody looks."""
        self.forget()
        super().hideEvent(event)
