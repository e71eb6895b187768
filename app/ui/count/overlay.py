"""What is drawn over a picture, computed once per frame so that painting only paints."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPolygonF

from app.ui.count.class_colors import class_color

TRAIL_LENGTH_FRAMES = 40
TRAIL_FADES = 4
# A track that coasts is missing from no frame; one that is gone stays gone. A few frames of
# patience keep the trail where frames were skipped.
FORGET_AFTER_FRAMES = 5


@dataclass(frozen=True)
class OverlayOptions:
    """Which parts of the overlay are shown."""

    boxes: bool = True
    ids: bool = True
    classes: bool = True
    scores: bool = False
    centroids: bool = True
    trails: bool = True
    geometries: bool = True
    totals: bool = True
    status: bool = True


@dataclass(frozen=True)
class TrackMark:
    """One followed object, ready to paint; coordinates are pixels of the picture.

    Attributes
    ----------
    trail : tuple of QPolygonF
        Where its centre has been, in up to `TRAIL_FADES` pieces, the oldest and faintest first.
    """

    track_id: int
    box: QRectF
    color: QColor
    class_name: str
    score: float
    is_visible: bool
    trail: tuple[QPolygonF, ...]

    @property
    def center(self) -> QPointF:
        """Middle of the box, pixels."""
        return self.box.center()


@dataclass(frozen=True)
class Overlay:
    """Everything known of one frame that may be drawn over it."""

    marks: tuple[TrackMark, ...] = ()
    state: str = ""
    fps: float = 0.0
    delay_ms: float | None = None
    timestamp_s: float = 0.0
    is_recording: bool = False
    totals: Mapping[str, Any] = field(default_factory=dict)


class OverlayBuilder:
    """Turns ``frame`` events into overlays; remembers where each track has been."""

    def __init__(self) -> None:
        self._class_names: dict[int, str] = {}
        self._trails: dict[int, deque[QPointF]] = {}
        self._unseen_frames: dict[int, int] = {}

    @property
    def remembered_tracks(self) -> int:
        """How many tracks have a trail."""
        return len(self._trails)

    def start(self, class_names: Mapping[int, str]) -> None:
        """Begin a new source whose classes are `class_names` by 1-based id."""
        self._class_names = dict(class_names)
        self.forget_trails()

    def forget_trails(self) -> None:
        """Drop the trails: the next frame does not follow the last one."""
        self._trails.clear()
        self._unseen_frames.clear()

    def build(self, fields: Mapping[str, Any]) -> Overlay:
        """Return the overlay of one ``frame`` event."""
        tracks = fields.get("tracks", {})
        marks = tuple(
            self._mark(int(track_id), box, int(class_id), float(score), bool(visible))
            for track_id, box, class_id, score, visible in zip(
                tracks.get("ids", ()),
                tracks.get("boxes", ()),
                tracks.get("class_ids", ()),
                tracks.get("scores", ()),
                tracks.get("visible", ()),
                strict=True,
            )
        )
        self._evict({mark.track_id for mark in marks})
        delay_ms = fields.get("delay_ms")
        return Overlay(
            marks=marks,
            state=str(fields.get("state", "")),
            fps=float(fields.get("fps") or 0.0),
            delay_ms=None if delay_ms is None else float(delay_ms),
            timestamp_s=float(fields.get("timestamp_s", 0.0)),
            is_recording=bool(fields.get("recording")),
            totals=fields.get("totals", {}),
        )

    def _mark(
        self, track_id: int, box: list[float], class_id: int, score: float, is_visible: bool
    ) -> TrackMark:
        rect = QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
        trail = self._trails.setdefault(track_id, deque(maxlen=TRAIL_LENGTH_FRAMES))
        trail.append(rect.center())
        self._unseen_frames[track_id] = 0
        name = self._class_names.get(class_id, str(class_id))
        color = class_color(class_id)
        return TrackMark(track_id, rect, color, name, score, is_visible, _pieces(list(trail)))

    def _evict(self, present: set[int]) -> None:
        for track_id in self._trails.keys() - present:
            self._unseen_frames[track_id] += 1
            if self._unseen_frames[track_id] > FORGET_AFTER_FRAMES:
                del self._trails[track_id], self._unseen_frames[track_id]


def _pieces(points: list[QPointF]) -> tuple[QPolygonF, ...]:
    steps = len(points) - 1
    ends = [steps * fade // TRAIL_FADES for fade in range(TRAIL_FADES + 1)]
    return tuple(
        QPolygonF(points[first : last + 1]) for first, last in pairwise(ends) if last > first
    )
