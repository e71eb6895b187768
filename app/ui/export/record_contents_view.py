"""`RecordContentsView`: what a record file holds, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QListWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dataset.record_contents import RecordSummary
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.naming import named

_WIDTH_PX = 176
_ROOMY_PX = 220


class RecordContentsView(QWidget):
    """Counts of each class, and the first problems in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("record-contents")
        self.setMinimumWidth(_WIDTH_PX)
        self._total = named(QLabel(self), "record-total")
        self._total.setWordWrap(True)
        self._classes = named(QTreeWidget(self), "record-classes")
        self._dress_classes()
        self._problem_text = named(QLabel(self), "record-problem-text")
        self._problem_text.setWordWrap(True)
        self._problems = named(QListWidget(self), "record-problems")
        self._problems.setWordWrap(True)
        self._problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._problems.setAccessibleName(self.tr("Problems"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._total)
        layout.addWidget(self._classes, 1)
        layout.addWidget(self._problem_text)
        layout.addWidget(self._problems, 1)

    def _dress_classes(self) -> None:
        self._classes.setRootIsDecorated(False)
        self._classes.setUniformRowHeights(True)
        self._classes.setAccessibleName(self.tr("Classes"))
        self._classes.setHeaderLabels([self.tr("Class"), self.tr("Boxes"), self.tr("Pictures")])
        header = self._classes.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            self._classes.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)

    def show_summary(self, summary: RecordSummary | None) -> None:
        """Show the counts; None: they are under way."""
        self._classes.clear()
        self._problems.clear()
        self._problem_text.setVisible(summary is not None)
        self._problems.setVisible(summary is not None and bool(summary.problems))
        if summary is None:
            self._total.setText(self.tr("Counting the examples…"))
        else:
            self._show_counts(summary)
            self._show_problems(summary)

    def _show_counts(self, summary: RecordSummary) -> None:
        words = self.tr("{0} examples, {1} boxes, {2} without a box")
        numbers = (summary.examples, summary.boxes.total(), summary.background)
        self._total.setText(words.format(*map(count_text, numbers)))
        for (name, class_id), boxes in sorted(summary.boxes.items(), key=lambda item: item[0][1]):
            images = summary.class_images[name, class_id]
            row = QTreeWidgetItem([f"{class_id} {name}", count_text(boxes), count_text(images)])
            for column in (1, 2):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self._classes.addTopLevelItem(row)

    def _show_problems(self, summary: RecordSummary) -> None:
        if not summary.problem_count:
            self._problem_text.setText(self.tr("No problems"))
            return
        words = self.tr("Problems: {0}")
        if summary.problem_count > len(summary.problems):
            words = self.tr("Problems: {0}; the first ones:")
        self._problem_text.setText(words.format(count_text(summary.problem_count)))
        for place, text in summary.problems:
            # Paths are long, and this file is the only one that is looked at.
            short = text.replace(place, Path(place).name)
            is_said = short.startswith(Path(place).name)
            self._problems.addItem(short if is_said else f"{Path(place).name}: {short}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up a column in a small window: the names of classes matter more."""
        super().resizeEvent(event)
        self._classes.setColumnHidden(2, event.size().width() < _ROOMY_PX)
