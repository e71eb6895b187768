"""The hand assistant on real photographs and on the sample's rendered hands."""

import hashlib
import json

import cv2
import numpy as np
import pytest

from app.annotation.label_folder import LabelFolder
from app.assist.errors import AssistError
from app.assist.hand_assistant import HandAssistant
from app.assist.hand_card import HAND_NAME, HAND_SCORE, HAND_VERSION
from app.assist.proposers import HandProposer
from app.geometry import iou_matrix
from app.imaging import read_image
from app.paths import resource_path, sample_data_path


@pytest.fixture(scope="module")
def assistant():
    return HandAssistant()


def overlaps(assistant, folder, pictures):
    """Return the overlap of the best proposal with the labelled box; 0 where none is found."""
    found = []
    for picture in pictures:
        image_bgr = read_image(picture)
        height, width = image_bgr.shape[:2]
        boxes = folder.load(picture, size=(width, height)).annotation.boxes
        proposed, _ = assistant.find(image_bgr, min_score=HAND_SCORE)
        truth = np.array([box.box_xyxy for box in boxes], np.float32)
        found.append(float(iou_matrix(proposed[:1], truth).max()) if len(proposed) else 0.0)
    return np.array(found)


def test_hands_in_photographs_are_found(assistant, reference_data):
    folder = LabelFolder(reference_data / "voc" / "fingers" / "test")
    iou = overlaps(assistant, folder, folder.pictures()[::8])  # every eighth of 200, for time
    assert np.mean(iou > 0) >= 0.9
    assert np.mean(iou > 0.5) >= 0.75


def test_hands_of_the_sample_are_found(assistant):
    sample = sample_data_path("gestures")
    folder = LabelFolder(sample / "images", sample / "annotations")
    pictures = [each for each in folder.pictures() if folder.status(each) == "labelled"][::6]
    assert np.mean(overlaps(assistant, folder, pictures) > 0.5) >= 0.8


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (480, 640, 3)])
def test_a_picture_without_hands_of_any_shape_gives_none(assistant, shape):
    boxes, scores = assistant.find(np.full(shape, 90, np.uint8), min_score=HAND_SCORE)
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)


def test_the_size_of_the_file_does_not_matter(assistant):
    image_bgr = read_image(sample_data_path("gestures", "images", "office", "c5_e4.jpg"))
    factor = 4000 / image_bgr.shape[1]
    large = cv2.resize(image_bgr, None, fx=factor, fy=factor)
    small_boxes, _ = assistant.find(image_bgr, min_score=HAND_SCORE)
    large_boxes, _ = assistant.find(large, min_score=HAND_SCORE)
    assert iou_matrix(large_boxes / np.float32(factor), small_boxes)[0, 0] > 0.9


def test_boxes_stay_inside_the_picture(assistant):
    image_bgr = read_image(sample_data_path("gestures", "images", "office", "c5_e1.jpg"))
    height, width = image_bgr.shape[:2]
    cut = np.ascontiguousarray(image_bgr[height // 3 :])
    boxes, _ = assistant.find(cut, min_score=HAND_SCORE)
    assert (boxes >= 0).all()
    assert (boxes <= [width, cut.shape[0], width, cut.shape[0]]).all()


def test_without_a_class_the_hand_assistant_says_what_to_do():
    with pytest.raises(AssistError, match="Choose a class first"):
        HandProposer().propose(np.zeros((9, 9, 3), np.uint8), class_name="")


def test_the_card_beside_the_networks_tells_their_version_and_their_sums():
    folder = resource_path("models", "hand")
    card = json.loads((folder / "model.json").read_text("utf-8"))
    assert (card["name"], card["version"]) == (HAND_NAME, HAND_VERSION)
    assert card["thresholds"]["score"] == HAND_SCORE
    for name, digest in card["origin"]["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
