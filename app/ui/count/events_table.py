"""The table of crossings: a picture, when, what and which way; Enter goes there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.ui.count.event_spool import EventSpool
from app.ui.count.events_model import FRAME_INDEX_ROLE, EventsModel
from app.ui.count.thumbnails import THUMBNAIL_SIZE

COLUMN_WIDTHS_PX = {
    EventsModel.TIME: 114,
    EventsModel.PLACE: 72,
    EventsModel.DIRECTION: 86,
}


class EventsTable(QWidget):
    """Shows the newest events; all of them are kept in `spool`.

    Signals
    -------
    jump_requested(int)
        The person wants to see this frame.
    """

    jump_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("events-panel")
        self.spool = EventSpool()
        self._model = EventsModel(self)
        self._table = QTableView(self)
        self._table.setObjectName("events-table")
        self._table.setAccessibleName(self.tr("Crossing events, newest first"))
        self._table.setModel(self._model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.setIconSize(THUMBNAIL_SIZE)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(THUMBNAIL_SIZE.height() + 6)
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(36)
        for column, width in COLUMN_WIDTHS_PX.items():
            self._table.setColumnWidth(column, width)
        header.setSectionResizeMode(EventsModel.OBJECT, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.activated.connect(self._on_activated)
        self._note = QLabel(self.tr("Nothing has crossed yet."), self)
        self._note.setObjectName("events-note")
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._note)

    @property
    def model(self) -> EventsModel:
        """The rows on show."""
        return self._model

    def add(self, event: dict[str, Any], thumbnail: QImage) -> None:
        """Show and keep one event."""
        self.spool.add(event)
        self._model.add(event, thumbnail)
        self._update_note()

    def show_places(self, *, is_shown: bool) -> None:
        """Say where each event was; with a single line there is nothing to say."""
        self._table.setColumnHidden(EventsModel.PLACE, not is_shown)

    def begin_again(self) -> None:
        """Begin a new count: what was counted before stays in sight, but is not saved."""
        self.spool.clear()
        self._model.mark_earlier()
        self._update_note()

    def clear(self) -> None:
        """Forget all events."""
        self.spool.clear()
        self._model.clear()
        self._update_note()

    def _update_note(self) -> None:
        shown, kept = self._model.rowCount(), len(self.spool)
        if shown == 0:
            text = self.tr("Nothing has crossed yet.")
        elif shown < kept:
            text = self.tr("The newest {shown} of {kept} events. Save CSV writes all.").format(
                shown=shown, kept=kept
            )
        elif shown > kept:
            text = self.tr("Grey events are from before this count and not in its totals.")
        else:
            text = self.tr("Double-click an event, or press Enter, to see it.")
        self._note.setText(text)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.jump_requested.emit(int(index.data(FRAME_INDEX_ROLE)))
