"""`ExportTab`: from a split data set to the files that a training reads, and a look into them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.project.project import Project
from app.ui.app_state import AppState
from app.ui.error_presenter import ErrorPresenter
from app.ui.export.export_actions import ExportActions
from app.ui.export.export_layout import ExportLayout
from app.ui.export.export_questions import ExportQuestions
from app.ui.export.export_shelf import ExportShelf
from app.ui.export.exporting import ExportEnd, Exporting
from app.ui.export.kept_choices import ExportChoice, KeptChoices
from app.ui.export.kept_exports import KeptExport, is_record_name

_PROGRESS_AFTER_MS = 200  # a bar for less would flicker


class ExportTab(QWidget):
    """The form at the left; at the right exports, problems and the preview of records.

    Signals
    -------
    job_changed(ChildJob | None)
    picture_requested(Path)
        A picture with a problem is to be shown in Annotate.
    split_requested()
        The pictures are to be split first, in Dataset.
    """

    job_changed = Signal(object)
    picture_requested = Signal(object)
    split_requested = Signal()

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export-tab")
        self.setAcceptDrops(True)
        self._actions = ExportActions(self)
        self.addActions(
            [each for each in self._actions.all if each not in self._actions.of_preview]
        )
        self._exporting = Exporting(self)
        self._shelf = ExportShelf(self)
        self._choices = KeptChoices(state.settings)
        self._parts = ExportLayout(self._actions, self._exporting, self._shelf, self)
        self._questions = ExportQuestions(self._exporting, self._shelf, self._parts.bar)
        self._patience = QTimer(self, singleShot=True, interval=_PROGRESS_AFTER_MS)
        self._patience.timeout.connect(self._show_progress)
        self._connect(errors)
        self._connect_parts()
        state.project_changed.connect(self.open_project)
        self.open_project(state.project)

    # -- what the window asks ---------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether an export is under way."""
        return self._exporting.is_writing

    def actions_for_menu(self) -> list[QAction]:
        """Return every command of the tab."""
        return self._actions.for_menu

    def shutdown(self) -> None:
        """Stop the export and wait for it and for the threads."""
        self._patience.stop()
        self._exporting.shutdown()
        self._shelf.stop()
        self._parts.preview.stop()

    # -- what is open -----------------------------------------------------------------------

    @Slot(object)
    def open_project(self, project: Project | None) -> None:
        """Export another project; None: none."""
        folder = None if project is None else project.folder
        self._questions.take_back()
        self._exporting.open(folder)
        self._shelf.open(folder)
        self._parts.problems.show_problems(None)
        if folder is not None:
            self._parts.panel.show_choice(self._choices.latest(folder))
            if self.isVisible():
                self._exporting.read()

    @Slot()
    def choose_records(self) -> None:
        """Ask for a record file, and look into it."""
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a record file"),
            "",
            self.tr("Records ({0})").format("*.record* *.tfrecord*")
            + ";;"
            + self.tr("All files (*)"),
        )
        if path:
            self.open_records(Path(path))

    def open_records(self, *files: Path) -> None:
        """Look into record files; the first is shown."""
        self._parts.show_page("preview")
        self._parts.preview.open_files(files)

    @Slot(object)
    def open_export(self, kept: KeptExport) -> None:
        """Look into the records of an export."""
        self.open_records(*kept.record_files)

    # -- exporting --------------------------------------------------------------------------

    @Slot()
    def export(self) -> None:
        """Export as chosen; where there is such an export, ask whether it is to be replaced."""
        choice = self._parts.panel.choice
        if choice is None or not self._exporting.can_export:
            return
        if self._shelf.shelf.named(choice.settings.name) is not None:
            self._questions.ask_replace(choice.settings.name)
        else:
            self._start(choice, replaces=False)

    @Slot()
    def _replace(self) -> None:
        choice = self._parts.panel.choice
        if choice is not None:
            self._start(choice, replaces=True)

    @Slot(str)
    def _go_on(self, name: str) -> None:
        """Go on with an interrupted export as it began."""
        folder = self._exporting.project_folder
        kept = None if folder is None else self._choices.of(folder, name)
        if kept is not None:
            self._parts.panel.show_choice(kept)
        else:
            self._parts.panel.set_name(name)
        choice = self._parts.panel.choice
        if choice is not None:
            # Beside a whole export of that name, one can only have begun by replacing it.
            self._start(choice, replaces=self._shelf.shelf.named(name) is not None)

    def _start(self, choice: ExportChoice, *, replaces: bool) -> None:
        folder = self._exporting.project_folder
        if folder is None:
            return
        self._choices.keep(folder, choice)
        self._questions.take_back()
        self._parts.preview.forget()  # an open file could not be replaced everywhere
        self._exporting.export(choice, replaces=replaces)

    @Slot(object)
    def _on_exported(self, end: ExportEnd) -> None:
        self._shelf.read()
        if end.folder is not None:
            self._questions.tell_done(end)
            self._parts.show_page("exports")
        self._refresh()

    @Slot()
    def _on_name_taken(self) -> None:
        choice = self._parts.panel.choice
        if choice is not None:
            self._questions.ask_replace(choice.settings.name)

    @Slot()
    def _stop(self) -> None:
        self._parts.progress.show_stopping()
        self._exporting.stop()

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        exporting, actions, parts = self._exporting, self._actions, self._parts
        has_choice = parts.panel.choice is not None
        has_project = exporting.project_folder is not None
        parts.panel.show_outgoing(exporting.outgoing, exporting.failure)
        parts.panel.setEnabled(not exporting.is_writing)
        actions.export.setEnabled(exporting.can_export and has_choice)
        actions.check.setEnabled(has_project and exporting.doing in ("", "reading"))
        actions.stop.setEnabled(exporting.doing in ("checking", "exporting"))
        parts.show_buttons(is_writing=exporting.is_writing, can_stop=actions.stop.isEnabled())
        self._wait_for_progress()

    def _wait_for_progress(self) -> None:
        if not self._exporting.doing:
            self._patience.stop()
            self._parts.progress.hide()
        elif not self._parts.progress.isVisibleTo(self) and not self._patience.isActive():
            self._patience.start()
        self._parts.progress.show_state()

    @Slot()
    def _show_progress(self) -> None:
        self._parts.progress.show()

    @Slot()
    def _on_checked(self) -> None:
        self._parts.problems.show_problems(self._exporting.problems)
        self._parts.show_page("problems")

    # -- building ---------------------------------------------------------------------------

    def _connect(self, errors: ErrorPresenter) -> None:
        exporting, shelf = self._exporting, self._shelf
        exporting.changed.connect(self._refresh)
        exporting.checked.connect(self._on_checked)
        exporting.exported.connect(self._on_exported)
        exporting.name_taken.connect(self._on_name_taken)
        exporting.job_changed.connect(self.job_changed)
        exporting.problem.connect(errors.report)
        shelf.problem.connect(errors.report)
        shelf.changed.connect(self._questions.offer_partial)
        self._questions.replace_chosen.connect(self._replace)
        self._questions.go_on_chosen.connect(self._go_on)
        self._questions.name_chosen.connect(self._parts.panel.set_name)
        self._questions.name_chosen.connect(self.export)
        self._questions.preview_chosen.connect(self._open_named)
        actions = self._actions
        actions.export.triggered.connect(self.export)
        actions.check.triggered.connect(exporting.check)
        actions.stop.triggered.connect(self._stop)
        actions.open_records.triggered.connect(self.choose_records)

    def _connect_parts(self) -> None:
        parts = self._parts
        parts.panel.choice_changed.connect(self._refresh)
        parts.panel.split_requested.connect(self.split_requested)
        parts.exports.preview_requested.connect(self.open_export)
        parts.problems.picture_requested.connect(self.picture_requested)
        parts.preview.open_requested.connect(self.choose_records)

    @Slot(str)
    def _open_named(self, name: str) -> None:
        kept = self._shelf.shelf.named(name)
        if kept is not None:
            self.open_export(kept)

    # -- Qt ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Read what has changed while another tab was in front."""
        super().showEvent(event)
        self._exporting.read()
        self._shelf.read()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take record files; the rest is left to the window."""
        self._offer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Go on as `dragEnterEvent` said."""
        self._offer(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Look into the dropped files."""
        files = _records(event)
        if files:
            event.acceptProposedAction()
            self.open_records(*files)

    def _offer(self, event: QDropEvent) -> None:
        if _records(event):
            event.acceptProposedAction()
        else:
            event.ignore()


def _records(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if is_record_name(path.name)]
