"""`Workspace`: tools above, pictures left, canvas in the middle, classes and numbers right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.naming import named

_SIDE_PX = 248
_CENTER_PX = 320


class _SidePanel(QScrollArea):
    """Scrolls what has no room in a low window."""

    def __init__(self, panels: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._panels = panels
        self.setObjectName("annotate-panels")
        self.setProperty("role", "page")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(panels)

    def minimumSizeHint(self) -> QSize:
        """Return a size at which nothing is cut off at the side."""
        bar_px = self.verticalScrollBar().sizeHint().width()
        return QSize(self._panels.minimumSizeHint().width() + bar_px, 0)


class Workspace(QWidget):
    """Lays the parts of the tab out.

    Parameters
    ----------
    actions : AnnotateActions
    left : QWidget
    middle, right : sequence of QWidget
        From the top; the canvas takes the room that is left, as the first of `right` does.
    canvas : QWidget
        One of `middle`.
    """

    def __init__(
        self,
        actions: AnnotateActions,
        *,
        left: QWidget,
        middle: Sequence[QWidget],
        canvas: QWidget,
        right: Sequence[QWidget],
    ) -> None:
        super().__init__()
        center = QWidget(self)
        column = QVBoxLayout(center)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(self._tool_row(actions))
        for widget in middle:
            column.addWidget(widget, 1 if widget is canvas else 0)
        center.setMinimumWidth(_CENTER_PX)
        panels = QWidget()
        stack = QVBoxLayout(panels)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(16)
        for place, widget in enumerate(right):
            stack.addWidget(widget, 0 if place else 1)
        splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "annotate-splitter")
        beside = _SidePanel(panels, self)
        for widget in (left, center, beside):
            splitter.addWidget(widget)
        splitter.setStretchFactor(1, 1)
        splitter.setCollapsible(1, False)
        splitter.setSizes([_SIDE_PX, 760, _SIDE_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _tool_row(self, actions: AnnotateActions) -> QHBoxLayout:
        tools = named(QToolBar(self), "annotate-tools")  # what has no room is in its last button
        tools.setIconSize(QSize(16, 16))
        for group in (
            (actions.edit_mode, actions.draw, actions.keep_drawing),
            (actions.previous, actions.next, actions.next_unlabelled),
            (actions.undo, actions.redo, actions.delete, actions.duplicate),
            (actions.show_assistant, actions.statistics),
            (actions.zoom_out, actions.fit, actions.zoom_in),
        ):
            tools.addActions(group)
            tools.addSeparator()
        verify = named(QToolButton(self), "tool-verify", role="flat")
        verify.setDefaultAction(actions.verify)
        verify.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (verify, *tools.findChildren(QToolButton)):
            button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the canvas
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(tools, 1)
        row.addWidget(verify)
        return row
