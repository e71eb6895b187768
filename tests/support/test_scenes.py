import cv2
import numpy as np
import pytest

from app.geometry import iou_matrix
from tests.support.scene_detections import MAX_HIDDEN_FRAMES
from tests.support.scene_rendering import read_frame_code, write_frame_code
from tests.support.scene_truth import TrueCrossing, is_unambiguous
from tests.support.scenes import (
    KINDS,
    PERFECT,
    TEST_SEEDS,
    TUNE_SEEDS,
    SceneSource,
    ScriptedDetector,
    make_scene,
    match_events,
    write_video,
)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_scene_has_crossings_beyond_doubt(kind):
    scene = make_scene(102, kind=kind, width=640, height=360, frames=300)
    events = scene.events()
    assert len(events) >= 3
    assert len({event.direction for event in events}) <= 2
    size = {"width": scene.width, "height": scene.height}
    assert all(is_unambiguous(each, scene.line, **size) for each in scene.truth)


def test_the_same_seed_gives_the_same_scene_and_another_another():
    first, again, other = (make_scene(seed, kind="fast", frames=40) for seed in (103, 103, 104))
    np.testing.assert_array_equal(first.image(20), again.image(20))
    for index in range(40):
        np.testing.assert_array_equal(
            first.detections(index).boxes_xyxy, again.detections(index).boxes_xyxy
        )
    assert first.events() == again.events()
    assert (first.image(20) != other.image(20)).any()


def test_tuning_and_test_seeds_are_disjoint():
    assert not set(TUNE_SEEDS) & set(TEST_SEEDS)


def test_objects_are_drawn_where_the_truth_says():
    scene = make_scene(100, kind="free_flow", faults=PERFECT, jitter_px=0.0)
    before, after = (
        cv2.cvtColor(scene.image(index), cv2.COLOR_BGR2GRAY).astype(np.int16)
        for index in (100, 130)
    )
    changed = np.abs(after - before) > 40
    explained = np.zeros_like(changed)
    for trajectory in scene.truth:
        for index in (100, 130):
            box = trajectory.box_at(index)
            if box is not None:
                low = np.maximum(np.floor(box[:2] - 0.1 * (box[2:] - box[:2])), 0).astype(int)
                high = np.ceil(box[2:] + 0.1 * (box[2:] - box[:2])).astype(int)
                explained[low[1] : max(high[1], 0), low[0] : max(high[0], 0)] = True
    explained[:8, :128] = True  # the frame code
    assert changed.sum() > 5000
    assert (changed & ~explained).sum() < 0.01 * changed.sum()


def test_a_perfect_detector_finds_what_can_be_seen():
    scene = make_scene(100, kind="free_flow", faults=PERFECT)
    detections = scene.detections(200)
    truth = [box for each in scene.truth if (box := each.box_at(200)) is not None]
    overlap = iou_matrix(detections.boxes_xyxy, np.array(truth, np.float32)).max(axis=1)
    assert len(detections) >= 5
    assert np.median(overlap) > 0.99


def test_scores_are_as_low_as_a_small_models():
    scene = make_scene(100, kind="busy_road", frames=200)
    scores = np.concatenate([scene.detections(index).scores for index in range(200)])
    assert 0.4 < np.median(scores) < 0.6
    assert (scores < 0.3).any()


@pytest.mark.parametrize("number", [0, 1, 2, 255, 4095, 40000])
def test_a_picture_carries_its_number(number):
    image = np.full((40, 200, 3), 90, np.uint8)
    write_frame_code(image, number)
    assert read_frame_code(image) == number


def test_the_detector_knows_the_frame_even_in_a_video_file(tmp_path):
    scene = make_scene(100, kind="pedestrians", width=640, height=360, frames=12)
    detector = ScriptedDetector(scene)
    capture = cv2.VideoCapture(str(write_video(scene, tmp_path / "scene.mp4")))
    for index in range(12):
        is_read, image_bgr = capture.read()
        assert is_read
        found = detector.detect(image_bgr, min_score=0.1)
        drawn = detector.detect(scene.image(index), min_score=0.1)
        assert len(found) >= 3
        np.testing.assert_array_equal(found.boxes_xyxy, drawn.boxes_xyxy)
    capture.release()
    assert detector.runs == 24


def test_a_scene_can_be_read_as_a_source():
    scene = make_scene(100, kind="fast", width=320, height=180, frames=5)
    source = SceneSource(scene)
    source.seek(3)
    frame = source.read()
    assert (frame.index, frame.timestamp_s) == (3, 3 / 25)
    assert source.read().image_bgr.shape == (180, 320, 3)
    assert source.read() is None


def crossing(frame, direction="up", x=100.0):
    return TrueCrossing(frame, 1, direction, (x, 50.0), 40.0)


@pytest.mark.parametrize(
    ("found", "matched"),
    [
        ([crossing(10), crossing(60)], 2),
        ([crossing(10), crossing(12)], 1),  # one true event, found twice
        ([crossing(36)], 1),
        ([crossing(35 + 51)], 0),
        ([crossing(10, "down")], 0),
        ([crossing(10, x=145.0)], 0),
        ([], 0),
    ],
)
def test_events_match_one_to_one_by_direction_time_and_place(found, matched):
    score = match_events(found, [crossing(10), crossing(60)])
    assert (score.matched, score.found, score.true) == (matched, len(found), 2)


def test_scores_add_up_to_f1():
    score = match_events([crossing(10)], [crossing(10), crossing(60)])
    assert (score.precision, score.recall) == (1.0, 0.5)
    assert score.f1 == pytest.approx(2 / 3)


def test_nobody_is_hidden_for_longer_than_anyone_could_bridge():
    scene = make_scene(100, kind="occluder", frames=200, faults=PERFECT)
    paths = {each.object_id: each for each in scene.truth}
    for crossing_ in scene.events():
        box_at = paths[crossing_.object_id].box_at
        around = range(max(0, crossing_.frame_index - 40), min(200, crossing_.frame_index + 40))
        seen = [
            index
            for index in around
            if (box := box_at(index)) is not None
            and len(found := scene.detections(index))
            and iou_matrix(box[None].astype(np.float32), found.boxes_xyxy).max() > 0.6
        ]
        assert min(seen) < crossing_.frame_index <= max(seen)
        assert np.diff(seen).max() <= MAX_HIDDEN_FRAMES + 15  # and some luck
