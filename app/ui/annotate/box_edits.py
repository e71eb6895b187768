"""`BoxEdits`: what the commands of the tab do to boxes, each one step of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.annotation.labels import LabeledBox
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.canvas.box_geometry import moved, touches_edge
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.labeling import Labeling

_BESIDE_PX = 10  # where a duplicate lies


class BoxEdits(QObject):
    """Joins the canvas' selection with the labels of the current picture.

    Signals
    -------
    told(str)
        What was left alone, and why.
    """

    told = Signal(str)

    def __init__(
        self, actions: AnnotateActions, labeling: Labeling, canvas: BoxCanvas, book: ClassBook
    ) -> None:
        super().__init__(canvas)
        self._labeling, self._canvas, self._book = labeling, canvas, book
        self._clipboard: list[LabeledBox] = []
        canvas.boxes_edited.connect(self.take_from_canvas)
        for action, slot in (
            (actions.duplicate, self.duplicate),
            (actions.copy, self.copy),
            (actions.paste, self.paste),
            (actions.copy_previous, self.copy_previous),
            (actions.select_all, self.select_all),
            (actions.delete, self.delete),
        ):
            action.triggered.connect(slot)

    @property
    def boxes(self) -> list[LabeledBox]:
        """All boxes of the current picture."""
        annotation = self._labeling.annotation
        return list(annotation.boxes) if annotation else []

    @property
    def selected(self) -> list[LabeledBox]:
        """The selected boxes."""
        boxes = self.boxes
        return [boxes[index] for index in self._canvas.selection if index < len(boxes)]

    @property
    def _size(self) -> tuple[int, int]:
        picture = self._labeling.picture
        return picture.size if picture else (0, 0)

    def add(self, edges: tuple[float, float, float, float]) -> None:
        """Add a box of the current class and select it, so that a digit can name it."""
        box = LabeledBox(self._book.current, *edges)
        self._add([replace(box, is_truncated=touches_edge(box, self._size))], self.tr("Draw box"))

    @Slot(object, str)
    def take_from_canvas(self, boxes: Sequence[LabeledBox], kind: str) -> None:
        """Keep what mouse or arrow keys did; *truncated* follows the picture's edge."""
        texts = {"move": self.tr("Move"), "nudge": self.tr("Move"), "resize": self.tr("Resize")}
        kept = [self._retruncated(old, new) for old, new in zip(self.boxes, boxes, strict=True)]
        key = ("nudge", *self._canvas.selection) if kind == "nudge" else None
        self._labeling.edit(kept, texts[kind], merge_key=key)

    def _retruncated(self, old: LabeledBox, new: LabeledBox) -> LabeledBox:
        was, now = touches_edge(old, self._size), touches_edge(new, self._size)
        return new if was == now else replace(new, is_truncated=now)

    @Slot(object, str)
    def replace_selected(self, boxes: Sequence[LabeledBox], text: str) -> None:
        """Put `boxes` in the place of the selected ones."""
        changed = self.boxes
        for index, box in zip(self._canvas.selection, boxes, strict=True):
            changed[index] = box
        self._labeling.edit(changed, text)

    @Slot(str)
    def use_class(self, name: str) -> None:
        """Give the selected boxes a class, and the next ones too."""
        self._book.choose(name)
        boxes = [replace(box, class_name=name) for box in self.selected]
        if boxes:
            self.replace_selected(boxes, self.tr("Change class"))

    @Slot()
    def duplicate(self) -> None:
        """Add the selected boxes again, a little beside."""
        self._add(self._anew(self.selected, _BESIDE_PX), self.tr("Duplicate"))

    @Slot()
    def copy(self) -> None:
        """Remember the selected boxes, also for other pictures."""
        self._clipboard = self.selected

    @Slot()
    def paste(self) -> None:
        """Add the boxes that were copied; those that lie outside this picture are told."""
        self._add_fitting(self._clipboard, self.tr("Paste"))

    @Slot()
    def copy_previous(self) -> None:
        """Add all boxes of the picture before this one."""
        place, folder = self._labeling.position, self._labeling.folder
        if folder is None or not self._labeling.is_editable:
            return
        if place < 1:
            self.told.emit(self.tr("There is no picture before this one."))
            return
        before = folder.load(self._labeling.pictures[place - 1], size=self._size)
        boxes = before.annotation.boxes
        if not boxes:
            none = self.tr("The picture before this one has no boxes.")
            self.told.emit(before.error.message if before.error else none)
        self._add_fitting(boxes, self.tr("Take boxes of the previous"))

    @Slot()
    def select_all(self) -> None:
        """Select all boxes."""
        self._canvas.select(range(len(self.boxes)))

    @Slot()
    def delete(self) -> None:
        """Remove the selected boxes that are not locked."""
        chosen = set(self._canvas.selection)
        locked = chosen & self._canvas.locked
        if locked:
            words = self.tr("{0} locked boxes were not deleted. Unlock them first (L).")
            one = self.tr("A locked box was not deleted. Unlock it first (L).")
            self.told.emit(one if len(locked) == 1 else words.format(len(locked)))
        gone = chosen - locked
        if gone:
            kept = [box for index, box in enumerate(self.boxes) if index not in gone]
            self._canvas.select(sorted(locked))
            self._labeling.edit(kept, self.tr("Delete"))

    def _anew(self, boxes: Sequence[LabeledBox], beside_px: int) -> list[LabeledBox]:
        """Return copies that come from no file, inside this picture."""
        width, height = self._size
        fitting = [box for box in boxes if box.xmin < width and box.ymin < height]
        clipped = [
            replace(box, xmax=min(box.xmax, width), ymax=min(box.ymax, height), origin=None)
            for box in fitting
        ]
        return moved(clipped, beside_px, beside_px, self._size)

    def _add_fitting(self, boxes: Sequence[LabeledBox], text: str) -> None:
        """Add boxes of another picture at the same place, and tell which have none here."""
        fitting = self._anew(boxes, 0)
        self._add(fitting, text)
        outside = len(boxes) - len(fitting)
        if outside:
            words = self.tr("{0} of {1} boxes lie outside this picture and were left out.")
            self.told.emit(words.format(outside, len(boxes)))

    def _add(self, boxes: Sequence[LabeledBox], text: str) -> None:
        if not boxes:
            return
        if not self._labeling.is_editable:
            file = self._labeling.file
            if file is not None and file.error is not None:
                self.told.emit(file.error.message)
            return
        before = self.boxes
        self._labeling.edit([*before, *boxes], text)
        self._canvas.select(range(len(before), len(before) + len(boxes)))
