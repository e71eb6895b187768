"""`PictureSteps`: the commands that go from one picture to another."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.pictures.picture_list import PictureList
from app.ui.annotate.pictures.picture_model import PictureFilter


class PictureSteps(QObject):
    """Connects the actions with the open folder. A number being typed is taken before leaving.

    Signals
    -------
    told(str)
        Why no other picture is shown.
    """

    told = Signal(str)

    def __init__(
        self,
        actions: AnnotateActions,
        labeling: Labeling,
        pictures: PictureList,
        canvas: BoxCanvas,
    ) -> None:
        super().__init__(canvas)
        self._labeling, self._pictures, self._canvas = labeling, pictures, canvas
        actions.next.triggered.connect(self._next)
        actions.previous.triggered.connect(self._previous)
        actions.next_unlabelled.triggered.connect(self._next_unlabelled)
        actions.delete_picture.triggered.connect(self._delete)
        pictures.chosen.connect(labeling.go_to)

    @Slot()
    def _next(self) -> None:
        self._canvas.setFocus()
        self._labeling.go_by(1)

    @Slot()
    def _previous(self) -> None:
        self._canvas.setFocus()
        self._labeling.go_by(-1)

    @Slot()
    def _next_unlabelled(self) -> None:
        self._canvas.setFocus()
        path = self._pictures.next_unlabelled(self._labeling.position)
        if path is not None and path != self._labeling.path:
            self._labeling.go_to(path)
        elif self._pictures.model.filter != PictureFilter():
            self.told.emit(self.tr("No other picture without labels is among those shown."))
        else:
            self.told.emit(self.tr("No other picture is without labels."))

    @Slot()
    def _delete(self) -> None:
        self._canvas.setFocus()
        if self._labeling.path is not None:
            self._labeling.folder_edits.delete_pictures([self._labeling.path])
