"""Crossing lines and bands: the known side of every track, and its path since.

A line is a band whose two edges are one. All tracks and all barriers are judged at once.
Distances along the normal are kept as dot products with a normal as long as the edge: no square
root and no division stands between the coordinates and a decision, so that whole pixels are
judged exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.counting.geometries import Passage
from app.counting.paths import MEETING, Bools, Floats, Legs, Records, Rows, carry, project
from app.counting.rules import CrossingRules


@dataclass(frozen=True)
class Crossing:
    """Track `row` crossed `barrier` (their positions), along its normal or against it."""

    barrier: int
    row: int
    is_forward: bool
    meeting: np.void


class Barriers:
    """The lines and bands of a scene, and where every track stands to them."""

    def __init__(self, passages: Sequence[Passage], rules: CrossingRules) -> None:
        self._rules = rules
        count = len(passages)
        self._normals = np.array([each.normal_px for each in passages]).reshape(count, 2)
        self._lengths = np.hypot(self._normals[:, 0], self._normals[:, 1])
        # (G, 2 edges, 2 ends, 2): the first and the last edge, twice the same for a line.
        self._edges = np.array([each.edges_px[[0, -1]] for each in passages]).reshape(
            count, 2, 2, 2
        )
        self._levels = np.einsum("gex,gx->ge", self._edges[:, :, 0], self._normals)
        self._state = np.zeros(
            1,
            [
                ("side", np.int8, count),  # last known: -1, 1; 0 while none is
                ("level", np.float64, count),  # of the newest point, along the normal
                ("known_level", np.float64, count),  # of the last point with a known side
                ("backed", np.float64, count),  # displacement since then that pixels vouch for
                ("has_met", np.bool_, (count, 2)),  # did the path since then meet the edge?
                ("met", MEETING, (count, 2)),  # ... where last
            ],
        )
        self._state["level"] = np.nan

    def carry(self, rows: Rows) -> None:
        """Go on with the tracks that were in `rows`; -1 is a new one. Forget the others."""
        self._state = carry(self._state, rows)

    def advance(self, legs: Legs) -> list[Crossing]:
        """Follow each track along its newest leg and return the crossings now certain.

        The leg of a track that is not seen now goes nowhere, and so changes nothing.
        """
        state, rules = self._state[:-1], self._rules
        levels = project(legs.ends_px, self._normals)
        extents = project(legs.sizes_px, np.abs(self._normals))
        self._meet(state, legs, levels)

        moved = levels - state["level"]
        pixels_moved = project(legs.motions_px, self._normals)
        state["backed"] += np.where(np.isnan(pixels_moved), moved, pixels_moved)
        state["level"] = levels

        margins = np.maximum(rules.margin_min_px * self._lengths, rules.margin_ratio * extents)
        low, high = self._levels[:, 0], self._levels[:, 1]
        side = (levels > high + margins).astype(np.int8) - (levels < low - margins)

        is_other = side * state["side"] == -1
        is_settled = (side != 0) & ~is_other
        crossings: list[Crossing] = []
        if is_other.any():
            net = np.abs(levels - state["known_level"])
            has_travelled = net >= rules.travel_ratio * extents
            is_backed = side * state["backed"] >= rules.motion_ratio * net
            is_clear = np.maximum(levels - high, low - levels) > rules.clear_ratio * extents
            is_settled |= is_other & has_travelled & (is_backed | is_clear)
            is_counted = is_other & has_travelled & is_backed & state["has_met"].all(axis=2)
            crossings = self._crossings(is_counted, side > 0)

        np.copyto(state["side"], side, where=is_settled)
        np.copyto(state["known_level"], levels, where=is_settled)
        np.copyto(state["backed"], 0, where=is_settled)
        np.copyto(state["has_met"], False, where=is_settled[:, :, None])
        return crossings

    def _meet(self, state: Records, legs: Legs, levels: Floats) -> None:
        """Note the edges that the newest legs meet: the ends of a leg and of an edge count."""
        before = state["level"][:, :, None] - self._levels
        after = levels[:, :, None] - self._levels
        is_near = before * after <= 0
        if not is_near.any():
            return
        rows, barriers, edges = np.nonzero(is_near)
        before, after = before[is_near], after[is_near]
        starts, ends = legs.starts_px[rows], legs.ends_px[rows]
        first, last = self._edges[barriers, edges, 0], self._edges[barriers, edges, 1]

        legs_px = ends - starts
        has_met = _cross(legs_px, first - starts) * _cross(legs_px, last - starts) <= 0
        is_along = before == after  # both 0: the leg lies on the edge's line
        shares = before / np.where(is_along, 1.0, before - after)
        points = starts + shares[:, None] * legs_px
        if is_along.any():
            # It meets where it ends, or at the end of the edge that it passed last.
            shares[is_along] = 1.0
            nearest = np.clip(ends, np.minimum(first, last), np.maximum(first, last))[is_along]
            points[is_along] = nearest
            is_low = np.minimum(starts, ends)[is_along] <= nearest
            is_high = nearest <= np.maximum(starts, ends)[is_along]
            has_met[is_along] = (is_low & is_high).all(axis=1)
        where = rows[has_met], barriers[has_met], edges[has_met]
        state["has_met"][where] = True
        state["met"][where] = legs.meetings(where[0], shares[has_met], points[has_met])

    def _crossings(self, is_counted: Bools, is_forward: Bools) -> list[Crossing]:
        found = []
        for row, barrier in np.argwhere(is_counted):
            forward = bool(is_forward[row, barrier])
            left_by = 1 if forward else 0  # the edge by which a band is left dates the event
            meeting = self._state["met"][row, barrier, left_by].copy()
            found.append(Crossing(int(barrier), int(row), forward, meeting))
        return found


def _cross(first: Floats, second: Floats) -> Floats:
    """Return the cross product of each pair of vectors, shape (M,)."""
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
