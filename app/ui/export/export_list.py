"""`ExportList`: the exports that the project has, the newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.export.export_card import ExportCard
from app.ui.export.export_message import ExportMessage
from app.ui.export.export_shelf import ExportShelf
from app.ui.export.kept_exports import KeptExport
from app.ui.naming import named

_CardState = tuple[KeptExport, tuple[str, ...] | None, bool]


class ExportList(QStackedWidget):
    """A card for each export; without any, what an export is.

    Signals
    -------
    preview_requested(KeptExport)
    """

    preview_requested = Signal(object)

    def __init__(self, shelf: ExportShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-list")
        self._shelf = shelf
        self._cards: dict[_CardState, ExportCard] = {}
        self._page = named(QWidget(self), "export-cards", role="page")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        area = named(QScrollArea(self), "export-cards-area")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._page)
        self.addWidget(self._make_empty())
        self.addWidget(area)
        shelf.changed.connect(self.show_shelf)

    @Slot()
    def show_shelf(self) -> None:
        """Show what is there now."""
        exports = self._shelf.shelf.exports
        self.setCurrentIndex(1 if exports else 0)
        former, self._cards = self._cards, {}
        for place, kept in enumerate(exports):
            state = (kept, self._shelf.damage(kept), self._shelf.is_verifying(kept))
            card = former.pop(state, None) or self._card(*state)
            self._cards[state] = card
            self._column.insertWidget(place, card)
        for card in former.values():
            self._column.removeWidget(card)
            card.hide()  # without a parent it could be shown as a window of its own
            card.deleteLater()

    def _card(
        self, kept: KeptExport, damage: tuple[str, ...] | None, is_verifying: bool
    ) -> ExportCard:
        card = ExportCard(kept, damage, is_verifying=is_verifying, parent=self._page)
        card.preview_requested.connect(self.preview_requested)
        card.verify_requested.connect(self._shelf.verify)
        return card

    def _make_empty(self) -> ExportMessage:
        text = self.tr(
            "An export holds what a training reads: TFRecord files, tables and label maps. "
            "It is kept in the folder exports of the project."
        )
        return ExportMessage("export-none", "save", self.tr("No export yet"), text, parent=self)
