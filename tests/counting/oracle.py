"""What must be counted, by brute force from the definitions, in exact arithmetic.

Knows nothing of `app.counting`: a track is a list of sightings, its whole path is kept, and every
comparison is made between integers or fractions. Slow and plain on purpose.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

Number = int | Fraction
Point = tuple[Number, Number]


@dataclass(frozen=True)
class Sighting:
    """Where an object was seen: its anchor and the size of its box, in one unit."""

    frame: int
    anchor: Point
    size: Point


@dataclass(frozen=True)
class Ratios:
    margin_min: Number
    margin: Number
    travel: Number


@dataclass(frozen=True)
class Counted:
    """A crossing along the normal (+1) or against it (-1), and the frame of the meeting."""

    sign: int
    frame: int


def minus(first: Point, second: Point) -> Point:
    return first[0] - second[0], first[1] - second[1]


def cross(first: Point, second: Point) -> Number:
    return first[0] * second[1] - first[1] * second[0]


def dot(first: Point, second: Point) -> Number:
    return first[0] * second[0] + first[1] * second[1]


def sign(value: Number) -> int:
    return (value > 0) - (value < 0)


def turn(a: Point, b: Point, c: Point) -> int:
    return sign(cross(minus(b, a), minus(c, a)))


def is_between(a: Point, b: Point, c: Point) -> bool:
    """Whether c, on the line through a and b, lies from a to b."""
    return all(min(a[i], b[i]) <= c[i] <= max(a[i], b[i]) for i in (0, 1))


def segments_meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the closed segments ab and cd have a point in common (the textbook's test)."""
    turns = turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    return (
        (turns[0] == 0 and is_between(a, b, c))
        or (turns[1] == 0 and is_between(a, b, d))
        or (turns[2] == 0 and is_between(c, d, a))
        or (turns[3] == 0 and is_between(c, d, b))
    )


def crossings(track: list[Sighting], edges: list[tuple[Point, Point]], ratios: Ratios):
    """Return what `track` counts at a line (one edge) or band (two, in the normal's order)."""
    (start, end), *_ = edges
    along = minus(end, start)
    normal = (-along[1], along[0])
    if (normal[1] if abs(along[0]) >= abs(along[1]) else normal[0]) < 0:
        normal = (-normal[0], -normal[1])
    square = dot(along, along)

    def side(sighting: Sighting) -> int:
        """Beyond every edge by the margin, or 0."""
        width, height = sighting.size
        extent = abs(normal[0]) * width + abs(normal[1]) * height  # times the edge's length
        for way in (1, -1):
            beyond = min(way * dot(normal, minus(sighting.anchor, edge[0])) for edge in edges)
            is_far = beyond > 0 and beyond * beyond > ratios.margin_min**2 * square
            if is_far and beyond > ratios.margin * extent:
                return way
        return 0

    found = []
    known = 0
    since = 0  # index of the last sighting with a known side
    for index, sighting in enumerate(track):
        now = side(sighting)
        if now == 0:
            continue
        if known == -now:
            width, height = sighting.size
            extent = abs(normal[0]) * width + abs(normal[1]) * height
            net = dot(normal, minus(sighting.anchor, track[since].anchor))
            if abs(net) < ratios.travel * extent:
                continue
            path = track[since : index + 1]
            if all(meets(path, edge) for edge in edges):
                left_by = edges[-1] if now > 0 else edges[0]
                found.append(Counted(now, last_meeting(path, left_by, normal)))
        known, since = now, index
    return found


def meets(path: list[Sighting], edge: tuple[Point, Point]) -> bool:
    return any(
        segments_meet(first.anchor, second.anchor, *edge)
        for first, second in itertools.pairwise(path)
    )


def last_meeting(path: list[Sighting], edge: tuple[Point, Point], normal: Point) -> int:
    """Return the first frame at or after the last meeting of the path with the edge."""
    frame = -1
    for first, second in itertools.pairwise(path):
        if segments_meet(first.anchor, second.anchor, *edge):
            before = dot(normal, minus(first.anchor, edge[0]))
            after = dot(normal, minus(second.anchor, edge[0]))
            share = Fraction(before) / (before - after) if before != after else 1
            frame = first.frame + ceil(share * (second.frame - first.frame))
    return frame


def is_in_polygon(point: Point, corners: list[Point]) -> bool:
    """Whether the point lies in the polygon (even-odd) or on its border."""
    sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
    if any(turn(a, b, point) == 0 and is_between(a, b, point) for a, b in sides):
        return True
    is_in = False
    for (ax, ay), (bx, by) in sides:
        if (ay > point[1]) != (by > point[1]):
            x = ax + Fraction((bx - ax) * (point[1] - ay)) / (by - ay)
            is_in ^= x > point[0]
    return is_in


def gap_to_border(point: Point, corners: list[Point]) -> Point:
    """Return the vector to the nearest point of the border."""
    gaps = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        along = minus(b, a)
        share = Fraction(dot(minus(point, a), along)) / dot(along, along)
        share = min(max(share, 0), 1)
        gaps.append(minus((a[0] + share * along[0], a[1] + share * along[1]), point))
    return min(gaps, key=lambda gap: dot(gap, gap))


def transits(track: list[Sighting], corners: list[Point], ratios: Ratios) -> list[Counted]:
    """Return the entries (+1) and exits (-1) of `track`, which never ends, at a zone."""
    found = []
    is_visiting = False
    left: int | None = None
    for index, sighting in enumerate(track):
        if is_in_polygon(sighting.anchor, corners):
            if not is_visiting and index > 0:
                found.append(Counted(1, sighting.frame))
            is_visiting, left = True, None
        elif is_visiting:
            left = sighting.frame if left is None else left
            gap = gap_to_border(sighting.anchor, corners)
            square = dot(gap, gap)
            extent = abs(gap[0]) * sighting.size[0] + abs(gap[1]) * sighting.size[1]
            if square >= ratios.margin_min**2 and square >= ratios.travel * extent:
                found.append(Counted(-1, left))
                is_visiting, left = False, None
    return found
