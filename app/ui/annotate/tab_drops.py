"""`TabDrops`: pictures, a folder or label files that are dropped on the tab."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from app.imaging import IMAGE_SUFFIXES
from app.project.project import is_project

_LABEL_SUFFIXES = frozenset((".xml", ".json", ".csv", ".txt", ".yaml", ".zip"))


class TabDrops(QObject):
    """Takes what belongs to labelling; a project or a video is left to the window.

    Signals
    -------
    folder_dropped(Path)
    picture_dropped(Path)
        The first of those that were dropped.
    labels_dropped(object)
        Paths of label files.
    """

    folder_dropped = Signal(object)
    picture_dropped = Signal(object)
    labels_dropped = Signal(object)

    def __init__(self, tab: QWidget) -> None:
        super().__init__(tab)
        tab.setAcceptDrops(True)
        tab.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take part in the tab's drag and drop events."""
        kind = event.type()
        if kind not in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return False
        if not isinstance(event, QDropEvent) or not _is_ours(_paths(event)):
            event.ignore()  # the window is asked next
            return True
        event.acceptProposedAction()
        if kind == QEvent.Type.Drop:
            self._take(_paths(event))
        return True

    def _take(self, paths: list[Path]) -> None:
        first = paths[0]
        if first.is_dir():
            self.folder_dropped.emit(first)
        elif _is_picture(first):
            self.picture_dropped.emit(first)
        else:
            self.labels_dropped.emit([path for path in paths if _is_labels(path)])


def _paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _is_ours(paths: list[Path]) -> bool:
    if not paths or is_project(paths[0]):
        return False
    first = paths[0]
    return first.is_dir() or _is_picture(first) or _is_labels(first)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES


def _is_labels(path: Path) -> bool:
    return path.suffix.lower() in _LABEL_SUFFIXES
