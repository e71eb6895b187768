"""The points of a geometry that one can take hold of, and what it becomes when they move.

All coordinates are fractions of the picture's width and height.
"""

from __future__ import annotations

from dataclasses import replace

from app.counting.geometries import CountingBand, CountingLine, Geometry, PointNorm, Zone

MIN_LENGTH_PX = 8.0
MIN_ZONE_POINTS = 3


def points_of(geometry: Geometry) -> list[PointNorm]:
    """Return the handles: both ends of a line, the corners of a band, the points of a zone.

    A band's corners go clockwise from the top left, so they are its outline as well.
    """
    match geometry:
        case CountingLine():
            return [geometry.start_norm, geometry.end_norm]
        case CountingBand():
            return squared(geometry.top_left_norm, geometry.bottom_right_norm)
        case Zone():
            return list(geometry.points_norm)


def squared(first: PointNorm, second: PointNorm) -> list[PointNorm]:
    """Return the corners of the rectangle between two points, `first` at 0 and `second` at 2."""
    return [first, (second[0], first[1]), second, (first[0], second[1])]


def with_point(geometry: Geometry, index: int, point: PointNorm) -> Geometry:
    """Return the geometry with handle `index` at `point`; a band's other corners follow.

    Raises
    ------
    app.counting.errors.CountingError
        When that leaves nothing to cross.
    """
    moved = _inside(point)
    match geometry:
        case CountingLine() if index == 0:
            return replace(geometry, start_norm=moved)
        case CountingLine():
            return replace(geometry, end_norm=moved)
        case CountingBand():
            opposite = points_of(geometry)[(index + 2) % 4]
            return replace(geometry, top_left_norm=opposite, bottom_right_norm=moved)
        case Zone():
            points = list(geometry.points_norm)
            points[index] = moved
            return replace(geometry, points_norm=tuple(points))


def moved_by(geometry: Geometry, x_norm: float, y_norm: float) -> Geometry:
    """Return the geometry moved as a whole, as far as it stays inside the picture."""
    points = points_of(geometry)
    x_norm = min(max(x_norm, -min(x for x, _ in points)), 1 - max(x for x, _ in points))
    y_norm = min(max(y_norm, -min(y for _, y in points)), 1 - max(y for _, y in points))
    moved = tuple(_inside((x + x_norm, y + y_norm)) for x, y in points)
    match geometry:
        case CountingLine():
            return replace(geometry, start_norm=moved[0], end_norm=moved[1])
        case CountingBand():
            return replace(geometry, top_left_norm=moved[0], bottom_right_norm=moved[2])
        case Zone():
            return replace(geometry, points_norm=moved)


def with_new_point(zone: Zone, edge: int, point: PointNorm) -> Zone:
    """Return the zone with a point more, on its edge from point `edge` to the next."""
    points = list(zone.points_norm)
    points.insert(edge + 1, _inside(point))
    return replace(zone, points_norm=tuple(points))


def without_point(zone: Zone, index: int) -> Zone | None:
    """Return the zone without one point; None when too few would be left."""
    points = list(zone.points_norm)
    if len(points) <= MIN_ZONE_POINTS:
        return None
    del points[index]
    return replace(zone, points_norm=tuple(points))


def is_too_small(points: list[PointNorm], *, is_line: bool, width: int, height: int) -> bool:
    """Return whether nothing could cross what these points describe.

    Parameters
    ----------
    points : list of (x, y)
        Fractions; the ends of a line, or an outline.
    width, height : int
        Of the picture, pixels.
    """
    xs = [x * width for x, _ in points]
    ys = [y * height for _, y in points]
    extent_x, extent_y = max(xs) - min(xs), max(ys) - min(ys)
    if is_line:
        return bool((extent_x**2 + extent_y**2) ** 0.5 < MIN_LENGTH_PX)
    if len(points) < MIN_ZONE_POINTS:
        return True
    doubled_area = sum(
        xs[i - 1] * ys[i] - xs[i] * ys[i - 1] for i in range(len(xs))
    )  # the shoelace formula
    return abs(doubled_area) / 2 < MIN_LENGTH_PX**2


def _inside(point: PointNorm) -> PointNorm:
    return min(max(point[0], 0.0), 1.0), min(max(point[1], 0.0), 1.0)
