"""The starter on real pictures, and its decoding against a plain loop."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from app.detection.anchors import make_anchors
from app.detection.class_names import resolve_class_names
from app.detection.decoding import AnchorDecoder, Query, read_finished
from app.detection.detections import Detector
from app.detection.model_card import read_model_card
from app.detection.opening import open_detector
from app.geometry import iou_matrix, overlap_of_smaller
from app.paths import resource_path


@pytest.fixture(scope="module")
def starter() -> Detector:
    return open_detector()


def frames_of(path: Path, indices: list[int]) -> list[npt.NDArray[np.uint8]]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    for index in range(max(indices) + 1):
        is_read, frame = capture.read()
        assert is_read
        if index in indices:
            frames.append(np.asarray(frame, np.uint8))
    capture.release()
    return frames


def test_finds_the_cars_of_the_car_park(starter: Detector, reference_data: Path) -> None:
    """Two cars pass each other near frame 200; nothing is there at frame 150."""
    path = reference_data / "videos" / "car-detection.mp4"
    cars = resolve_class_names(starter, ["Car", "Vehicle"])
    empty, *crowded = frames_of(path, [150, 198, 200, 203])
    assert len(starter.detect(empty, min_score=0.3, class_ids=cars)) == 0
    for frame in crowded:
        found = starter.detect(frame, min_score=0.3, class_ids=cars)
        assert len(found) == 2
        up, down = found.boxes_xyxy[np.argsort(found.boxes_xyxy[:, 0])]
        assert up[2] < down[0]
        assert set(found.class_ids.tolist()) <= cars


def test_finds_the_pedestrians(starter: Detector, reference_data: Path) -> None:
    frames = frames_of(reference_data / "videos" / "vtest.avi", [0, 40, 80])
    people = resolve_class_names(starter, ["Person"])
    for frame, least in zip(frames, (3, 5, 5), strict=True):
        found = starter.detect(frame, min_score=0.45, class_ids=people)
        assert len(found) >= least
        height, width = frame.shape[:2]
        assert found.boxes_xyxy.min() >= 0
        assert (found.boxes_xyxy <= [width, height, width, height]).all()
        assert (np.diff(found.scores) <= 0).all()


def test_a_queue_of_cars_gives_one_box_a_car(starter: Detector, reference_data: Path) -> None:
    cars = resolve_class_names(starter, ["Car", "Vehicle"])
    (frame,) = frames_of(reference_data / "videos" / "suburban-road.mp4", [40])
    found = starter.detect(frame, min_score=0.3, class_ids=cars)
    overlaps = np.triu(overlap_of_smaller(found.boxes_xyxy, found.boxes_xyxy), k=1)
    assert len(found) >= 5
    assert overlaps.max() <= 0.6
    apart = starter.detect(frame, min_score=0.3, class_ids=cars, merge_kindred=False)
    assert len(apart) > len(found)


def test_the_picture_keeps_its_colours_and_is_left_alone(starter: Detector) -> None:
    random = np.random.default_rng(0)
    image_bgr = random.integers(0, 256, (180, 240, 3), dtype=np.uint8)
    before = image_bgr.copy()
    first = starter.detect(image_bgr, min_score=0.01)
    again = starter.detect(image_bgr, min_score=0.01)
    np.testing.assert_array_equal(image_bgr, before)
    np.testing.assert_array_equal(first.boxes_xyxy, again.boxes_xyxy)
    np.testing.assert_array_equal(first.scores, again.scores)


@pytest.mark.parametrize("size", [(1, 1), (20, 900), (300, 300), (1080, 1920)])
def test_any_size_of_picture_will_do(starter: Detector, size: tuple[int, int]) -> None:
    found = starter.detect(np.full((*size, 3), 90, np.uint8), min_score=0.05)
    assert (found.boxes_xyxy <= [size[1], size[0], size[1], size[0]]).all()


def test_misuse_is_told_at_once() -> None:
    detector = open_detector()
    picture = np.zeros((10, 10, 3), np.uint8)
    with pytest.raises(ValueError, match="no classes"):
        detector.detect(picture, min_score=0.3, class_ids=[0, 23])
    assert len(detector.detect(picture, min_score=0.3, class_ids=[])) == 0
    detector.close()
    with pytest.raises(ValueError, match="closed"):
        detector.detect(picture, min_score=0.3)


def test_anchors_cover_the_picture_as_the_starter_was_trained() -> None:
    spec = read_model_card(resource_path("models", "starter-oidv4", "model.json")).output.anchors
    assert spec is not None
    anchors = make_anchors(spec)
    assert anchors.shape == (1917, 4)
    np.testing.assert_allclose(anchors[0], [0.5 / 19, 0.5 / 19, 0.1, 0.1], rtol=1e-6)
    wide = [0.5 / 19, 0.5 / 19, 0.2 / math.sqrt(2), 0.2 * math.sqrt(2)]
    np.testing.assert_allclose(anchors[1], wide, rtol=1e-6)
    np.testing.assert_allclose(anchors[3], [0.5 / 19, 1.5 / 19, 0.1, 0.1], rtol=1e-6)
    last = math.sqrt(0.95 * 1.0)
    np.testing.assert_allclose(anchors[-1], [0.5, 0.5, last, last], rtol=1e-6)


@pytest.mark.parametrize("is_logit", [True, False])
def test_decoding_equals_a_plain_loop(is_logit: bool) -> None:
    random = np.random.default_rng(5)
    anchors = random.uniform(0.1, 0.9, (40, 4)).astype(np.float32)
    encodings = random.normal(0, 1, (40, 4)).astype(np.float32)
    logits = random.normal(-1, 2, (40, 5)).astype(np.float32)
    scores = 1 / (1 + np.exp(-logits))
    decoder = AnchorDecoder(anchors, np.array([10, 10, 5, 5], np.float32), is_logit)
    query = Query(0.4, np.array([2, 4], np.int32), 200, 100)
    found = decoder.decode(encodings, logits if is_logit else scores, query)

    expected = []
    for row, column in itertools.product(range(40), (2, 4)):
        if scores[row, column] < 0.4:
            continue
        (ty, tx, th, tw), (cy, cx, high, wide) = encodings[row].tolist(), anchors[row].tolist()
        y, x = ty / 10 * high + cy, tx / 10 * wide + cx
        half_h, half_w = math.exp(th / 5) * high / 2, math.exp(tw / 5) * wide / 2
        box = [(x - half_w) * 200, (y - half_h) * 100, (x + half_w) * 200, (y + half_h) * 100]
        box = np.clip(box, 0, [200, 100, 200, 100]).tolist()
        expected.append((float(scores[row, column]), column, box))
    expected.sort(key=lambda item: -item[0])
    np.testing.assert_allclose(found.scores, [item[0] for item in expected], rtol=1e-5)
    assert found.class_ids.tolist() == [item[1] for item in expected]
    np.testing.assert_allclose(found.boxes_xyxy, [item[2] for item in expected], atol=1e-3)


@pytest.mark.parametrize(("min_score", "count"), [(0.0, 3), (1.0, 1), (0.5, 2)])
def test_the_ends_of_the_score_range(min_score: float, count: int) -> None:
    decoder = AnchorDecoder(np.ones((3, 4), np.float32), np.ones(4, np.float32), is_logit=False)
    scores = np.array([[0, 0.0], [0, 0.5], [0, 1.0]], np.float32)
    query = Query(min_score, np.array([1], np.int32), 10, 10)
    assert len(decoder.decode(np.zeros((3, 4), np.float32), scores, query)) == count


def test_boxes_in_pixels_and_normalised_are_told_apart() -> None:
    normalised = np.array([[0.1, 0.2, 0.5, 0.6]], np.float32)
    query = Query(0.5, np.array([1], np.int32), 1000, 500)
    for boxes in (normalised, normalised * [240, 320, 240, 320]):
        found = read_finished(
            boxes.astype(np.float32),
            np.array([1], np.int32),
            np.array([0.9], np.float32),
            fed_height=240,
            fed_width=320,
            query=query,
        )
        np.testing.assert_allclose(found.boxes_xyxy, [[200, 50, 600, 250]], rtol=1e-5)


def test_low_scores_add_boxes_and_take_none_away(starter: Detector, reference_data: Path) -> None:
    frames = frames_of(reference_data / "videos" / "vtest.avi", [0, 100, 200, 360])
    for frame in frames:
        high = starter.detect(frame, min_score=0.3)
        low = starter.detect(frame, min_score=0.1)
        assert len(low) > len(high)
        np.testing.assert_array_equal(low.select(low.scores >= 0.3).boxes_xyxy, high.boxes_xyxy)
        assert (iou_matrix(high.boxes_xyxy, low.boxes_xyxy).max(axis=1) > 0.99).all()
