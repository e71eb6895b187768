import numpy as np
import pytest

from app.detection.detections import Detections
from app.geometry import iou_matrix
from app.tracking.classic import ClassicTracker
from app.tracking.picture import Picture
from tests.support.scenes import PERFECT, make_scene


@pytest.fixture(scope="module")
def scene():
    return make_scene(100, kind="free_flow", width=640, height=360, frames=60, faults=PERFECT)


@pytest.fixture
def tracker():
    tracker = ClassicTracker(score=0.3)
    yield tracker
    tracker.close()


def detections_of(*boxes, score=0.9):
    count = len(boxes)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, score, np.float32),
        np.full(count, 2, np.int32),
    )


def test_boxes_found_once_are_followed_between_detections(scene, tracker):
    start = 30
    first = tracker.step(Picture(scene.image(start)), scene.detections(start))
    assert len(first) >= 4
    for index in range(start + 1, start + 10):
        tracks = tracker.step(Picture(scene.image(index)), None)
    truth = [box for each in scene.truth if (box := each.box_at(start + 9)) is not None]
    best = iou_matrix(tracks.boxes_xyxy[tracks.is_visible], np.array(truth, np.float32)).max(axis=1)
    assert np.median(best) > 0.75
    assert set(first.track_ids) <= set(tracks.track_ids)


def test_frames_with_detections_feed_the_identities_too(scene, tracker):
    # The course's program counts nothing when it detects on every frame.
    seen = [
        tracker.step(Picture(scene.image(index)), scene.detections(index)) for index in range(20)
    ]
    assert all(tracks.is_visible.any() for tracks in seen)
    followed = set(seen[0].track_ids) & set(seen[-1].track_ids)
    assert len(followed) >= 3


def test_a_missing_object_stays_where_it_was_and_is_not_visible(scene, tracker):
    picture = Picture(scene.image(0))
    tracker.step(picture, detections_of((100, 100, 160, 150)))
    tracks = tracker.step(picture, detections_of())
    assert tracks.track_ids.tolist() == [1]
    assert tracks.is_visible.tolist() == [False]
    np.testing.assert_array_equal(tracks.boxes_xyxy, [[100, 100, 160, 150]])
    for _ in range(40):
        tracks = tracker.step(picture, None)
    assert len(tracks) == 0


def test_detections_below_the_score_are_not_used(scene, tracker):
    picture = Picture(scene.image(0))
    assert len(tracker.step(picture, detections_of((10, 10, 60, 60), score=0.29))) == 0
    assert len(tracker.step(picture, detections_of((10, 10, 60, 60), score=0.31))) == 1


def test_a_reset_forgets_the_objects_but_not_the_ids(scene, tracker):
    picture = Picture(scene.image(0))
    tracker.step(picture, detections_of((10, 10, 60, 60)))
    tracker.reset()
    assert len(tracker.step(picture, None)) == 0
    tracks = tracker.step(picture, detections_of((10, 10, 60, 60)))
    assert tracks.track_ids.tolist() == [2]
