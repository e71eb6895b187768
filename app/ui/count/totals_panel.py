"""The totals in large numbers, per line, direction and class, and since when they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.counting.geometries import Geometry, Scene, Zone
from app.ui.count.clock_text import clock_text
from app.ui.count.direction_words import ARROWS, direction_keys, direction_label

MIN_HEIGHT_PX = 100
MAX_HEIGHT_PX = 320
_NOTHING: Mapping[str, Any] = {"totals": {}, "per_class": {}}


class GeometryCard(QFrame):
    """The numbers of one line, band or zone."""

    def __init__(self, geometry: Geometry, *, width: int, height: int) -> None:
        super().__init__()
        self.setObjectName(f"totals-card-{geometry.name}")
        self.setProperty("role", "card")
        self._geometry = geometry
        self._keys = direction_keys(geometry, width=width, height=height)
        self._numbers: dict[str, QLabel] = {}
        title = QLabel(geometry.name, self)
        title.setProperty("role", "section")
        self._classes = QLabel(self)
        self._classes.setProperty("role", "muted")
        self._classes.setWordWrap(True)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        for key in self._keys:
            caption = f"{ARROWS[key]} {direction_label(geometry, key)}"
            columns.addLayout(self._column(key, caption), 1)
        if isinstance(geometry, Zone):
            columns.addLayout(self._column("occupancy", self.tr("Inside now")), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(2)
        layout.addWidget(title)
        layout.addLayout(columns)
        layout.addWidget(self._classes)
        self.show_figures(_NOTHING)

    def _column(self, key: str, caption_text: str) -> QVBoxLayout:
        number = QLabel(self)
        number.setObjectName(f"total-{self._geometry.name}-{key}")
        number.setAccessibleName(f"{self._geometry.name}: {caption_text}")
        number.setProperty("role", "number")
        caption = QLabel(caption_text, self)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(number)
        column.addWidget(caption)
        self._numbers[key] = number
        return column

    def show_figures(self, figures: Mapping[str, Any]) -> None:
        """Show one entry of the ``geometries`` of the totals."""
        totals = figures["totals"]
        names = {"in": "entries", "out": "exits"}
        for key, label in self._numbers.items():
            label.setText(str(int(totals.get(names.get(key, key), 0))))
        lines = [self._class_line(name, numbers) for name, numbers in figures["per_class"].items()]
        if totals.get("dwell_mean_s"):
            lines.append(
                self.tr("Mean stay {mean:.1f} s, longest {longest:.1f} s").format(
                    mean=totals["dwell_mean_s"], longest=totals["dwell_max_s"]
                )
            )
        self._classes.setText("\n".join(lines))
        self._classes.setVisible(bool(lines))

    def _class_line(self, name: str, numbers: Mapping[str, float]) -> str:
        names = {"in": "entries", "out": "exits"}
        parts = [f"{ARROWS[key]} {int(numbers.get(names.get(key, key), 0))}" for key in self._keys]
        return f"{name}   " + "   ".join(parts)


class TotalsPanel(QWidget):
    """One card per geometry, and since when they count.

    Signals
    -------
    recount_requested()
        Count the whole file again from its start.
    """

    recount_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("totals-panel")
        self._cards: list[GeometryCard] = []
        self._shown: Mapping[str, Any] | None = None
        self._since = QLabel(self)
        self._since.setObjectName("totals-since")
        self._since.setWordWrap(True)
        self._recount = QPushButton(self.tr("Recount from start"), self)
        self._recount.setObjectName("recount-button")
        self._recount.setToolTip(self.tr("Set the totals to zero and count from the first frame"))
        self._recount.clicked.connect(self.recount_requested)
        policy = self._recount.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # or everything below would jump
        self._recount.setSizePolicy(policy)
        since_row = QHBoxLayout()
        since_row.addWidget(self._since, 1)
        since_row.addWidget(self._recount)
        self._empty = QLabel(
            self.tr("No line, band or zone yet.\nPress B, L or Z and draw one on the picture."),
            self,
        )
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget(self)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        area = _ScrollArea(content, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(since_row)
        layout.addWidget(area, 1)
        self.show_since(None, can_recount=False)

    def show_scene(self, scene: Scene, *, width: int, height: int) -> None:
        """Make a card for each geometry, in a picture of that size, pixels."""
        for card in self._cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self._cards = [GeometryCard(each, width=width, height=height) for each in scene.geometries]
        for index, card in enumerate(self._cards):
            self._column.insertWidget(index, card)
        self._empty.setVisible(not self._cards)
        self._shown = None

    def clear(self) -> None:
        """Show nothing counted."""
        for card in self._cards:
            card.show_figures(_NOTHING)
        self._shown = None
        self.show_since(None, can_recount=False)

    def show_totals(self, totals: Mapping[str, Any]) -> None:
        """Show the totals of a ``frame`` event; cheap when nothing has changed."""
        if totals == self._shown:
            return
        figures = totals.get("geometries", ())
        if len(figures) == len(self._cards):  # otherwise they belong to the scene before
            for card, each in zip(self._cards, figures, strict=True):
                card.show_figures(each)
            self._shown = totals

    def show_since(self, timestamp_s: float | None, *, can_recount: bool) -> None:
        """Say since which time of the source the totals count; None before there are any."""
        if timestamp_s is None:
            text = self.tr("Totals")
        elif timestamp_s <= 0:
            text = self.tr("Counting since the start")
        else:
            text = self.tr("Counting since {time}").format(time=clock_text(timestamp_s))
        self._since.setText(text)
        self._recount.setVisible(can_recount)


class _ScrollArea(QScrollArea):
    """As high as its content, up to `MAX_HEIGHT_PX`: the pages below get what is left."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("totals-scroll")
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass on that the content wants another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """Return the size of the content, cut to what the panel may take."""
        hint = self._content.sizeHint()
        return QSize(hint.width(), min(hint.height(), MAX_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Return a height at which one card can be read."""
        return QSize(0, min(self.sizeHint().height(), MIN_HEIGHT_PX))
