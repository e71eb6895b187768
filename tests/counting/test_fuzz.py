"""Random tracks against the oracle: every event, its sign and its frame, and none besides."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.counting.geometries import CountingBand, CountingLine, Zone
from tests.counting.driving import counter_of, drive
from tests.counting.oracle import Ratios, Sighting, crossings, transits

WIDTH, HEIGHT = 1024, 512  # powers of two: fractions of whole pixels are exact
EIGHTHS = {"margin_ratio": 1 / 8, "travel_ratio": 3 / 8}  # exact in floating point as well
FRAMES = 14


def norm(x: int, y: int) -> tuple[float, float]:
    return x / WIDTH, y / HEIGHT


def random_points(rng, count: int) -> np.ndarray:
    """Ends well inside the picture, so that paths can go round them."""
    return np.stack([rng.integers(200, 824, count), rng.integers(130, 382, count)], axis=1)


def random_edges(rng, kind: str) -> np.ndarray:
    """One edge for a line, two for a band, (E, 2, 2) whole pixels, in the normal's order."""
    (x0, y0), (x1, y1) = random_points(rng, 2)
    match kind:
        case "level":
            return np.array([[[x0, y0], [x0 + 200, y0]]])
        case "upright":
            return np.array([[[x0, y0], [x0, y0 + 120]]])
        case "pythagorean":  # a length without a root: margins fall exactly on whole pixels
            return np.array([[[x0, y0], [x0 + 120, y0 + 90]]])
        case "diagonal":  # neither nearer to horizontal nor to vertical
            return np.array([[[x0, y0], [x0 - 100, y0 + 100]]])
        case "oblique":
            return np.array([[[x0, y0], [x1 + (x1 == x0), y1]]])
        case "level band":
            return np.array([[[x0, y], [x0 + 160, y]] for y in (y0, y0 + 20)])
        case "upright band":
            return np.array([[[x, y0], [x, y0 + 110]] for x in (x0, x0 + 30)])
    raise ValueError(kind)


def geometry_of(name: str, edges: np.ndarray):
    first, last = edges[0, 0], edges[-1, 1]
    kind = CountingLine if len(edges) == 1 else CountingBand
    return kind(name, norm(*first), norm(*last))


def random_paths(rng, edges: np.ndarray, count: int) -> np.ndarray:
    """Paths (FRAMES, count, 2) of whole pixels round the edges, of eight kinds."""
    start, end = edges[0, 0], edges[-1, 1]
    middle = rng.uniform(-0.3, 1.3, (count, 1)) * (end - start) + start
    angle = rng.uniform(0, 2 * np.pi, count)
    way = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    time = np.linspace(-1, 1, FRAMES)[:, None, None]
    reach = rng.integers(5, 150, (count, 1))
    steps = rng.normal(0, 1, (FRAMES, count, 2)) * rng.choice([3, 10, 30], (count, 1))
    far = start + rng.uniform(-0.6, 1.6, (FRAMES, count, 1)) * (end - start)
    flicker = rng.integers(-4, 5, (FRAMES, count, 2))
    kinds = [
        middle + time * way * reach,  # straight through
        middle + (1 - 2 * np.abs(time)) * way * reach,  # there and back
        middle + np.cumsum(steps, axis=0),  # wandering
        far + rng.normal(0, 60, (*far.shape[:2], 2)),  # teleports
        middle + flicker,  # jitter
        # Round an end, in a circle.
        end
        + reach
        * np.stack([np.cos(3 * time[..., 0] + angle), np.sin(3 * time[..., 0] + angle)], axis=2),
        # Along the line, on it or a few pixels beside it.
        start + (time + 0.5) * (end - start) + rng.integers(-2, 3, (FRAMES, count, 2)),
        # Towards an end, through it and on.
        np.where(rng.random((count, 1)) < 0.5, start, end) + np.rint(time * 7) * np.rint(way * 20),
    ]
    paths = np.rint(np.choose(rng.integers(0, len(kinds), (1, count, 1)), kinds))
    # Some sightings exactly on a corner, or on the edge's own line.
    corners = edges.reshape(-1, 2)
    snapped = corners[rng.integers(0, len(corners), (FRAMES, count))]
    paths = np.where(rng.random((FRAMES, count, 1)) < 0.04, snapped, paths)
    return paths


def sightings(path: np.ndarray, sizes: np.ndarray, seen: np.ndarray) -> list[Sighting]:
    return [
        Sighting(frame, (path[frame][0], path[frame][1]), (sizes[frame][0], sizes[frame][1]))
        for frame in range(len(path))
        if seen[frame]
    ]


