"""The right side of the tab: totals on top; events, chart, lines and settings below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.counting.events import CrossingEvent
from app.counting.geometries import Scene
from app.ui.count.counts_chart import CountsChart
from app.ui.count.events_table import EventsTable
from app.ui.count.overlay import Overlay
from app.ui.count.thumbnails import cut_thumbnail
from app.ui.count.totals_panel import TotalsPanel
from app.ui.naming import named


class ResultsPanel(QWidget):
    """Shows totals and events, and keeps both for saving.

    Attributes
    ----------
    is_live : bool
        The source cannot be counted again.

    Signals
    -------
    recount_requested()
    jump_requested(int)
        The person wants to see this frame.
    """

    recount_requested = Signal()
    jump_requested = Signal(int)

    def __init__(
        self, scene_page: QWidget, settings_page: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("results-panel")
        self.totals = TotalsPanel(self)
        self.totals.recount_requested.connect(self.recount_requested)
        self.events = EventsTable(self)
        self.events.jump_requested.connect(self.jump_requested)
        self.chart = CountsChart(self)
        self.tabs = named(QTabWidget(self), "count-pages")
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        for page, title in (
            (settings_page, self.tr("Settings")),
            (scene_page, self.tr("Lines")),
            (self.events, self.tr("Events")),
            (self.chart, self.tr("Chart")),
        ):
            self.tabs.addTab(page, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.totals)
        layout.addWidget(self.tabs, 1)
        self.is_live = False
        self._since: Mapping[str, Any] | None = None
        self._frame: Mapping[str, Any] = {}

    @property
    def has_results(self) -> bool:
        """Whether at least one frame was counted."""
        return bool(self._frame)

    def clear(self) -> None:
        """Forget everything: another source is opened."""
        self._since, self._frame = None, {}
        self.events.clear()
        self.chart.clear()
        self.totals.clear()

    def show_scene(self, scene: Scene, *, width: int, height: int) -> None:
        """Show a total for each geometry, at zero: a changed scene counts anew."""
        self.totals.show_scene(scene, width=width, height=height)
        self.events.show_places(is_shown=len(scene.geometries) > 1)

    def show_frame(
        self,
        fields: Mapping[str, Any],
        crossings: tuple[dict[str, Any], ...],
        image: QImage,
        overlay: Overlay,
    ) -> None:
        """Show a ``frame`` event, and the crossings that came with it and with skipped frames."""
        totals, since = fields["totals"], fields["since"]
        if since != self._since:
            self._begin(since)
            # Of the crossings on their way, those from before are none of this count's.
            crossings = crossings[len(crossings) - min(totals["events"], len(crossings)) :]
        self._frame = fields
        for event in crossings:
            self.events.add(event, cut_thumbnail(image, event, overlay))
            self.chart.add(CrossingEvent.from_json(event))
        self.chart.set_time(fields["timestamp_s"])
        self.totals.show_totals(totals)

    def summary(self, *, source: str, model: str) -> dict[str, Any]:
        """Return the totals so far, named as in the JSON of ``tallybox count``."""
        fields = self._frame
        since = fields["since"]
        return {
            "source": source,
            "model": model,
            "since": since,
            "until": {key: fields[key] for key in ("frame_index", "timestamp_s")},
            "frames": fields["frame_index"] - (since["frame_index"] or 0) + 1,
            "detector_runs": fields["detector_runs"],
            **fields["totals"],
        }

    def close_spool(self) -> None:
        """Let go of the file in which the events are kept."""
        self.events.spool.close()

    def _begin(self, since: Mapping[str, Any]) -> None:
        self._since = since
        self.events.begin_again()
        self.chart.clear(since["timestamp_s"])
        # The first picture of a live source comes when it comes; that is its start.
        is_later = since["timestamp_s"] >= 1 if self.is_live else bool(since["frame_index"])
        start_s = since["timestamp_s"] if is_later else 0.0
        self.totals.show_since(start_s, can_recount=is_later and not self.is_live)
