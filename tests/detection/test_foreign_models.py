"""Models as users have them, built small with the exact signatures of their exporters."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.detection.errors import ModelError
from app.detection.opening import open_detector

pytestmark = pytest.mark.tf

# The picture is 480 high and 320 wide; see BOXES_YXYX_NORM in build_models.py.
FIRST, SECOND = [64, 48, 192, 144], [128, 240, 256, 432]


def check(found: dict[str, Any], name: str, classes: int, names: tuple[str, str]) -> None:
    assert found["name"] == name
    assert found["classes"] == classes
    for (class_names, boxes, scores), expected, box in zip(
        found["found"], names, (FIRST, SECOND), strict=True
    ):
        assert class_names == [expected]
        np.testing.assert_allclose(boxes, [box], atol=0.01)
        np.testing.assert_allclose(scores, [1], atol=0.01)


@pytest.mark.parametrize(
    ("model", "name", "classes", "names"),
    [
        ("ssd_toy_coco17.tar.gz", "ssd_toy_coco17", 80, ("car", "toothbrush")),
        ("ssd_toy_coco17", "ssd_toy_coco17", 80, ("car", "toothbrush")),
        ("ssd_toy_coco17/saved_model/saved_model.pb", "ssd_toy_coco17", 80, ("car", "toothbrush")),
        ("garden", "garden", 2, ("d1", "d2")),
        ("garden_float", "garden_float", 2, ("d1", "d2")),
        ("package", "mine", 2, ("lorry", "brush")),
    ],
)
def test_saved_model_finds_what_it_should(
    saved_models_found: dict[str, Any],
    model: str,
    name: str,
    classes: int,
    names: tuple[str, str],
) -> None:
    check(saved_models_found[model], name, classes, names)


@pytest.mark.parametrize(
    ("model", "code", "told"),
    [
        ("unnamed", "label-map-missing", "no label map"),
        ("without_nms", "model-output-missing", '"detection_boxes"; it has decoded_box_scores'),
        ("text_input", "model-input-unfit", "inputs string"),
        ("broken", "model-broken", "not a SavedModel"),
    ],
)
def test_saved_model_that_does_not_fit_says_why(
    saved_models_found: dict[str, Any], model: str, code: str, told: str
) -> None:
    error = saved_models_found[model]
    assert error["code"] == code
    assert told in error["message"]
    assert error["hint"]


def test_tensorflow_stays_out_of_this_process(saved_models_found: dict[str, Any]) -> None:
    assert saved_models_found["process"] == {"tensorflow": True}
    assert "tensorflow" not in sys.modules


@pytest.mark.parametrize(
    ("model", "name", "classes", "names"),
    [
        ("post_process_float.tflite", "post_process_float", 80, ("car", "toothbrush")),
        ("post_process_uint8.tflite", "post_process_uint8", 80, ("car", "toothbrush")),
        ("post_process_int8.tflite", "post_process_int8", 80, ("car", "toothbrush")),
        ("post_process_all.tflite", "post_process_all", 80, ("car", "toothbrush")),
        ("named", "hands", 2, ("d1", "d2")),
    ],
)
def test_tflite_finds_what_it_should(
    built_models: Path, model: str, name: str, classes: int, names: tuple[str, str]
) -> None:
    detector = open_detector(str(built_models / model))
    found = []
    for channel in (2, 0):
        image_bgr = np.zeros((480, 320, 3), np.uint8)
        image_bgr[..., channel] = 255
        detections = detector.detect(image_bgr, min_score=0.5)
        class_names = [detector.classes[int(i)] for i in detections.class_ids]
        found.append([class_names, detections.boxes_xyxy, detections.scores])
    detector.close()
    check(
        {"name": detector.name, "classes": len(detector.classes), "found": found},
        name,
        classes,
        names,
    )


def test_labels_beside_a_tflite_win_over_coco(built_models: Path, tmp_path: Path) -> None:
    shutil.copy(built_models / "post_process_float.tflite", tmp_path / "mine.tflite")
    names = [f"class {i}" for i in range(1, 91)]
    (tmp_path / "labelmap.txt").write_text("\n".join(["???", *names]), encoding="utf-8")
    assert open_detector(str(tmp_path / "mine.tflite")).classes[90] == "class 90"


@pytest.mark.parametrize("count", [2, 120])
def test_label_map_of_another_model_is_refused(
    built_models: Path, tmp_path: Path, count: int
) -> None:
    shutil.copy(built_models / "post_process_float.tflite", tmp_path / "mine.tflite")
    items = [f"item {{ id: {i} name: 'c{i}' }}" for i in range(1, count + 1)]
    (tmp_path / "label_map.pbtxt").write_text("\n".join(items), encoding="utf-8")
    with pytest.raises(ModelError, match=f"names {count} classes") as caught:
        open_detector(str(tmp_path / "mine.tflite"))
    assert caught.value.code == "label-map-unfit"


def test_labels_inside_the_tflite_are_read(built_models: Path, tmp_path: Path) -> None:
    path = tmp_path / "with_metadata.tflite"
    shutil.copy(built_models / "post_process_float.tflite", path)
    with zipfile.ZipFile(path, "a") as archive:  # as TFLite's metadata writer appends it
        archive.writestr("labelmap.txt", "\n".join(f"inner {i}" for i in range(1, 91)))
    assert open_detector(str(path)).classes[1] == "inner 1"
