"""Visits to zones: who is in, since when, entries and exits.

A zone is entered where the anchor is first seen in it, its border included. It is left once the
anchor is out by `CrossingRules.travel_ratio` of the box (and the least margin), which a flickering
box is not; the exit then has the date of the first frame outside. Only what is seen makes an
event: an object that appears in the zone is in it without an entry, one that is lost in it ends
its visit without an exit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.counting.geometries import PointsPx
from app.counting.paths import MEETING, Bools, Floats, Legs, Records, Rows, carry
from app.counting.rules import CrossingRules
from app.counting.totals import Stays

Ids = npt.NDArray[np.signedinteger]


@dataclass(frozen=True)
class Transit:
    """A track went into zone number `zone`, or out of it."""

    zone: int
    track_id: int
    class_id: int
    is_entry: bool
    meeting: np.void


class Visits:
    """The zones of a scene and the objects in them."""

    def __init__(self, polygons_px: Sequence[PointsPx], rules: CrossingRules) -> None:
        self._rules = rules
        self._polygons = [_Polygon(points) for points in polygons_px]
        self._finished: list[dict[int, Stays]] = [{} for _ in polygons_px]
        self._now_s = 0.0
        count = len(polygons_px)
        self._state = np.zeros(
            1,
            [
                ("track_id", np.int64),
                ("class_id", np.int64),
                ("was_seen", np.bool_),
                ("seen_s", np.float64),  # when last
                ("is_in", np.bool_, count),
                ("since_s", np.float64, count),
                ("is_leaving", np.bool_, count),  # out, but not yet by far enough
                ("left", MEETING, count),
            ],
        )

    def carry(self, rows: Rows) -> list[Transit]:
        """Go on with the tracks that were in `rows`; end the visits of the others."""
        is_ended = self._state["is_in"].copy()
        is_ended[rows] = False  # -1 is the row of a new track, which is in no zone
        transits = []
        for row, zone in np.argwhere(is_ended):
            record = self._state[row]
            if record["is_leaving"][zone]:
                transits.append(self._leave(record, int(zone)))
            else:
                self._finish(record, int(zone), float(record["seen_s"]))
        self._state = carry(self._state, rows)
        return transits

    def advance(self, legs: Legs, *, track_ids: Ids, class_ids: Ids) -> list[Transit]:
        """Follow each track along its newest leg and return the transits now certain."""
        state = self._state[:-1]
        state["track_id"], state["class_id"] = track_ids, class_ids
        transits: list[Transit] = []
        for zone in range(len(self._polygons)):
            transits += self._advance_zone(zone, state, legs)
        state["was_seen"] |= legs.is_seen
        state["seen_s"][legs.is_seen] = self._now_s = legs.timestamp_s
        return transits

    def stays(self, zone: int) -> dict[int, Stays]:
        """Return the visits to one zone by class id; those that last count up to now."""
        stays = dict(self._finished[zone])
        for record in self._state[:-1][self._state["is_in"][:-1, zone]]:
            dwell = self._now_s - float(record["since_s"][zone])
            visit = Stays(occupancy=1, visits=1, dwell_sum_s=dwell, dwell_max_s=dwell)
            class_id = int(record["class_id"])
            stays[class_id] = stays.get(class_id, Stays()) + visit
        return stays

    def _advance_zone(self, zone: int, state: Records, legs: Legs) -> list[Transit]:
        polygon = self._polygons[zone]
        was_in = state["is_in"][:, zone]
        near = np.flatnonzero(legs.is_seen & (was_in | polygon.may_contain(legs.ends_px)))
        if not len(near):
            return []
        is_in = polygon.contains(legs.ends_px[near])
        state["is_leaving"][near[is_in], zone] = False
        entered = near[is_in & ~was_in[near]]
        strayed = near[~is_in & was_in[near]]
        transits = self._enter(entered, zone, state, legs) if len(entered) else []
        return transits + (self._stray(strayed, zone, state, legs) if len(strayed) else [])

    def _enter(self, rows: Rows, zone: int, state: Records, legs: Legs) -> list[Transit]:
        """Begin the visits of the tracks in `rows`; those seen outside before make an entry."""
        state["is_in"][rows, zone] = True
        state["since_s"][rows, zone] = legs.timestamp_s
        return [
            _transit(state[row], zone, is_entry=True, meeting=arrival)
            for row, arrival in zip(rows, legs.arrivals(rows), strict=True)
            if state["was_seen"][row]
        ]

    def _stray(self, rows: Rows, zone: int, state: Records, legs: Legs) -> list[Transit]:
        """Note which visitors in `rows` are out, and end the visits of those far enough."""
        newly_out = rows[~state["is_leaving"][rows, zone]]
        state["left"][newly_out, zone] = legs.arrivals(newly_out)
        state["is_leaving"][rows, zone] = True

        gaps = self._polygons[zone].gaps(legs.ends_px[rows])
        squares = (gaps**2).sum(axis=1)
        # The extent is |gap| . size / distance; times the distance, nothing is divided by 0.
        extents_by_distance = (np.abs(gaps) * legs.sizes_px[rows]).sum(axis=1)
        has_left = (squares >= self._rules.margin_min_px**2) & (
            squares >= self._rules.travel_ratio * extents_by_distance
        )
        left = rows[has_left]
        transits = [self._leave(state[row], zone) for row in left]
        state["is_in"][left, zone] = state["is_leaving"][left, zone] = False
        return transits

    def _leave(self, record: np.void, zone: int) -> Transit:
        left = record["left"][zone]
        self._finish(record, zone, float(left["timestamp_s"]))
        return _transit(record, zone, is_entry=False, meeting=left)

    def _finish(self, record: np.void, zone: int, until_s: float) -> None:
        dwell = until_s - float(record["since_s"][zone])
        visit = Stays(visits=1, dwell_sum_s=dwell, dwell_max_s=dwell)
        class_id = int(record["class_id"])
        finished = self._finished[zone]
        finished[class_id] = finished.get(class_id, Stays()) + visit


class _Polygon:
    """A polygon in pixels, its border included."""

    def __init__(self, points_px: PointsPx) -> None:
        self._starts = points_px
        self._sides = np.roll(points_px, -1, axis=0) - points_px
        self._squares = np.maximum((self._sides**2).sum(axis=1), np.finfo(np.float64).tiny)
        self._low, self._high = points_px.min(axis=0), points_px.max(axis=0)

    def may_contain(self, points_px: Floats) -> Bools:
        """Return which points lie in the rectangle round the polygon, shape (N,)."""
        is_within = (points_px >= self._low) & (points_px <= self._high)
        return np.asarray(is_within.all(axis=1))

    def contains(self, points_px: Floats) -> Bools:
        """Return which points lie in the polygon by the even-odd rule, shape (N,)."""
        offsets = points_px[:, None] - self._starts  # (N, V, 2)
        sides_x, sides_y = self._sides.T
        turn = sides_x * offsets[..., 1] - sides_y * offsets[..., 0]
        # A side is met by the ray to the right when one end lies above it and one does not.
        is_astride = (offsets[..., 1] < 0) != (offsets[..., 1] < sides_y)
        is_met = is_astride & ((turn > 0) == (sides_y > 0)) & (turn != 0)
        is_within = np.bitwise_xor.reduce(is_met, axis=1)
        is_in_line = turn == 0
        if is_in_line.any():
            along = (offsets * self._sides).sum(axis=2)
            is_within |= (is_in_line & (along >= 0) & (along <= self._squares)).any(axis=1)
        return np.asarray(is_within)

    def gaps(self, points_px: Floats) -> Floats:
        """Return the vector from each point to the nearest of the border, shape (N, 2)."""
        offsets = points_px[:, None] - self._starts
        shares = np.clip((offsets * self._sides).sum(axis=2) / self._squares, 0, 1)
        gaps = shares[..., None] * self._sides - offsets
        nearest = (gaps**2).sum(axis=2).argmin(axis=1)
        return np.asarray(gaps[np.arange(len(points_px)), nearest])


def _transit(record: np.void, zone: int, *, is_entry: bool, meeting: np.void) -> Transit:
    ids = int(record["track_id"]), int(record["class_id"])
    return Transit(zone, *ids, is_entry=is_entry, meeting=meeting.copy())
