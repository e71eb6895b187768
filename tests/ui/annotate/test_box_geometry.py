import pytest

from app.annotation.labels import LabeledBox
from app.ui.annotate.canvas.box_geometry import (
    Handle,
    as_array,
    boxes_at,
    boxes_within,
    handle_at,
    moved,
    resized,
    spanned,
    touches_edge,
)

SIZE = (200, 100)
LARGE = LabeledBox("d1", 10, 10, 110, 90)
SMALL = LabeledBox("d2", 30, 30, 60, 50)


def test_the_smallest_of_nested_boxes_comes_first():
    boxes = as_array([LARGE, SMALL])
    assert boxes_at(boxes, 40, 40, margin_px=0) == [1, 0]
    assert boxes_at(boxes, 100, 80, margin_px=0) == [0]
    assert boxes_at(boxes, 150, 40, margin_px=0) == []


def test_a_thin_box_is_caught_a_little_outside():
    thin = as_array([LabeledBox("d1", 50, 10, 51, 90)])
    assert boxes_at(thin, 53, 40, margin_px=0) == []
    assert boxes_at(thin, 53, 40, margin_px=3) == [0]


def test_a_rubber_band_takes_what_it_touches():
    assert boxes_within(as_array([LARGE, SMALL]), (0, 0, 20, 20)) == [0]
    assert boxes_within(as_array([LARGE, SMALL]), (25, 25, 40, 40)) == [0, 1]


def test_boxes_moved_together_stop_at_the_picture_and_keep_their_distance():
    left, right = moved([LARGE, SMALL], -50.4, 3.6, SIZE)
    assert left.box_xyxy == (0, 14, 100, 94)
    assert right.box_xyxy == (20, 34, 50, 54)


def test_a_moved_box_keeps_the_fraction_of_its_pixels():
    (box,) = moved([LabeledBox("d1", 10.25, 10.5, 20.25, 20.5)], 3.2, 0, SIZE)
    assert box.box_xyxy == (13.25, 10.5, 23.25, 20.5)


def test_a_side_handle_changes_one_edge_only():
    box = resized(LabeledBox("d1", 10.5, 10.5, 50.5, 50.5), Handle(0, 1, 0), 70.4, 3, SIZE)
    assert box.box_xyxy == (10.5, 10.5, 70, 50.5)


def test_a_handle_dragged_past_the_other_side_turns_the_box_over():
    box = resized(SMALL, Handle(0, -1, -1), 80, 70, SIZE)
    assert box.box_xyxy == (60, 50, 80, 70)


def test_a_handle_dragged_out_of_the_picture_stops_at_its_edge():
    assert resized(SMALL, Handle(0, 1, 1), 500, 500, SIZE).box_xyxy == (30, 30, 200, 100)


@pytest.mark.parametrize(("x", "y"), [(60, 90), (-20, 20), (90, 5)])
def test_a_square_is_a_square(x, y):
    x0, y0, x1, y1 = spanned(40, 40, x, y, SIZE, is_square=True)
    assert x1 - x0 == y1 - y0 > 0


def test_the_nearest_handle_within_reach_is_found():
    assert handle_at([LARGE, SMALL], [1], 61, 51, reach_px=4) == Handle(1, 1, 1)
    assert handle_at([LARGE, SMALL], [1], 45, 31, reach_px=4) == Handle(1, 0, -1)
    assert handle_at([LARGE, SMALL], [0], 61, 51, reach_px=4) is None


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((5, 5, 50, 50), False),
        ((1, 5, 50, 50), True),
        ((5, 0, 50, 50), True),
        ((5, 5, 200, 50), True),
        ((5, 5, 50, 100), True),
    ],
)
def test_a_box_at_the_edge_is_cut_off(box, expected):
    assert touches_edge(LabeledBox("d1", *box), SIZE) is expected
