"""`SuspectList`: the gallery of suspects; one is current, and is shown large beside it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui.dataset.review import ReviewRow
from app.ui.dataset.suspect_delegate import ROW_PX, TITLE_PX, SuspectDelegate
from app.ui.dataset.suspect_model import Index, SuspectModel
from app.ui.list_table import ListTable


class SuspectList(ListTable):
    """Leaves letters, Space and the keys to the sides to the page.

    Signals
    -------
    current_row_changed(object)
        The `ReviewRow` that is current now, or None.
    look_requested()
        Space was pressed.
    """

    current_row_changed = Signal(object)
    look_requested = Signal()

    def __init__(self, model: SuspectModel, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, least_row_px=TITLE_PX, parent=parent)
        self._suspects = model
        self._place: tuple[str, int] = ("", 0)  # of the current row, while the rows change
        self._low_rows: list[int] = []
        self._awaited = ""  # to go to, once it is shown
        self.setModel(model)
        self.setItemDelegate(SuspectDelegate(self))
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._return_to_place)

    @property
    def current_row(self) -> ReviewRow | None:
        """The row that is current."""
        return self._suspects.review_row(self.currentIndex().row())

    @Slot()
    def go_on(self) -> None:
        """Make the next row current that is to be decided."""
        row = self._suspects.next_open(self.currentIndex().row())
        if row >= 0:
            self._go_to(row)

    def go_on_from_top(self) -> None:
        """Make the first row current that is to be decided."""
        row = self._suspects.next_open(-1)
        if row >= 0:
            self._go_to(row)

    def go_to_name(self, name: str) -> None:
        """Make a picture current, as soon as it is shown."""
        row = self._suspects.row_of(name)
        self._awaited = "" if row >= 0 else name
        if row >= 0:
            self._go_to(row)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go from picture to picture, over the titles."""
        move, page = QAbstractItemView.CursorAction, max(1, self.height() // ROW_PX - 1)
        rows = self._suspects.rowCount()
        step = {
            move.MoveUp: -1,
            move.MoveDown: 1,
            move.MovePageUp: -page,
            move.MovePageDown: page,
            move.MoveHome: -rows,
            move.MoveEnd: rows,
        }.get(action)
        if step is None:
            return super().moveCursor(action, modifiers)
        row = self._suspects.picture_from(self.currentIndex().row() + step, is_back=step < 0)
        return self._suspects.index(row) if row >= 0 else QModelIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that move through the list, and no others."""
        if event.key() == Qt.Key.Key_Space:
            self.look_requested.emit()
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current."""
        super().currentChanged(current, previous)
        self.current_row_changed.emit(self._suspects.review_row(current.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in sight."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def _go_to(self, row: int) -> None:
        index = self._suspects.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _set_heights(self) -> None:
        """Make titles low; the header remembers heights by number, whatever the row is now."""
        for row in self._low_rows:
            self.setRowHeight(row, ROW_PX)
        self._low_rows = self._suspects.titles
        for row in self._low_rows:
            self.setRowHeight(row, TITLE_PX)

    @Slot()
    def _keep_place(self) -> None:
        row = self.current_row
        self._place = (row.name if row else "", self.currentIndex().row())

    @Slot()
    def _return_to_place(self) -> None:
        self._set_heights()
        name, place = self._place
        if self._suspects.row_of(self._awaited) >= 0:
            name, self._awaited = self._awaited, ""
        row = self._suspects.row_of(name)
        if row < 0:
            row = self._suspects.next_open(min(place, self._suspects.rowCount()) - 1)
        if row >= 0:
            self._go_to(row)
        else:
            self.current_row_changed.emit(None)