KINDS = ("level", "upright", "pythagorean", "diagonal", "oblique", "level band", "upright band")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_whole_pixels_are_judged_exactly(kind, seed):
    """100,030 tracks in all, 1,429 a case; ties on edges, ends and margins included."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    count = 1429
    edges = random_edges(rng, kind)
    paths = random_paths(rng, edges, count)
    sizes = 2 * np.rint(
        rng.choice([4, 12, 40], (1, count, 2)) * rng.uniform(0.8, 1.2, (FRAMES, 1, 1))
    )
    seen = rng.random((FRAMES, count)) < 0.9
    counter = counter_of(geometry_of("it", edges), size=(WIDTH, HEIGHT), **EIGHTHS)
    passage = counter._passages[0]

    found = [[] for _ in range(count)]
    events = drive(counter, paths, sizes_px=sizes, is_visible=seen)
    for event in events:
        sign = 1 if event.direction == passage.forward else -1
        found[event.track_id - 1].append((sign, event.frame_index))

    # Eighths of a pixel, so that every ratio becomes a whole number.
    ratios = Ratios(margin_min=2 * 8, margin=1, travel=3)
    scaled_edges = [tuple(map(tuple, edge)) for edge in (edges * 8).tolist()]
    scaled_paths = (paths * 8).astype(int).transpose(1, 0, 2).tolist()
    scaled_sizes = sizes.astype(int).transpose(1, 0, 2).tolist()  # an eighth, as the ratios are 8x
    seen_by_track = seen.T.tolist()
    wrong = []
    for track in range(count):
        path = sightings(scaled_paths[track], scaled_sizes[track], seen_by_track[track])
        expected = [(each.sign, each.frame) for each in crossings(path, scaled_edges, ratios)]
        if found[track] != expected:
            wrong.append((track, found[track], expected))
    assert not wrong
    assert len(events) > 100  # the tracks do cross


@pytest.mark.parametrize("seed", range(3))
def test_default_rules_on_any_coordinates(seed):
    """The shares as they are by default, coordinates as a detector gives them."""
    rng = np.random.default_rng(seed)
    count = 400
    edges = random_edges(rng, "oblique")
    paths = random_paths(rng, edges, count) + rng.uniform(-0.5, 0.5, (FRAMES, count, 2))
    paths, sizes = paths.astype(np.float32), rng.uniform(5, 90, (FRAMES, count, 2))
    counter = counter_of(geometry_of("it", edges), size=(WIDTH, HEIGHT))
    boxes = np.concatenate([paths - sizes / 2, paths + sizes / 2], axis=2).astype(np.float32)
    paths, sizes = (boxes[..., :2] + 0.0 + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
    found = [[] for _ in range(count)]
    for event in drive(counter, paths.astype(np.float64), sizes_px=sizes.astype(np.float64)):
        sign = 1 if event.direction in ("down", "right") else -1
        found[event.track_id - 1].append((sign, event.frame_index))

    ratios = Ratios(margin_min=2, margin=Fraction(3, 20), travel=Fraction(2, 5))
    exact_edges = [tuple(map(tuple, edge)) for edge in edges.tolist()]
    for track in range(count):
        path = [
            Sighting(
                frame,
                tuple(Fraction(float(number)) for number in paths[frame, track]),
                tuple(Fraction(float(number)) for number in sizes[frame, track]),
            )
            for frame in range(FRAMES)
        ]
        expected = [(each.sign, each.frame) for each in crossings(path, exact_edges, ratios)]
        assert found[track] == expected


@pytest.mark.parametrize("seed", range(6))
def test_zones_of_any_shape(seed):
    """Polygons that may even cross themselves, corners and borders met exactly."""
    rng = np.random.default_rng(seed)
    count = 250
    corners = random_points(rng, int(rng.integers(3, 7)))
    paths = random_paths(rng, corners[None, :2], count)
    paths[rng.random((FRAMES, count)) < 0.3] += corners.mean(axis=0).round() - corners[0]
    # Odd fractions keep a point from being equally near to two sides.
    paths += rng.integers(0, 2, (FRAMES, count, 1)) * rng.integers(1, 64, (FRAMES, count, 2)) / 128
    sizes = 2.0 * rng.choice([1, 3, 12, 30], (1, count, 2)) + np.zeros((FRAMES, 1, 1))
    seen = rng.random((FRAMES, count)) < 0.9
    zone = Zone("it", tuple(norm(*corner) for corner in corners))
    counter = counter_of(zone, size=(WIDTH, HEIGHT), **EIGHTHS)
    found = [[] for _ in range(count)]
    for event in drive(counter, paths, sizes_px=sizes, is_visible=seen):
        found[event.track_id - 1].append((1 if event.direction == "in" else -1, event.frame_index))

    ratios = Ratios(margin_min=2, margin=Fraction(1, 8), travel=Fraction(3, 8))
    exact_corners = [(int(x), int(y)) for x, y in corners]
    for track in range(count):
        path = [
            Sighting(
                frame,
                tuple(Fraction(number) for number in paths[frame, track].tolist()),
                tuple(Fraction(number) for number in sizes[frame, track].tolist()),
            )
            for frame in range(FRAMES)
            if seen[frame, track]
        ]
        expected = [(each.sign, each.frame) for each in transits(path, exact_corners, ratios)]
        assert found[track] == expected
