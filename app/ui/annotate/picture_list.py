"""The pictures of the folder with their state; filtered by state and text."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRunnable,
    QSortFilterProxyModel,
    Qt,
    QThread,
    QThreadPool,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from app.annotation.label_folder import LabelFolder
from app.ui.annotate.picture_delegate import PictureDelegate
from app.ui.annotate.roles import PATH_ROLE, STATUS_ROLE, THUMBNAIL_ROLE
from app.ui.annotate.thumbnails import Thumbnails
from app.ui.naming import named

Index = QModelIndex | QPersistentModelIndex

_CHUNK = 100  # states told at once
_REST_MS = 2  # between chunks the window has the interpreter to itself


class _Scan(QRunnable):
    """Reads the state of every picture, a chunk at a time."""

    def __init__(
        self, folder: LabelFolder, pictures: Sequence[Path], owner: PictureModel, number: int
    ) -> None:
        super().__init__()
        self._folder, self._pictures, self._owner, self._number = folder, pictures, owner, number

    def run(self) -> None:
        for begin in range(0, len(self._pictures), _CHUNK):
            if self._owner.scan_number != self._number:
                return  # another folder was opened meanwhile
            chunk = self._pictures[begin : begin + _CHUNK]
            found = {path: self._folder.status(path) for path in chunk}
            self._owner.scanned.emit(self._number, found)
            QThread.msleep(_REST_MS)


class PictureModel(QAbstractListModel):
    """One row a picture.

    Signals
    -------
    statuses_changed()
    """

    statuses_changed = Signal()
    scanned = Signal(int, object)  # from the scanning thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scan_number = 0
        self._folder: LabelFolder | None = None
        self.names: list[str] = []
        self._pictures: list[Path] = []
        self._rows: dict[Path, int] = {}
        self._statuses: dict[Path, str] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.ready.connect(self._show_thumbnail)
        self.scanned.connect(self._take)

    def open(self, folder: LabelFolder | None, root: Path, pictures: Sequence[Path]) -> None:
        """Show the pictures of a folder; their states come a little later."""
        self.beginResetModel()
        self.thumbnails.forget()
        self.scan_number += 1
        self._folder, self._pictures = folder, list(pictures)
        self._rows = {path: row for row, path in enumerate(self._pictures)}
        # Once, as text: `Path.relative_to` for each row takes seconds in a large folder.
        skipped = len(str(root)) + 1
        self.names = [str(path)[skipped:].replace(os.sep, "/") for path in self._pictures]
        self._statuses = {}
        self.endResetModel()
        self.statuses_changed.emit()
        if folder is not None and self._pictures:
            self._pool.start(_Scan(folder, self._pictures, self, self.scan_number))

    def stop(self) -> None:
        """Wait for the scanning thread; the window closes."""
        self.scan_number += 1
        self._pool.waitForDone()
        self.thumbnails.stop()

    @property
    def counts(self) -> Counter[str]:
        """How many pictures are in each state, as far as is known."""
        return Counter(self._statuses.values())

    def status_of(self, path: Path) -> str:
        """Return the state of a picture, "" while unknown."""
        return self._statuses.get(path, "")

    def status_at(self, row: int) -> str:
        """Return the state of the picture in a row, "" while unknown."""
        return self._statuses.get(self._pictures[row], "")

    def row_of(self, path: Path) -> int:
        """Return the row of a picture, -1 if it is not there."""
        return self._rows.get(path, -1)

    @Slot(object)
    def refresh(self, path: Path) -> None:
        """Look at the state of one picture again."""
        if self._folder is not None and path in self._rows:
            self._take(self.scan_number, {path: self._folder.status(path)})

    @Slot(int, object)
    def _take(self, number: int, found: dict[Path, str]) -> None:
        if number != self.scan_number:
            return
        self._statuses |= found
        rows = [self._rows[path] for path in found]
        self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        self.statuses_changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of pictures."""
        return 0 if parent.isValid() else len(self._pictures)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return name, state or path of a picture."""
        path = self._pictures[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.names[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(path)
        if role == THUMBNAIL_ROLE:
            return self.thumbnails.get(path)
        return {STATUS_ROLE: self.status_of(path), PATH_ROLE: path}.get(role)

    @Slot(object)
    def _show_thumbnail(self, path: Path) -> None:
        row = self._rows.get(path, -1)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row), [THUMBNAIL_ROLE])


class _Filter(QSortFilterProxyModel):
    """Shows the pictures of one state whose name has a text in it."""

    def __init__(self, model: PictureModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._status = ""
        self._text = ""
        self.setSourceModel(model)

    def set_status(self, status: str) -> None:
        """Show this state only; "" shows all."""
        self.beginFilterChange()
        self._status = status
        self.endFilterChange()

    def set_text(self, text: str) -> None:
        """Show names with this text only."""
        self.beginFilterChange()
        self._text = text.casefold()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a picture is shown."""
        if self._status and self._model.status_at(row) != self._status:
            return False
        return not self._text or self._text in self._model.names[row].casefold()


