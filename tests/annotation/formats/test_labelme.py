from __future__ import annotations

import json

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import labelme
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.labels import ImageAnnotation, LabeledBox


def no_size(name):
    return None


def shape(**fields):
    return {"label": "cat", "points": [[10, 20], [40, 60]], "shape_type": "rectangle"} | fields


def content(*shapes, **fields):
    return {
        "imagePath": "a.jpg",
        "imageWidth": 200,
        "imageHeight": 100,
        "shapes": list(shapes),
    } | fields


def folder_with(tmp_path, **files):
    for stem, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (tmp_path / f"{stem}.json").write_text(text, encoding="utf-8")
    return tmp_path


def read(tmp_path, *shapes, **fields):
    return labelme.read(folder_with(tmp_path, a=content(*shapes, **fields)), size_of=no_size)


@pytest.mark.parametrize(
    "points",
    [
        [[10, 20], [40, 60]],
        [[40, 60], [10, 20]],
        [[10, 60], [40, 20]],
        [[10, 20], [40, 20], [40, 60], [10, 60]],
    ],
)
def test_a_rectangle_is_a_box_from_whichever_corner_it_was_drawn(tmp_path, points):
    labels = read(tmp_path, shape(points=points))
    assert labels.images[0].annotation.boxes == (LabeledBox("cat", 10, 20, 40, 60),)
    assert labels.notes == ()


@pytest.mark.parametrize(
    ("kind", "points", "edges"),
    [
        ("polygon", [[10, 20], [40, 30], [20, 60]], (10, 20, 40, 60)),
        ("circle", [[50, 50], [53, 54]], (45, 45, 55, 55)),
        ("mask", [[10, 20], [40, 60]], (10, 20, 40, 60)),
        ("rotation", [[10, 20], [40, 30], [20, 60], [1, 50]], (1, 20, 40, 60)),
    ],
)
def test_outlines_become_the_box_around_them_and_are_noted(tmp_path, kind, points, edges):
    labels = read(tmp_path, shape(shape_type=kind, points=points))
    assert labels.images[0].annotation.boxes[0].box_xyxy == edges
    (note,) = labels.notes
    assert (note.kind, note.place) == ("mended", "a.json, shapes[0]")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"shape_type": "point", "points": [[1, 2]]}, "'point', which has no box"),
        ({"shape_type": "linestrip"}, "'linestrip', which has no box"),
        ({"shape_type": "circle", "points": [[1, 2], ["x", 2]]}, "'x', not a number"),
        ({"points": [[1, 2]]}, "too few points"),
        ({"points": [1, 2]}, "'points' is 1, not a list"),
        ({"points": [[1], [2]]}, "too few points"),
        ({"points": None}, "'points' is missing"),
        ({"label": None}, "'label' is missing"),
        ({"label": "two\nlines"}, "not plain text"),
        ({"label": "half \ud800"}, "not plain text"),
        ({"shape_type": ["rectangle"]}, "'shape_type' is ['rectangle'], not plain text"),
        ({"points": [[300, 300], [400, 400]]}, "no area"),
    ],
)
def test_a_bad_shape_costs_only_itself(tmp_path, fields, reason):
    labels = read(tmp_path, shape(**fields), shape())
    assert len(labels.images[0].annotation.boxes) == 1
    (note,) = labels.notes
    assert (note.kind, note.place) == ("refused", "a.json, shapes[0]")
    assert reason in note.text


def test_flags_with_our_names_are_ours(tmp_path):
    labels = read(
        tmp_path,
        shape(flags={"occluded": True, "difficult": False}),
        shape(difficult=True, flags=None),
        flags={"verified": True},
    )
    annotation = labels.images[0].annotation
    assert [(box.is_occluded, box.is_difficult) for box in annotation.boxes] == [
        (True, False),
        (False, True),
    ]
    assert annotation.is_verified


def test_a_broken_file_of_a_folder_is_noted_and_alone_an_error(tmp_path):
    folder = folder_with(tmp_path, a=content(shape()), b="{", c=[1], d={"shapes": []})
    labels = labelme.read(folder, size_of=no_size)
    assert [image.name for image in labels.images] == ["a.jpg"]
    assert [(note.kind, note.place) for note in labels.notes] == [
        ("refused", "b.json"),
        ("refused", "c.json"),
        ("refused", "d.json"),
    ]
    with pytest.raises(AnnotationError, match=r"b\.json"):
        labelme.read(folder / "b.json", size_of=no_size)


def test_pictures_in_subfolders_are_named_from_the_opened_folder(tmp_path):
    (tmp_path / "day1").mkdir()
    folder_with(tmp_path / "day1", a=content(), b=content(imagePath="..\\pictures\\b.jpg"))
    labels = labelme.read(tmp_path, size_of=no_size)
    assert [image.name for image in labels.images] == ["day1/a.jpg", "b.jpg"]


def test_files_are_written_beside_where_the_pictures_lie(tmp_path):
    box = LabeledBox("niño", 1, 2, 11.25, 22)
    image = LabeledImage("day1/a.jpg", ImageAnnotation(200, 100, boxes=(box,)))
    assert labelme.write(LabelSet((image,)), tmp_path / "out") == ()
    written = json.loads((tmp_path / "out/day1/a.json").read_text(encoding="utf-8"))
    assert (written["imagePath"], written["imageData"]) == ("a.jpg", None)
    assert written["shapes"][0]["points"] == [[1, 2], [11.25, 22]]
    assert written["shapes"][0]["label"] == "niño"
