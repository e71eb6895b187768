"""Boxes of the picture before, followed into the current one."""

import cv2
import numpy as np
import pytest

from app.annotation.labels import LabeledBox
from app.ui.annotate.box_following import BoxFollowing
from app.ui.annotate.labeling import Labeling

CAR = LabeledBox("car", 60, 50, 120, 110, pose="Left", is_difficult=True)
GHOST = LabeledBox("ghost", 200, 150, 260, 210)


def picture(left, *, has_ghost=False, size=(240, 320)):
    generator = np.random.default_rng(1)
    image = np.full((*size, 3), 90, np.uint8)
    for place, (x, y) in enumerate(((left, 50), (200, 150))):
        pattern = cv2.resize(generator.integers(0, 255, (12, 12, 3), np.uint8), (60, 60))
        if place == 0 or has_ghost:
            image[y : y + 60, x : x + 60] = pattern
    return image


@pytest.fixture
def labeling(qtbot, tmp_path):
    images = tmp_path / "pictures"
    images.mkdir()
    cv2.imwrite(str(images / "p1.png"), picture(60, has_ghost=True))
    cv2.imwrite(str(images / "p2.png"), picture(68))
    cv2.imwrite(str(images / "p3.png"), picture(60, size=(260, 340)))
    labeling = Labeling()
    labeling.open_folder(images)
    qtbot.waitUntil(lambda: labeling.picture is not None)
    yield labeling
    labeling.stop()


@pytest.fixture
def following(labeling):
    following = BoxFollowing(labeling)
    yield following
    following.stop()


def go_on(labeling, qtbot):
    path = labeling.pictures[labeling.position + 1]
    labeling.go_by(1)
    qtbot.waitUntil(lambda: labeling.picture is not None and labeling.picture.path == path)


def told(following, qtbot):
    with qtbot.waitSignal(following.told) as signal:
        following.follow()
    return signal.args[0]


def test_found_boxes_are_one_edit_and_lost_ones_are_told(labeling, following, qtbot):
    labeling.edit([CAR, GHOST], "Draw")
    go_on(labeling, qtbot)
    labeling.edit([LabeledBox("mine", 1, 1, 5, 5)], "Draw")
    assert told(following, qtbot) == "Followed 1 of 2 boxes. Not found again: ghost."
    mine, car = labeling.annotation.boxes
    assert mine.class_name == "mine"
    assert car.box_xyxy == pytest.approx((68, 50, 128, 110), abs=1)
    assert (car.pose, car.is_difficult, car.origin) == ("Left", True, None)
    assert all(edge == int(edge) for edge in car.box_xyxy)
    labeling.undo()
    assert [box.class_name for box in labeling.annotation.boxes] == ["mine"]


def test_pictures_of_another_size_are_refused_in_words(labeling, following, qtbot):
    go_on(labeling, qtbot)
    labeling.edit([CAR], "Draw")
    go_on(labeling, qtbot)
    words = told(following, qtbot)
    assert "p2.png has 320 × 240 pixels, p3.png 340 × 260" in words
    assert labeling.annotation.boxes == ()


def test_where_there_is_nothing_to_follow_it_says_so(labeling, following, qtbot):
    assert told(following, qtbot) == "There is no picture before this one."
    go_on(labeling, qtbot)
    assert told(following, qtbot) == "The picture before this one has no boxes."


def test_who_has_gone_on_gets_no_boxes_in_another_picture(labeling, following, qtbot):
    labeling.edit([CAR], "Draw")
    go_on(labeling, qtbot)
    following.follow()
    go_on(labeling, qtbot)
    following.stop()
    qtbot.waitUntil(lambda: following._task is None)
    assert labeling.annotation.boxes == ()
