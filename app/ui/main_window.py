"""The main window: tabs in the flow's order, and what belongs to none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.project.project import Project, is_project
from app.ui.app_state import AppState
from app.ui.error_bar import ErrorBar
from app.ui.error_presenter import ErrorPresenter
from app.ui.file_drop import FileDrop
from app.ui.icons import application_icon, icon
from app.ui.job_strip import JobStrip
from app.ui.naming import named
from app.ui.stage_frame import StageFrame
from app.ui.stages import (
    STAGES,
    AnnotatePage,
    CapturePage,
    CountPage,
    DatasetPage,
    ExportPage,
    Stage,
    StagePage,
)
from app.ui.start_page import StartPage
from app.ui.window_menus import WindowMenus

MINIMUM_SIZE_PX = (760, 520)
DEFAULT_SIZE_PX = (1280, 800)
VIDEO_ENDINGS = ("mp4", "avi", "mkv", "mov", "webm", "m4v", "mpg", "mpeg", "wmv", "ts")


class MainWindow(QMainWindow):
    """Holds the start page and one tab for each stage.

    Parameters
    ----------
    state : AppState
    errors : ErrorPresenter
    stages : sequence of Stage
        In the flow's order.
    """

    def __init__(
        self, state: AppState, errors: ErrorPresenter, stages: Sequence[Stage] = STAGES
    ) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(*MINIMUM_SIZE_PX)
        self._state = state
        self._errors = errors
        self._is_told_to_close = False
        self._question: QMessageBox | None = None

        self._start_page = StartPage(state, self)
        self._tabs = named(QTabWidget(self), "stages")
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._start_page, icon("home"), self.tr("Start"))
        self._frames = self._make_frames(stages)
        self._strip = JobStrip(self)
        central = QWidget(self)
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(ErrorBar(errors, self))
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._strip)
        self.setCentralWidget(central)
        FileDrop(self).dropped.connect(self._on_dropped)
        self._menus = WindowMenus(self, state)

        self._start_page.new_requested.connect(self.new_project)
        self._start_page.open_requested.connect(self.choose_project)
        self._start_page.pictures_requested.connect(self.choose_pictures)
        self._start_page.video_requested.connect(self.choose_video)
        self._start_page.sample_requested.connect(self.open_sample)
        self._start_page.project_requested.connect(self.open_project)
        self._tabs.currentChanged.connect(self._on_tab_changed)
        state.project_changed.connect(self._refresh_title)
        self._refresh_title()
        self._restore_geometry()

    def tab_titles(self) -> list[str]:
        """Return the titles of the tabs, from the left."""
        return [self._tabs.tabText(index) for index in range(self._tabs.count())]

    # Projects

    @Slot()
    def new_project(self) -> None:
        """Ask for name and place of a new project, and open it."""
        from app.ui.new_project_dialog import NewProjectDialog

        dialog = NewProjectDialog(self)
        if dialog.exec() and dialog.project is not None:
            self._state.set_project(dialog.project)

    @Slot()
    def choose_project(self) -> None:
        """Ask for the folder of a project, and open it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open project"))
        if folder:
            self.open_project(Path(folder))

    @Slot()
    def open_chosen_project(self) -> None:
        """Open the project of the *Open recent* action that was triggered."""
        action = self.sender()
        if isinstance(action, QAction):
            self.open_project(action.data())

    @Slot(object)
    def open_project(self, folder: Path) -> None:
        """Open the project in `folder`, or say why not."""
        try:
            project = Project.open(folder)
        except AppError as error:
            self._errors.report(error)
            return
        self._state.set_project(project)

    @Slot()
    def close_project(self) -> None:
        """Go on without a project."""
        self._state.set_project(None)

    # Counting

    @Slot()
    def choose_video(self) -> None:
        """Ask for a video and count in it."""
        patterns = " ".join(f"*.{ending} *.{ending.upper()}" for ending in VIDEO_ENDINGS)
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open video"),
            "",
            self.tr("Videos ({0})").format(patterns) + ";;" + self.tr("All files (*)"),
        )
        if path:
            self.open_source(path)

    def open_source(self, text: str) -> None:
        """Count in a source: a path, a camera number, an address."""
        page = self.show_stage("count")
        if page is not None:
            cast("CountPage", page).open_source(text)

    @Slot()
    def open_sample(self) -> None:
        """Count in the sample that comes with Tallybox."""
        page = self.show_stage("count")
        if page is not None:
            cast("CountPage", page).open_sample()

    # Labelling

    @Slot()
    def choose_pictures(self) -> None:
        """Ask for a folder of pictures and label them."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open folder of pictures"))
        if folder:
            self.annotate(Path(folder), (), None)

    def annotate(self, images: Path, class_names: Sequence[str], labels: Path | None) -> None:
        """Label the pictures of a plain folder."""
        page = self.show_stage("annotate")
        if page is not None:
            cast("AnnotatePage", page).open_folder(images, class_names=class_names, labels=labels)

    def _is_in_front(self, key: str) -> bool:
        frame = self._tabs.currentWidget()
        return isinstance(frame, StageFrame) and frame.stage.key == key

    def show_stage(self, key: str) -> StagePage | None:
        """Bring a stage to the front; None where it needs a project and there is none."""
        for frame in self._frames:
            if frame.stage.key == key:
                self._tabs.setCurrentWidget(frame)
                return frame.show_page()
        return None

    # Tabs

    def _make_frames(self, stages: Sequence[Stage]) -> list[StageFrame]:
        followers = [*stages[1:], None]
        frames = []
        for stage, following in zip(stages, followers, strict=True):
            frame = StageFrame(stage, self._state, self._errors, following=following, parent=self)
            frame.page_made.connect(self._on_page_made)
            frame.job_changed.connect(self._refresh_strip)
            frame.next_requested.connect(self._show_next_tab)
            frame.new_project_requested.connect(self.new_project)
            frame.open_project_requested.connect(self.choose_project)
            self._tabs.addTab(frame, icon(stage.icon), stage.display_title)
            frames.append(frame)
        return frames

    @Slot()
    def show_chosen_tab(self) -> None:
        """Show the tab of the *View* action that was triggered."""
        action = self.sender()
        if isinstance(action, QAction):
            self._tabs.setCurrentIndex(action.data())

    @Slot()
    def _show_next_tab(self) -> None:
        self._tabs.setCurrentIndex(self._tabs.currentIndex() + 1)

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        tab = self._tabs.widget(index)
        if isinstance(tab, StageFrame):
            tab.show_page()
            self._menus.show_stage(tab.stage)
        else:
            self._start_page.refresh()
            self._menus.show_stage(None)
        self._refresh_strip()
        self._refresh_title()

    @Slot(object)
    def _on_page_made(self, page: StagePage) -> None:
        frame = next(frame for frame in self._frames if frame.page is page)
        self._menus.add_stage(frame.stage, page.actions_for_menu())
        if frame.stage.key == "capture":
            cast("CapturePage", page).next_requested.connect(self._show_next_tab)
        elif frame.stage.key == "export":
            export = cast("ExportPage", page)
            export.picture_requested.connect(self._show_picture)
            export.split_requested.connect(self._show_split)

    @Slot(object)
    def _show_picture(self, path: Path) -> None:
        cast("AnnotatePage", self.show_stage("annotate")).show_picture(path)

    @Slot()
    def _show_split(self) -> None:
        cast("DatasetPage", self.show_stage("dataset")).show_split()

    @Slot()
    def _refresh_strip(self) -> None:
        # The tab in front shows its own job.
        current = self._tabs.currentWidget()
        self._strip.show_jobs(
            {
                frame.job: frame.stage.display_title
                for frame in self._frames
                if frame.job is not None and frame is not current
            }
        )

    @Slot()
    def _refresh_title(self) -> None:
        project = self._state.project
        parts = [project.name] if project is not None else []
        frame = self._tabs.currentWidget()
        if isinstance(frame, StageFrame):
            parts.append(frame.stage.display_title)
        self.setWindowTitle(" — ".join([" · ".join(parts), "Tallybox"] if parts else ["Tallybox"]))

    # View and help

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back to a window."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def show_shortcuts(self) -> None:
        """Show the page of keyboard shortcuts."""
        from app.ui.shortcuts_page import ShortcutsPage

        page = ShortcutsPage(self._menus.groups, self)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.open()

    @Slot()
    def show_about(self) -> None:
        """Say what Tallybox is, its version and its licence."""
        from importlib.metadata import version

        box = QMessageBox(self)
        box.setObjectName("about")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About Tallybox"))
        box.setIconPixmap(application_icon().pixmap(64, 64))
        box.setText(self.tr("Tallybox {0}").format(version("tallybox")))
        box.setInformativeText(
            self.tr(
                "From labelling to counting, in one window.\n\nApache License 2.0. "
                "The file NOTICE names the models and the works of others in it."
            )
        )
        box.open()

    # Dropping, opening and closing

    @Slot(str)
    def _on_dropped(self, text: str) -> None:
        path = Path(text)
        if is_project(path):
            self.open_project(path)
        elif path.is_dir() and self._is_in_front("annotate"):
            self.annotate(path, (), None)
        elif path.is_dir() and self._is_in_front("dataset"):
            cast("DatasetPage", self.show_stage("dataset")).open_folder(path)
        else:
            self.open_source(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless a job runs and the person wants to keep it."""
        if not self._is_told_to_close and not self._may_stop_jobs():
            event.ignore()
            return
        self._state.settings.setValue("window/geometry", self.saveGeometry())
        for frame in self._frames:
            if frame.page is not None:
                frame.page.shutdown()
        event.accept()

    def close_without_asking(self) -> None:
        """Close the window although jobs run; the system or the terminal wants it."""
        self._is_told_to_close = True
        if self._question is not None:
            self._question.close()  # `closeEvent` is waiting for it, and goes on
        else:
            self.close()

    def _may_stop_jobs(self) -> bool:
        titles = ", ".join(
            frame.stage.display_title
            for frame in self._frames
            if frame.page is not None and frame.page.is_busy
        )
        if not titles:
            return True
        box = QMessageBox(self)
        box.setObjectName("stop-jobs")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Tallybox")
        box.setText(self.tr("{0} is still at work.").format(titles))
        box.setInformativeText(self.tr("What it has not saved is lost when you stop it."))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        self._question = box
        box.exec()
        self._question = None
        return self._is_told_to_close or box.clickedButton() is stop

    def _restore_geometry(self) -> None:
        geometry = self._state.settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            available = self.screen().availableSize()
            width, height = DEFAULT_SIZE_PX
            self.resize(min(width, available.width()), min(height, available.height()))
