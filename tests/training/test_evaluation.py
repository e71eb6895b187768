"""The measures: known detections give known numbers."""

import cv2
import numpy as np
import pytest

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.detection.detections import Detections
from app.training.errors import TrainingError
from app.training.evaluation import evaluate

CLASSES = {1: "cat", 4: "dog"}
CAT, DOG = (10.0, 10.0, 60.0, 60.0), (80.0, 20.0, 180.0, 90.0)


class Told:
    """A detector that finds what it is told, picture by picture."""

    def __init__(self, *pictures):
        self._pictures = list(pictures)

    def detect(self, image_bgr, *, min_score, class_ids=None, merge_kindred=True):
        found = self._pictures.pop(0)
        boxes, scores, ids = ([each[place] for each in found] for place in range(3))
        return Detections(
            np.array(boxes, np.float32).reshape(-1, 4),
            np.array(scores, np.float32),
            np.array(ids, np.int32),
        )


@pytest.fixture
def folder(tmp_path):
    """Two pictures with a cat and a dog each, and one that shows nothing."""
    folder = LabelFolder(tmp_path)
    boxes = (LabeledBox("cat", *CAT), LabeledBox("dog", *DOG))
    for name, own in (("a.png", boxes), ("b.png", boxes), ("c.png", ())):
        cv2.imwrite(str(tmp_path / name), np.zeros((100, 200, 3), np.uint8))
        known = folder.load(tmp_path / name, size=(200, 100))
        folder.save(tmp_path / name, ImageAnnotation(200, 100, 3, own, True), known=known)
    return folder


def measured(folder, *pictures, names=("a.png", "b.png", "c.png")):
    return evaluate(Told(*pictures), folder, names, CLASSES)


RIGHT = [(CAT, 0.9, 1), (DOG, 0.8, 4)]


def test_a_detector_that_is_right_has_full_marks(folder):
    found = measured(folder, RIGHT, RIGHT, [])
    assert (found.images, found.boxes) == (3, 4)
    assert (found.ap, found.ap50, found.ar) == pytest.approx((1, 1, 1))
    assert [each.name for each in found.classes] == ["cat", "dog"]
    assert found.best_f1 == 1
    assert found.best_score == pytest.approx(0.8)


def test_a_class_that_is_missed_is_told_by_its_name(folder):
    found = measured(folder, [(CAT, 0.9, 1)], [(CAT, 0.9, 1)], [])
    cat, dog = found.classes
    assert (cat.ap50, cat.recall, cat.precision) == (1, 1, 1)
    assert (dog.ap50, dog.recall, dog.precision) == (0, 0, None)
    assert found.ap50 == pytest.approx(0.5)


def test_classes_that_are_mixed_up_are_wrong(folder):
    swapped = [(CAT, 0.9, 4), (DOG, 0.8, 1)]
    found = measured(folder, swapped, swapped, [])
    assert found.ap50 == 0
    assert found.best_f1 == 0


def test_a_box_that_is_a_little_off_counts_at_half_overlap_only(folder):
    off = (CAT[0] + 10, *CAT[1:])  # IoU 0.8
    found = measured(folder, [(off, 0.9, 1), RIGHT[1]], [(off, 0.9, 1), RIGHT[1]], [])
    cat = found.classes[0]
    assert cat.ap50 == 1
    assert 0.5 < cat.ap < 0.8


def test_the_threshold_leaves_out_what_is_invented(folder):
    found = measured(folder, RIGHT, [*RIGHT, (DOG, 0.4, 1)], [(CAT, 0.5, 1)])
    assert found.best_score == pytest.approx(0.8)
    assert found.best_f1 == 1
    assert found.classes[0].precision == 1


def test_a_class_that_no_picture_shows_has_no_measures(folder):
    found = evaluate(Told(RIGHT), folder, ["a.png"], {**CLASSES, 5: "owl"})
    owl = found.classes[2]
    assert (owl.boxes, owl.ap50) == (0, None)
    assert found.ap50 == pytest.approx(1)


def test_a_detector_that_finds_nothing_is_no_error(folder):
    found = measured(folder, [], [], [])
    assert (found.ap50, found.best_f1) == (0, 0)


def test_pictures_without_any_box_are_no_error(folder):
    found = measured(folder, [(CAT, 0.5, 1)], names=["c.png"])
    assert found.ap50 == -1
    assert found.to_json()["classes"][0]["ap50"] is None


def test_nothing_is_printed(folder, capsys):
    measured(folder, RIGHT, RIGHT, [])
    assert capsys.readouterr().out == ""


def test_a_picture_that_is_gone_is_told_and_the_others_are_measured(folder):
    found = measured(folder, RIGHT, names=["gone.png", "a.png"])
    assert found.ap50 == pytest.approx(1)
    assert found.images == 1
    assert "gone.png" in found.skipped[0]


def test_labels_that_can_not_be_read_are_no_empty_picture(folder):
    (folder.images / "b.xml").write_text("<annotation>")
    found = measured(folder, RIGHT, names=["a.png", "b.png"])
    assert found.images == 1
    assert "b.png" in found.skipped[0]


def test_no_picture_at_all_is_told(folder):
    with pytest.raises(TrainingError, match=r"gone\.png"):
        measured(folder, names=["gone.png"])
