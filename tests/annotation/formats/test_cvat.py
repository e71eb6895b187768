from __future__ import annotations

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import cvat
from app.annotation.labels import LabeledBox

BOX = '<box label="cat" occluded="0" xtl="10" ytl="20" xbr="40" ybr="60"/>'


def no_size(name):
    return None


def read(tmp_path, shapes, *, size='width="200" height="100"', head="", size_of=no_size):
    path = tmp_path / "annotations.xml"
    text = (
        f'<?xml version="1.0"?>{head}<annotations><version>1.1</version>'
        "<meta><task><labels><label><name>dog</name></label><label><name>cat</name></label>"
        f'</labels></task></meta><image id="0" name="a.jpg" {size}>{shapes}</image></annotations>'
    )
    path.write_text(text, encoding="utf-8")
    return cvat.read(path, size_of=size_of)


def test_a_box_and_the_order_of_the_labels_are_read(tmp_path):
    labels = read(tmp_path, f"<!-- one -->{BOX}")
    assert labels.images[0].annotation.boxes == (LabeledBox("cat", 10, 20, 40, 60),)
    assert (labels.class_names, labels.notes) == (("dog", "cat"), ())


def test_occluded_and_attributes_with_our_names_are_flags(tmp_path):
    text = BOX.replace('occluded="0"', 'occluded="1"').replace(
        "/>", '><attribute name="difficult">true</attribute></box>'
    )
    (box,) = read(tmp_path, text).images[0].annotation.boxes
    assert (box.is_occluded, box.is_difficult, box.is_truncated) == (True, True, False)


def test_turned_boxes_and_polygons_become_the_upright_box_around_them(tmp_path):
    turned = BOX.replace("label", 'rotation="90" label')
    polygon = '<polygon label="cat" points="1.5,2;30,4;6,50"/>'
    labels = read(tmp_path, turned + polygon)
    boxes = [box.box_xyxy for box in labels.images[0].annotation.boxes]
    assert boxes[0] == pytest.approx((5, 25, 45, 55))
    assert boxes[1] == (1.5, 2, 30, 50)
    assert [note.kind for note in labels.notes] == ["mended", "mended"]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ('<polyline label="cat" points="1,2;3,4"/>', "a polyline, which has no box"),
        ('<mask label="cat" rle="1"/>', "a mask, which has no box"),
        ('<polygon label="cat" points="1;3"/>', "too few points"),
        (BOX.replace('xtl="10"', ""), "'xtl' is missing"),
        (BOX.replace("10", "ten"), "'xtl' is 'ten', not a number"),
        (BOX.replace("cat", ""), "'label' is ''"),
        (BOX.replace("40", "10"), "no area"),
    ],
)
def test_a_bad_shape_costs_only_itself(tmp_path, shape, reason):
    labels = read(tmp_path, shape + BOX)
    assert len(labels.images[0].annotation.boxes) == 1
    (note,) = labels.notes
    assert note.kind == "refused"
    assert note.place.startswith("annotations.xml, image 0, ")
    assert reason in note.text


def test_a_missing_size_is_asked_for(tmp_path):
    labels = read(tmp_path, BOX, size="", size_of=lambda name: (64, 48))
    assert labels.images[0].annotation.width == 64
    assert read(tmp_path, BOX, size="").images == ()


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY b "boom">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_never_expanded(tmp_path, head):
    with pytest.raises(AnnotationError, match="entities") as caught:
        read(tmp_path, '<tag label="&b;"/>', head=head)
    assert caught.value.code == "labels-broken"


@pytest.mark.parametrize("text", ["", "<annotations>", "<annotation/>", "{}"])
def test_a_file_that_is_not_cvat_is_refused(tmp_path, text):
    path = tmp_path / "annotations.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"annotations\.xml") as caught:
        cvat.read(path, size_of=no_size)
    assert caught.value.code == "labels-broken"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(AnnotationError, match=r"gone\.xml") as caught:
        cvat.read(tmp_path / "gone.xml", size_of=no_size)
    assert caught.value.code == "labels-not-readable"


def test_tracks_of_a_video_are_refused_one_by_one(reference_data):
    folder = reference_data / "foreign" / "datumaro" / "cvat_dataset" / "for_video"
    labels = cvat.read(folder / "annotations.xml", size_of=no_size)
    assert labels.images == ()
    assert [note.place for note in labels.notes] == [
        f"annotations.xml, track {index}" for index in range(3)
    ]
    assert labels.class_names == ("klhg", "z U k", "II")


def test_pictures_of_a_project_with_equal_names_stay_apart_by_subset(reference_data):
    folder = reference_data / "foreign" / "datumaro" / "cvat_dataset" / "for_images"
    root = folder / "export_project"
    labels = cvat.read(
        root / "annotations.xml",
        size_of=lambda name: (10, 10) if (root / "images" / name).is_file() else None,
    )
    names = [image.name for image in labels.images]
    assert len(set(names)) == 6
    assert all((root / "images" / name).is_file() for name in names)


def test_equal_names_of_two_subsets_stay_apart_even_without_the_pictures(tmp_path):
    path = tmp_path / "annotations.xml"
    images = "".join(
        f'<image name="a.jpg" subset="{subset}" width="200" height="100">{BOX}</image>'
        for subset in ("Train", "Test")
    )
    path.write_text(f"<annotations>{images}</annotations>", encoding="utf-8")
    labels = cvat.read(path, size_of=no_size)
    assert [(image.name, len(image.annotation.boxes)) for image in labels.images] == [
        ("a.jpg", 1),
        ("Test/a.jpg", 1),
    ]
