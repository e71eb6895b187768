"""`Totals`: sums of events per geometry, direction and class, and what is in the zones now."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.counting.events import CrossingEvent
from app.counting.geometries import CROSSING_DIRECTIONS, Direction, Kind, Scene


@dataclass(frozen=True, kw_only=True)
class Stays:
    """The visits to a zone by the objects of one class.

    Attributes
    ----------
    occupancy : int
        Objects in the zone now, also those that were never seen to come in.
    visits : int
        Visits so far, those that still last included.
    dwell_sum_s, dwell_max_s : float
        All visits together and the longest, in seconds; a visit that lasts counts up to now.
    """

    occupancy: int = 0
    visits: int = 0
    dwell_sum_s: float = 0.0
    dwell_max_s: float = 0.0

    def __add__(self, other: Stays) -> Stays:
        return Stays(
            occupancy=self.occupancy + other.occupancy,
            visits=self.visits + other.visits,
            dwell_sum_s=self.dwell_sum_s + other.dwell_sum_s,
            dwell_max_s=max(self.dwell_max_s, other.dwell_max_s),
        )

    @property
    def dwell_mean_s(self) -> float:
        """Mean length of a visit in seconds; 0 when there was none."""
        return self.dwell_sum_s / self.visits if self.visits else 0.0


@dataclass
class GeometryTotals:
    """The sums of one line, band or zone.

    Attributes
    ----------
    name, kind : str
        Of the geometry.
    counts : Counter of (class name, direction)
        How many events there were.
    stays : dict of str to Stays
        Zones only: visits by class name.
    """

    name: str
    kind: Kind
    counts: Tally[tuple[str, Direction]] = field(default_factory=Tally)
    stays: dict[str, Stays] = field(default_factory=dict)

    @property
    def class_names(self) -> list[str]:
        """The classes that were counted here, in alphabetical order."""
        return sorted({name for name, _ in self.counts} | set(self.stays))

    def count(self, direction: Direction, class_name: str | None = None) -> int:
        """Return the events in `direction`, of one class or (None) of all."""
        if class_name is not None:
            return self.counts[class_name, direction]
        return sum(n for (_, key), n in self.counts.items() if key == direction)

    def stays_of(self, class_name: str | None = None) -> Stays:
        """Return the visits by one class or (None) by all."""
        if class_name is not None:
            return self.stays.get(class_name, Stays())
        return sum(self.stays.values(), Stays())

    def figures(self, class_name: str | None = None) -> dict[str, float]:
        """Return the sums of one class or (None) of all under their JSON names."""
        if self.kind != "zone":
            return {key: self.count(key, class_name) for key in CROSSING_DIRECTIONS}
        stays = self.stays_of(class_name)
        return {
            "occupancy": stays.occupancy,
            "entries": self.count("in", class_name),
            "exits": self.count("out", class_name),
            "dwell_mean_s": round(stays.dwell_mean_s, 3),
            "dwell_max_s": round(stays.dwell_max_s, 3),
        }

    def to_json(self) -> dict[str, Any]:
        """Return ``{name, kind, totals, per_class}``."""
        per_class = {name: self.figures(name) for name in self.class_names}
        return {
            "name": self.name,
            "kind": self.kind,
            "totals": self.figures(),
            "per_class": per_class,
        }


class Totals:
    """The sums of a whole scene. Everything in it but the stays in zones is a sum of events.

    Parameters
    ----------
    scene : Scene
        Its geometries get a total each, in order, before anything is counted.

    Attributes
    ----------
    event_count : int
        Events of all geometries together.
    """

    def __init__(self, scene: Scene) -> None:
        self._by_name = {
            each.name: GeometryTotals(each.name, each.kind) for each in scene.geometries
        }
        self.event_count = 0

    @property
    def geometries(self) -> list[GeometryTotals]:
        """The sums of each line, band and zone, in the order of the scene."""
        return list(self._by_name.values())

    def add(self, event: CrossingEvent) -> None:
        """Count one event."""
        self._by_name[event.geometry].counts[event.class_name, event.direction] += 1
        self.event_count += 1

    def set_stays(self, zone: str, stays: Mapping[str, Stays]) -> None:
        """Replace what is known of the visits to `zone`, by class name."""
        self._by_name[zone].stays = dict(stays)

    def count(self, direction: Direction, class_name: str | None = None) -> int:
        """Return the events in `direction` over all lines and bands, or (in, out) all zones."""
        return sum(each.count(direction, class_name) for each in self.geometries)

    def per_class(self) -> dict[str, dict[str, int]]:
        """Return ``{class name: {up, down, left, right}}`` over all lines and bands."""
        barriers = [each for each in self.geometries if each.kind != "zone"]
        names = sorted({name for each in barriers for name in each.class_names})
        return {name: {key: self.count(key, name) for key in CROSSING_DIRECTIONS} for name in names}

    def to_json(self) -> dict[str, Any]:
        """Return ``{totals, per_class, events, geometries}`` as the command line prints them."""
        return {
            "totals": {key: self.count(key) for key in CROSSING_DIRECTIONS},
            "per_class": self.per_class(),
            "events": self.event_count,
            "geometries": [each.to_json() for each in self.geometries],
        }
