from __future__ import annotations

import json

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import coco
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.labels import ImageAnnotation, LabeledBox


def no_size(name):
    return None


def content(*annotations, **parts):
    return {
        "images": [{"id": 7, "file_name": "a.jpg", "width": 200, "height": 100}],
        "categories": [{"id": 3, "name": "cat"}, {"id": 90, "name": "dog"}],
        "annotations": list(annotations),
    } | parts


def annotation(**fields):
    return {"id": 1, "image_id": 7, "category_id": 90, "bbox": [10, 20, 30, 40]} | fields


def read(tmp_path, value, size_of=no_size):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return coco.read(path, size_of=size_of)


def test_boxes_find_their_picture_and_class_by_ids_with_gaps(tmp_path):
    labels = read(tmp_path, content(annotation()))
    assert labels.images[0].annotation.boxes == (LabeledBox("dog", 10, 20, 40, 60),)
    assert labels.class_names == ("cat", "dog")
    assert labels.notes == ()


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({"ignore": 1}, {"is_difficult": True}),
        ({"attributes": {"difficult": True}}, {"is_difficult": True}),
        ({"attributes": {"occluded": True, "truncated": 1}}, None),
        ({"attributes": "none"}, {}),
    ],
)
def test_flags_are_taken_where_the_file_has_them(tmp_path, fields, flags):
    (box,) = read(tmp_path, content(annotation(**fields))).images[0].annotation.boxes
    flags = {"is_occluded": True, "is_truncated": True} if flags is None else flags
    assert box == LabeledBox("dog", 10, 20, 40, 60, **flags)


def test_a_crowd_is_a_difficult_box_and_noted(tmp_path):
    labels = read(tmp_path, content(annotation(iscrowd=1)))
    assert labels.images[0].annotation.boxes[0].is_difficult
    assert labels.notes[0].kind == "mended"


def test_sums_that_fall_short_by_a_hair_are_whole(tmp_path):
    labels = read(tmp_path, content(annotation(bbox=[4.35, 1.1, 0.65, 2.2])))
    (box,) = labels.images[0].annotation.boxes
    assert (box.xmax, box.ymax) == (5.0, 3.3)


def test_bbox_counts_before_an_outline_and_an_outline_alone_gives_its_hull(tmp_path):
    outline = [[1, 2, 30, 2, 30, 44]]
    labels = read(
        tmp_path,
        content(annotation(segmentation=outline), annotation(segmentation=outline, bbox=[])),
    )
    boxes = [box.box_xyxy for box in labels.images[0].annotation.boxes]
    assert boxes == [(10, 20, 40, 60), (1, 2, 30, 44)]
    assert [note.place for note in labels.notes] == ["labels.json, annotations[1]"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"image_id": 8}, "no image with the id 8"),
        ({"category_id": 4}, "no category with the id 4"),
        ({"category_id": None}, "'category_id' is missing"),
        ({"bbox": None}, "'bbox' is missing"),
        ({"bbox": [1, 2, 3]}, "3 numbers where 4 are due"),
        ({"bbox": [1, 2, "x", 4]}, "bbox[2] is 'x', not a number"),
        ({"bbox": [1, 2, float("nan"), 4]}, "bbox[2] is nan"),
        ({"bbox": [1, 2, 10**400, 4]}, "bbox[2]"),
        ({"bbox": [1, 2, 0, 4]}, "no area"),
        ({"bbox": {"x": 1}}, "not a list"),
        ({"bbox": None, "segmentation": {"counts": "abc", "size": [1, 2]}}, "'bbox' is missing"),
        ({"bbox": None, "segmentation": [["x", 1, 2, 3]]}, "'x', not a number"),
    ],
)
def test_a_bad_annotation_costs_only_itself(tmp_path, fields, reason):
    labels = read(tmp_path, content(annotation(**fields), annotation()))
    assert len(labels.images[0].annotation.boxes) == 1
    (note,) = labels.notes
    assert (note.kind, note.place) == ("refused", "labels.json, annotations[0]")
    assert reason in note.text


@pytest.mark.parametrize("odd", [None, 5, "text", [1]])
def test_records_that_are_no_objects_cost_only_themselves(tmp_path, odd):
    value = content(odd, annotation())
    value["images"].append(odd)
    value["categories"].append(odd)
    labels = read(tmp_path, value)
    assert len(labels.images[0].annotation.boxes) == 1
    assert [note.place.split(", ")[1] for note in labels.notes] == [
        "images[1]",
        "categories[2]",
        "annotations[0]",
    ]


