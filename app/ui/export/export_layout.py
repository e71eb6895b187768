"""`ExportLayout`: the parts of the tab and where they are."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.export.export_actions import ExportActions
from app.ui.export.export_bar import ExportBar
from app.ui.export.export_list import ExportList
from app.ui.export.export_panel import ExportPanel
from app.ui.export.export_progress import ExportProgress
from app.ui.export.export_shelf import ExportShelf
from app.ui.export.exporting import Exporting
from app.ui.export.problem_list import ProblemList
from app.ui.export.record_preview import RecordPreview
from app.ui.icons import icon
from app.ui.naming import named

translate = QCoreApplication.translate

PageName = Literal["exports", "problems", "preview"]


class ExportLayout:
    """Makes the parts and lays them out in the tab.

    Attributes
    ----------
    panel : ExportPanel
    exports : ExportList
    problems : ProblemList
    preview : RecordPreview
    bar : ExportBar
    progress : ExportProgress
    """

    def __init__(
        self, actions: ExportActions, exporting: Exporting, shelf: ExportShelf, tab: QWidget
    ) -> None:
        self._tab, self._actions = tab, actions
        self.panel = ExportPanel(tab)
        self.exports = ExportList(shelf, tab)
        self.problems = ProblemList(tab)
        self.preview = RecordPreview(actions, tab)
        self.bar = ExportBar(tab)
        self.progress = ExportProgress(exporting, tab)
        self._pages = named(QStackedWidget(tab), "export-pages")
        self._switch = QButtonGroup(tab)
        self._switch.idClicked.connect(self._pages.setCurrentIndex)
        self._names: list[PageName] = ["exports", "problems", "preview"]
        self._export = self._button(
            actions.export, "export-start-button", translate("ExportLayout", "Export")
        )
        self._export.setProperty("role", "primary")
        self._check = self._button(
            actions.check, "export-check-button", translate("ExportLayout", "Check")
        )
        self._stop = self._button(
            actions.stop, "export-stop-button", translate("ExportLayout", "Stop")
        )
        self._stop.setIcon(icon("stop"))
        self._lay_out()

    def show_page(self, name: PageName) -> None:
        """Bring a page to the front."""
        index = self._names.index(name)
        self._switch.button(index).setChecked(True)
        self._pages.setCurrentIndex(index)

    def show_buttons(self, *, is_writing: bool, can_stop: bool) -> None:
        """Show what can be pressed now."""
        self._export.setVisible(not is_writing)
        self._check.setVisible(not can_stop)
        self._stop.setVisible(can_stop)

    def _button(self, action: QAction, name: str, text: str) -> QPushButton:
        button = named(QPushButton(text, self._tab), name)
        button.setToolTip(action.toolTip())
        button.setAutoDefault(True)  # Return presses it, not Space alone
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _switch_row(self) -> QHBoxLayout:
        titles = (
            translate("ExportLayout", "Exports"),
            translate("ExportLayout", "Problems"),
            translate("ExportLayout", "Preview"),
        )
        row = QHBoxLayout()
        row.setSpacing(4)
        for index, (name, title) in enumerate(zip(self._names, titles, strict=True)):
            button = named(QPushButton(title, self._tab), f"export-page-{name}")
            button.setCheckable(True)
            button.setChecked(index == 0)
            self._switch.addButton(button, index)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _foot(self) -> QHBoxLayout:
        policy = self.progress.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self.progress.setSizePolicy(policy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        for button in (self._check, self._stop, self._export):
            row.addWidget(button)
        return row

    def _lay_out(self) -> None:
        for page in (self.exports, self.problems, self.preview):
            self._pages.addWidget(page)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(self._switch_row())
        right.addWidget(self._pages, 1)
        right.addWidget(self.bar)
        right.addLayout(self._foot())
        layout = QHBoxLayout(self._tab)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self.panel)
        layout.addLayout(right, 1)
