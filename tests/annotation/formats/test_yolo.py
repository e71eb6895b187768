from __future__ import annotations

from pathlib import Path

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import yolo
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.formats.yolo_classes import read_class_names
from app.annotation.labels import ImageAnnotation, LabeledBox

SIZE = (200, 100)


def size_of(name: str) -> tuple[int, int] | None:
    return SIZE if name in ("a.jpg", "b.PNG", "deep/c.jpg", "images/d.jpg") else None


def folder_with(path: Path, lines: str, classes: str = "cat\ndog\n") -> Path:
    (path / "classes.txt").write_text(classes, encoding="utf-8")
    (path / "a.txt").write_text(lines, encoding="utf-8")
    return path


def one_box(name: str, class_name: str) -> LabelSet:
    box = LabeledBox(class_name, 10, 20, 50, 60)
    return LabelSet((LabeledImage(name, ImageAnnotation(*SIZE, boxes=(box,))),), (class_name,))


def test_a_line_becomes_a_box_in_pixels(tmp_path):
    labels = yolo.read(folder_with(tmp_path, "1 0.5 0.5 0.5 0.2\n"), size_of=size_of)
    (image,) = labels.images
    assert (image.name, image.annotation.width, image.annotation.height) == ("a.jpg", 200, 100)
    assert image.annotation.boxes == (LabeledBox("dog", 50, 40, 150, 60),)
    assert labels.class_names == ("cat", "dog")
    assert labels.notes == ()


def test_an_empty_file_is_a_picture_without_objects(tmp_path):
    (image,) = yolo.read(folder_with(tmp_path, ""), size_of=size_of).images
    assert image.annotation.boxes == ()


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        ("2 0.5 0.5 0.5 0.2", "refused", "class number is 2, and names are known for 0 to 1"),
        ("-1 0.5 0.5 0.5 0.2", "refused", "class number is -1"),
        ("cat 0.5 0.5 0.5 0.2", "refused", "'cat', not a number"),
        ("0.5 0.5 0.5 0.5 0.2", "refused", "class number is 0.5"),
        ("0 0.5 0.5 0.5", "refused", "4 fields where 5 are due"),
        ("0 0 0 2 2 2 2 0 cat 0", "refused", "10 fields where 5 are due"),
        ("0 0.5 nan 0.5 0.5", "refused", "Field 3 is 'nan', not a number"),
        ("0 0.5 0.5 inf 0.5", "refused", "Field 4"),
        ("0 0.5 0.5 0 0.5", "refused", "no area"),
        ("0 320 240 50 60", "refused", "no area inside the picture"),
        ("0 0.9 0.5 0.4 0.2", "mended", "20.0 px beyond the picture"),
        ("0 0.5 0.5 -0.5 0.2", "mended", "wrong way round"),
        ("0 0.5 0.5 0.5 0.2 0.97", "mended", "a score"),
        ("0 0.1 0.1 0.6 0.1 0.6 0.7", "mended", "outline"),
    ],
)
def test_an_odd_line_is_noted_with_its_place_and_the_next_one_still_read(
    tmp_path, line, kind, reason
):
    labels = yolo.read(folder_with(tmp_path, f"{line}\n1 0.5 0.5 0.5 0.2\n"), size_of=size_of)
    (note,) = labels.notes
    assert (note.kind, note.place) == (kind, "a.txt, line 1")
    assert reason in note.text
    boxes = labels.images[0].annotation.boxes
    assert boxes[-1] == LabeledBox("dog", 50, 40, 150, 60)
    assert len(boxes) == (1 if kind == "refused" else 2)


def test_a_box_beyond_the_edge_is_clipped_to_it(tmp_path):
    labels = yolo.read(folder_with(tmp_path, "0 0.9 0.5 0.4 0.2"), size_of=size_of)
    assert labels.images[0].annotation.boxes[0].box_xyxy == pytest.approx((140, 40, 200, 60))


