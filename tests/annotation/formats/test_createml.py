from __future__ import annotations

import json

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import createml
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.labels import ImageAnnotation, LabeledBox

COORDINATES = {"x": 60, "y": 40, "width": 20, "height": 10}


def size_of(name):
    return (200, 100) if name == "a.jpg" else None


def read(tmp_path, value):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return createml.read(path, size_of=size_of)


def record(*annotations, **fields):
    return {"image": "a.jpg", "annotations": list(annotations)} | fields


def test_a_centre_and_a_size_become_edges(tmp_path):
    labels = read(tmp_path, [record({"label": "cat", "coordinates": COORDINATES})])
    assert labels.images == (
        LabeledImage(
            "a.jpg", ImageAnnotation(200, 100, boxes=(LabeledBox("cat", 50, 35, 70, 45),))
        ),
    )
    assert labels.notes == ()


def test_names_of_newer_files_and_the_mark_of_labelimg_are_understood(tmp_path):
    newer = {
        "imagefilename": "a.jpg",
        "annotation": [{"label": "cat", "coordinates": COORDINATES}],
        "verified": True,
    }
    (image,) = read(tmp_path, [newer]).images
    assert len(image.annotation.boxes) == 1
    assert image.annotation.is_verified
    assert not image.annotation.boxes[0].is_difficult


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (None, "The annotation is missing"),
        ({"coordinates": COORDINATES}, "'label' is missing"),
        ({"label": "  ", "coordinates": COORDINATES}, "'label' is '  ', not plain text"),
        ({"label": "cat"}, "'coordinates' is missing"),
        ({"label": "cat", "coordinates": COORDINATES | {"x": None}}, "'x' is missing"),
        ({"label": "cat", "coordinates": COORDINATES | {"width": True}}, "'width' is True"),
        ({"label": "cat", "coordinates": COORDINATES | {"height": 0}}, "no area"),
    ],
)
def test_a_bad_annotation_costs_only_itself(tmp_path, annotation, reason):
    good = {"label": "dog", "coordinates": COORDINATES}
    labels = read(tmp_path, [record(annotation, good)])
    assert [box.class_name for box in labels.images[0].annotation.boxes] == ["dog"]
    (note,) = labels.notes
    assert (note.kind, note.place) == ("refused", "labels.json, [0].annotations[0]")
    assert reason in note.text


def test_a_picture_whose_size_nobody_knows_is_refused(tmp_path):
    labels = read(tmp_path, [record(image="b.jpg"), record()])
    assert [image.name for image in labels.images] == ["a.jpg"]
    assert "'b.jpg' is not known" in labels.notes[0].text


@pytest.mark.parametrize("bad", [5, {}, {"image": "a.jpg"}, {"image": "..", "annotations": []}])
def test_a_bad_record_costs_only_itself(tmp_path, bad):
    labels = read(tmp_path, [bad, record()])
    assert [image.name for image in labels.images] == ["a.jpg"]
    assert [note.place for note in labels.notes if note.kind == "refused"] == ["labels.json, [0]"]


def test_a_file_that_is_no_list_is_refused(tmp_path):
    with pytest.raises(AnnotationError, match=r"labels\.json: .* not a list") as caught:
        read(tmp_path, {"image": "a.jpg"})
    assert caught.value.code == "labels-broken"


def test_what_it_cannot_hold_is_told(tmp_path):
    box = LabeledBox("cat", 0, 0, 9, 9, is_difficult=True)
    annotation = ImageAnnotation(200, 100, boxes=(box,), is_verified=True)
    notes = createml.write(LabelSet((LabeledImage("a.jpg", annotation),)), tmp_path / "labels.json")
    assert [(note.kind, "'difficult'" in note.text) for note in notes] == [("lost", True)]


def test_files_of_another_tool_open_and_their_boxes_beyond_the_edge_are_noted(reference_data):
    folder = reference_data / "foreign" / "datumaro" / "roboflow_dataset" / "createml"
    labels = createml.read(
        folder / "train" / "_annotations.createml.json", size_of=lambda name: (10, 5)
    )
    boxes = [box for image in labels.images for box in image.annotation.boxes]
    assert boxes[0] == LabeledBox("label_0", 0.5, 0.5, 3.5, 1.5)
    assert boxes[1] == LabeledBox("label_1", 0, 0, 1, 2)  # its centre is a corner there
    assert [note.kind for note in labels.notes] == ["mended"]
