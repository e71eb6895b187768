"""`SplitModel`: pictures and boxes by class and set, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from app.dataset.split_plan import ClassRow
from app.dataset.split_rule import SET_NAMES, SetName
from app.project.colors import class_color
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.dataset.split_tables import SplitTable

Index = QModelIndex | QPersistentModelIndex

NAME_COLUMN = 0
SET_COLUMNS: dict[int, SetName] = dict(enumerate(SET_NAMES, start=1))
BAR_COLUMN = len(SET_NAMES) + 1

ROW_ROLE = Qt.ItemDataRole.UserRole
COLOR_ROLE = Qt.ItemDataRole.UserRole + 1
MOST_ROLE = Qt.ItemDataRole.UserRole + 2
"""How many pictures the class with the most of them has."""

_NO_PARENT = QModelIndex()


class SplitModel(QAbstractTableModel):
    """One row a class."""

    def __init__(self, parent: Any = None) -> None:  # noqa: ANN401 - a QObject
        super().__init__(parent)
        self._rows: tuple[ClassRow, ...] = ()
        self._colors: dict[str, QColor] = {}
        self._asked: frozenset[SetName] = frozenset()
        self._most = 1
        self._shown: tuple[SplitTable, dict[str, str], frozenset[SetName]] | None = None

    def show_table(
        self, table: SplitTable, colors: Mapping[str, str], asked: frozenset[SetName]
    ) -> None:
        """Show a split.

        Parameters
        ----------
        table : SplitTable
        colors : mapping of str to str
            ``#RRGGBB`` by class name; other classes get one of their own.
        asked : frozenset of SetName
            Sets that should have pictures of every class.
        """
        shown = table, dict(colors), asked
        if shown == self._shown:
            return  # the row in use stays it
        self._shown = shown
        self.beginResetModel()
        self._rows, self._asked = table.rows, asked
        self._most = max((row.available for row in table.rows), default=1) or 1
        self._colors = {
            row.name: QColor(colors.get(row.name) or class_color(place))
            for place, row in enumerate(table.rows, start=1)
        }
        self.endResetModel()

    @property
    def shown_sets(self) -> frozenset[SetName]:
        """The sets that should have pictures, or have any."""
        return self._asked.union(
            name for name in SET_NAMES if any(row.images[name] for row in self._rows)
        )

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return name, sets and bar."""
        return 0 if parent.isValid() else BAR_COLUMN + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - as in Qt
        """Return the titles of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if section in SET_COLUMNS:
                return self.tr("{0} (boxes)").format(SET_COLUMNS[section])
            return self.tr("Class") if section == NAME_COLUMN else self.tr("Pictures by set")
        if role == Qt.ItemDataRole.ToolTipRole and section in SET_COLUMNS:
            return self.tr("Pictures, and in brackets boxes")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - as in Qt
        """Return what a cell shows."""
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._told(row)
        if role == Qt.ItemDataRole.ForegroundRole and self._is_lacking(row, column):
            return QGuiApplication.palette().color(QPalette.ColorRole.BrightText)
        own = {ROW_ROLE: row, COLOR_ROLE: self._colors[row.name], MOST_ROLE: self._most}
        return own.get(role)

    def _text(self, row: ClassRow, column: int) -> str:
        if column == NAME_COLUMN:
            return row.name
        if column == BAR_COLUMN:
            return ""
        name = SET_COLUMNS[column]
        if not row.images[name]:
            return "0" if name in self._asked else "–"
        return f"{count_text(row.images[name])} ({count_text(row.boxes[name])})"

    def _is_lacking(self, row: ClassRow, column: int) -> bool:
        name = SET_COLUMNS.get(column)
        return name in self._asked and row.available > 0 and not row.images[name]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in SET_COLUMNS else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _told(self, row: ClassRow) -> str:
        words = self.tr("{0}: {1} pictures in {2}, {3} boxes")
        lines = [
            words.format(row.name, count_text(row.images[name]), name, count_text(row.boxes[name]))
            for name in SET_NAMES
        ]
        spare = row.available - sum(row.images.values())
        if spare:
            lines.append(self.tr("{0} pictures in no set").format(count_text(spare)))
        return "\n".join(lines)
