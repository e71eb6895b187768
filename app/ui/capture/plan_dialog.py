"""`PlanDialog`: which classes are captured, and how many examples of each."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.capture.errors import CaptureError
from app.capture.plan import MAX_EXAMPLES, CapturePlan
from app.ui.naming import named


class PlanDialog(QDialog):
    """Asks for a plan, beginning with the one that is.

    Attributes
    ----------
    plan : CapturePlan
        What was asked for, once it was accepted.
    """

    def __init__(self, plan: CapturePlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plan-dialog")
        self.setWindowTitle(self.tr("Capture plan"))
        self.plan = plan
        self._names = named(QPlainTextEdit("\n".join(plan.class_names), self), "plan-classes")
        self._names.setTabChangesFocus(True)
        self._examples = named(QSpinBox(self), "plan-examples")
        self._examples.setRange(1, MAX_EXAMPLES)
        self._examples.setValue(plan.examples)
        self._error = named(QLabel(self), "plan-error", role="error")
        self._error.setWordWrap(True)
        buttons = named(QDialogButtonBox(self), "plan-buttons")
        buttons.setStandardButtons(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        classes = QLabel(self.tr("&Classes, one in a line, in the order of capturing"), self)
        classes.setBuddy(self._names)
        examples = QLabel(self.tr("Pictures of &each class"), self)
        examples.setBuddy(self._examples)
        note = QLabel(self.tr("Another plan begins another session; no picture is lost."), self)
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for widget in (classes, self._names, examples, self._examples, note, self._error, buttons):
            layout.addWidget(widget)
        self._error.hide()
        self.resize(360, 400)

    @Slot()
    def _on_accepted(self) -> None:
        lines = self._names.toPlainText().splitlines()
        names = tuple(line.strip() for line in lines if line.strip())
        try:
            self.plan = CapturePlan(names, self._examples.value())
        except CaptureError as error:
            self._error.setText(str(error))
            self._error.show()
            return
        self.accept()
