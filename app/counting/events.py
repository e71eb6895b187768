"""`CrossingEvent`: one object crossed one line or band, or went into or out of a zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.counting.geometries import Direction, Kind


@dataclass(frozen=True, kw_only=True)
class CrossingEvent:
    """One signed event; totals are sums of these.

    Attributes
    ----------
    frame_index : int
        The frame in which the path met the line, the edge by which it left a band, or the border
        of a zone. May lie before the frame in which that became certain.
    timestamp_s : float
        Time of that frame in the source.
    track_id, class_id : int
        The object and its class, 1-based, when the event became certain.
    class_name : str
    geometry : str
        Name of the line, band or zone.
    kind : {"line", "band", "zone"}
    direction : {"up", "down", "left", "right", "in", "out"}
        After swapping; ``in`` and ``out`` are for zones.
    direction_name : str
        What the person calls that direction.
    point_px : tuple of float
        Where the path met it, x and y in pixels of the source frame.
    box_xyxy : tuple of float
        The box in that frame, pixels. Interpolated where the object was not seen in it.
    """

    frame_index: int
    timestamp_s: float
    track_id: int
    class_id: int
    class_name: str
    geometry: str
    kind: Kind
    direction: Direction
    direction_name: str
    point_px: tuple[float, float]
    box_xyxy: tuple[float, float, float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON fields, named as the attributes; points and boxes as lists."""
        fields = asdict(self)
        return fields | {"point_px": list(self.point_px), "box_xyxy": list(self.box_xyxy)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> CrossingEvent:
        """Rebuild an event that crossed a process boundary."""
        x, y = fields["point_px"]
        x_min, y_min, x_max, y_max = fields["box_xyxy"]
        return cls(**{**fields, "point_px": (x, y), "box_xyxy": (x_min, y_min, x_max, y_max)})
