"""Boxes followed from one picture into the next."""

import cv2
import numpy as np
import pytest

from app.assist.following import follow_boxes
from app.detection.opening import open_detector
from app.geometry import iou_matrix

BOX = np.array([[60, 50, 120, 110]], np.float32)


def picture(left=60, top=50, seed=1):
    """Return a grey picture with a patterned square of 60 pixels."""
    generator = np.random.default_rng(seed)
    pattern = cv2.resize(generator.integers(0, 255, (12, 12, 3), np.uint8), (60, 60))
    image = np.full((240, 320, 3), 90, np.uint8)
    image[top : top + 60, left : left + 60] = pattern
    return image


def frames_of(path, numbers):
    video, frames = cv2.VideoCapture(str(path)), {}
    for number in range(max(numbers) + 1):
        frame = video.read()[1]
        if number in numbers:
            frames[number] = frame
    video.release()
    return frames


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (6, -4), (14, 9), (50, 40), (-55, 0)])
def test_a_box_goes_with_its_object(dx, dy):
    boxes, is_found = follow_boxes(picture(), picture(60 + dx, 50 + dy), BOX)
    assert is_found.tolist() == [True]
    assert boxes[0] == pytest.approx(BOX[0] + (dx, dy, dx, dy), abs=1)


def test_an_object_that_is_not_there_any_more_is_lost_and_not_guessed():
    empty = np.full((240, 320, 3), 90, np.uint8)
    other = np.random.default_rng(5).integers(0, 255, (240, 320, 3), np.uint8)
    for image in (empty, other):
        boxes, is_found = follow_boxes(picture(), image, BOX)
        assert is_found.tolist() == [False]
        assert boxes.tolist() == BOX.tolist()


def test_an_object_that_went_out_of_the_picture_is_lost():
    there = np.array([[250, 50, 310, 110]], np.float32)
    _, is_found = follow_boxes(picture(250), np.full((240, 320, 3), 90, np.uint8), there)
    assert is_found.tolist() == [False]


def test_no_boxes_are_no_boxes():
    boxes, is_found = follow_boxes(picture(), picture(), np.zeros((0, 4), np.float32))
    assert (boxes.shape, is_found.shape) == ((0, 4), (0,))


def test_pictures_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="pictures of"):
        follow_boxes(picture(), picture()[:100], BOX)


@pytest.mark.parametrize("gap", [1, 2, 5])
def test_people_and_cars_of_a_video_are_followed_to_where_the_detector_sees_them(
    reference_data, gap
):
    starts = range(60, 300, 20)
    numbers = {start + step for start in starts for step in (0, gap)}
    frames = frames_of(reference_data / "videos" / "suburban-road.mp4", numbers)
    detector = open_detector(None)
    overlaps, count = [], 0
    for start in starts:
        before = detector.detect(frames[start], min_score=0.4).boxes_xyxy
        after = detector.detect(frames[start + gap], min_score=0.3).boxes_xyxy
        boxes, is_found = follow_boxes(frames[start], frames[start + gap], before)
        count += len(before)
        overlaps += iou_matrix(boxes[is_found], after).max(axis=1, initial=0).tolist()
    detector.close()
    assert len(overlaps) >= 0.75 * count
    assert np.median(overlaps) > 0.8


def test_cars_that_go_half_their_length_between_two_pictures_are_mostly_found(reference_data):
    starts = range(10, 300, 12)
    numbers = {start + step for start in starts for step in (0, 5)}
    frames = frames_of(reference_data / "videos" / "car-detection.mp4", numbers)
    detector = open_detector(None)
    overlaps, count = [], 0
    for start in starts:
        before = detector.detect(frames[start], min_score=0.4).boxes_xyxy
        after = detector.detect(frames[start + 5], min_score=0.3).boxes_xyxy
        if len(before) and len(after):
            boxes, is_found = follow_boxes(frames[start], frames[start + 5], before)
            count += len(before)
            overlaps += iou_matrix(boxes[is_found], after).max(axis=1, initial=0).tolist()
    detector.close()
    assert len(overlaps) >= 0.5 * count
    assert min(overlaps) > 0.5