def test_pictures_are_found_whatever_their_ending_and_beside_folders_of_labels(tmp_path):
    (tmp_path / "data.yaml").write_text("names: [cat]\n", encoding="utf-8")
    for file in ("b.txt", "deep/c.txt", "labels/d.txt", "README.txt", "train.txt", "lost.txt"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        is_prose = file in ("train.txt", "README.txt")
        text = "images/b.PNG\n" if is_prose else "0 0.5 0.5 0.5 0.5\n"
        (tmp_path / file).write_text(text, encoding="utf-8")
    labels = yolo.read(tmp_path, size_of=size_of)
    assert [image.name for image in labels.images] == ["b.PNG", "deep/c.jpg", "images/d.jpg"]
    assert [(note.kind, note.place) for note in labels.notes] == [("refused", "lost.txt")]
    assert "no picture of that name" in labels.notes[0].text


def test_a_file_that_is_no_text_costs_only_itself(tmp_path):
    folder_with(tmp_path, "0 0.5 0.5 0.5 0.5\n")
    (tmp_path / "b.txt").write_bytes(b"\xff\x00\x81")
    labels = yolo.read(tmp_path, size_of=size_of)
    assert [image.name for image in labels.images] == ["a.jpg"]
    assert "not UTF-8" in labels.notes[0].text


def test_labels_without_any_class_names_are_refused_with_what_to_do(tmp_path):
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.5 0.5\n", encoding="utf-8")
    with pytest.raises(AnnotationError) as caught:
        yolo.read(tmp_path, size_of=size_of)
    assert caught.value.code == "labels-without-classes"
    assert "classes.txt" in caught.value.hint


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(AnnotationError, match="nowhere"):
        yolo.read(tmp_path / "nowhere", size_of=size_of)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names: ['a b', \"c\", d]\n", {0: "a b", 1: "c", 2: "d"}),
        ("nc: 2\nnames: [a,\n  'b, c',  # two\n]\nval: x\n", {0: "a", 1: "b, c"}),
        ("names: {0: a, 2: 'c'}\n", {0: "a", 2: "c"}),
        ("names:\n  0: person\n  1: traffic light # red\nval: [x]\n", None),
        ("names:\n- person\n- 'traffic light'\nnc: 2\n", None),
        ("names:\n  - person\n\n  # next\n  - traffic light\n", None),
        ('names:\n- cook\'s hat\n- "C#"\n', {0: "cook's hat", 1: "C#"}),
        ("names: [C#, b] # c\n", {0: "C#", 1: "b"}),
        ("# names: [x]\r\nnames: ['niño']\r\n", {0: "niño"}),
    ],
)
def test_the_names_of_a_data_yaml_are_read_in_every_layout(tmp_path, text, names):
    (tmp_path / "data.yaml").write_bytes(text.encode("utf-8"))
    assert read_class_names(tmp_path) == (names or {0: "person", 1: "traffic light"})


