"""`SetTable`: what goes out of each set, a line each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.outgoing import Outgoing
from app.ui.naming import named


class SetTable(QWidget):
    """Pictures and boxes, right-aligned so that they can be compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-sets")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._shown: Outgoing | None = None

    def show_outgoing(self, outgoing: Outgoing | None) -> None:
        """Show these sets, and no others."""
        if outgoing == self._shown:
            return
        self._shown = outgoing
        while (item := self._grid.takeAt(0)) is not None:
            cell = item.widget()
            if cell is not None:
                cell.hide()
                cell.deleteLater()
        if outgoing is None:
            return
        heads = ("", self.tr("pictures"), self.tr("boxes"))
        for column, text in enumerate(heads):
            self._put(0, column, text, f"export-sets-head-{column}", role="muted")
        for row, each in enumerate(outgoing.sets, start=1):
            name = f"export-set-{each.name}"
            self._put(row, 0, each.name, name, role="choice-title")
            self._put(row, 1, count_text(each.images), f"{name}-images")
            self._put(row, 2, count_text(each.boxes), f"{name}-boxes")

    def _put(self, row: int, column: int, text: str, name: str, *, role: str = "") -> None:
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(named(QLabel(text, self), name, role=role), row, column, side)
