import numpy as np
import pytest

from app.tracking.centroid import CentroidTracker


def points(*xy):
    return np.array(xy, np.int64).reshape(-1, 2)


def test_objects_keep_their_identity_whatever_the_order_of_the_inputs():
    tracker = CentroidTracker()
    assert tracker.update(points((10, 10), (100, 100))) == [1, 2]
    assert tracker.update(points((104, 100), (12, 14))) == [2, 1]


def test_an_input_that_matches_nothing_is_registered_even_when_objects_are_missing():
    tracker = CentroidTracker()
    tracker.update(points((10, 10), (400, 400)))
    # One input, two objects: the course's program gave it no identity at all.
    assert tracker.update(points((200, 200))) == [3]
    assert tracker.ids == [1, 2, 3]


@pytest.mark.parametrize(("moved_px", "expected"), [(50, 1), (51, 2)])
def test_an_object_moves_at_most_the_maximum_distance(moved_px, expected):
    tracker = CentroidTracker(max_distance_px=50)
    tracker.update(points((100, 100)))
    assert tracker.update(points((100, 100 + moved_px))) == [expected]


@pytest.mark.parametrize(("missing_updates", "expected"), [(40, 1), (41, 2)])
def test_an_object_is_forgotten_after_more_than_forty_updates_without_it(missing_updates, expected):
    tracker = CentroidTracker(max_disappeared=40)
    tracker.update(points((100, 100)))
    for _ in range(missing_updates):
        assert tracker.update(points()) == []
    assert tracker.update(points((100, 100))) == [expected]


def test_the_nearest_object_chooses_first_and_the_loser_goes_without():
    tracker = CentroidTracker()
    tracker.update(points((0, 0), (30, 0)))
    # Both are nearest to the first input; greedy, as in the course, the first object loses it
    # and does not turn to the second input, though that is in reach.
    assert tracker.update(points((24, 0), (-40, 0))) == [2, 3]


def test_ids_are_not_used_again_after_a_reset():
    tracker = CentroidTracker()
    tracker.update(points((1, 1)))
    tracker.reset()
    assert tracker.ids == []
    assert tracker.update(points((1, 1))) == [2]
