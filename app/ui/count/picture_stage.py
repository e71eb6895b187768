"""The left side of the tab: tools, the picture, and the transport below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.count.count_actions import CountActions
from app.ui.count.empty_state import EmptyState
from app.ui.count.suggestion_bar import SuggestionBar
from app.ui.count.transport import Transport
from app.ui.count.video_view import VideoView
from app.ui.icons import icon
from app.ui.naming import named


class PictureStage(QWidget):
    """Arranges the widgets round the picture; can fill the screen by itself.

    Signals
    -------
    full_screen_left()
        The person pressed Esc on the full screen.
    """

    full_screen_left = Signal()

    def __init__(
        self, view: VideoView, actions: CountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picture-stage")
        self.view = view
        self.suggestion = SuggestionBar(self)
        self.transport = Transport(actions, self)
        self.empty = EmptyState(actions, self)
        self._tools = self._make_tools(actions)
        self._pictures = named(QStackedWidget(self), "picture-stack")
        self._pictures.addWidget(self.empty)
        self._pictures.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._tools)
        layout.addWidget(self.suggestion)
        layout.addWidget(self._pictures, 1)
        layout.addWidget(self.transport)
        self.show_picture(is_shown=False)

    def show_picture(self, *, is_shown: bool) -> None:
        """Show the picture with its controls, or what to do to get one."""
        self._pictures.setCurrentWidget(self.view if is_shown else self.empty)
        self._tools.setVisible(is_shown)
        self.transport.setVisible(is_shown)
        if not is_shown:
            self.suggestion.hide()

    def fill_screen(self) -> None:
        """Leave the tab and fill the screen; whoever laid it out puts it back later."""
        self.setParent(None)
        self.showFullScreen()
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the full screen with Esc."""
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.full_screen_left.emit()
        else:
            super().keyPressEvent(event)

    def _make_tools(self, actions: CountActions) -> QWidget:
        bar = named(QWidget(self), "picture-tools")
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for action in (actions.select, actions.line, actions.band, actions.zone):
            layout.addWidget(_tool(action, bar))
        layout.addSpacing(8)
        for action in (actions.undo, actions.redo):
            layout.addWidget(_tool(action, bar))
        layout.addSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._overlay_button(actions, bar))
        for action in (actions.zoom_out, actions.zoom_in, actions.fit):
            layout.addWidget(_tool(action, bar))
        layout.addWidget(_tool(actions.full_screen, bar))
        return bar

    def _overlay_button(self, actions: CountActions, parent: QWidget) -> QPushButton:
        button = named(
            QPushButton(icon("eye"), self.tr("Show"), parent), "overlay-button", role="flat"
        )
        button.setToolTip(self.tr("Choose what is drawn over the picture"))
        menu = QMenu(button)
        menu.addActions(list(actions.overlay.values()))
        button.setMenu(menu)
        return button


def _tool(action: QAction, parent: QWidget) -> QToolButton:
    button = named(QToolButton(parent), f"{action.objectName()}-tool", role="flat")
    button.setDefaultAction(action)
    button.setAccessibleName(action.text().replace("&", ""))
    return button
