"""`SplitWarningList`: what a person should know of a split, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.dataset.split_words import SplitWarning, WarningKind
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_ICON_PX = 16
_MOST_SHOWN = 40  # a person reads no more of them
GRAVE: tuple[WarningKind, ...] = ("nothing", "missing", "leak", "locked")


class SplitWarningList(QWidget):
    """Grave ones have a warning triangle, the others a plain sign.

    Parameters
    ----------
    name : str
        Object name.
    parent : QWidget or None
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._warnings: tuple[SplitWarning, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_warnings(self, warnings: Sequence[SplitWarning]) -> None:
        """Show these, and no others."""
        if tuple(warnings) == self._warnings:
            return
        self._warnings = tuple(warnings)
        self.setVisible(bool(warnings))
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for place, warning in enumerate(warnings[:_MOST_SHOWN]):
            self._column.addWidget(self._row(f"{self.objectName()}-{place}", warning))
        more = warnings[_MOST_SHOWN:]
        if more:
            text = self.tr("And {0} more; tallybox split --dry-run prints them all.")
            last = SplitWarning(more[0].kind, text.format(len(more)))
            self._column.addWidget(self._row(f"{self.objectName()}-more", last))

    def _row(self, name: str, warning: SplitWarning) -> QWidget:
        row = QWidget(self)
        sign = IconLabel(_ICON_PX, row)
        is_grave = warning.kind in GRAVE
        role = QPalette.ColorRole.BrightText if is_grave else QPalette.ColorRole.PlaceholderText
        sign.set_icon(icon("warning" if is_grave else "info", role))
        text = named(QLabel(warning.text, row), name)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setWordWrap(True)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text, 1)
        return row
