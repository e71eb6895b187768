"""Zones: who is in, entries, exits and how long."""

from __future__ import annotations

import numpy as np
import pytest

from app.counting.geometries import Zone
from tests.counting.driving import counter_of, drive

# 400 x 400 pixels of a picture of 1000 x 1000; boxes are 40 x 40: out is 16 pixels out.
YARD = Zone("yard", ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)))
# An L: the corner at (0.5, 0.5) points inwards.
ELL = Zone("ell", ((0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.7, 0.5), (0.7, 0.7), (0.3, 0.7)))
SPOT = Zone("spot", ((0.49, 0.49), (0.51, 0.49), (0.51, 0.51), (0.49, 0.51)))


def across(*xs: float, y: float = 500) -> list[tuple[float, float]]:
    return [(x, y) for x in xs]


TABLE = [
    pytest.param(YARD, across(250, 320, 500, 690, 750), ["in", "out"], id="through"),
    pytest.param(YARD, across(250, 750), [], id="a leap over it is not seen in it"),
    pytest.param(YARD, across(500, 500, 500), [], id="was in it from the start"),
    pytest.param(YARD, across(500, 720), ["out"], id="from the inside out"),
    pytest.param(YARD, across(720, 500), ["in"], id="comes in and stays"),
    # Its anchor wanders over the border by less than 40 % of its box.
    pytest.param(YARD, across(250, *[295, 305] * 20), ["in"], id="jitter on the border"),
    pytest.param(YARD, across(250, 305, 290, 250), ["in", "out"], id="out again"),
    pytest.param(YARD, across(250, 300), ["in"], id="the border belongs to it"),
    pytest.param(YARD, [(250, 250), (300, 300)], ["in"], id="and so does a corner"),
    pytest.param(ELL, [(600, 400), (480, 480), (600, 400)], ["in", "out"], id="round a nook"),
    pytest.param(ELL, [(600, 400), (520, 480)], [], id="in the nook, not in the zone"),
    # A zone smaller than a box works as well.
    pytest.param(SPOT, across(450, 480, 500, 550), ["in", "out"], id="a spot"),
]


@pytest.mark.parametrize(("zone", "path", "expected"), TABLE)
def test_transits(zone, path, expected):
    assert [event.direction for event in drive(counter_of(zone), path)] == expected


def figures(counter, class_name=None):
    (totals,) = counter.totals.to_json()["geometries"]
    return totals["per_class"][class_name] if class_name else totals["totals"]


def test_dwell_is_from_the_first_frame_inside_to_the_first_outside():
    counter = counter_of(YARD)
    drive(counter, across(250, 320, 500, 500, 690, 705, 750))  # 10 frames a second
    assert figures(counter) == {
        "occupancy": 0,
        "entries": 1,
        "exits": 1,
        "dwell_mean_s": 0.4,
        "dwell_max_s": 0.4,
    }


def test_an_exit_is_dated_by_the_first_frame_outside():
    *_, out = drive(counter_of(YARD), across(500, 690, 705, 710, 750))
    assert (out.frame_index, out.direction) == (2, "out")
    assert out.point_px == (705, 500)


def test_visits_that_last_count_up_to_now():
    counter = counter_of(YARD)
    paths = np.array([[(500, 500), (600, 600)]] * 21)
    paths[:10, 1] = 100
    drive(counter, paths, class_ids=np.array([1, 2], np.int32))
    assert figures(counter) == {
        "occupancy": 2,
        "entries": 1,
        "exits": 0,
        "dwell_mean_s": 1.5,
        "dwell_max_s": 2.0,
    }
    assert figures(counter, "Car")["dwell_max_s"] == 2.0
    assert figures(counter, "Person") == {
        "occupancy": 1,
        "entries": 1,
        "exits": 0,
        "dwell_mean_s": 1.0,
        "dwell_max_s": 1.0,
    }


def test_one_who_is_lost_inside_is_no_longer_in_and_made_no_exit():
    counter = counter_of(YARD)
    drive(counter, across(250, 400, 500))
    assert figures(counter)["occupancy"] == 1
    assert drive(counter, np.zeros((1, 0, 2)), first_frame=30) == []
    assert figures(counter) == {
        "occupancy": 0,
        "entries": 1,
        "exits": 0,
        "dwell_mean_s": 0.1,
        "dwell_max_s": 0.1,
    }


def test_one_who_was_last_seen_outside_went_out():
    counter = counter_of(YARD)
    drive(counter, across(250, 400, 500, 705))
    (event,) = drive(counter, np.zeros((1, 0, 2)), first_frame=30)
    assert (event.direction, event.frame_index) == ("out", 3)
    assert figures(counter)["occupancy"] == 0


def test_a_guessed_point_neither_enters_nor_leaves():
    counter = counter_of(YARD)
    seen = np.array([[True], [True], [False], [False]])
    events = drive(counter, across(250, 400, 600, 900), is_visible=seen)
    assert [event.direction for event in events] == ["in"]
    assert figures(counter)["occupancy"] == 1


def test_directions_can_be_renamed():
    zone = Zone("yard", YARD.points_norm, {"in": "Entran"})
    (event,) = drive(counter_of(zone), across(250, 500))
    assert (event.direction, event.direction_name) == ("in", "Entran")
