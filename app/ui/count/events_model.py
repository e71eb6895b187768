"""The crossing events as a Qt model, newest first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QImage

from app.ui.count.clock_text import clock_text
from app.ui.count.direction_words import ARROWS, default_word

MAX_ROWS = 2000  # with their thumbnails about 30 MB
FRAME_INDEX_ROLE = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Row:
    event: dict[str, Any]
    thumbnail: QImage
    is_earlier: bool = False  # of a count that is over


class EventsModel(QAbstractTableModel):
    """Rows of time, object, place and direction; the oldest leave beyond `MAX_ROWS`."""

    TIME, OBJECT, PLACE, DIRECTION = range(4)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: deque[_Row] = deque()

    def add(self, event: dict[str, Any], thumbnail: QImage) -> None:
        """Put an event on top."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._rows.appendleft(_Row(event, thumbnail))
        self.endInsertRows()
        if len(self._rows) > MAX_ROWS:
            self.beginRemoveRows(QModelIndex(), MAX_ROWS, MAX_ROWS)
            self._rows.pop()
            self.endRemoveRows()

    def mark_earlier(self) -> None:
        """Grey out all rows: a new count begins."""
        self._rows = deque(replace(row, is_earlier=True) for row in self._rows)
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def clear(self) -> None:
        """Remove all rows."""
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of events; rows have no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's signature
        """Return the columns' titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (
            self.tr("Time"),
            self.tr("Object"),
            self.tr("Where"),
            self.tr("Direction"),
        )
        return titles[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return text, thumbnail (in the first column) or frame index of an event."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row.event, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == self.TIME:
            return row.thumbnail
        if role == Qt.ItemDataRole.ForegroundRole and row.is_earlier:
            return QGuiApplication.palette().placeholderText()
        if role == FRAME_INDEX_ROLE:
            return int(row.event["frame_index"])
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Frame {frame}. Double-click or press Enter to go there.").format(
                frame=row.event["frame_index"]
            )
        return None

    def _text(self, event: dict[str, Any], column: int) -> str:
        if column == self.DIRECTION:
            key = event["direction"]
            name = event.get("direction_name") or key
            return f"{ARROWS[key]} {default_word(key) if name == key else name}"
        values = {
            self.TIME: clock_text(event["timestamp_s"]),
            self.OBJECT: f"{event['class_name']} #{event['track_id']}",
            self.PLACE: event["geometry"],
        }
        return str(values[column])
