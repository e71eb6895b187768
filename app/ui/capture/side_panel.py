"""`SidePanel`: the plan with its progress, and how pictures are taken."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.class_rings import ClassRings
from app.ui.capture.options_panel import OptionsPanel
from app.ui.capture.tool_button import tool_button
from app.ui.naming import named

WIDTH_PX = 248
_LEAST_RINGS_PX = 84


class SidePanel(QWidget):
    """Arranges the classes above the options; each scrolls where there is no room."""

    def __init__(
        self, actions: CaptureActions, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("capture-side")
        self.setFixedWidth(WIDTH_PX)
        self.rings = ClassRings(self)
        self.rings.setMinimumHeight(_LEAST_RINGS_PX)
        self.options = OptionsPanel(actions, settings)
        self._total = named(QLabel(self), "plan-total", role="section")
        head = QHBoxLayout()
        head.addWidget(self._total, 1)
        head.addWidget(tool_button(actions.new_session, self))
        plan = named(
            QPushButton(actions.edit_plan.icon(), self.tr("Plan…"), self), "edit-plan-button"
        )
        plan.setProperty("role", "flat")
        plan.setToolTip(actions.edit_plan.toolTip())
        plan.clicked.connect(actions.edit_plan.trigger)
        head.addWidget(plan)
        scroll = named(QScrollArea(self), "options-scroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.options)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.rings, 1)
        layout.addWidget(scroll, 1)
        scroll.setMaximumHeight(self.options.sizeHint().height())

    def show_total(self, text: str) -> None:
        """Show how far the whole plan is."""
        self._total.setText(text)
