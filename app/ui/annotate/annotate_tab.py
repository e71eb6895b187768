"""`AnnotateTab`: boxes on the pictures of a project, or of any folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.annotation.exchange import ImportReport
from app.errors import AppError
from app.project.activity import activity_path
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.box_drawing import BoxDrawing
from app.ui.annotate.box_edits import BoxEdits
from app.ui.annotate.box_following import BoxFollowing
from app.ui.annotate.box_panel import BoxPanel
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.canvas.canvas_status import CanvasStatus
from app.ui.annotate.canvas.light_steps import LightSteps
from app.ui.annotate.classes.class_change_controls import ClassChangeControls
from app.ui.annotate.classes.class_panel import ClassPanel
from app.ui.annotate.classes.class_picker import ClassPicker
from app.ui.annotate.conflict_bar import ConflictBar
from app.ui.annotate.empty_state import EmptyState
from app.ui.annotate.exchange.exchange_opening import LabelExchange
from app.ui.annotate.folder_opening import FolderOpening
from app.ui.annotate.folder_work_bar import FolderWorkBar
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.pictures.picture_list import PictureList
from app.ui.annotate.pictures.picture_steps import PictureSteps
from app.ui.annotate.proposals.proposal_steps import ProposalSteps
from app.ui.annotate.saving_elsewhere import SavingElsewhere
from app.ui.annotate.statistics.statistics_steps import StatisticsSteps
from app.ui.annotate.tab_drops import TabDrops
from app.ui.annotate.workspace import Workspace
from app.ui.app_state import AppState
from app.ui.child_job import ChildJob
from app.ui.error_presenter import ErrorPresenter
from app.ui.job_strip import JobStrip
from app.ui.view_transform import ZOOM_STEP

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class AnnotateTab(QWidget):
    """Builds the parts, and shows in each what the others changed.

    Signals
    -------
    job_changed(ChildJob | None)
        A model proposes boxes in a child process.
    """

    job_changed = Signal(object)

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("annotate-tab")
        self._errors = errors
        self._actions = AnnotateActions(self)
        self.addActions(self._actions.all)
        self._labeling = Labeling(self)
        self._book = self._labeling.book
        self._canvas = BoxCanvas(self)
        self._edits = BoxEdits(self._actions, self._labeling, self._canvas, self._book)
        self._pictures = PictureList(self)
        self._classes = ClassPanel(self._book, self)
        self._numbers = BoxPanel(self)
        self._conflict = ConflictBar(self)
        self._elsewhere = SavingElsewhere(self._labeling, self)
        self._work = FolderWorkBar(self)
        self._status = CanvasStatus(self)
        self._jobs = JobStrip(self)
        self._empty = EmptyState(self)
        self._exchange = LabelExchange(self._actions, self._labeling, self._book, self)
        self._following = BoxFollowing(self._labeling, self)
        self._drawing = BoxDrawing(
            self._actions, self._canvas, self._edits, self._book, ClassPicker(self)
        )
        self._drops = TabDrops(self)
        self._opening = FolderOpening(self._actions, self._labeling, self._book, self)
        self._steps = PictureSteps(self._actions, self._labeling, self._pictures, self._canvas)
        LightSteps(self._actions, self._canvas, self)
        ClassChangeControls(self._labeling, self._classes, self)
        self._canvas.set_colors(self._book.color_of)
        self._connect_labeling()
        self._proposing = ProposalSteps(
            self._actions,
            self._labeling,
            self._book,
            self._canvas,
            self._edits,
            self._pictures,
            errors,
        )
        self._lay_out()
        self._statistics = StatisticsSteps(
            self._actions, self._labeling, self._book, self._canvas, self._stack, errors
        )
        self._connect_widgets()
        self._connect_view()
        state.project_changed.connect(self._opening.open_project)
        self._opening.open_project(state.project)

    # -- what the window asks ---------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether an edit could not be saved, or files of many pictures are being written."""
        self._labeling.save()
        return self._labeling.is_unsaved or self._labeling.work.is_writing

    def actions_for_menu(self) -> list[QAction]:
        """Return every command of the tab."""
        return self._actions.for_menu

    def shutdown(self) -> None:
        """Save, and wait for the threads."""
        self._exchange.shutdown()
        self._following.stop()
        self._proposing.shutdown()
        self._labeling.stop()
        self._statistics.stop()
        self._pictures.model.stop()

    def open_folder(
        self, images: Path, *, class_names: Sequence[str] = (), labels: Path | None = None
    ) -> None:
        """Label the pictures of a plain folder; nothing in it is moved."""
        self._opening.open_folder(images, class_names, labels)

    def show_picture(self, path: Path) -> None:
        """Show a picture of the open project."""
        self._opening.show_of_project(path)

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        workspace = Workspace(
            self._actions,
            left=self._pictures,
            middle=(
                self._proposing.bar,
                self._conflict,
                self._work,
                self._canvas,
                self._status,
                self._jobs,
            ),
            canvas=self._canvas,
            right=(self._classes, self._numbers),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(workspace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.addWidget(self._stack)

    def _connect_labeling(self) -> None:
        labeling, actions = self._labeling, self._actions
        labeling.folder_changed.connect(self._on_folder)
        labeling.picture_changed.connect(self._on_picture)
        labeling.labels_changed.connect(self._on_labels)
        labeling.status_changed.connect(self._pictures.model.refresh)
        labeling.status_changed.connect(self._show_status)
        labeling.pictures_changed.connect(self._on_pictures)
        labeling.many_changed.connect(self._pictures.model.refresh_many)
        labeling.problem.connect(self._on_problem)
        labeling.work.changed.connect(self._work.show_work)
        self._work.stop_requested.connect(labeling.work.stop)
        self._pictures.model.class_counts_changed.connect(self._show_class_counts)
        self._conflict.reload_requested.connect(labeling.reload)
        self._conflict.reload_requested.connect(self._opening.open_waiting)
        self._conflict.overwrite_requested.connect(labeling.overwrite)
        self._conflict.copy_requested.connect(self._elsewhere.save)
        self._elsewhere.saved.connect(self._conflict.hide)
        self._elsewhere.saved.connect(self._errors.notify)
        self._elsewhere.failed.connect(self._errors.report)
        actions.save.triggered.connect(labeling.save)
        actions.undo.triggered.connect(labeling.undo)
        actions.redo.triggered.connect(labeling.redo)
        actions.verify.triggered.connect(labeling.set_verified)

    def _connect_widgets(self) -> None:
        canvas, edits = self._canvas, self._edits
        canvas.selection_changed.connect(self._on_selection)
        canvas.space_tapped.connect(self._actions.verify.trigger)
        canvas.visibility_changed.connect(self._status.show_visibility)
        self._proposing.job_changed.connect(self._show_job)
        self._numbers.changed.connect(edits.replace_selected)
        self._numbers.entered.connect(canvas.setFocus)
        self._classes.chosen.connect(edits.use_class)
        self._classes.added.connect(self._drawing.add_class)
        self._book.changed.connect(self._show_colors)
        self._drops.folder_dropped.connect(self._opening.open_dropped)
        self._drops.picture_dropped.connect(self._opening.open_picture)
        self._drops.labels_dropped.connect(self._exchange.import_from)
        self._empty.open_requested.connect(self._opening.choose_folder)
        self._empty.undo_requested.connect(self._labeling.undo)
        self._edits.told.connect(self._errors.notify)
        self._steps.told.connect(self._errors.notify)
        self._exchange.imported.connect(self._on_imported)
        self._exchange.failed.connect(self._errors.report)
        self._actions.follow_previous.triggered.connect(self._following.follow)
        self._following.told.connect(self._errors.notify)
        self._drawing.failed.connect(self._errors.report)
        self._drawing.told.connect(self._errors.notify)

    def _connect_view(self) -> None:
        actions, canvas = self._actions, self._canvas
        canvas.pointer_moved.connect(self._status.show_pointer)
        canvas.zoomed.connect(self._status.show_zoom)
        actions.zoom_in.triggered.connect(self._zoom_in)
        actions.zoom_out.triggered.connect(self._zoom_out)
        actions.actual.triggered.connect(canvas.show_actual_pixels)
        actions.fit.triggered.connect(canvas.fit)
        actions.fit_width.triggered.connect(canvas.fit_width)
        actions.show_labels.toggled.connect(canvas.set_labels_shown)
        actions.hide.triggered.connect(canvas.hide_selected)
        actions.hide_all.triggered.connect(canvas.hide_all)
        actions.show_all.triggered.connect(canvas.show_all)
        actions.lock.triggered.connect(canvas.toggle_lock_selected)
        actions.unlock_all.triggered.connect(canvas.unlock_all)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _on_folder(self) -> None:
        labeling, folder = self._labeling, self._labeling.folder
        images = folder.images if folder else Path()
        self._pictures.model.open(folder, images, labeling.pictures)
        self._empty.show_folder(images if folder else None, is_opening=labeling.is_opening)
        project = self._opening.project
        activity = activity_path(images, project.folder if project else None) if folder else None
        self._statistics.open_folder(folder, activity)
        self._proposing.open_folder(project)
        self._stack.setCurrentIndex(1 if labeling.pictures else 0)

    @Slot()
    def _on_pictures(self) -> None:
        self._pictures.model.set_pictures(self._labeling.pictures)
        self._show_history()
        self._stack.setCurrentIndex(1 if self._labeling.pictures else 0)
        if not self._labeling.pictures:
            self._empty.setFocus()  # the canvas had it

    @Slot()
    def _show_class_counts(self) -> None:
        self._classes.set_dataset_counts(self._pictures.model.class_counts())

    @Slot()
    def _on_picture(self) -> None:
        labeling = self._labeling
        self._conflict.hide()
        self._drawing.forget()
        self._canvas.set_picture(labeling.picture)
        self._pictures.show_current(labeling.path)
        self._status.show_picture(labeling)
        is_in_list = self._pictures.isAncestorOf(self.focusWidget() or self)
        if labeling.path is not None and self.isVisible() and not is_in_list:
            self._canvas.setFocus()

    @Slot()
    def _on_labels(self) -> None:
        annotation = self._labeling.annotation
        boxes = annotation.boxes if annotation else ()
        for name in dict.fromkeys(box.class_name for box in boxes):
            self._book.meet(name)
        self._canvas.set_boxes(boxes)
        self._classes.show_counts(boxes)
        self._actions.verify.setChecked(annotation is not None and annotation.is_verified)
        self._status.show_picture(self._labeling)
        self._show_history()
        self._on_selection()

    @Slot()
    def _show_status(self) -> None:
        self._status.show_picture(self._labeling)

    def _show_history(self) -> None:
        history = self._labeling.history
        for action, edit, word in (
            (self._actions.undo, history.next_undo, self.tr("Undo")),
            (self._actions.redo, history.next_redo, self.tr("Redo")),
        ):
            action.setEnabled(edit is not None)
            # Names may have an ampersand, which marks a key in the text of an action.
            action.setText(f"{word}: {edit.text.replace('&', '&&')}" if edit else word)
        self._empty.show_undo(history.next_undo.text if history.next_undo else "")

    @Slot()
    def _on_selection(self) -> None:
        picture = self._labeling.picture
        self._numbers.show_boxes(self._edits.selected, picture.size if picture else (0, 0))
        has_selection = bool(self._edits.selected)
        for action in (
            self._actions.duplicate,
            self._actions.copy,
            self._actions.edit_class,
            self._actions.hide,
            self._actions.lock,
        ):
            action.setEnabled(has_selection)

    @Slot(object)
    def _on_problem(self, error: AppError) -> None:
        if self._labeling.is_unsaved and self._labeling.folder is not None:
            images = self._labeling.folder.images
            self._conflict.show_error(error, gone=None if images.is_dir() else images)
        else:
            self._errors.report(error)

    @Slot(object)
    def _show_job(self, job: ChildJob | None) -> None:
        self._jobs.show_jobs({job: self.tr("Proposing boxes")} if job is not None else {})
        self.job_changed.emit(job)

    @Slot()
    def _show_colors(self) -> None:
        self._canvas.set_colors(self._book.color_of)

    @Slot(object)
    def _on_imported(self, report: ImportReport) -> None:
        self._pictures.model.refresh_many(report.changed)
        self._labeling.take_imported(report.changed)

    # -- doing ------------------------------------------------------------------------------

    @Slot()
    def _zoom_in(self) -> None:
        self._canvas.zoom(ZOOM_STEP)

    @Slot()
    def _zoom_out(self) -> None:
        self._canvas.zoom(1 / ZOOM_STEP)

    def showEvent(self, event: QShowEvent) -> None:
        """See what the other tabs have done to pictures and classes meanwhile."""
        super().showEvent(event)
        self._labeling.list_again()
        self._book.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits give classes, arrows move boxes, Space verifies; Escape stops drawing."""
        key, modifiers = event.key(), event.modifiers()
        plain = modifiers & ~Qt.KeyboardModifier.KeypadModifier
        name = self._book.by_digit(event.text()) if not plain and event.text() else None
        if name is not None:
            self._edits.use_class(name)
        elif key in _ARROWS and plain in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            step = 10 if plain else 1
            dx, dy = _ARROWS[Qt.Key(key)]
            self._canvas.nudge(step * dx, step * dy)
        elif key == Qt.Key.Key_Space:
            self._actions.verify.trigger()
        elif key == Qt.Key.Key_Escape:
            self._drawing.stop()
            self._canvas.setFocus()  # out of a field, so that the keys are commands again
        else:
            super().keyPressEvent(event)
