"""The list of pictures, its filters and its counts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.annotate.pictures.picture_model import PictureFilter, PictureModel
from app.ui.annotate.pictures.picture_table import PictureTable
from app.ui.naming import named


class PictureList(QWidget):
    """Shows the pictures of one state, of one class, with a text in their name, or all.

    Signals
    -------
    chosen(object)
        The path of the picture that was clicked or moved to.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PictureModel(self)
        self._search = named(QLineEdit(self), "picture-search")
        self._search.setPlaceholderText(self.tr("Find a picture"))
        self._search.setClearButtonEnabled(True)
        self._state = named(QComboBox(self), "picture-filter")
        self._class = named(QComboBox(self), "picture-class-filter")
        self.table = named(PictureTable(self.model, self), "picture-list")
        self._counts = named(QLabel(self), "picture-counts", role="muted")
        self._shown = named(QLabel(self), "picture-shown", role="muted")
        self._show_all = named(
            QPushButton(self.tr("Show all"), self), "picture-show-all", role="flat"
        )
        self._fill_states()
        self._show_classes()
        self._lay_out()
        self._connect()
        self._show_counts()

    def show_current(self, path: Path | None) -> None:
        """Mark the picture that is open."""
        self.table.show_current(path)

    def next_unlabelled(self, after: int) -> Path | None:
        """Return the next picture without labels among those shown; see `PictureModel`."""
        return self.model.next_unlabelled(after)

    def _fill_states(self) -> None:
        self._state.setAccessibleName(self.tr("State"))
        for text, status in (
            (self.tr("Any state"), ""),
            (self.tr("Unlabelled"), "unlabelled"),
            (self.tr("Proposed"), "proposed"),
            (self.tr("Labelled"), "labelled"),
            (self.tr("Verified"), "verified"),
            (self.tr("Broken"), "broken"),
        ):
            self._state.addItem(text, status)

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for box in (self._state, self._class):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the canvas
            box.setMinimumWidth(0)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(1)
            filters.addWidget(box, 1)
        shown = QHBoxLayout()
        shown.addWidget(self._shown, 1)
        shown.addWidget(self._show_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._search)
        layout.addLayout(filters)
        layout.addLayout(shown)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._counts)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self.table.setFocus)  # to go through what was found
        self._state.currentIndexChanged.connect(self._filter)
        self._class.currentIndexChanged.connect(self._filter)
        self._show_all.clicked.connect(self._clear)
        self.table.chosen.connect(self.chosen)
        self.model.statuses_changed.connect(self._show_counts)
        self.model.rows_changed.connect(self._show_counts)
        self.model.class_counts_changed.connect(self._show_classes)

    @Slot()
    def _filter(self) -> None:
        status, name = self._state.currentData(), self._class.currentData()
        self.model.set_filter(PictureFilter(status, name, self._search.text()))
        self._show_counts()

    @Slot()
    def _clear(self) -> None:
        self._search.clear()
        self._state.setCurrentIndex(0)
        self._class.setCurrentIndex(0)

    @Slot()
    def _show_classes(self) -> None:
        """Offer the classes that there are boxes of; the chosen one stays while it has any."""
        names = ["", *sorted(self.model.class_counts(), key=str.casefold)]
        if names == [self._class.itemData(row) for row in range(self._class.count())]:
            return
        chosen = self._class.currentData()
        self._class.blockSignals(True)
        self._class.clear()
        self._class.setAccessibleName(self.tr("Class"))
        for name in names:
            self._class.addItem(name or self.tr("Any class"), name)
        self._class.setCurrentIndex(max(0, self._class.findData(chosen)))
        self._class.blockSignals(False)
        if chosen != self._class.currentData():
            self._filter()

    @Slot()
    def _show_counts(self) -> None:
        total, counts = len(self.model.pictures), self.model.counts
        done = counts["labelled"] + counts["verified"]
        is_filtered = self.model.filter != PictureFilter()
        self._shown.setVisible(is_filtered)
        self._show_all.setVisible(is_filtered)
        self._shown.setText(self.tr("{0} of {1} shown").format(self.model.rowCount(), total))
        if not total:
            self._counts.setText("")
            return
        # Rounded down, as in the statistics: 100 % are all of them.
        lines = [self.tr("{0} of {1} labelled ({2} %)").format(done, total, 100 * done // total)]
        others = (
            (counts["verified"], self.tr("{0} verified")),
            (counts["proposed"], self.tr("{0} proposed")),
            (counts["broken"], self.tr("{0} broken")),
        )
        lines.append(", ".join(words.format(count) for count, words in others if count))
        self._counts.setText("\n".join(filter(None, lines)))
