from __future__ import annotations

import json

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import linkedai
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.labels import ImageAnnotation, LabeledBox

POSITION = {"x": 10.5, "y": 20, "w": 30, "h": 40}
TAG = {"name": "motos", "pos": POSITION, "type": "bounding_box"}


def no_size(name):
    return None


def record(*tags, **fields):
    return {"image": "a.jpg", "width": "200", "height": "100", "tags": list(tags)} | fields


def read(tmp_path, value, size_of=no_size):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return linkedai.read(path, size_of=size_of)


@pytest.mark.parametrize("wrap", [list, dict])
def test_a_list_of_records_and_a_single_record_are_read(tmp_path, wrap):
    value = [record(TAG)] if wrap is list else record(TAG)
    labels = read(tmp_path, value)
    assert labels.images == (
        LabeledImage(
            "a.jpg", ImageAnnotation(200, 100, boxes=(LabeledBox("motos", 10.5, 20, 40.5, 60),))
        ),
    )


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ({"parent": None}, "'pos' is missing"),
        (TAG | {"pos": POSITION | {"w": "wide"}}, "pos.w is 'wide', not a number"),
        (TAG | {"pos": [1, 2, 3, 4]}, "not an object"),
        (TAG | {"name": None}, "'name' is missing"),
        (TAG | {"type": "polygon"}, "of the type 'polygon'"),
        (TAG | {"pos": POSITION | {"x": 900}}, "no area inside"),
    ],
)
def test_a_bad_tag_costs_only_itself(tmp_path, tag, reason):
    labels = read(tmp_path, [record(tag, TAG)])
    assert len(labels.images[0].annotation.boxes) == 1
    (note,) = labels.notes
    assert (note.kind, note.place) == ("refused", "labels.json, [0].tags[0]")
    assert reason in note.text


def test_a_size_that_is_none_is_asked_for(tmp_path):
    labels = read(tmp_path, [record(TAG, width="wide")], size_of=lambda name: (640, 480))
    assert labels.images[0].annotation.width == 640
    assert labels.notes[0].kind == "mended"


def test_sizes_are_written_as_text_and_the_same_labels_give_the_same_file(tmp_path):
    box = LabeledBox("motos", 1, 2, 11, 22)
    labels = LabelSet((LabeledImage("a.jpg", ImageAnnotation(200, 100, boxes=(box, box))),))
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        linkedai.write(labels, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    (written,) = json.loads(files[0].read_text(encoding="utf-8"))
    assert (written["width"], written["height"]) == ("200", "100")
    assert written["tags"][0]["pos"] == {"x": 1, "y": 2, "w": 10, "h": 20}
    assert written["tags"][0]["id"] != written["tags"][1]["id"]


def test_the_repaired_sample_gives_its_box(reference_data):
    path = reference_data / "foreign" / "linkedai" / "repaired_one_record.json"
    (image,) = linkedai.read(path, size_of=no_size).images
    (box,) = image.annotation.boxes
    assert (image.name, image.annotation.width, image.annotation.height) == (
        "fc15988c9a.jpg",
        1300,
        953,
    )
    assert (*(int(edge) for edge in box.box_xyxy), box.class_name) == (63, 436, 809, 864, "motos")


def test_the_printed_sample_is_refused_with_line_and_column(reference_data):
    path = reference_data / "foreign" / "linkedai" / "readme_verbatim_INVALID.json"
    with pytest.raises(AnnotationError, match=r"not valid JSON \(line 12, column 17\)") as caught:
        linkedai.read(path, size_of=no_size)
    assert caught.value.code == "labels-broken"
