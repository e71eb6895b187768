"""One tab: the stage's page, or what to do first, and the way to the next stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.ui.app_state import AppState
from app.ui.error_presenter import ErrorPresenter
from app.ui.icons import icon
from app.ui.naming import named
from app.ui.stages import Stage, StagePage

if TYPE_CHECKING:
    from app.ui.child_job import ChildJob


class StageFrame(QWidget):
    """Holds a stage's page, made when it is first needed.

    Attributes
    ----------
    stage : Stage
    job : ChildJob or None
        What the stage is doing in the background.

    Signals
    -------
    page_made(StagePage)
    job_changed()
    next_requested()
    new_project_requested()
    open_project_requested()
    """

    page_made = Signal(object)
    job_changed = Signal()
    next_requested = Signal()
    new_project_requested = Signal()
    open_project_requested = Signal()

    def __init__(
        self,
        stage: Stage,
        state: AppState,
        errors: ErrorPresenter,
        *,
        following: Stage | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"stage-{stage.key}")
        self.stage = stage
        self._state = state
        self._errors = errors
        self._page: QWidget | None = None
        self.job: ChildJob | None = None

        self._stack = QStackedLayout()
        if stage.needs_project:
            self._stack.addWidget(self._make_project_panel())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        if following is not None:
            layout.addLayout(self._make_footer(following))
        state.project_changed.connect(self._on_project_changed)

    @property
    def page(self) -> StagePage | None:
        """The stage's page, if it was made."""
        return cast("StagePage | None", self._page)

    def show_page(self) -> StagePage | None:
        """Make the page if need be and show it; None where a project is missing."""
        if self.stage.needs_project and self._state.project is None:
            self._stack.setCurrentIndex(0)
            return None
        if self._page is None:
            self._page = self.stage.make_page(self._state, self._errors, self)
            self._stack.addWidget(self._page)
            cast("StagePage", self._page).job_changed.connect(self._on_job_changed)
            self.page_made.emit(self._page)
        self._stack.setCurrentWidget(self._page)
        return self.page

    @Slot(object)
    def _on_job_changed(self, job: ChildJob | None) -> None:
        self.job = job
        self.job_changed.emit()

    @Slot()
    def _on_project_changed(self) -> None:
        if self.isVisible():
            self.show_page()

    def _make_project_panel(self) -> QWidget:
        panel = named(QWidget(self), f"{self.stage.key}-needs-project")
        title = named(
            QLabel(self.tr("{0} works on a project").format(self.stage.display_title), panel),
            "needs-project-title",
            role="title",
        )
        purpose = (
            self.stage.display_purpose
            + " "
            + self.tr("Make a new project or open one; a project is a folder of yours.")
        )
        hint = named(QLabel(purpose, panel), "needs-project-hint", role="muted")
        hint.setWordWrap(True)
        hint.setMaximumWidth(480)
        new_button = named(
            QPushButton(icon("folder-new"), self.tr("New project…"), panel),
            f"{self.stage.key}-new-project",
        )
        new_button.clicked.connect(self.new_project_requested)
        open_button = named(
            QPushButton(icon("folder"), self.tr("Open project…"), panel),
            f"{self.stage.key}-open-project",
        )
        open_button.clicked.connect(self.open_project_requested)

        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(new_button)
        buttons.addWidget(open_button)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(hint)
        column.addLayout(buttons)
        column.addStretch(3)
        row = QHBoxLayout(panel)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)
        return panel

    def _make_footer(self, following: Stage) -> QHBoxLayout:
        text = self.tr("Next: {0}").format(following.display_title)
        button = named(QPushButton(icon("arrow-right"), text, self), f"{self.stage.key}-next")
        button.clicked.connect(self.next_requested)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 8)
        row.addStretch(1)
        row.addWidget(button)
        return row