@pytest.mark.parametrize(
    "text", ["names: [a, 'b]\n", "names:\n  x: a\n", "names: {9999999999: a}\n", "names: {a}\n"]
)
def test_names_that_make_no_sense_are_refused_with_the_file(tmp_path, text):
    (tmp_path / "data.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"data\.yaml") as caught:
        read_class_names(tmp_path)
    assert caught.value.code == "labels-broken"


def test_an_empty_line_in_the_class_list_keeps_its_number(tmp_path):
    labels = yolo.read(
        folder_with(tmp_path, "2 0.5 0.5 0.5 0.5\n1 0.5 0.5 0.5 0.5", "cat\n\ndog\n"),
        size_of=size_of,
    )
    assert [box.class_name for box in labels.images[0].annotation.boxes] == ["dog"]
    assert labels.class_names == ("cat", "dog")
    assert labels.notes[0].place == "a.txt, line 2"


def test_lines_are_written_with_six_decimals_and_a_class_list(tmp_path):
    yolo.write(one_box("deep/a.jpg", "dog"), tmp_path / "new")
    text = (tmp_path / "new" / "deep" / "a.txt").read_text(encoding="utf-8")
    assert text == "0 0.150000 0.400000 0.200000 0.400000\n"
    assert (tmp_path / "new" / "classes.txt").read_text(encoding="utf-8") == "dog\n"


@pytest.mark.parametrize("size", [(641, 479), (1917, 1083), (7919, 6007)])
def test_whole_pixels_come_back_whole(tmp_path, size):
    boxes = tuple(
        LabeledBox("cat", place, place + 1, size[0] - place, size[1] - place)
        for place in range(0, 230, 7)
    )
    image = LabeledImage("a.jpg", ImageAnnotation(*size, boxes=boxes))
    yolo.write(LabelSet((image,)), tmp_path)
    assert yolo.read(tmp_path, size_of=lambda name: size).images[0] == image


def test_a_class_list_that_is_there_keeps_its_order_and_grows(tmp_path):
    folder_with(tmp_path, "1 0.5 0.5 0.5 0.5\n", "zebra\n\ndog\n")
    yolo.write(one_box("b.PNG", "ape"), tmp_path)
    yolo.write(one_box("deep/c.jpg", "dog"), tmp_path)
    assert (tmp_path / "classes.txt").read_text(encoding="utf-8") == "zebra\n\ndog\nape\n"
    assert (tmp_path / "b.txt").read_text(encoding="utf-8").startswith("3 ")
    assert (tmp_path / "deep" / "c.txt").read_text(encoding="utf-8").startswith("2 ")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "1 0.5 0.5 0.5 0.5\n"


def test_numbers_of_a_data_yaml_are_kept_and_what_it_lacks_is_noted(tmp_path):
    (tmp_path / "data.yaml").write_text("names: [zebra, ape]\n", encoding="utf-8")
    notes = yolo.write(one_box("a.jpg", "dog"), tmp_path)
    assert (tmp_path / "classes.txt").read_text(encoding="utf-8") == "zebra\nape\ndog\n"
    assert [(note.kind, Path(note.place).name) for note in notes] == [("lost", "data.yaml")]
    assert "dog" in notes[0].text


def test_numbers_of_a_data_yaml_above_a_folder_of_labels_are_kept(tmp_path):
    (tmp_path / "data.yaml").write_text("names: [zebra, dog]\n", encoding="utf-8")
    assert yolo.write(one_box("a.jpg", "dog"), tmp_path / "train" / "labels") == ()
    text = (tmp_path / "train" / "labels" / "a.txt").read_text(encoding="utf-8")
    assert text.startswith("1 ")


@pytest.mark.parametrize("name", ["train.jpg", "README.jpg", "deep/val.jpg"])
@pytest.mark.parametrize("boxes", [(), (LabeledBox("cat", 10, 20, 50, 60),)])
def test_pictures_called_like_lists_and_readmes_keep_their_labels(tmp_path, name, boxes):
    annotation = ImageAnnotation(*SIZE, boxes=boxes)
    yolo.write(LabelSet((LabeledImage(name, annotation),), ("cat",)), tmp_path)
    back = yolo.read(tmp_path, size_of=lambda asked: SIZE if asked == name else None)
    assert [(image.name, image.annotation) for image in back.images] == [(name, annotation)]


def test_two_pictures_that_would_share_a_file_are_refused_before_anything_is_written(tmp_path):
    labels = LabelSet((*one_box("a.jpg", "cat").images, *one_box("A.png", "cat").images), ("cat",))
    with pytest.raises(AnnotationError, match=r"a\.jpg and A\.png") as caught:
        yolo.write(labels, tmp_path / "new")
    assert caught.value.code == "labels-collide"
    assert not (tmp_path / "new").exists()


def test_a_picture_called_classes_does_not_overwrite_the_class_list(tmp_path):
    with pytest.raises(AnnotationError, match=r"classes\.jpg"):
        yolo.write(one_box("classes.jpg", "cat"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_class_name_of_two_lines_is_refused(tmp_path):
    with pytest.raises(AnnotationError, match="more than one line"):
        yolo.write(one_box("a.jpg", "cat\ndog"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_yolo_cannot_hold_is_counted_once_a_kind(tmp_path):
    boxes = (
        LabeledBox("cat", 0, 0, 9, 9, is_difficult=True, is_truncated=True),
        LabeledBox("cat", 0, 0, 9, 9, is_difficult=True, pose="Left"),
        LabeledBox("cat", 0, 0, 9, 9, is_occluded=True),
    )
    annotation = ImageAnnotation(*SIZE, boxes=boxes, is_verified=True)
    notes = yolo.write(LabelSet((LabeledImage("a.jpg", annotation),), ("cat",)), tmp_path)
    assert {note.kind for note in notes} == {"lost"}
    assert [(note.text.split("'")[1], note.text.split(": ")[1][:6]) for note in notes] == [
        ("difficult", "2 of 3"),
        ("truncated", "1 of 3"),
        ("occluded", "1 of 3"),
        ("pose", "1 of 3"),
        ("verified", "1 of 1"),
    ]


@pytest.mark.parametrize(
    ("folder", "pictures"),
    [
        ("yolo_dataset/strict", ["obj_train_data/1.jpg"]),
        ("yolo_dataset/labels", ["images/train/1.jpg", "images/val/1.jpg"]),
        ("yolo_dataset/annotations", ["Images/1.jpg"]),
        (
            "roboflow_dataset/yolo",
            [
                "train/images/train_001.jpg",
                "train/images/train_002.jpg",
                "val/images/val_001.jpg",
            ],
        ),
    ],
)
def test_layouts_of_other_tools_find_their_pictures(reference_data, folder, pictures):
    root = reference_data / "foreign" / "datumaro" / folder
    labels = yolo.read(root, size_of=lambda name: (15, 10) if name in _names_below(root) else None)
    assert [image.name for image in labels.images] == pictures
    assert labels.notes == ()
    assert all(image.annotation.boxes for image in labels.images)


def test_turned_boxes_of_another_kind_are_refused_line_by_line(reference_data):
    root = reference_data / "foreign" / "datumaro" / "roboflow_dataset" / "yolo_obb"
    labels = yolo.read(root, size_of=lambda name: (10, 5) if name in _names_below(root) else None)
    assert sum(len(image.annotation.boxes) for image in labels.images) == 0
    assert len(labels.notes) == 4
    assert all("10 fields" in note.text for note in labels.notes)


def _names_below(root: Path) -> set[str]:
    return {file.relative_to(root).as_posix() for file in root.rglob("*.jpg")}
