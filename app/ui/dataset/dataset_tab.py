"""`DatasetTab`: from labelled pictures to a set that can be trained on, page by page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.project.project import Project
from app.ui.app_state import AppState
from app.ui.dataset.clean_page import CleanPage
from app.ui.dataset.clean_source import CleanSource
from app.ui.dataset.split_page import SplitPage
from app.ui.error_presenter import ErrorPresenter
from app.ui.naming import named


class DatasetTab(QWidget):
    """Holds the pages, and opens the folder that they work on.

    Signals
    -------
    job_changed(ChildJob | None)
        None of the pages has one yet.
    """

    job_changed = Signal(object)

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dataset-tab")
        self._pages = QStackedWidget(self)
        self._switch = QButtonGroup(self)
        self._switch.idClicked.connect(self._pages.setCurrentIndex)
        self._switch_row = QHBoxLayout()
        self._switch_row.setSpacing(4)
        self._folder_name = named(QLabel(self), "dataset-folder", role="muted")
        self._folder_name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._clean = CleanPage(self)
        self._add_page("clean", self.tr("Clean"), self._clean)
        self._split = SplitPage(self)
        self._add_page("split", self.tr("Split"), self._split)
        self._clean_tools = self._clean.tool_row(self)
        self._pages.currentChanged.connect(self._on_page)
        self._lay_out()
        self._clean.problem.connect(errors.report)
        self._clean.told.connect(errors.notify)
        self._clean.open_requested.connect(self.choose_folder)
        self._split.problem.connect(errors.report)
        self._split.told.connect(errors.notify)
        state.project_changed.connect(self.open_project)
        self.open_project(state.project)

    # -- what the window asks ---------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being moved or copied, or a split is being written."""
        return self._clean.cleaning.is_writing or self._split.is_busy

    def actions_for_menu(self) -> list[QAction]:
        """Return every command of the tab."""
        pages = (self._clean, self._split)
        return [action for page in pages for action in page.actions_of_page.for_menu]

    def shutdown(self) -> None:
        """Carry out what was decided, and wait for the threads."""
        self._clean.stop()
        self._split.stop()

    # -- folder -----------------------------------------------------------------------------

    @Slot(object)
    def open_project(self, project: Project | None) -> None:
        """Work on the pictures of a project; None: on none."""
        self._split.open(project)
        if project is None:
            self._open(None)
        else:
            self._open(CleanSource(project.images_folder, project.annotations_folder, project))

    def open_folder(self, images: Path, labels: Path | None = None) -> None:
        """Work on a plain folder of pictures; what is discarded goes into a hidden folder in it."""
        self._split.open(None)
        self._open(CleanSource(images, labels, None))

    def show_split(self) -> None:
        """Bring the page Split to the front."""
        self._pages.setCurrentWidget(self._split)
        self._switch.button(self._pages.indexOf(self._split)).setChecked(True)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of pictures."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open folder of pictures"))
        if folder:
            self.open_folder(Path(folder))

    def _open(self, source: CleanSource | None) -> None:
        name = "" if source is None else str(source.images)
        self._folder_name.setText(name)
        self._folder_name.setToolTip(name)
        self._clean.open(source)

    # -- building ---------------------------------------------------------------------------

    def _add_page(self, key: str, title: str, page: QWidget) -> None:
        """Add a page, and a button that shows it."""
        button = named(QPushButton(title, self), f"dataset-{key}")
        button.setCheckable(True)
        button.setChecked(self._pages.count() == 0)
        self._switch.addButton(button, self._pages.count())
        self._switch_row.addWidget(button)
        self._pages.addWidget(page)

    @Slot(int)
    def _on_page(self, index: int) -> None:
        self._clean_tools.setVisible(self._pages.widget(index) is self._clean)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addLayout(self._switch_row)
        head.addWidget(self._folder_name, 1)
        head.addWidget(self._clean_tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)
