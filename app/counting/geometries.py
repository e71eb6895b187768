"""Lines, bands, zones, and scenes of them, as a person draws them: in fractions of the picture."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt

from app.counting.errors import CountingError

Direction = Literal["up", "down", "left", "right", "in", "out"]
Kind = Literal["line", "band", "zone"]
Anchor = Literal["center", "bottom"]  # the point of a box that crosses
PointNorm = tuple[float, float]  # x, y as fractions of the picture's width and height
PointsPx = npt.NDArray[np.float64]  # (..., 2) xy, pixels

CROSSING_DIRECTIONS: tuple[Direction, ...] = ("up", "down", "left", "right")
ZONE_DIRECTIONS: tuple[Direction, ...] = ("in", "out")

# Shorter than a thousandth of the picture is a slip of the mouse, and has no direction to speak of.
_MIN_SIDE_NORM = 1e-3
_MIN_AREA_NORM = 1e-6


@dataclass(frozen=True)
class Passage:
    """A line or band in the pixels of one picture.

    Attributes
    ----------
    edges_px : ndarray, shape (E, 2, 2), float64
        Start and end of each edge, pixels: one edge for a line, two for a band, the one that is
        met first when moving along the normal first.
    normal_px : ndarray, shape (2,), float64
        At right angles to the edges and as long as the first of them. Points down, or right
        where the edges are nearer to vertical.
    forward, backward : str
        What a passage along the normal, and one against it, counts as.
    """

    edges_px: PointsPx
    normal_px: npt.NDArray[np.float64]
    forward: Direction
    backward: Direction


class Barrier(ABC):
    """What is counted by crossing it: a line, or a band with two edges.

    Attributes
    ----------
    name : str
        Unique in its scene.
    direction_names : mapping of str to str
        What to call a direction on the screen and in reports; totals keep the keys.
    is_swapped : bool
        Each direction counts as the opposite one.
    """

    kind: ClassVar[Kind]
    name: str
    direction_names: Mapping[str, str]
    is_swapped: bool

    @abstractmethod
    def edges_px(self, *, width: int, height: int) -> PointsPx:
        """Return start and end of each edge in pixels, shape (E, 2, 2), float64."""

    def passage(self, *, width: int, height: int) -> Passage:
        """Return the edges and directions in a picture of `width` by `height` pixels.

        Edges nearer to horizontal, judged in pixels, count up and down, the others left and
        right; in which order the ends were drawn does not matter.
        """
        edges = self.edges_px(width=width, height=height)
        along_x, along_y = edges[0, 1] - edges[0, 0]
        is_level = abs(along_x) >= abs(along_y)
        normal = np.array([-along_y, along_x])
        if normal[1 if is_level else 0] < 0:
            normal = -normal
        signs: tuple[Direction, Direction] = ("down", "up") if is_level else ("right", "left")
        forward, backward = reversed(signs) if self.is_swapped else signs
        return Passage(edges, normal, forward, backward)


@dataclass(frozen=True)
class CountingLine(Barrier):
    """A line segment; crossing it counts.

    Attributes
    ----------
    start_norm, end_norm : tuple of float
        Its ends, fractions of width and height in [0, 1].

    Raises
    ------
    CountingError
        When the line has no length, or an end is not in the picture.
    """

    kind: ClassVar[Kind] = "line"
    name: str
    start_norm: PointNorm
    end_norm: PointNorm
    direction_names: Mapping[str, str] = field(default_factory=dict)
    is_swapped: bool = False

    def __post_init__(self) -> None:
        _set(self, start_norm=_point(self.start_norm, self), end_norm=_point(self.end_norm, self))
        _check_names(self, CROSSING_DIRECTIONS)
        if math.dist(self.start_norm, self.end_norm) < _MIN_SIDE_NORM:
            raise CountingError(
                "line-without-length",
                f"The line “{self.name}” starts and ends at the same place.",
                "Give it two different ends, for example 0,0.5,1,0.5.",
            )

    def edges_px(self, *, width: int, height: int) -> PointsPx:
        """Return the line itself in pixels, shape (1, 2, 2), float64."""
        return np.array([[self.start_norm, self.end_norm]]) * (width, height)

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON fields."""
        return _fields(self, start=list(self.start_norm), end=list(self.end_norm))


