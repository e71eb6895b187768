import numpy as np
import pytest

from app.counting.classic import ClassicCounter
from app.counting.geometries import CountingBand, CountingLine, Scene, Zone, default_scene

WIDTH, HEIGHT = 400, 200  # the default band lies from y = 80 to 100


def count(points, *, scene=None, width=WIDTH, height=HEIGHT, counter=None):
    """Let one object of 20 x 10 pixels go through `points`; return the events."""
    counter = counter or ClassicCounter(
        scene or default_scene(), width=width, height=height, class_names={2: "Car"}
    )
    events = []
    for frame, (x, y) in enumerate(points):
        events += counter.update(
            track_ids=np.array([7]),
            boxes_xyxy=np.array([[x - 10, y - 5, x + 10, y + 5]], np.float32),
            class_ids=np.array([2], np.int32),
            is_visible=np.array([True]),
            motions_px=np.full((1, 2), np.nan, np.float32),
            frame_index=frame,
            timestamp_s=frame / 25,
        )
    assert counter.totals.event_count == len(events)
    return events


def along_y(*ys):
    return [(200, y) for y in ys]


@pytest.mark.parametrize(
    ("ys", "expected"),
    [
        ((60, 75, 90, 105), [(2, "down")]),
        ((120, 105, 90, 75), [(2, "up")]),
        ((60, 80, 100, 120), []),  # on the edges is not inside
        ((60, 70, 110, 120), []),  # jumped over: the course misses it
        ((90, 90, 90), [(1, "up")]),  # born inside, no motion: counted, with the negative
        ((60, 90, 110, 90, 60), [(1, "down")]),  # once, though it comes back
        ((60, 70, 80.9, 80.9), []),  # whole pixels: 80 is not inside
    ],
)
def test_the_default_band(ys, expected):
    events = count(along_y(*ys))
    assert [(event.frame_index, event.direction) for event in events] == expected


def test_the_direction_is_taken_from_all_that_was_before():
    # It has turned and goes up again, but is still below the mean of where it was.
    events = count(along_y(10, 10, 10, 102, 98))
    assert [event.direction for event in events] == ["down"]


def test_a_line_becomes_a_band_a_tenth_of_the_height_deep():
    scene = Scene((CountingLine("Line", (0.0, 0.5), (1.0, 0.5)),))
    assert [event.frame_index for event in count(along_y(80, 90, 91, 120), scene=scene)] == [2]
    assert count(along_y(80, 90, 110, 120), scene=scene) == []


def test_an_upright_line_becomes_a_band_a_tenth_of_the_width_deep():
    scene = Scene((CountingLine("Line", (0.5, 1.0), (0.5, 0.0)),))
    events = count([(150, 50), (180, 50), (181, 50), (250, 50)], scene=scene)
    assert [(event.frame_index, event.direction) for event in events] == [(2, "right")]


def test_an_object_beside_the_end_of_a_line_is_not_counted():
    scene = Scene((CountingLine("Line", (0.0, 0.5), (0.4, 0.5)),))
    assert count(along_y(60, 80, 100, 120), scene=scene) == []


def test_swapped_directions_are_the_courses_own():
    band = CountingBand("Band", (0.0, 0.4), (1.0, 0.5), {"up": "Subiendo"}, is_swapped=True)
    (event,) = count(along_y(60, 75, 90), scene=Scene((band,)))
    assert (event.direction, event.direction_name) == ("up", "Subiendo")
    assert (event.class_name, event.geometry, event.kind) == ("Car", "Band", "band")
    assert event.point_px == (200, 90)


def test_every_band_counts_for_itself_and_zones_do_not():
    scene = Scene(
        (
            CountingBand("High", (0.0, 0.2), (1.0, 0.3)),
            CountingBand("Low", (0.0, 0.6), (1.0, 0.7)),
            Zone("Zone", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
        )
    )
    assert [event.geometry for event in count(along_y(10, 50, 130, 190), scene=scene)] == [
        "High",
        "Low",
    ]


def test_a_reset_counts_anew():
    counter = ClassicCounter(default_scene(), width=WIDTH, height=HEIGHT, class_names={})
    assert len(count(along_y(60, 90), counter=counter)) == 1
    counter.reset()
    assert counter.totals.event_count == 0
    assert [event.class_name for event in count(along_y(60, 90), counter=counter)] == ["class 2"]
