"""`AnnotateTab`: pictures on the left, the canvas in the middle, classes and numbers right."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.class_list import read_class_list
from app.annotation.errors import AnnotationError
from app.errors import AppError
from app.project.project import Project
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.box_canvas import BoxCanvas
from app.ui.annotate.box_edits import BoxEdits
from app.ui.annotate.box_panel import BoxPanel
from app.ui.annotate.canvas_status import CanvasStatus
from app.ui.annotate.class_book import ClassBook
from app.ui.annotate.class_panel import ClassPanel
from app.ui.annotate.class_picker import ClassPicker
from app.ui.annotate.conflict_bar import ConflictBar
from app.ui.annotate.empty_state import EmptyState
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.light_steps import LightSteps
from app.ui.annotate.picture_list import PictureList
from app.ui.app_state import AppState
from app.ui.error_presenter import ErrorPresenter
from app.ui.naming import named
from app.ui.view_transform import ZOOM_STEP

_SIDE_PX = 236
_CLASS_LISTS = ("predefined_classes.txt", "classes.txt")
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class AnnotateTab(QWidget):
    """Draws boxes on the pictures of a project, or of any folder.

    Signals
    -------
    job_changed(ChildJob | None)
        Never: labelling runs in the window.
    """

    job_changed = Signal(object)

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("annotate-tab")
        self._errors = errors
        self._project: Project | None = None
        self._waits_for_saving = False  # to open another project
        self._undecided: tuple[float, float, float, float] | None = None
        self._labeling = Labeling(self)
        self._book = ClassBook(self)
        self._actions = AnnotateActions(self)
        self.addActions(self._actions.all)
        self._canvas = BoxCanvas(self)
        self._edits = BoxEdits(self._labeling, self._canvas, self._book, self)
        LightSteps(self._actions, self._canvas, self)
        self._pictures = PictureList(self)
        self._classes = ClassPanel(self._book, self)
        self._numbers = BoxPanel(self)
        self._picker = ClassPicker(self)
        self._conflict = ConflictBar(self)
        self._status = CanvasStatus(self)
        self._empty = EmptyState(self)
        self._canvas.set_colors(self._book.color_of)
        self._lay_out()
        self._connect_labeling()
        self._connect_canvas()
        self._connect_actions()
        state.project_changed.connect(self._open_project)
        self._open_project(state.project)

    # -- what the window asks ---------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether an edit could not be saved."""
        self._labeling.save()
        return self._labeling.is_unsaved

    def actions_for_menu(self) -> list[QAction]:
        """Return every command of the tab."""
        return self._actions.all

    def shutdown(self) -> None:
        """Save, and wait for the threads."""
        self._labeling.stop()
        self._pictures.model.stop()

    def open_folder(
        self, images: Path, *, class_names: Sequence[str] = (), labels: Path | None = None
    ) -> None:
        """Label the pictures of a plain folder; nothing in it is moved."""
        if self._labeling.open_folder(images, labels):
            self._book.open(None, class_names or _listed_classes(images, labels))

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        actions = self._actions
        tools = named(QToolBar(self), "annotate-tools")  # what has no room is in its last button
        tools.setIconSize(QSize(16, 16))
        groups = (
            (actions.edit_mode, actions.draw, actions.keep_drawing),
            (actions.previous, actions.next, actions.next_unlabelled),
            (actions.undo, actions.redo, actions.delete, actions.duplicate),
            (actions.zoom_out, actions.fit, actions.zoom_in),
        )
        for group in groups:
            tools.addActions(group)
            tools.addSeparator()
        verify = named(QToolButton(self), "tool-verify", role="flat")
        verify.setDefaultAction(actions.verify)
        verify.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (verify, *tools.findChildren(QToolButton)):
            button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the canvas
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(tools, 1)
        top.addWidget(verify)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._conflict)
        column.addWidget(self._canvas, 1)
        column.addWidget(self._status)
        right = QWidget(self)
        panels = QVBoxLayout(right)
        panels.setContentsMargins(0, 0, 0, 0)
        panels.setSpacing(16)
        panels.addWidget(self._classes, 1)
        panels.addWidget(self._numbers)
        splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "annotate-splitter")
        for widget in (self._pictures, middle, right):
            splitter.addWidget(widget)
        splitter.setStretchFactor(1, 1)
        splitter.setCollapsible(1, False)
        splitter.setSizes([_SIDE_PX, 760, _SIDE_PX])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.addWidget(self._stack)

    def _connect_labeling(self) -> None:
        labeling = self._labeling
        labeling.folder_changed.connect(self._on_folder)
        labeling.picture_changed.connect(self._on_picture)
        labeling.labels_changed.connect(self._on_labels)
        labeling.status_changed.connect(self._pictures.model.refresh)
        labeling.status_changed.connect(self._show_status)
        labeling.problem.connect(self._on_problem)
        self._pictures.chosen.connect(labeling.go_to)
        labeling.status_changed.connect(self._open_waiting_project)
        self._conflict.reload_requested.connect(labeling.reload)
        self._conflict.reload_requested.connect(self._open_waiting_project)
        self._conflict.overwrite_requested.connect(labeling.overwrite)

    def _connect_canvas(self) -> None:
        canvas, edits = self._canvas, self._edits
        canvas.box_drawn.connect(self._on_drawn)
        canvas.boxes_edited.connect(edits.take_from_canvas)
        canvas.selection_changed.connect(self._on_selection)
        canvas.class_wanted.connect(self._ask_class)
        canvas.pointer_moved.connect(self._status.show_pointer)
        canvas.zoomed.connect(self._status.show_zoom)
        canvas.space_tapped.connect(self._actions.verify.trigger)
        self._numbers.changed.connect(edits.replace_selected)
        self._numbers.entered.connect(canvas.setFocus)
        self._classes.chosen.connect(edits.use_class)
        self._classes.added.connect(self._add_class)
        self._picker.picked.connect(self._on_class_picked)
        self._picker.given_up.connect(self._on_no_class)
        self._book.changed.connect(self._show_colors)

    def _connect_actions(self) -> None:
        actions, labeling, edits, canvas = (
            self._actions,
            self._labeling,
            self._edits,
            self._canvas,
        )
        for action, slot in (
            (actions.open_folder, self._choose_folder),
            (actions.label_folder, self._choose_labels),
            (actions.save, labeling.save),
            (actions.next, self._go_next),
            (actions.previous, self._go_back),
            (actions.next_unlabelled, self._go_unlabelled),
            (actions.edit_mode, self._stop_drawing),
            (actions.edit_class, self._ask_class),
            (actions.duplicate, edits.duplicate),
            (actions.copy, edits.copy),
            (actions.paste, edits.paste),
            (actions.copy_previous, edits.copy_previous),
            (actions.select_all, edits.select_all),
            (actions.delete, edits.delete),
            (actions.undo, labeling.undo),
            (actions.redo, labeling.redo),
            (actions.zoom_in, self._zoom_in),
            (actions.zoom_out, self._zoom_out),
            (actions.actual, canvas.show_actual_pixels),
            (actions.fit, canvas.fit),
            (actions.fit_width, canvas.fit_width),
        ):
            action.triggered.connect(slot)
        actions.verify.triggered.connect(labeling.set_verified)
        actions.draw.toggled.connect(self._on_draw)
        actions.keep_drawing.toggled.connect(self._on_keep_drawing)
        actions.show_labels.toggled.connect(canvas.set_labels_shown)
        self._empty.open_requested.connect(self._choose_folder)

    # -- opening ----------------------------------------------------------------------------

    @Slot(object)
    def _open_project(self, project: Project | None) -> None:
        self._project = project
        if project is None:
            has_left = self._labeling.close()
        else:
            images, labels = project.images_folder, project.annotations_folder
            has_left = self._labeling.open_folder(images, labels)
        self._waits_for_saving = not has_left
        if has_left:
            self._book.open(project)

    @Slot()
    def _open_waiting_project(self) -> None:
        """Open the project that could not be, now that the edits are saved or given up."""
        if self._waits_for_saving:
            self._open_project(self._project)

    @Slot()
    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open folder of pictures"))
        if folder:
            self.open_folder(Path(folder))

    @Slot()
    def _choose_labels(self) -> None:
        if self._labeling.folder is None:
            return
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of labels"))
        if folder:  # the classes stay
            self._labeling.open_folder(self._labeling.folder.images, Path(folder))

    @Slot()
    def _on_folder(self) -> None:
        labeling = self._labeling
        images = labeling.folder.images if labeling.folder else Path()
        self._pictures.model.open(labeling.folder, images, labeling.pictures)
        self._empty.show_folder(images if labeling.folder else None, is_opening=labeling.is_opening)
        self._stack.setCurrentIndex(1 if labeling.pictures else 0)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _on_picture(self) -> None:
        labeling = self._labeling
        self._conflict.hide()
        self._undecided = None
        self._picker.hide()
        self._canvas.set_picture(labeling.picture)
        self._pictures.show_current(labeling.path)
        self._status.show_picture(labeling)
        if self.isVisible() and not self._pictures.isAncestorOf(self.focusWidget() or self):
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
            action.setText(f"{word}: {edit.text}" if edit else word)

    @Slot()
    def _on_selection(self) -> None:
        picture = self._labeling.picture
        self._numbers.show_boxes(self._edits.selected, picture.size if picture else (0, 0))
        has_selection = bool(self._edits.selected)
        for action in (
            self._actions.delete,
            self._actions.duplicate,
            self._actions.copy,
            self._actions.edit_class,
        ):
            action.setEnabled(has_selection)

    @Slot(object)
    def _on_problem(self, error: AppError) -> None:
        if self._labeling.is_unsaved:
            self._conflict.show_error(error)
        else:
            self._errors.report(error)

    # -- doing ------------------------------------------------------------------------------

    @Slot(object)
    def _on_drawn(self, edges: tuple[float, float, float, float]) -> None:
        if not self._actions.keep_drawing.isChecked():
            self._actions.draw.setChecked(False)
        if self._book.current:
            self._edits.add(edges)
            return
        self._undecided = edges  # a box without a class is none: the first one names it
        self._ask_name(edges[2], edges[1])

    @Slot()
    def _ask_class(self) -> None:
        boxes = self._edits.selected
        self._undecided = None
        if boxes:
            self._ask_name(boxes[0].xmax, boxes[0].ymin)

    def _ask_name(self, x_px: float, y_px: float) -> None:
        at = self._canvas.mapToGlobal(self._canvas.transform.to_view(x_px, y_px).toPoint())
        self._picker.ask([entry.name for entry in self._book.entries], at)

    @Slot(str)
    def _add_class(self, name: str) -> bool:
        """Add a class for the next boxes; those that are there keep theirs."""
        try:
            self._book.add(name)
        except AppError as error:
            self._errors.report(error)
            return False
        self._book.choose(name)
        return True

    @Slot(str)
    def _on_class_picked(self, name: str) -> None:
        edges, self._undecided = self._undecided, None
        if not self._add_class(name):
            return
        if edges is not None:
            self._edits.add(edges)
        else:
            self._edits.use_class(name)

    @Slot()
    def _on_no_class(self) -> None:
        if self._undecided is not None:
            self._undecided = None
            self._errors.notify(self.tr("The box was not kept: no class was named."))

    @Slot()
    def _show_colors(self) -> None:
        self._canvas.set_colors(self._book.color_of)

    @Slot(bool)
    def _on_draw(self, is_on: bool) -> None:
        self._canvas.set_drawing(is_on)
        if not is_on:
            self._actions.keep_drawing.setChecked(False)

    @Slot(bool)
    def _on_keep_drawing(self, is_on: bool) -> None:
        if is_on:
            self._actions.draw.setChecked(True)

    @Slot()
    def _stop_drawing(self) -> None:
        self._actions.draw.setChecked(False)

    @Slot()
    def _go_next(self) -> None:
        self._canvas.setFocus()  # a number being typed is taken
        self._labeling.go_by(1)

    @Slot()
    def _go_back(self) -> None:
        self._canvas.setFocus()  # a number being typed is taken
        self._labeling.go_by(-1)

    @Slot()
    def _go_unlabelled(self) -> None:
        self._canvas.setFocus()  # a number being typed is taken
        path = self._pictures.next_unlabelled(self._labeling.position)
        if path is not None:
            self._labeling.go_to(path)

    @Slot()
    def _zoom_in(self) -> None:
        self._canvas.zoom(ZOOM_STEP)

    @Slot()
    def _zoom_out(self) -> None:
        self._canvas.zoom(1 / ZOOM_STEP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits give classes, arrows move boxes; Escape stops drawing."""
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
            self._stop_drawing()
        else:
            super().keyPressEvent(event)


def _listed_classes(images: Path, labels: Path | None) -> list[str]:
    """Return the names of a class list as labelImg keeps it, where there is one."""
    for folder in filter(None, (labels, images)):
        for name in _CLASS_LISTS:
            with suppress(AnnotationError):
                return read_class_list(folder / name)
    return []
