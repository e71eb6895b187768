"""`SuspectModel`: the rows of the gallery, a title above each group."""

from __future__ import annotations

import os
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)

from app.ui.annotate.pictures.roles import THUMBNAIL_ROLE
from app.ui.annotate.pictures.thumbnails import Thumbnails
from app.ui.dataset.cleaning import Cleaning
from app.ui.dataset.reason_words import group_hint, group_title, measure_text
from app.ui.dataset.review import Group, ReviewRow, group_of, in_group

ROW_ROLE = Qt.ItemDataRole.UserRole + 11
STATE_ROLE = Qt.ItemDataRole.UserRole + 12
WORDS_ROLE = Qt.ItemDataRole.UserRole + 13

Index = QModelIndex | QPersistentModelIndex


class SuspectModel(QAbstractListModel):
    """Shows all suspects, or those of one group; what was decided stays until they change."""

    def __init__(self, cleaning: Cleaning, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cleaning = cleaning
        self._group: Group | None = None
        self._rows: list[ReviewRow | Group] = []
        self._places: dict[str, list[int]] = {}
        self._titles: list[int] = []
        self.thumbnails = Thumbnails(self)
        self.thumbnails.ready.connect(self._show_thumbnail)
        cleaning.rows_changed.connect(self.refresh)
        cleaning.decided.connect(self._show_decided)

    @property
    def group(self) -> Group | None:
        """The group that is shown; None: all."""
        return self._group

    def set_group(self, group: Group | None) -> None:
        """Show one group; None: all."""
        if group != self._group:
            self._group = group
            self.refresh()

    def review_row(self, row: int) -> ReviewRow | None:
        """Return the picture of a row; None for a title or where there is no such row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, ReviewRow) else None

    def row_of(self, name: str) -> int:
        """Return the row where a picture is to be decided, -1 if it is not shown."""
        return self._places.get(name, [-1])[-1]

    def open_names(self, group: Group | None = None) -> list[str]:
        """Return what is to be decided of the pictures shown; `group` as they are arranged."""
        return [
            row.name
            for row in self._rows
            if isinstance(row, ReviewRow) and self._is_open(row) and group in (None, row.group)
        ]

    @property
    def titles(self) -> list[int]:
        """The rows that are titles."""
        return self._titles

    def picture_from(self, row: int, *, is_back: bool) -> int:
        """Return the picture nearest to a row in one direction, else in the other; -1: none."""
        row = min(max(row, 0), len(self._rows) - 1)
        before, after = range(row, -1, -1), range(row, len(self._rows))
        places = (*before, *after) if is_back else (*after, *before)
        return next((place for place in places if self.review_row(place) is not None), -1)

    def next_open(self, after: int) -> int:
        """Return the first row to be decided after a row, from the start again; -1: none."""
        start = min(max(after + 1, 0), len(self._rows))
        places = (*range(start, len(self._rows)), *range(start))
        return next((place for place in places if self._is_open(self._rows[place])), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows, titles included."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let titles not be moved to."""
        if index.isValid() and self.review_row(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows."""
        row = self._rows[index.row()]
        if not isinstance(row, ReviewRow):
            return (
                self._title(row) if role == Qt.ItemDataRole.DisplayRole else self._hint(row, role)
            )
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == THUMBNAIL_ROLE and self._cleaning.source is not None:
            return self.thumbnails.get(self._cleaning.source.images / row.name)
        if role == ROW_ROLE:
            return row
        if role == STATE_ROLE:
            return self._state(row)
        if role == WORDS_ROLE:
            return self._words(row)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            measures = map(measure_text, row.suspects) if row.suspects else self._words(row)
            return "\n".join((row.name, *measures))
        return None

    @Slot()
    def refresh(self) -> None:
        """Take the rows as they are now."""
        rows = self._cleaning.review.rows
        self.beginResetModel()
        if self._group is not None:
            self._rows = list(in_group(rows, self._group))
        else:
            self._rows = []
            before: Group | None = None
            for row in rows:
                self._rows += [row] if row.group == before else [row.group, row]
                before = row.group
        self._index_rows()
        self.endResetModel()

    def _index_rows(self) -> None:
        """Learn where which picture is; where it is to be decided comes last."""
        self._places, self._titles = {}, []
        for place, shown in enumerate(self._rows):
            if not isinstance(shown, ReviewRow):
                self._titles.append(place)
            elif shown.is_best:
                self._places.setdefault(shown.name, []).insert(0, place)
            else:
                self._places.setdefault(shown.name, []).append(place)

    def forget_pictures(self) -> None:
        """Drop the thumbnails; another folder is opened."""
        self.thumbnails.forget()

    def _is_open(self, row: ReviewRow | Group) -> bool:
        if not isinstance(row, ReviewRow) or row.is_best:
            return False
        return self._cleaning.decisions.is_open(row.name)

    def _state(self, row: ReviewRow) -> str:
        decisions = self._cleaning.decisions
        if row.name in decisions.gone:
            return "discarded"
        if row.is_best:
            return "best"
        return "kept" if row.name in decisions.kept else ""

    def _title(self, group: Group) -> str:
        count = self._cleaning.review.counts[group]
        return self.tr("{0} · {1} to decide").format(group_title(group), count)

    def _hint(self, group: Group, role: int) -> str | None:
        return group_hint(group) if role == WORDS_ROLE else None

    def _words(self, row: ReviewRow) -> list[str]:
        if not row.is_best:
            first = next(each for each in row.suspects if group_of(each.reason) == row.group)
            others = [group_title(group) for group in row.groups if group != row.group]
            also = [self.tr("also: {0}").format(", ".join(others))] if others else []
            return [measure_text(first), *also]
        assert row.cluster is not None
        count = len(row.cluster.pictures)
        if row.cluster.reason == "exact":
            return [self.tr("the best of {0} copies").format(count)]
        return [self.tr("the best of {0} that look the same").format(count)]

    @Slot(object)
    def _show_decided(self, names: Iterable[str]) -> None:
        for name in names:
            for place in self._places.get(name, ()):
                self.dataChanged.emit(self.index(place), self.index(place), [STATE_ROLE])
        for place in self._titles:
            self.dataChanged.emit(self.index(place), self.index(place))

    @Slot(object)
    def _show_thumbnail(self, path: os.PathLike[str]) -> None:
        source = self._cleaning.source
        if source is None:
            return
        name = os.path.relpath(path, source.images).replace(os.sep, "/")
        for place in self._places.get(name, ()):
            self.dataChanged.emit(self.index(place), self.index(place), [THUMBNAIL_ROLE])
