"""`ReportPanel`: what came of an import or export, to be filtered, copied and saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.annotation.formats.note_groups import group_notes
from app.annotation.labels import Note
from app.errors import AppError
from app.files import atomic_write_text
from app.ui.naming import named

_LINES_SHOWN = 500  # of one row; the saved report has them all
_KIND_PX, _COUNT_PX = 112, 88


@dataclass(frozen=True)
class ReportRow:
    """One line of a report.

    Attributes
    ----------
    kind : {"done", "kept", "mended", "refused", "lost"}
    count : int
    text : str
    lines : tuple of str
        The places it is about, with their own words where those differ.
    """

    kind: str
    count: int
    text: str
    lines: tuple[str, ...] = ()


def note_rows(notes: Iterable[Note]) -> list[ReportRow]:
    """Return a row for each kind and cause of notes."""
    return [
        ReportRow(
            group.kind,
            len(group.notes),
            group.text,
            tuple(_line(note, group.text) for note in group.notes),
        )
        for group in group_notes(notes)
    ]


def _line(note: Note, text: str) -> str:
    return note.place if note.text == text else f"{note.place}: {note.text}"


def class_row(boxes: Counter[str]) -> ReportRow:
    """Return the row that counts the boxes of each class, the most frequent first."""
    text = QCoreApplication.translate("ReportPanel", "{0} classes").format(len(boxes))
    lines = tuple(f"{name}: {count}" for name, count in boxes.most_common())
    return ReportRow("done", boxes.total(), text, lines)


def kind_title(kind: str) -> str:
    """Return what people read for the kind of a row."""
    translate = QCoreApplication.translate
    return {
        "done": translate("ReportPanel", "Boxes"),
        "kept": translate("ReportPanel", "Kept"),
        "mended": translate("ReportPanel", "Mended"),
        "refused": translate("ReportPanel", "Left out"),
        "lost": translate("ReportPanel", "Lost"),
    }[kind]


class ReportPanel(QWidget):
    """A summary, and a row for each class and each kind of note.

    Signals
    -------
    failed(AppError)
        The report could not be saved.
    """

    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: Sequence[str] = ()
        self._rows: list[ReportRow] = []
        self._title = named(QLabel(self), "report-title", role="title")
        self._details = named(QLabel(self), "report-details")
        for label in (self._title, self._details):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._kind = named(QComboBox(self), "report-kind")
        self._kind.setAccessibleName(self.tr("Kind of row"))
        self._text = named(QLineEdit(self), "report-filter")
        self._text.setPlaceholderText(self.tr("Filter by file, class or words"))
        self._text.setClearButtonEnabled(True)
        self._tree = named(QTreeWidget(self), "report-rows")
        self._copy = named(QPushButton(self.tr("Copy"), self), "report-copy")
        self._save = named(QPushButton(self.tr("Save…"), self), "report-save")
        self._prepare_tree()
        self._lay_out()
        self._kind.currentIndexChanged.connect(self._show_rows)
        self._text.textChanged.connect(self._show_rows)
        self._tree.itemExpanded.connect(self._fill)
        self._copy.clicked.connect(self._on_copy)
        self._save.clicked.connect(self._on_save)

    def show_report(self, summary: Sequence[str], rows: Sequence[ReportRow]) -> None:
        """Show what was done; the first of `summary` is the title."""
        self._summary, self._rows = summary, list(rows)
        self._title.setText(summary[0])
        self._details.setText("\n".join(summary[1:]))
        self._details.setVisible(len(summary) > 1)
        self._kind.clear()
        self._kind.addItem(self.tr("All"), "")
        for kind in dict.fromkeys(row.kind for row in rows):
            self._kind.addItem(kind_title(kind), kind)
        self._show_rows()

    @property
    def text(self) -> str:
        """The whole report, for a file."""
        lines = [*self._summary, ""]
        for row in self._rows:
            lines += [f"{kind_title(row.kind)}: {row.count}: {row.text}"]
            lines += [f"    {line}" for line in row.lines]
        return "\n".join(lines) + "\n"

    def _prepare_tree(self) -> None:
        self._tree.setColumnCount(3)
        self._tree.setHeaderLabels([self.tr("Kind"), self.tr("Number"), self.tr("What")])
        self._tree.setUniformRowHeights(True)
        self._tree.setAlternatingRowColors(False)
        header = self._tree.header()
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._tree.setColumnWidth(0, _KIND_PX)
        self._tree.setColumnWidth(1, _COUNT_PX)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self._kind)
        tools.addWidget(self._text, 1)
        tools.addWidget(self._copy)
        tools.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._details)
        layout.addLayout(tools)
        layout.addWidget(self._tree, 1)

    @Slot()
    def _show_rows(self) -> None:
        kind, words = self._kind.currentData(), self._text.text().casefold()
        self._tree.clear()
        for row in self._rows:
            shown = _matching(row, words) if kind in ("", None, row.kind) else None
            if shown is None:
                continue
            item = QTreeWidgetItem([kind_title(row.kind), f"{row.count}", row.text])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(2, row.text)
            item.setData(0, Qt.ItemDataRole.UserRole, shown.lines)
            if shown.lines:
                policy = QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator
                item.setChildIndicatorPolicy(policy)
            self._tree.addTopLevelItem(item)
            item.setExpanded(row.kind == "done")

    @Slot(QTreeWidgetItem)
    def _fill(self, item: QTreeWidgetItem) -> None:
        """Put the places under a row when it is opened; there may be very many."""
        lines = item.data(0, Qt.ItemDataRole.UserRole)
        if item.childCount() or not lines:
            return
        shown = list(lines[:_LINES_SHOWN])
        if len(lines) > len(shown):
            more = self.tr("… and {0} more, which the saved report has")
            shown.append(more.format(len(lines) - len(shown)))
        for line in shown:
            child = QTreeWidgetItem(["", "", line])
            child.setToolTip(2, line)
            item.addChild(child)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._copy.setText(self.tr("Copied"))

    @Slot()
    def _on_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save report"), "report.txt", self.tr("Text (*.txt)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the whole report to a file; what stops it is told by `failed`."""
        try:
            atomic_write_text(path, self.text)
        except AppError as error:
            self.failed.emit(error)


def _matching(row: ReportRow, words: str) -> ReportRow | None:
    """Return the row with the lines that have `words`; None where nothing of it has."""
    if words in f"{kind_title(row.kind)} {row.text}".casefold():
        return row
    lines = tuple(line for line in row.lines if words in line.casefold())
    return replace(row, lines=lines) if lines else None
