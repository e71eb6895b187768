"""`BoxDrawing`: the drawing mode, and the class that a drawn box gets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.errors import AppError
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.box_edits import BoxEdits
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.classes.class_picker import ClassPicker


class BoxDrawing(QObject):
    """Connects the actions of drawing with the canvas, and asks for a class where one is missing.

    Signals
    -------
    failed(AppError)
    told(str)
        Something a person should know.
    """

    failed = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        actions: AnnotateActions,
        canvas: BoxCanvas,
        edits: BoxEdits,
        book: ClassBook,
        picker: ClassPicker,
    ) -> None:
        super().__init__(canvas)
        self._actions, self._canvas, self._edits = actions, canvas, edits
        self._book, self._picker = book, picker
        self._undecided: tuple[float, float, float, float] | None = None
        actions.draw.toggled.connect(self._on_draw)
        actions.keep_drawing.toggled.connect(self._on_keep_drawing)
        actions.edit_mode.triggered.connect(self.stop)
        actions.edit_class.triggered.connect(self.ask_class)
        canvas.box_drawn.connect(self._on_drawn)
        canvas.class_wanted.connect(self.ask_class)
        picker.picked.connect(self._on_picked)
        picker.given_up.connect(self._on_given_up)

    @Slot()
    def stop(self) -> None:
        """Go back to selecting and moving."""
        self._actions.draw.setChecked(False)

    def forget(self) -> None:
        """Drop a box that waits for its class: its picture is left."""
        self._undecided = None
        self._picker.hide()

    @Slot()
    def ask_class(self) -> None:
        """Ask for another class of the selected boxes."""
        boxes = self._edits.selected
        self._undecided = None
        if boxes:
            self._ask(boxes[0].xmax, boxes[0].ymin)

    @Slot(str)
    def add_class(self, name: str) -> bool:
        """Add a class for the next boxes; those that are there keep theirs."""
        try:
            self._book.add(name)
        except AppError as error:
            self.failed.emit(error)
            return False
        self._book.choose(name)
        return True

    @Slot(bool)
    def _on_draw(self, is_on: bool) -> None:
        self._canvas.set_drawing(is_on)
        if not is_on:
            self._actions.keep_drawing.setChecked(False)

    @Slot(bool)
    def _on_keep_drawing(self, is_on: bool) -> None:
        if is_on:
            self._actions.draw.setChecked(True)

    @Slot(object)
    def _on_drawn(self, edges: tuple[float, float, float, float]) -> None:
        if not self._actions.keep_drawing.isChecked():
            self._actions.draw.setChecked(False)
        if self._book.current:
            self._edits.add(edges)
            return
        self._undecided = edges  # a box without a class is none: the first one names it
        self._ask(edges[2], edges[1])

    def _ask(self, x_px: float, y_px: float) -> None:
        at = self._canvas.mapToGlobal(self._canvas.transform.to_view(x_px, y_px).toPoint())
        self._picker.ask([entry.name for entry in self._book.entries], at)

    @Slot(str)
    def _on_picked(self, name: str) -> None:
        edges, self._undecided = self._undecided, None
        if not self.add_class(name):
            return
        if edges is not None:
            self._edits.add(edges)
        else:
            self._edits.use_class(name)

    @Slot()
    def _on_given_up(self) -> None:
        if self._undecided is not None:
            self._undecided = None
            self.told.emit(self.tr("The box was not kept: no class was named."))
