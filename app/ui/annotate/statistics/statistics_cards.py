"""The cards of the statistics page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.annotation.picture_states import Status
from app.annotation.statistics import LabelStatistics, TimeStatistics
from app.ui.annotate.statistics.statistics_bars import ClassBars, ColorOf, DayBars, ShareBar
from app.ui.annotate.statistics.statistics_words import count_text, duration_text
from app.ui.naming import named

_SLOWEST = 8
# As the marks of the picture list.
_STATE_COLORS: dict[Status, str] = {
    "verified": "#2563eb",
    "labelled": "#2f9e64",
    "broken": "#c93a36",
    "unlabelled": "#7d8695",
}


class _Card(QFrame):
    """A titled card."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, f"statistics-{name}", role="card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(8)
        self.title = named(QLabel(self), f"statistics-{name}-title", role="section")
        self.column.addWidget(self.title)

    def add_note(self, text: str = "") -> QLabel:
        """Add a muted text that wraps."""
        note = named(QLabel(text, self), f"{self.objectName()}-note", role="muted")
        note.setWordWrap(True)
        self.column.addWidget(note)
        return note


class ProgressCard(_Card):
    """How many pictures are done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("progress", parent)
        self.title.setText(self.tr("Progress"))
        self._percent = named(QLabel(self), "statistics-percent", role="number")
        self._bar = named(ShareBar(self), "statistics-share")
        self._legend = named(QLabel(self), "statistics-legend")
        self._legend.setWordWrap(True)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._percent)
        self._words = named(QLabel(self), "statistics-done", role="muted")
        self._words.setContentsMargins(0, 0, 0, 5)  # on the line that the number stands on
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignBottom)
        self.column.addLayout(row)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._legend)

    def show_labels(self, labels: LabelStatistics) -> None:
        """Show the states of the pictures."""
        self._percent.setText(self.tr("{0} %").format(labels.percent_done))
        self._words.setText(
            self.tr("{0} of {1} pictures labelled").format(
                count_text(labels.done), count_text(labels.pictures)
            )
        )
        words = {
            "verified": self.tr("verified"),
            "labelled": self.tr("labelled"),
            "broken": self.tr("broken"),
            "unlabelled": self.tr("unlabelled"),
        }
        shown = [state for state in _STATE_COLORS if labels.states.get(state)]
        self._bar.show_parts(
            [(labels.states[s], QColor(_STATE_COLORS[s])) for s in shown if s != "unlabelled"],
            labels.pictures,
        )
        self._bar.setAccessibleName(self._words.text())
        # The space within an entry does not break.
        entries = (
            f'<span style="color:{_STATE_COLORS[state]}">{_dot(state)}</span>\xa0'
            f"{count_text(labels.states[state])}\xa0{words[state]}"
            for state in shown
        )
        self._legend.setText(" &nbsp; ".join(entries))


class ClassCard(_Card):
    """How often each class occurs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("classes", parent)
        self.title.setText(self.tr("Classes"))
        self._note = self.add_note()
        self._bars = named(ClassBars(self), "statistics-class-bars")
        self._bars.setAccessibleName(self.tr("Boxes and pictures of each class"))
        self.column.addWidget(self._bars)
        self.column.addStretch(1)

    def set_colors(self, color_of: ColorOf) -> None:
        """Paint classes in these colours."""
        self._bars.set_colors(color_of)

    def show_labels(self, labels: LabelStatistics) -> None:
        """Show the classes."""
        self._bars.show_classes(labels.classes)
        self._bars.setVisible(bool(labels.classes))
        if labels.classes:
            text = self.tr("{0} boxes. Strong bars: boxes; faint bars: pictures with any.")
            self._note.setText(text.format(count_text(labels.boxes)))
        else:
            self._note.setText(self.tr("There are no boxes yet. Draw the first one with W."))


class TimeCard(_Card):
    """How long it took, in all and by day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("time", parent)
        self.title.setText(self.tr("Time spent"))
        self._figures: list[QLabel] = []
        self._row = named(QWidget(self), "statistics-figures")
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        for name, words in (
            ("total", self.tr("in all")),
            ("today", self.tr("today")),
            ("median", self.tr("a picture (median)")),
        ):
            row.addLayout(self._figure(name, words))
        row.addStretch(1)
        self.column.addWidget(self._row)
        self._note = self.add_note(
            self.tr("No time yet. It is counted while a picture is shown and you work on it.")
        )
        self._days = named(DayBars(self), "statistics-days")
        self._days.setAccessibleName(self.tr("Time by day"))
        self.column.addWidget(self._days)
        self.column.addStretch(1)

    def show_times(self, times: TimeStatistics) -> None:
        """Show the seconds."""
        today_s = times.by_day.get(date.today(), 0.0)
        for label, seconds in zip(
            self._figures, (times.total_s, today_s, times.median_s), strict=True
        ):
            label.setText(duration_text(seconds) if seconds else "–")
        has_time = bool(times.by_day)
        self._note.setVisible(not has_time)
        self._row.setVisible(has_time)
        self._days.setVisible(has_time)
        self._days.show_days(times.by_day)

    def _figure(self, name: str, words: str) -> QVBoxLayout:
        number = named(QLabel("–", self), f"statistics-{name}", role="title")
        self._figures.append(number)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(number)
        column.addWidget(named(QLabel(words, self), f"statistics-{name}-words", role="muted"))
        return column


class SlowestCard(_Card):
    """The pictures that took longest; choosing one goes to it.

    Signals
    -------
    chosen(str)
        The POSIX path of a picture relative to the folder.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("slowest", parent)
        self.title.setText(self.tr("Slowest pictures"))
        self._list = named(QTreeWidget(self), "statistics-slowest-list")
        self._list.setAccessibleName(self.tr("Pictures that took longest"))
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self.column.addWidget(self._list)
        self.column.addStretch(1)

    def show_times(self, times: TimeStatistics) -> None:
        """Show the slowest pictures."""
        slowest = times.slowest(_SLOWEST)
        self._list.clear()
        for name, seconds in slowest:
            self._list.addTopLevelItem(_row((name, duration_text(seconds))))
        self.setVisible(bool(slowest))
        row_px = self._list.sizeHintForRow(0)
        self._list.setFixedHeight(len(slowest) * row_px + 2 * self._list.frameWidth() + 2)

    @Slot(QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(item.text(0))


def _dot(state: Status) -> str:
    return "○" if state == "unlabelled" else "●"


def _row(texts: Sequence[str]) -> QTreeWidgetItem:
    item = QTreeWidgetItem(list(texts))
    item.setToolTip(0, texts[0])
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
