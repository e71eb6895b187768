"""Many tracks that come and go: each is judged as if it were alone, and then forgotten."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from app.counting.geometries import CountingBand, CountingLine, Zone
from tests.counting.driving import counter_of, drive

LEVEL = CountingLine("level", (0, 0.5), (1, 0.5))
BAND = CountingBand("band", (0.3, 0), (0.4, 1))
ZONE = Zone("zone", ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9), (0.5, 0.9)))


def update(counter, frame: int, boxes: dict[int, tuple[float, float]], class_ids=None, **options):
    """Update with 40 x 40 boxes round the given centres, by track id."""
    centers = np.array(list(boxes.values()), np.float32).reshape(-1, 2)
    count = len(boxes)
    fields = {
        "track_ids": np.array(list(boxes), np.int64),
        "boxes_xyxy": np.hstack([centers - 20, centers + 20]),
        "class_ids": np.array(class_ids or [1] * count, np.int32),
        "is_visible": np.ones(count, bool),
        "motions_px": np.full((count, 2), np.nan, np.float32),
    }
    return counter.update(**{**fields, **options}, frame_index=frame, timestamp_s=frame / 10)


def test_tracks_do_not_disturb_each_other():
    """The same events, whatever other tracks there are and in whatever order they are given."""
    rng = np.random.default_rng(3)
    frames, count = 60, 30
    paths = 500 + np.cumsum(rng.normal(0, 40, (frames, count, 2)), axis=0)
    born, died = rng.integers(0, 20, count), rng.integers(40, 60, count)
    together = counter_of(LEVEL, BAND, ZONE)
    found = []
    for frame in range(frames):
        alive = [track for track in range(count) if born[track] <= frame < died[track]]
        rng.shuffle(alive)
        boxes = {track + 1: tuple(paths[frame, track]) for track in alive}
        found += update(together, frame, boxes)
    alone = []
    for track in range(count):
        counter = counter_of(LEVEL, BAND, ZONE)
        for frame in range(born[track], died[track]):
            alone += update(counter, frame, {track + 1: tuple(paths[frame, track])})
        alone += update(counter, frames, {})  # it is over

    def order(event):
        return event.track_id, event.frame_index, event.geometry, event.direction

    assert sorted(found, key=order) == sorted(alone, key=order)
    assert len(found) > 50


def test_a_missing_track_is_forgotten_at_once():
    counter = counter_of(LEVEL)
    update(counter, 0, {1: (500, 450)})
    update(counter, 1, {})
    assert update(counter, 2, {1: (500, 550)}) == []


def test_an_unseen_track_is_remembered():
    counter = counter_of(LEVEL)
    update(counter, 0, {1: (500, 450)})
    update(counter, 1, {1: (0, 0)}, is_visible=np.array([False]))
    (event,) = update(counter, 2, {1: (500, 550)})
    assert event.direction == "down"


def test_one_object_counts_at_every_line_it_crosses():
    counter = counter_of(LEVEL, BAND)
    update(counter, 0, {1: (250, 450)})
    events = update(counter, 1, {1: (450, 550)})
    assert {(event.geometry, event.direction) for event in events} == {
        ("level", "down"),
        ("band", "right"),
    }


def test_several_cross_in_one_frame():
    counter = counter_of(LEVEL)
    update(counter, 0, {1: (100, 450), 2: (200, 550), 3: (300, 450)}, class_ids=[1, 1, 2])
    update(counter, 1, {1: (100, 550), 2: (200, 450), 3: (300, 550)}, class_ids=[1, 1, 2])
    assert counter.totals.to_json()["totals"] == {"up": 1, "down": 2, "left": 0, "right": 0}
    assert counter.totals.per_class() == {
        "Car": {"up": 1, "down": 1, "left": 0, "right": 0},
        "Person": {"up": 0, "down": 1, "left": 0, "right": 0},
    }


def test_reset_starts_over():
    counter = counter_of(LEVEL, ZONE)
    update(counter, 5, {1: (600, 450)})
    update(counter, 6, {1: (600, 550)})
    assert counter.totals.event_count == 2
    counter.reset()
    assert counter.totals.event_count == 0
    assert counter.totals.to_json()["geometries"][1]["totals"]["occupancy"] == 0
    assert update(counter, 0, {1: (600, 650)}) == []


def test_frames_go_forward():
    counter = counter_of(LEVEL)
    update(counter, 5, {})
    with pytest.raises(ValueError, match="frame 5 does not follow"):
        update(counter, 5, {})


def test_an_empty_scene_counts_nothing():
    counter = counter_of()
    assert drive(counter, [(500, 100), (500, 900)]) == []
    assert counter.totals.to_json() == {
        "totals": {"up": 0, "down": 0, "left": 0, "right": 0},
        "per_class": {},
        "events": 0,
        "geometries": [],
    }


def test_a_class_without_a_name_is_counted_by_its_number():
    counter = counter_of(LEVEL)
    update(counter, 0, {1: (500, 450)}, class_ids=[9])
    (event,) = update(counter, 1, {1: (500, 550)}, class_ids=[9])
    assert event.class_name == "class 9"


def test_a_picture_has_a_size():
    with pytest.raises(ValueError, match="0 x 480"):
        counter_of(LEVEL, size=(0, 480))


def test_memory_does_not_grow_with_the_tracks_seen():
    counter = counter_of(LEVEL, BAND, ZONE)
    frames, count = 1000, 50

    def crowd(first_frame: int) -> None:
        for frame in range(first_frame, first_frame + frames):
            ids = np.arange(count, dtype=np.int64) + frame * count // 2  # each lives two frames
            y = 470.0 if frame % 2 else 530.0
            update(counter, frame, {int(track): (300 + track % 400, y) for track in ids})

    crowd(0)
    gc.collect()
    tracemalloc.start()
    crowd(frames)
    gc.collect()
    grown_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counter.totals.event_count > 10_000
    assert grown_bytes < 50_000
