"""`PictureModel`: the pictures of the folder with their states, and which of them are shown."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from app.annotation.label_folder import LabelFolder
from app.annotation.picture_index import PictureIndex
from app.annotation.picture_states import PictureState, PictureStates
from app.ui.annotate.pictures.picture_scanning import StateScan
from app.ui.annotate.pictures.roles import PATH_ROLE, STATUS_ROLE, THUMBNAIL_ROLE
from app.ui.annotate.pictures.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class PictureFilter:
    """Which pictures are shown; "" asks for nothing.

    Attributes
    ----------
    status : str
        As `PictureStates.with_status` takes it.
    class_name : str
        Pictures with a box of this class.
    text : str
        Pictures with this in their name, whatever its case.
    """

    status: str = ""
    class_name: str = ""
    text: str = ""


class PictureModel(QAbstractListModel):
    """One row a picture that the filter lets through, in the folder's order.

    The rows are numbers in an array: filtering a hundred thousand pictures takes milliseconds, and
    whenever the rows change the model is reset as a whole.

    Signals
    -------
    statuses_changed()
        Other states, or other pictures.
    class_counts_changed()
        Other boxes, as far as `class_counts` knows.
    rows_changed()
        Other pictures are shown.
    """

    statuses_changed = Signal()
    class_counts_changed = Signal()
    rows_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: LabelFolder | None = None
        self._pictures = PictureIndex(Path())
        self._states = PictureStates(0)
        self._proposed: set[Path] = set()
        self._filter = PictureFilter()
        self._shown: npt.NDArray[np.intp] = np.arange(0)
        self._seen: set[int] = set()  # places read by `refresh` since the scan began
        self.thumbnails = Thumbnails(self)
        self.thumbnails.ready.connect(self._show_thumbnail)
        self._scan = StateScan(self)
        self._scan.scanned.connect(self._take)

    # -- what there is ----------------------------------------------------------------------

    def open(self, folder: LabelFolder | None, root: Path, pictures: Sequence[Path]) -> None:
        """Show the pictures of a folder; their states come a little later."""
        self.thumbnails.forget()
        self._folder = folder
        self._replace(PictureIndex.of(root, pictures), PictureStates(len(pictures)))

    def set_pictures(self, pictures: Sequence[Path]) -> None:
        """Take in that pictures of the open folder have gone or come back.

        What is known of the others stays: states, proposals, thumbnails.
        """
        if self._folder is not None:
            index = PictureIndex.of(self._folder.images, pictures)
            self._replace(index, self._states.moved(index.places_in(self._pictures)))

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self._scan.stop()
        self.thumbnails.stop()

    @Slot(object)
    def refresh(self, path: Path) -> None:
        """Look at the label file of one picture again."""
        place = self._pictures.place_of(path)
        if self._folder is not None and place >= 0:
            self._seen.add(place)
            self._put([(place, self._folder.state(path))])

    @Slot(object)
    def refresh_many(self, paths: Iterable[Path]) -> None:
        """Look at the label files of many pictures again, in the thread."""
        places = [place for place in map(self._pictures.place_of, paths) if place >= 0]
        self._begin_scan([*places, *self._states.unknown()])

    def set_proposed(self, paths: Iterable[Path]) -> None:
        """Say for which pictures there are open proposals, for all of them at once."""
        for path in self._proposed:
            self._mark_proposed(path, is_proposed=False)
        self._proposed = set(paths)
        for path in self._proposed:
            self._mark_proposed(path, is_proposed=True)
        self._show_states()

    def set_proposed_one(self, path: Path, is_proposed: bool) -> None:
        """Say whether there are open proposals for one picture."""
        if is_proposed == (path in self._proposed):
            return  # it is told with every picture that is shown
        (self._proposed.add if is_proposed else self._proposed.discard)(path)
        self._mark_proposed(path, is_proposed=is_proposed)
        self._show_states()

    @property
    def pictures(self) -> PictureIndex:
        """All pictures of the folder, shown or not."""
        return self._pictures

    @property
    def counts(self) -> Counter[str]:
        """How many pictures are in each state, as far as is known."""
        return self._states.status_counts

    def class_counts(self) -> Counter[str]:
        """Return how many boxes of each class the folder has, as far as is known."""
        return self._states.class_counts

    def status_of(self, path: Path) -> str:
        """Return the state of a picture, "" while unknown."""
        place = self._pictures.place_of(path)
        return self._states.status_at(place) if place >= 0 else ""

    # -- what is shown ----------------------------------------------------------------------

    @property
    def filter(self) -> PictureFilter:
        """Which pictures are shown."""
        return self._filter

    def set_filter(self, wanted: PictureFilter) -> None:
        """Show other pictures."""
        self._filter = wanted
        self._update_rows()

    def row_of(self, path: Path) -> int:
        """Return the row of a picture, -1 if it is not shown."""
        place = self._pictures.place_of(path)
        row = int(np.searchsorted(self._shown, place))
        return row if place >= 0 and row < len(self._shown) and self._shown[row] == place else -1

    def path_at(self, row: int) -> Path:
        """Return the picture of a row."""
        return self._pictures[int(self._shown[row])]

    def next_unlabelled(self, after: int) -> Path | None:
        """Return the first picture shown without labels of its own after a place in `pictures`.

        From the start again at the end; the picture at `after` comes last.
        """
        is_wanted = self._states.with_status("unlabelled")[self._shown]
        places = self._shown[is_wanted]
        if not len(places):
            return None
        step = int(np.searchsorted(places, after, side="right"))
        return self._pictures[int(places[step % len(places)])]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of pictures that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return name, state or path of a picture."""
        place = int(self._shown[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self._pictures.names[place].replace(os.sep, "/")
        if role == STATUS_ROLE:
            return self._states.status_at(place)
        if role == PATH_ROLE:
            return self._pictures[place]
        if role == THUMBNAIL_ROLE:
            return self.thumbnails.get(self._pictures[place])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self._pictures[place]}\n{self.status_text(self._states.status_at(place))}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self.status_text(self._states.status_at(place))
        return None

    def status_text(self, status: str) -> str:
        """Return a state in a person's words."""
        return {
            "unlabelled": self.tr("Unlabelled"),
            "proposed": self.tr("Proposed by a machine"),
            "labelled": self.tr("Labelled"),
            "verified": self.tr("Verified"),
            "broken": self.tr("Broken label file"),
        }.get(status, "")

    # -- taking in --------------------------------------------------------------------------

    def _replace(self, pictures: PictureIndex, states: PictureStates) -> None:
        self.beginResetModel()
        self._pictures, self._states = pictures, states
        for path in self._proposed:
            self._mark_proposed(path, is_proposed=True)
        self._shown = self._wanted_rows()
        self.endResetModel()
        self.rows_changed.emit()
        self.statuses_changed.emit()
        self.class_counts_changed.emit()
        self._begin_scan(states.unknown())

    def _begin_scan(self, places: Sequence[int]) -> None:
        self._seen.clear()
        if self._folder is None:
            self._scan.cancel()
        else:
            self._scan.begin(self._folder, self._pictures, places)

    @Slot(int, object)
    def _take(self, number: int, found: list[tuple[int, PictureState]]) -> None:
        if number == self._scan.number:
            # What `refresh` read may be younger than what was on its way from the thread.
            self._put([(place, state) for place, state in found if place not in self._seen])

    def _put(self, found: list[tuple[int, PictureState]]) -> None:
        before = self._states.class_counts
        for place, state in found:
            self._states.put(place, state)
        self._show_states()
        if self._states.class_counts != before:
            self.class_counts_changed.emit()

    def _show_states(self) -> None:
        self._update_rows()
        if len(self._shown):  # the view paints those of them that it shows
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [STATUS_ROLE])
        self.statuses_changed.emit()

    def _mark_proposed(self, path: Path, *, is_proposed: bool) -> None:
        place = self._pictures.place_of(path)
        if place >= 0:
            self._states.set_proposed(place, is_proposed=is_proposed)

    def _update_rows(self) -> None:
        wanted = self._wanted_rows()
        if not np.array_equal(wanted, self._shown):
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
            self.rows_changed.emit()

    def _wanted_rows(self) -> npt.NDArray[np.intp]:
        is_wanted = np.ones(len(self._pictures), np.bool_)
        if self._filter.status:
            is_wanted &= self._states.with_status(self._filter.status)
        if self._filter.class_name:
            is_wanted &= self._states.with_class(self._filter.class_name)
        if self._filter.text:
            text = self._filter.text.casefold()
            is_wanted &= np.array([text in name for name in self._pictures.folded_names], np.bool_)
        return np.flatnonzero(is_wanted)

    @Slot(object)
    def _show_thumbnail(self, path: Path) -> None:
        row = self.row_of(path)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row), [THUMBNAIL_ROLE])
