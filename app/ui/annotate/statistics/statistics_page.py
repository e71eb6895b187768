"""`StatisticsPage`: how far the labelling is, and the time it took."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.annotation.statistics import LabelStatistics, TimeStatistics, statistics_table
from app.files import atomic_write_text
from app.ui.annotate.statistics.statistics_bars import ColorOf
from app.ui.annotate.statistics.statistics_cards import (
    ClassCard,
    ProgressCard,
    SlowestCard,
    TimeCard,
)
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.annotate.statistics.statistics_work import StatisticsSource, StatisticsWork
from app.ui.count.result_files import ResultSaver, free_path
from app.ui.naming import named

_TWO_COLUMNS_PX = 800


class StatisticsPage(QWidget):
    """Counts anew whenever it comes on show; what was counted before stays until then.

    Signals
    -------
    picture_requested(Path)
        The person wants to see a picture.
    back_requested()
    told(str)
        Something worth knowing that is no error.
    failed(AppError)
    """

    picture_requested = Signal(object)
    back_requested = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics-page")
        self._source: StatisticsSource | None = None
        self._labels: LabelStatistics | None = None
        self._times = TimeStatistics()
        self._work = StatisticsWork(self)
        self._saver = ResultSaver(self)
        self._progress_card, self._class_card = ProgressCard(self), ClassCard(self)
        self._time_card, self._slowest_card = TimeCard(self), SlowestCard(self)
        self._lay_out()
        self._connect()
        self._show_state()

    # -- what the tab asks ------------------------------------------------------------------

    def set_colors(self, color_of: ColorOf) -> None:
        """Paint classes in these colours."""
        self._class_card.set_colors(color_of)

    def show_source(self, source: StatisticsSource | None) -> None:
        """Tell of another folder; None: none is open."""
        self._work.cancel()
        self._source, self._labels, self._times = source, None, TimeStatistics()
        self._show_state()
        if self.isVisible():
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Count again."""
        if self._source is not None:
            self._work.count(self._source)
            self._show_state()

    @Slot()
    def refresh_times(self) -> None:
        """Read the times again; they have changed."""
        if self._source is not None and self.isVisible():
            self._work.read_times(self._source)

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self._work.stop()

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._header())
        self._bar = named(QProgressBar(self), "statistics-progress-bar")
        self._bar.setTextVisible(False)
        layout.addWidget(self._bar)
        self._note = named(QLabel(self), "statistics-note", role="muted")
        layout.addWidget(self._note)
        self._missing = named(QLabel(self), "statistics-missing", role="muted")
        self._missing.setWordWrap(True)
        self._missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._missing, 1)
        layout.addWidget(self._scrolled_cards(), 1)

    def _header(self) -> QHBoxLayout:
        back = named(QPushButton(self.tr("Back to the pictures"), self), "statistics-back")
        back.clicked.connect(self.back_requested)
        self._copy = named(QPushButton(self.tr("Copy as table"), self), "statistics-copy")
        self._copy.clicked.connect(self._copy_table)
        self._save = named(QPushButton(self.tr("Save CSV…"), self), "statistics-save")
        self._save.clicked.connect(self._save_table)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(
            named(QLabel(self.tr("Statistics"), self), "statistics-title", role="title"), 1
        )
        for button in (self._copy, self._save, back):
            row.addWidget(button)
        return row

    def _scrolled_cards(self) -> QScrollArea:
        page = named(QWidget(self), "statistics-cards", role="page")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(8)
        for cards in (
            (self._progress_card, self._class_card),
            (self._time_card, self._slowest_card),
        ):
            column = QVBoxLayout()
            column.setSpacing(8)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        area = named(QScrollArea(self), "statistics-scroll")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrows scroll
        self.setFocusProxy(area)
        self._cards = area
        return area

    def _connect(self) -> None:
        self._work.progressed.connect(self._on_progressed)
        self._work.labels_counted.connect(self._on_labels)
        self._work.times_read.connect(self._on_times)
        self._work.failed.connect(self.failed)
        self._work.ended.connect(self._show_state)
        self._slowest_card.chosen.connect(self._on_chosen)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self.failed)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _show_state(self) -> None:
        """Show the cards once there is something to say, and else what is missing."""
        labels = self._labels
        has_pictures = labels is not None and labels.pictures > 0
        self._cards.setVisible(has_pictures)
        self._copy.setEnabled(has_pictures)
        self._save.setEnabled(has_pictures)
        is_counting = self._work.is_counting
        self._bar.setVisible(is_counting)
        self._bar.setRange(0, 0)
        self._note.setVisible(is_counting)
        self._note.setText(self.tr("Counting the labels…"))
        self._missing.setVisible(not has_pictures)
        self._missing.setText("" if is_counting else self._what_is_missing())

    def _what_is_missing(self) -> str:
        if self._source is None:
            return self.tr("Open a project or a folder of pictures; then its labels are counted.")
        text = self.tr("There are no pictures in {0} yet. Add some, then come back.")
        # A long path may break after each folder, else it would widen the window.
        return text.format(str(self._source.folder.images).replace(os.sep, f"{os.sep}\u200b"))

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        text = self.tr("Counting the labels: {0} of {1} pictures")
        self._note.setText(text.format(count_text(done), count_text(total)))

    @Slot(object)
    def _on_labels(self, labels: LabelStatistics) -> None:
        self._labels = labels
        self._progress_card.show_labels(labels)
        self._class_card.show_labels(labels)

    @Slot(object)
    def _on_times(self, times: TimeStatistics) -> None:
        self._times = times
        self._time_card.show_times(times)
        self._slowest_card.show_times(times)

    # -- doing ------------------------------------------------------------------------------

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        if self._source is not None:
            self.picture_requested.emit(self._source.folder.images / name)

    @Slot()
    def _copy_table(self) -> None:
        QGuiApplication.clipboard().setText(self._table("\t"))
        self.told.emit(self.tr("Copied. It can be pasted into a spreadsheet."))

    @Slot()
    def _save_table(self) -> None:
        location = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(location) or Path.home())
        suggested = free_path(folder, "label-statistics", ".csv")
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the statistics"), str(suggested), self.tr("CSV (*.csv)")
        )
        if chosen:
            path = Path(chosen)
            # The dialog asked about the name without the ending: this one must be free.
            path = path if path.suffix else free_path(path.parent, path.name, ".csv")
            self._saver.save(path, partial(atomic_write_text, path, self._table(",")))

    def _table(self, delimiter: str) -> str:
        labels = self._labels or LabelStatistics()
        return statistics_table(labels, self._times, delimiter=delimiter)

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.told.emit(self.tr("Saved {0}").format(path))

    # -- Qt ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Count what is there now."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for the numbers any more."""
        self._work.cancel()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back on Escape; other keys must not reach the boxes that are out of sight."""
        if event.key() == Qt.Key.Key_Escape:
            self.back_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room, else one."""
        direction = QBoxLayout.Direction
        is_wide = event.size().width() >= _TWO_COLUMNS_PX
        self._columns.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        super().resizeEvent(event)
