"""`ProblemList`: what would go wrong, by kind, with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.dataset.problems import CODES, Problem
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.export_message import ExportMessage
from app.ui.export.export_words import problem_title
from app.ui.export.outgoing import FoundProblem
from app.ui.icons import icon
from app.ui.naming import named

_MOST_SHOWN = 200  # of a kind: a person reads no more of them
_OPEN_BELOW = 20
_PICTURE = int(Qt.ItemDataRole.UserRole)


class ProblemList(QWidget):
    """Kinds of problems, worst first; a problem of a picture leads to it.

    Signals
    -------
    picture_requested(Path)
    """

    picture_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-problems")
        self._summary = named(QLabel(self), "export-problems-text", role="muted")
        self._summary.setWordWrap(True)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._tree = named(QTreeWidget(self), "export-problem-tree")
        self._tree.setHeaderHidden(True)
        self._tree.setUniformRowHeights(True)
        self._tree.setAccessibleName(self.tr("Problems"))
        self._tree.itemActivated.connect(self._on_activated)
        text = self.tr(
            "Check looks at every picture and its labels, and says what would not go out, or "
            "differently. Nothing is changed."
        )
        title = self.tr("Not checked yet")
        self._message = ExportMessage("export-unchecked", "check", title, text, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._summary)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._message, 1)
        layout.addStretch(0)
        self.show_problems(None)

    def show_problems(self, problems: Sequence[FoundProblem] | None) -> None:
        """Show these; None: they were not looked for yet."""
        self._tree.clear()
        self._tree.setVisible(bool(problems))
        self._message.setVisible(problems is None)
        self._summary.setVisible(problems is not None)
        by_code: dict[str, list[FoundProblem]] = {}
        for each in problems or ():
            by_code.setdefault(each.problem.code, []).append(each)
        for code in sorted(by_code, key=_rank):
            self._tree.addTopLevelItem(self._group(code, by_code[code]))
        for index in range(self._tree.topLevelItemCount()):
            group = self._tree.topLevelItem(index)
            if group is not None:
                group.setExpanded(group.childCount() < _OPEN_BELOW)
        self._summary.setText("" if problems is None else self._summary_text(problems))

    def _summary_text(self, problems: Sequence[FoundProblem]) -> str:
        faults = sum(each.problem.is_fault for each in problems)
        if not problems:
            return self.tr("No problems: everything can go out.")
        if not faults:
            return self.tr("No problems; the rest is worth knowing.")
        words = self.tr("Problems: {0}. Return or a double click opens the picture in Annotate.")
        return words.format(count_text(faults))

    def _group(self, code: str, found: Sequence[FoundProblem]) -> QTreeWidgetItem:
        first = found[0].problem
        group = QTreeWidgetItem([f"{problem_title(code)} ({count_text(len(found))})"])
        role = QPalette.ColorRole.BrightText
        if not first.is_fault:
            role = QPalette.ColorRole.PlaceholderText
        group.setIcon(0, icon("warning" if first.is_fault else "info", role))
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.addChild(self._advice(first.hint))
        for each in found[:_MOST_SHOWN]:
            group.addChild(_row(each))
        if len(found) > _MOST_SHOWN:
            more = self.tr("And {0} more; tallybox check prints them all.")
            group.addChild(QTreeWidgetItem([more.format(count_text(len(found) - _MOST_SHOWN))]))
        return group

    def _advice(self, hint: str) -> QTreeWidgetItem:
        """Return a row that says what to do."""
        row = QTreeWidgetItem([hint])
        row.setToolTip(0, hint)
        row.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = row.font(0)
        font.setItalic(True)
        row.setFont(0, font)
        return row

    @Slot(QTreeWidgetItem)
    def _on_activated(self, item: QTreeWidgetItem) -> None:
        picture = item.data(0, _PICTURE)
        if isinstance(picture, Path):
            self.picture_requested.emit(picture)


def _row(found: FoundProblem) -> QTreeWidgetItem:
    words = found.problem.text
    if found.picture is not None:  # a whole path would fill the line
        words = words.replace(str(found.picture), found.picture.name)
    text = f"{found.problem.place}: {words}"
    row = QTreeWidgetItem([text])
    row.setToolTip(0, text)
    row.setData(0, _PICTURE, found.picture)
    return row


def _rank(code: str) -> tuple[int, int]:
    """Return the place of a code: faults before what is only worth knowing."""
    order = ("refused", "mended", "open", "noted")
    return order.index(Problem(code, "", "").kind), CODES.index(code)