@dataclass(frozen=True)
class CountingBand(Barrier):
    """A rectangle with two edges, its long sides; going in by one and out by the other counts.

    Attributes
    ----------
    top_left_norm, bottom_right_norm : tuple of float
        Opposite corners, fractions of width and height in [0, 1]. Given in another order they
        are put into this one.

    Raises
    ------
    CountingError
        When the rectangle has no area, or a corner is not in the picture.
    """

    kind: ClassVar[Kind] = "band"
    name: str
    top_left_norm: PointNorm
    bottom_right_norm: PointNorm
    direction_names: Mapping[str, str] = field(default_factory=dict)
    is_swapped: bool = False

    def __post_init__(self) -> None:
        first, second = _point(self.top_left_norm, self), _point(self.bottom_right_norm, self)
        low = (min(first[0], second[0]), min(first[1], second[1]))
        high = (max(first[0], second[0]), max(first[1], second[1]))
        _set(self, top_left_norm=low, bottom_right_norm=high)
        _check_names(self, CROSSING_DIRECTIONS)
        if min(high[0] - low[0], high[1] - low[1]) < _MIN_SIDE_NORM:
            raise CountingError(
                "band-without-area",
                f"The band “{self.name}” has no area.",
                "Give two opposite corners, for example 0,0.4,1,0.5, or use a line.",
            )

    def edges_px(self, *, width: int, height: int) -> PointsPx:
        """Return the two long sides in pixels, shape (2, 2, 2), float64; top or left first."""
        (left, top), (right, bottom) = np.array([self.top_left_norm, self.bottom_right_norm]) * (
            width,
            height,
        )
        if right - left >= bottom - top:
            return np.array([[[left, top], [right, top]], [[left, bottom], [right, bottom]]])
        return np.array([[[left, top], [left, bottom]], [[right, top], [right, bottom]]])

    def to_json(self) -> dict[str, Any]:
        """Return the band as JSON fields."""
        return _fields(
            self, top_left=list(self.top_left_norm), bottom_right=list(self.bottom_right_norm)
        )


@dataclass(frozen=True)
class Zone:
    """A polygon with occupancy, entries, exits and dwell.

    Attributes
    ----------
    name : str
        Unique in its scene.
    points_norm : tuple of tuple of float
        Corners in order, fractions of width and height in [0, 1]; the polygon closes itself.
    direction_names : mapping of str to str
        What to call ``in`` and ``out`` on the screen and in reports.

    Raises
    ------
    CountingError
        When there are fewer than three corners or no area, or a corner is not in the picture.
    """

    kind: ClassVar[Kind] = "zone"
    name: str
    points_norm: tuple[PointNorm, ...]
    direction_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        points = tuple(_point(point, self) for point in self.points_norm)
        _set(self, points_norm=points)
        _check_names(self, ZONE_DIRECTIONS)
        x, y = np.array(points).reshape(-1, 2).T
        area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2  # the shoelace formula
        if len(set(points)) < 3 or area < _MIN_AREA_NORM:
            raise CountingError(
                "zone-without-area",
                f"The zone “{self.name}” has no area.",
                "Draw at least three corners that do not lie on one line.",
            )

    def points_px(self, *, width: int, height: int) -> PointsPx:
        """Return the corners in pixels, shape (V, 2), float64."""
        return np.array(self.points_norm) * (width, height)

    def to_json(self) -> dict[str, Any]:
        """Return the zone as JSON fields."""
        return _fields(self, points=[list(point) for point in self.points_norm])


Geometry = CountingLine | CountingBand | Zone


def direction_name(geometry: Geometry, direction: str) -> str:
    """Return what the person calls `direction`, or its key when it was not renamed."""
    return geometry.direction_names.get(direction) or direction


