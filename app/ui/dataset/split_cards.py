"""`SplitCards`: a card for each set, with its pictures, share and boxes."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.dataset.split_rule import SET_NAMES, SetName
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.dataset.split_shades import SetSwatch
from app.ui.dataset.split_tables import SplitTable
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_LOCK_PX = 16
_ROOMY_PX = 200


class _SetCard(QFrame):
    def __init__(self, set_name: SetName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"split-card-{set_name}")
        self.setProperty("role", "card")
        self._set_name = set_name
        self._lock = named(IconLabel(_LOCK_PX, self), f"split-card-lock-{set_name}")
        self._lock.set_icon(icon("lock", QPalette.ColorRole.Accent))
        self._lock.setToolTip(self.tr("Locked: it stays as it is"))
        self._number = named(QLabel(self), f"split-images-{set_name}", role="title")
        self._text = named(QLabel(self), f"split-card-text-{set_name}", role="muted")
        self._boxes = named(QLabel(self), f"split-boxes-{set_name}", role="muted")
        self._before = named(QLabel(self), f"split-before-{set_name}", role="muted")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(SetSwatch(set_name, self))
        head.addWidget(named(QLabel(set_name, self), f"split-card-name-{set_name}", role="section"))
        head.addWidget(self._lock)
        head.addStretch(1)
        head.addWidget(self._before)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._number)
        line.addWidget(self._text)
        line.addWidget(self._boxes)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(line)

    def show_set(self, table: SplitTable, before: SplitTable | None, *, is_locked: bool) -> None:
        images, boxes = table.images[self._set_name], table.boxes[self._set_name]
        share = 100 * images / table.image_count if table.image_count else 0.0
        self._number.setText(count_text(images))
        digits = 0 if share == round(share) else 1
        self._text.setText(self.tr("{0} %").format(QLocale().toString(share, "f", digits)))
        self._boxes.setText(self.tr("{0} boxes").format(count_text(boxes)))
        self.setToolTip(self._boxes.text())
        self._lock.setVisible(is_locked)
        had = images if before is None else before.images[self._set_name]
        self._before.setVisible(had != images)
        self._before.setText(self.tr("now {0}").format(count_text(had)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the boxes in a small window; the tool tip has them."""
        super().resizeEvent(event)
        self._boxes.setVisible(event.size().width() >= _ROOMY_PX)


class SplitCards(QWidget):
    """The three cards side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-cards")
        self._cards = {name: _SetCard(name, self) for name in SET_NAMES}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for card in self._cards.values():
            layout.addWidget(card, 1)

    def show_table(
        self,
        table: SplitTable,
        before: SplitTable | None,
        asked: frozenset[SetName],
        *,
        is_locking: bool,
    ) -> None:
        """Show a split.

        Parameters
        ----------
        table : SplitTable
        before : SplitTable or None
            What the project has instead of it; None: the same, or nothing.
        asked : frozenset of SetName
            Sets that should have pictures; others are shown if they have any.
        is_locking : bool
            Whether its test set stays as it is.
        """
        for name, card in self._cards.items():
            had = 0 if before is None else before.images[name]
            card.setVisible(name in asked or bool(table.images[name] or had))
            card.show_set(table, before, is_locked=is_locking and name == "test")
