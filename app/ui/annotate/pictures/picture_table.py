"""`PictureTable`: the rows of the picture list; only those in sight are asked for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui.annotate.pictures.picture_delegate import ROW_PX, PictureDelegate
from app.ui.annotate.pictures.picture_model import PictureModel
from app.ui.annotate.pictures.roles import PATH_ROLE
from app.ui.list_table import ListTable


class PictureTable(ListTable):
    """Leaves letters, digits and Space to the tab: they name classes and verify.

    When the rows change, it stays where it is in the folder.

    Signals
    -------
    chosen(object)
        The path of the picture that a person clicked or moved to.
    """

    chosen = Signal(object)

    def __init__(self, model: PictureModel, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, parent=parent)
        self._pictures = model
        self._current: Path | None = None
        self._top: Path | None = None
        self._is_showing = False
        self.setModel(model)
        self.setItemDelegate(PictureDelegate(self))
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._return_to_place)
        self.selectionModel().currentChanged.connect(self._on_current)

    def show_current(self, path: Path | None) -> None:
        """Mark the picture that is open, and bring it in sight."""
        self._current = path
        index = self._mark_current()
        if index.isValid():
            self.scrollTo(index)

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Go to the first and the last row by Home and End: a table goes along the row."""
        rows = self._pictures.rowCount()
        if rows and action == QAbstractItemView.CursorAction.MoveHome:
            return self._pictures.index(0)
        if rows and action == QAbstractItemView.CursorAction.MoveEnd:
            return self._pictures.index(rows - 1)
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that move through the list, and no others."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _mark_current(self) -> QModelIndex:
        row = -1 if self._current is None else self._pictures.row_of(self._current)
        index = self._pictures.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self._is_showing = True
            self.setCurrentIndex(index)
            self._is_showing = False
        return index

    @Slot()
    def _keep_place(self) -> None:
        row = self.rowAt(0)
        self._top = self._pictures.path_at(row) if row >= 0 else None

    @Slot()
    def _return_to_place(self) -> None:
        index = self._mark_current()
        top = -1 if self._top is None else self._pictures.row_of(self._top)
        if top >= 0:
            self.scrollTo(self._pictures.index(top), QAbstractItemView.ScrollHint.PositionAtTop)
        elif index.isValid():
            self.scrollTo(index)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        # What the tab shows by itself is not the person's choice.
        if current.isValid() and not self._is_showing:
            self.chosen.emit(current.data(PATH_ROLE))