@dataclass(frozen=True)
class Scene:
    """Lines, bands and zones of one picture.

    Attributes
    ----------
    geometries : tuple of CountingLine, CountingBand or Zone
        With different names. May be empty: then nothing is counted.
    anchor : {"center", "bottom"}
        The point of a box that crosses: its centre, or the middle of its lower side.

    Raises
    ------
    CountingError
        When two geometries have the same name, or the anchor is neither of the two.
    """

    geometries: tuple[Geometry, ...]
    anchor: Anchor = "center"

    def __post_init__(self) -> None:
        if self.anchor not in get_args(Anchor):
            raise CountingError(
                "unknown-anchor",
                f"A box cannot be followed by its “{self.anchor}”.",
                "Use “center” or “bottom”.",
            )
        names = [geometry.name for geometry in self.geometries]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise CountingError(
                "same-name",
                f"Two lines, bands or zones are called “{doubles[0]}”.",
                "Give each its own name, so that their counts can be told apart.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return the scene as JSON fields."""
        geometries = [geometry.to_json() for geometry in self.geometries]
        return {"anchor": self.anchor, "geometries": geometries}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Scene:
        """Rebuild a scene from `to_json`'s fields.

        Raises
        ------
        CountingError
            When a field is missing or of the wrong type, or a geometry cannot count.
        """
        try:
            geometries = tuple(_geometry(each) for each in fields["geometries"])
            return cls(geometries, fields.get("anchor", "center"))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise CountingError(
                "bad-scene",
                "The scene is not as Tallybox writes it.",
                "Draw the lines again and save, or mend the scene file.",
                f"{type(error).__name__}: {error}",
            ) from error


def default_scene() -> Scene:
    """Return the scene of a picture in which nothing was drawn: the course's band."""
    return Scene((CountingBand("Band", (0.0, 0.4), (1.0, 0.5)),))


def parse_line(text: str, *, name: str = "Line") -> CountingLine:
    """Return the line written as ``X0,Y0,X1,Y1`` in fractions of width and height.

    Raises
    ------
    CountingError
        When these are not four fractions, or the line has no length.
    """
    x0, y0, x1, y1 = _parse_four(text, kind="line", example="0,0.5,1,0.5")
    return CountingLine(name, (x0, y0), (x1, y1))


def parse_band(text: str, *, name: str = "Band") -> CountingBand:
    """Return the band between the corners ``X0,Y0,X1,Y1`` in fractions of width and height.

    Raises
    ------
    CountingError
        When these are not four fractions, or the band has no area.
    """
    x0, y0, x1, y1 = _parse_four(text, kind="band", example="0,0.4,1,0.5")
    return CountingBand(name, (x0, y0), (x1, y1))


def _set(geometry: Geometry, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(geometry, name, value)  # frozen, but not yet in anybody's hands


def _point(value: Sequence[float], geometry: Geometry) -> PointNorm:
    try:
        x, y = (float(number) for number in value)
    except (TypeError, ValueError) as error:
        raise _bad_point(value, geometry) from error
    if not (0 <= x <= 1 and 0 <= y <= 1):  # NaN fails as well
        raise _bad_point(value, geometry)
    return x, y


def _bad_point(value: object, geometry: Geometry) -> CountingError:
    return CountingError(
        "bad-coordinates",
        f"The {geometry.kind} “{geometry.name}” has a point outside the picture: {value}.",
        "Coordinates are fractions of the picture's width and height, from 0 to 1.",
    )


def _check_names(geometry: Geometry, directions: tuple[Direction, ...]) -> None:
    if not geometry.name:
        raise CountingError(
            "geometry-without-name", f"A {geometry.kind} has no name.", "Give it a name."
        )
    for key in geometry.direction_names:
        if key not in directions:
            raise CountingError(
                "unknown-direction",
                f"The {geometry.kind} “{geometry.name}” renames a direction “{key}”.",
                f"Directions are {', '.join(directions)}.",
            )


def _fields(geometry: Geometry, **shape: object) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": geometry.kind, "name": geometry.name, **shape}
    fields["direction_names"] = dict(geometry.direction_names)
    if not isinstance(geometry, Zone):
        fields["is_swapped"] = geometry.is_swapped
    return fields


def _parse_four(text: str, *, kind: str, example: str) -> tuple[float, float, float, float]:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise CountingError(
            "bad-coordinates",
            f"“{text}” is not a {kind}.",
            f"Give four fractions from 0 to 1, for example {example}.",
        ) from error
    return x0, y0, x1, y1


def _geometry(fields: Mapping[str, Any]) -> Geometry:
    name, names = str(fields["name"]), dict(fields.get("direction_names", {}))
    is_swapped = bool(fields.get("is_swapped", False))
    match fields["kind"]:
        case "line":
            return CountingLine(name, fields["start"], fields["end"], names, is_swapped)
        case "band":
            corners = fields["top_left"], fields["bottom_right"]
            return CountingBand(name, *corners, names, is_swapped)
        case "zone":
            return Zone(name, tuple(fields["points"]), names)
        case kind:
            raise ValueError(f"unknown kind {kind!r}")