def test_a_missing_size_is_asked_for_and_else_the_picture_refused(tmp_path):
    images = [{"id": 7, "file_name": "a.jpg"}, {"id": 8, "file_name": "b.jpg", "width": 0}]
    labels = read(
        tmp_path,
        content(annotation(), images=images),
        size_of=lambda name: (200, 100) if name == "a.jpg" else None,
    )
    assert [image.name for image in labels.images] == ["a.jpg"]
    assert labels.images[0].annotation.width == 200
    (note,) = labels.notes
    assert "size of the picture 'b.jpg' is not known" in note.text


def test_a_path_that_leaves_the_folder_is_cut_to_the_file_and_noted(tmp_path):
    for name in ("/home/me/a.jpg", "../../a.jpg", "C:\\me\\a.jpg"):
        images = [{"id": 7, "file_name": name, "width": 200, "height": 100}]
        labels = read(tmp_path, content(images=images))
        assert [image.name for image in labels.images] == ["a.jpg"]
        assert labels.notes[0].kind == "mended"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1, column 1"),
        ('{"images": [', "line 1, column 13"),
        ("[" * 100_000, "not sensible JSON"),
        ("1" * 5000, "not sensible JSON"),
        ("[]", "not an object"),
        ("{}", "'images' is missing"),
        ('{"images": [], "categories": {}, "annotations": []}', "'categories' is {}, not a list"),
    ],
)
def test_a_file_that_is_not_coco_is_refused_naming_the_place(tmp_path, text, reason):
    path = tmp_path / "labels.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"labels\.json") as caught:
        coco.read(path, size_of=no_size)
    assert caught.value.code == "labels-broken"
    assert reason in caught.value.message


def test_categories_of_a_file_that_is_written_anew_keep_their_ids(tmp_path):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(content(annotation())), encoding="utf-8")
    box = LabeledBox("ape", 0, 0, 5, 5)
    image = LabeledImage("b.jpg", ImageAnnotation(10, 10, boxes=(box,)))
    coco.write(LabelSet((image,), ("ape", "dog")), path)
    written = json.loads(path.read_text(encoding="utf-8"))
    ids = {category["name"]: category["id"] for category in written["categories"]}
    assert ids == {"cat": 3, "dog": 90, "ape": 91}
    assert written["annotations"][0]["category_id"] == 91


def test_a_broken_file_is_not_overwritten(tmp_path):
    path = tmp_path / "labels.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(AnnotationError):
        coco.write(LabelSet(()), path)
    assert path.read_text(encoding="utf-8") == "{"


def test_ordinary_boxes_are_written_as_plain_coco(tmp_path):
    path = tmp_path / "labels.json"
    box = LabeledBox("cat", 1.5, 2, 11.5, 22)
    notes = coco.write(
        LabelSet((LabeledImage("a.jpg", ImageAnnotation(50, 40, boxes=(box,))),), ("cat",)), path
    )
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["annotations"] == [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "bbox": [1.5, 2, 10, 20],
            "area": 200,
            "segmentation": [],
            "iscrowd": 0,
        }
    ]
    assert notes == ()


def test_files_of_another_tool_open(reference_data):
    folder = reference_data / "foreign" / "datumaro" / "coco_dataset" / "coco_instances"
    labels = coco.read(folder / "annotations" / "instances_val.json", size_of=no_size)
    assert labels.class_names == ("a", "b", "c")
    boxes = labels.images[0].annotation.boxes
    assert boxes[0] == LabeledBox("a", 0, 0, 1, 2)
    assert boxes[1].is_difficult


@pytest.mark.parametrize("kind", ["captions", "labels", "panoptic"])
def test_files_without_boxes_give_pictures_and_say_what_is_missing(reference_data, kind):
    folder = reference_data / "foreign" / "datumaro" / "coco_dataset" / "coco" / "annotations"
    labels = coco.read(folder / f"{kind}_train.json", size_of=no_size)
    assert [image.annotation.boxes for image in labels.images] == [()]
    assert [note.kind for note in labels.notes] == ["refused"]
