from __future__ import annotations

import json

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats.registry import FORMATS, detect

BOX_LINE = "0 0.5 0.5 0.5 0.5\n"
VOC = "<annotation><filename>a.jpg</filename></annotation>"
LABELME = {"shapes": [], "imagePath": "a.jpg"}


def put(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = value if isinstance(value, str) else json.dumps(value)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_format_is_found_by_its_key_and_all_but_cvat_write():
    assert all(key == format_.key for key, format_ in FORMATS.items())
    assert [key for key, format_ in FORMATS.items() if format_.write is None] == ["cvat"]


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (VOC, "voc"),
        ('\ufeff<?xml version="1.0"?>\n<annotations/>', "cvat"),
        ({"images": [], "annotations": [], "categories": []}, "coco"),
        (LABELME, "labelme"),
        ([{"image": "a.jpg", "annotations": []}], "createml"),
        ([{"imagefilename": "a.jpg", "annotation": []}], "createml"),
        ([{"image": "a.jpg", "tags": []}], "linkedai"),
        ({"image": "a.jpg", "tags": []}, "linkedai"),
        ("filename,width,height,class,xmin,ymin,xmax,ymax\n", "csv"),
        ('"image";"xmin";"ymin";"xmax";"ymax";"label"\n', "csv"),
    ],
)
def test_a_file_is_told_by_its_content_whatever_its_name(tmp_path, value, key):
    assert detect(put(tmp_path / "labels.txt", value)).key == key


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ({"a.xml": VOC}, "voc"),
        ({"annotations/day 1/a.xml": VOC, "images/a.txt": "hello"}, "voc"),
        ({"classes.txt": "cat\n", "a.txt": BOX_LINE}, "yolo"),
        ({"classes.txt": "cat\n", "a.txt": ""}, "yolo"),
        ({"a.txt": BOX_LINE}, "yolo"),
        ({"a.json": LABELME, "notes.txt": "see you"}, "labelme"),
        ({"a.xml": VOC, "a.txt": BOX_LINE, "a.json": LABELME}, "voc"),
        ({"a.txt": BOX_LINE, "a.json": LABELME}, "yolo"),
        ({"a.xml": "<broken", "b.xml": VOC}, "voc"),
    ],
)
def test_a_folder_is_told_by_its_files(tmp_path, files, key):
    for name, value in files.items():
        put(tmp_path / name, value)
    assert detect(tmp_path).key == key


@pytest.mark.parametrize(
    "value", ["", "hello", "{}", "[]", "[1, 2]", "<svg/>", "a,b,c\n", '{"assets": {}}', "\0\1\2"]
)
def test_an_unknown_file_is_refused_with_the_list_of_what_is_understood(tmp_path, value):
    with pytest.raises(AnnotationError, match=r"labels\.bin") as caught:
        detect(put(tmp_path / "labels.bin", value))
    assert caught.value.code == "labels-unknown"
    assert all(format_.title in caught.value.hint for format_ in FORMATS.values())


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(AnnotationError) as caught:
        detect(tmp_path)
    assert caught.value.code == "labels-unknown"


def test_a_folder_around_one_file_of_labels_names_that_file(tmp_path):
    put(tmp_path / "coco.json", {"images": [], "annotations": [], "categories": []})
    with pytest.raises(AnnotationError) as caught:
        detect(tmp_path)
    assert "coco.json" in caught.value.hint


@pytest.mark.parametrize("value", ["<annotations>", '{"images": [', "[{"])
def test_a_broken_file_is_called_broken_and_not_unknown(tmp_path, value):
    with pytest.raises(AnnotationError) as caught:
        detect(put(tmp_path / "labels.json", value))
    assert caught.value.code == "labels-broken"


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(AnnotationError, match="gone") as caught:
        detect(tmp_path / "gone")
    assert caught.value.code == "labels-not-readable"


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("datumaro/coco_dataset/coco_instances/annotations/instances_train.json", "coco"),
        ("datumaro/coco_dataset/coco_roboflow/train/_annotations.coco.json", "coco"),
        ("datumaro/roboflow_dataset/createml/train/_annotations.createml.json", "createml"),
        ("datumaro/roboflow_dataset/voc", "voc"),
        ("datumaro/roboflow_dataset/yolo", "yolo"),
        ("datumaro/yolo_dataset/strict", "yolo"),
        ("datumaro/yolo_dataset/labels", "yolo"),
        ("datumaro/vott_csv_dataset/dataset/train-export.csv", "csv"),
        ("datumaro/cvat_dataset/for_images/export_task/train.xml", "cvat"),
        ("linkedai/repaired_one_record.json", "linkedai"),
        ("padilla/database/gts/labelme_format", "labelme"),
        ("padilla/database/gts/imagenet_format", "voc"),
    ],
)
def test_files_of_other_tools_are_recognised(reference_data, place, key):
    assert detect(reference_data / "foreign" / place).key == key


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("datumaro/vott_json_dataset/dataset/train-export.json", "labels-unknown"),
        ("datumaro/roboflow_dataset/multiclass/train/_classes.csv", "labels-unknown"),
        ("datumaro/roboflow_dataset/tfrecord/val/val.tfrecord", "labels-unknown"),
        ("datumaro/open_images_dataset/v6/annotations/test-annotations-bbox.csv", "labels-unknown"),
        ("datumaro/mot_dataset/mot_seq/gt/gt.txt", "labels-unknown"),
        ("padilla/database/gts/openimages_format", "labels-unknown"),
        ("linkedai/readme_verbatim_INVALID.json", "labels-broken"),
    ],
)
def test_formats_that_are_not_ours_are_refused_clearly(reference_data, place, code):
    with pytest.raises(AnnotationError) as caught:
        detect(reference_data / "foreign" / place)
    assert caught.value.code == code
