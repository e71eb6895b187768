"""Files and addresses dropped on the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.naming import named

MARGIN_PX = 12


class FileDrop(QObject):
    """Takes what is dropped on `window`, and says so while it is held over it.

    Signals
    -------
    dropped(str)
        A path, or an address; the first, when several are dropped.
    """

    dropped = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._hint = named(QLabel(window), "drop-hint", role="drop-hint")
        self._hint.setText(self.tr("Drop it here: a video to count in, or a project to open"))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take part in the window's drag and drop events."""
        match event.type():
            case QEvent.Type.DragEnter | QEvent.Type.DragMove:
                return self._on_held(event)
            case QEvent.Type.DragLeave:
                self._hint.hide()
            case QEvent.Type.Drop:
                return self._on_dropped(event)
        return False

    def _on_held(self, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent) or not _first(event.mimeData()):
            return False
        event.acceptProposedAction()
        margins = (MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        self._hint.setGeometry(self._window.rect().adjusted(*margins))
        self._hint.raise_()
        self._hint.show()
        return True

    def _on_dropped(self, event: QEvent) -> bool:
        self._hint.hide()
        if not isinstance(event, QDropEvent):
            return False
        text = _first(event.mimeData())
        if text:
            event.acceptProposedAction()
            self.dropped.emit(text)
        return bool(text)


def _first(data: QMimeData) -> str:
    """Return the first path or address in `data`; empty when there is none."""
    for url in data.urls():
        text = url.toLocalFile() if url.isLocalFile() else url.toString()
        if text:
            return text
    return ""