class _View(QListView):
    """Leaves letters, digits and Space to the tab: they name classes and verify."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that move through the list, and no others."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class PictureList(QWidget):
    """The list, its filter and its counts.

    Signals
    -------
    chosen(object)
        The path of the picture that was clicked or moved to.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PictureModel(self)
        self._filter = _Filter(self.model, self)
        self._is_filtering = False
        self._filter.rowsAboutToBeRemoved.connect(self._begin_filtering)
        self._filter.rowsRemoved.connect(self._end_filtering)
        self._search = named(QLineEdit(self), "picture-search")
        self._search.setPlaceholderText(self.tr("Find a picture"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter.set_text)
        self._state = named(QComboBox(self), "picture-filter")
        for text, status in (
            (self.tr("All pictures"), ""),
            (self.tr("Unlabelled"), "unlabelled"),
            (self.tr("Labelled"), "labelled"),
            (self.tr("Verified"), "verified"),
            (self.tr("Broken"), "broken"),
        ):
            self._state.addItem(text, status)
        self._state.currentIndexChanged.connect(self._on_state)
        self._view = named(_View(self), "picture-list")
        self._view.setModel(self._filter)
        self._view.setUniformItemSizes(True)
        self._view.setItemDelegate(PictureDelegate(self._view))
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.selectionModel().currentChanged.connect(self._on_current)
        self._counts = named(QLabel(self), "picture-counts", role="muted")
        self._counts.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._search)
        layout.addWidget(self._state)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._counts)
        self.model.statuses_changed.connect(self._show_counts)
        self._show_counts()

    def show_current(self, path: Path | None) -> None:
        """Mark the picture that is shown."""
        row = -1 if path is None else self.model.row_of(path)
        self._begin_filtering()
        index = self._filter.mapFromSource(self.model.index(row)) if row >= 0 else QModelIndex()
        if index != self._view.currentIndex():
            self._view.setCurrentIndex(index)
        self._end_filtering()
        if index.isValid():
            self._view.scrollTo(index)

    def next_unlabelled(self, after: int) -> Path | None:
        """Return the first picture without labels after a row, from the start again at the end."""
        count = self.model.rowCount()
        for step in range(1, count + 1):
            index = self.model.index((after + step) % count)
            if index.data(STATUS_ROLE) == "unlabelled":
                return Path(index.data(PATH_ROLE))
        return None

    @Slot()
    def _on_state(self) -> None:
        self._filter.set_status(self._state.currentData())

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        # A row that leaves the filter makes the view choose another: nobody asked for that.
        if current.isValid() and not self._is_filtering:
            self.chosen.emit(current.data(PATH_ROLE))

    @Slot()
    def _begin_filtering(self) -> None:
        self._is_filtering = True

    @Slot()
    def _end_filtering(self) -> None:
        self._is_filtering = False

    @Slot()
    def _show_counts(self) -> None:
        total, counts = self.model.rowCount(), self.model.counts
        done = counts["labelled"] + counts["verified"]
        if not total:
            self._counts.setText("")
            return
        text = self.tr("{0} of {1} labelled ({2} %), {3} verified").format(
            done, total, round(100 * done / total), counts["verified"]
        )
        if counts["broken"]:
            text += self.tr(", {0} broken").format(counts["broken"])
        self._counts.setText(text)
