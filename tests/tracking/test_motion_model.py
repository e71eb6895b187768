import numpy as np
import pytest

from app.geometry import centers
from app.tracking.motion_model import MotionModel

BOX = (100.0, 100.0, 160.0, 160.0)
UNSEEN = np.full((1, 2), np.nan, np.float32)
ROW = np.array([0])


def born(*boxes_xyxy):
    model = MotionModel()
    model.add(np.array(boxes_xyxy, np.float32).reshape(-1, 4))
    return model


def correct(model, box, *, std=0.07, size_gain=0.5):
    model.correct(
        ROW,
        np.array([box], np.float32),
        detection_std=np.array([std]),
        size_gain=np.array([size_gain]),
    )


def shifted(dx_px, dy_px=0.0):
    return (BOX[0] + dx_px, BOX[1] + dy_px, BOX[2] + dx_px, BOX[3] + dy_px)


def test_a_newborn_is_where_it_was_detected_and_stands():
    model = born(BOX, (10, 20, 30, 60))
    np.testing.assert_allclose(model.boxes_xyxy, [BOX, (10, 20, 30, 60)])
    model.advance(np.full((2, 2), np.nan, np.float32))
    np.testing.assert_allclose(model.boxes_xyxy, [BOX, (10, 20, 30, 60)])
    assert model.sizes_px == pytest.approx([60, np.sqrt(20 * 40)])


def test_seen_motion_moves_the_box_exactly():
    model = born(BOX)
    for _ in range(10):
        model.advance(np.array([[3.5, -1.25]], np.float32))
    np.testing.assert_allclose(model.boxes_xyxy[0], shifted(35, -12.5))


def test_an_unseen_object_goes_on_as_it_went_and_gets_unsure():
    model = born(BOX)
    for _ in range(10):
        model.advance(np.array([[3.0, 1.0]], np.float32))
    spread = [model.position_std_px[0]]
    for _ in range(10):
        model.advance(UNSEEN)
        spread.append(model.position_std_px[0])
    np.testing.assert_allclose(model.boxes_xyxy[0], shifted(60, 20), atol=2)
    assert (np.diff(spread) > 0).all()


def test_detections_alone_teach_the_velocity():
    rng = np.random.default_rng(0)
    model, velocities = born(BOX), []
    for index in range(1, 60):
        model.advance(UNSEEN)
        correct(model, shifted(2.0 * index + rng.normal(0, 2), rng.normal(0, 2)))
        velocities.append(model.velocities[0].copy())
    np.testing.assert_allclose(np.mean(velocities[20:], axis=0), (2, 0), atol=0.3)
    np.testing.assert_allclose(centers(model.boxes_xyxy)[0], (130 + 2 * 59, 130), atol=4)


def test_the_unsurer_the_model_the_more_a_detection_moves_it():
    ways = []
    for unseen_frames in (0, 5, 20):
        model = born(BOX)
        for _ in range(30):
            model.advance(np.zeros((1, 2), np.float32))
            correct(model, BOX)
        for _ in range(unseen_frames):
            model.advance(UNSEEN)
        correct(model, shifted(10))
        ways.append(float(model.centers[0, 0] - 130))
    assert 0 < ways[0] < ways[1] < ways[2] < 10


def test_a_weak_detection_moves_less_than_a_strong_one():
    ways = []
    for std in (0.07, 0.15):
        model = born(BOX)
        correct(model, shifted(10), std=std)
        ways.append(float(model.centers[0, 0] - 130))
    assert 0 < ways[1] < ways[0]


def test_the_size_is_taken_in_by_the_share_asked_for():
    model = born(BOX)
    correct(model, (90, 80, 170, 180), size_gain=0.25)
    np.testing.assert_allclose(model.sides[0], (65, 70))


def test_a_loosened_object_goes_to_its_detection():
    model = born(BOX)
    for _ in range(50):
        model.advance(np.zeros((1, 2), np.float32))
        correct(model, BOX)
    model.loosen(ROW)
    correct(model, shifted(20))
    assert model.centers[0, 0] - 130 > 15


def test_uncertainty_is_in_proportion_to_the_size():
    small, large = born((0, 0, 20, 20)), born((0, 0, 200, 200))
    for model in (small, large):
        for _ in range(5):
            model.advance(UNSEEN)
    assert large.position_std_px[0] == pytest.approx(10 * small.position_std_px[0])
    assert large.velocity_std_px[0] == pytest.approx(10 * small.velocity_std_px[0])


def test_variances_stay_sound_whatever_comes():
    rng = np.random.default_rng(1)
    model = born(BOX)
    for _ in range(3000):
        seen = rng.random() < 0.6
        model.advance(rng.normal(0, 8, (1, 2)).astype(np.float32) if seen else UNSEEN)
        if rng.random() < 0.3:
            correct(model, shifted(*rng.normal(0, 30, 2)), std=rng.choice((0.07, 0.15)))
        assert np.isfinite(model.boxes_xyxy).all()
        assert 0 < model.position_std_px[0] < 1e4
        assert 0 < model.velocity_std_px[0] < 1e3


def test_dropped_objects_leave_the_others_as_they_were():
    model = born(BOX, (10, 20, 30, 60), (5, 5, 25, 25))
    model.advance(np.array([[1, 0], [2, 0], [3, 0]], np.float32))
    before = model.boxes_xyxy
    model.keep(np.array([True, False, True]))
    assert len(model) == 2
    np.testing.assert_array_equal(model.boxes_xyxy, before[[0, 2]])
    model.add(np.array([(50, 50, 60, 60)], np.float32))
    model.advance(np.zeros((3, 2), np.float32))
    assert len(model) == 3


def test_a_box_without_area_gets_a_pixel():
    np.testing.assert_allclose(born((50, 50, 50, 50)).sides, [(1, 1)])
