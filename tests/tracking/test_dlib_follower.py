import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from app.geometry import iou_matrix
from app.tracking.dlib_pool import DlibFollower
from app.tracking.errors import TrackingError
from app.tracking.picture import Picture
from tests.support.scenes import PERFECT, make_scene

START = 40


@pytest.fixture(scope="module")
def scene():
    return make_scene(101, kind="free_flow", width=640, height=360, frames=70, faults=PERFECT)


@pytest.fixture(scope="module")
def pictures(scene):
    return [Picture(scene.image(index)) for index in range(START, START + 12)]


@pytest.fixture
def follower():
    follower = DlibFollower(worker_count=2)
    yield follower
    follower.close()


def objects_in_sight(scene, index):
    """Return the ids and boxes of the objects that are wholly in the picture."""
    found = [
        (each.object_id, box)
        for each in scene.truth
        if (box := each.box_at(index)) is not None
        and box[0] > 0
        and box[1] > 0
        and box[2] < scene.width
        and box[3] < scene.height
    ]
    return [key for key, _ in found], np.array([box for _, box in found], np.float32)


def ask(follower, picture, boxes_xyxy, track_ids, velocities_px=None):
    if velocities_px is None:
        velocities_px = np.zeros((len(track_ids), 2), np.float32)
    return follower.follow(
        picture, boxes_xyxy=boxes_xyxy, velocities_px=velocities_px, track_ids=track_ids
    )


def follow_all(follower, pictures, boxes_xyxy, track_ids):
    result = ask(follower, pictures[0], boxes_xyxy, track_ids)
    result = ask(follower, pictures[1], boxes_xyxy, track_ids)
    for picture in pictures[2:]:
        result = ask(follower, picture, result.boxes_xyxy, track_ids)
    return result


def workers_of(pid):
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    ).stdout
    return [
        int(child)
        for child in children.split()
        if "worker"
        in subprocess.run(
            ["ps", "-o", "args=", "-p", child], capture_output=True, text=True, check=False
        ).stdout
    ]


def test_boxes_follow_their_objects_and_report_the_motion(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    assert len(track_ids) >= 4
    result = follow_all(follower, pictures, boxes, track_ids)
    now = {each.object_id: each.box_at(START + 11) for each in scene.truth}
    before = {each.object_id: each.box_at(START + 10) for each in scene.truth}
    overlaps = []
    for row, key in enumerate(track_ids):
        if now[key] is None or result.scores[row] == 0:
            continue
        truth = now[key].astype(np.float32)
        overlaps.append(iou_matrix(result.boxes_xyxy[row][None], truth[None])[0, 0])
        step = (now[key] - before[key]).reshape(2, 2).mean(axis=0)
        assert np.abs(result.motions_px[row] - step).max() < 2.5
    assert len(overlaps) >= 3
    assert min(overlaps) > 0.7


def test_the_number_of_workers_changes_nothing(scene, pictures):
    track_ids, boxes = objects_in_sight(scene, START)
    results = []
    for worker_count in (1, 3):
        follower = DlibFollower(worker_count=worker_count)
        results.append(follow_all(follower, pictures[:5], boxes, track_ids))
        follower.close()
    np.testing.assert_array_equal(results[0].boxes_xyxy, results[1].boxes_xyxy)
    np.testing.assert_array_equal(results[0].scores, results[1].scores)
    np.testing.assert_array_equal(results[0].motions_px, results[1].motions_px)


def test_objects_come_and_go(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    nothing = np.zeros((0, 4), np.float32)
    assert len(ask(follower, pictures[0], nothing, []).scores) == 0
    ask(follower, pictures[1], boxes[:1], track_ids[:1])
    both = ask(follower, pictures[2], boxes[:2], track_ids[:2])
    assert (both.scores > 0).all()
    assert (ask(follower, pictures[3], both.boxes_xyxy[1:], track_ids[1:2]).scores > 0).all()


def test_a_box_that_was_put_elsewhere_is_learnt_anew(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    ask(follower, pictures[0], boxes[:1], track_ids[:1])
    ask(follower, pictures[1], boxes[:1], track_ids[:1])
    # The identity is corrected to lie on another object: that one is followed from now on.
    elsewhere = scene.truth[track_ids[1] - 1].box_at(START + 1).astype(np.float32)[None]
    result = ask(follower, pictures[2], elsewhere, track_ids[:1])
    truth = scene.truth[track_ids[1] - 1].box_at(START + 2).astype(np.float32)[None]
    assert iou_matrix(result.boxes_xyxy, truth)[0, 0] > 0.85


def test_boxes_too_small_to_learn_are_lost_and_stand_still(pictures, follower):
    box = np.array([[50, 50, 52, 53]], np.float32)
    ask(follower, pictures[0], box, [1])
    result = ask(follower, pictures[1], box, [1])
    np.testing.assert_array_equal(result.boxes_xyxy, box)
    assert result.scores.tolist() == [0]
    assert np.isnan(result.motions_px).all()


def test_frames_of_another_size_are_another_video(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    follow_all(follower, pictures[:3], boxes, track_ids)
    smaller = [Picture(each.image_bgr[:300, :500].copy()) for each in pictures[:3]]
    assert (ask(follower, smaller[0], boxes, track_ids).scores == 0).all()
    inside = (boxes[:, 2] < 500) & (boxes[:, 3] < 300)
    result = ask(follower, smaller[1], boxes, track_ids)
    assert (result.scores[inside] > 0).all()


def test_a_reset_forgets_the_last_frame(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    follow_all(follower, pictures[:3], boxes, track_ids)
    follower.reset()
    assert (ask(follower, pictures[5], boxes, track_ids).scores == 0).all()


@pytest.mark.skipif(sys.platform == "win32", reason="finds and kills a process as POSIX does")
def test_a_killed_worker_is_an_error_that_says_so(scene, pictures, follower):
    track_ids, boxes = objects_in_sight(scene, START)
    follow_all(follower, pictures[:3], boxes, track_ids)
    victims = workers_of(os.getpid())
    assert len(victims) == 2
    os.kill(victims[0], signal.SIGKILL)
    with pytest.raises(TrackingError, match="ended unexpectedly") as caught:
        ask(follower, pictures[3], boxes, track_ids)
    assert caught.value.code == "dlib-ended"
    assert "default tracker" in caught.value.hint
    follower.close()
    assert workers_of(os.getpid()) == []


def test_closing_twice_and_without_work_is_harmless(follower):
    follower.close()
    follower.close()


def test_dlib_stays_out_of_this_process():
    code = "import sys, app.tracking.dlib_pool, app.tracking.classic; print('dlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
