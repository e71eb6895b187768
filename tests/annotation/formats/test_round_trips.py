"""What one format writes, it reads back; and the same boxes in seven formats are the same."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.formats.registry import FORMATS, detect
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.files import FileWriteError

WRITABLE = [key for key, format_ in FORMATS.items() if format_.write]
CLASS_NAMES = ("d2", "car", "señal  de alto")
LABELS = LabelSet(
    images=(
        LabeledImage(
            "c1_e1.png",
            ImageAnnotation(
                641,
                479,
                boxes=(
                    LabeledBox("car", 10, 20, 300, 400, is_difficult=True, is_truncated=True),
                    LabeledBox("señal  de alto", 1, 2, 641, 479, is_occluded=True),
                    LabeledBox("d2", 100.25, 200.5, 101.75, 260.125, pose="Left"),
                ),
                is_verified=True,
            ),
        ),
        LabeledImage(
            "day 1/c1_e1.jpg",
            ImageAnnotation(4000, 3000, boxes=(LabeledBox("d2", 3990, 2990, 4000, 3000),)),
        ),
        LabeledImage("day 1/empty.jpg", ImageAnnotation(32, 24)),
    ),
    class_names=CLASS_NAMES,
)
# What each format holds of flags, so that nothing is lost beyond what its notes say.
HELD = {
    "voc": {"is_difficult", "is_truncated", "is_occluded", "pose"},
    "voc-devkit": {"is_difficult", "is_truncated", "is_occluded", "pose"},
    "coco": {"is_difficult", "is_truncated", "is_occluded"},
    "labelme": {"is_difficult", "is_truncated", "is_occluded"},
}
VOC = ("voc", "voc-devkit")  # what they write can't be told apart
VERIFIED = {*VOC, "createml", "labelme"}
SPLINTERS = [b"", b"null", b"NaN", b"1e999", b"[]", b"-", b'"', b"\xff", b"\0", b"\n", b"../"]
PLAIN = LabeledBox("", 0, 0, 0, 0)


def size_of(name):
    sizes = {i.name: (i.annotation.width, i.annotation.height) for i in LABELS.images}
    return sizes.get(name)


def written(key, tmp_path):
    format_ = FORMATS[key]
    path = tmp_path / ("labels" if format_.is_folder else f"labels{format_.suffixes[0]}")
    notes = format_.write(LABELS, path)
    return path, notes


@pytest.mark.parametrize("key", WRITABLE)
def test_labels_come_back_as_they_were_written(key, tmp_path):
    path, _ = written(key, tmp_path)
    back = FORMATS[key].read(path, size_of=size_of)
    assert back.notes == ()
    expected = {image.name: image.annotation for image in LABELS.images}
    if key == "csv":
        del expected["day 1/empty.jpg"]
    assert {image.name for image in back.images} == set(expected)
    for image in back.images:
        before = expected[image.name]
        after = image.annotation
        assert (after.width, after.height) == (before.width, before.height)
        assert [box.class_name for box in after.boxes] == [box.class_name for box in before.boxes]
        tolerance_px = 1.0 if key in VOC else 0.005
        for old, new in zip(before.boxes, after.boxes, strict=True):
            assert new.box_xyxy == pytest.approx(old.box_xyxy, abs=tolerance_px)
            for flag in ("is_difficult", "is_truncated", "is_occluded", "pose"):
                kept = old if flag in HELD.get(key, set()) else PLAIN
                assert getattr(new, flag) == getattr(kept, flag), flag
            assert new.origin is None
        assert after.is_verified == (before.is_verified and key in VERIFIED)


@pytest.mark.parametrize("key", [key for key in WRITABLE if key in ("yolo", "csv", "coco")])
def test_the_order_of_classes_comes_back(key, tmp_path):
    path, _ = written(key, tmp_path)
    assert FORMATS[key].read(path, size_of=size_of).class_names == CLASS_NAMES


@pytest.mark.parametrize("key", WRITABLE)
def test_what_was_written_is_recognised_by_content(key, tmp_path):
    path, _ = written(key, tmp_path)
    if not FORMATS[key].is_folder:
        path = path.rename(path.with_suffix(".download"))
    assert detect(path).key == ("voc" if key in VOC else key)


@pytest.mark.parametrize("key", WRITABLE)
def test_every_loss_is_noted_once_with_its_count(key, tmp_path):
    path, notes = written(key, tmp_path)
    held = HELD.get(key, set())
    expected = {name for name in ("difficult", "truncated", "occluded") if f"is_{name}" not in held}
    expected |= set() if "pose" in held else {"pose"}
    expected |= set() if key in VERIFIED else {"verified"}
    expected |= {"empty"} if key == "csv" else set()
    quoted = [note.text.split("'")[1] for note in notes if "'" in note.text]
    if key in VOC:
        assert [note.text for note in notes] == [
            "Pascal VOC has whole pixels: 1 of 4 boxes lose fractions of one."
        ]
    assert sorted(quoted) == sorted(expected)
    assert {(note.kind, note.place) for note in notes} == {("lost", str(path))}


@pytest.mark.parametrize("key", WRITABLE)
def test_a_second_round_changes_no_byte(key, tmp_path):
    path, _ = written(key, tmp_path)
    before = _bytes_below(path)
    FORMATS[key].write(FORMATS[key].read(path, size_of=size_of), path)
    after = _bytes_below(path)
    assert after.keys() == before.keys()
    if key not in VOC:  # a box that starts at 0 starts at 1 there, and the absolute path is inside
        assert after == before


@pytest.mark.parametrize("key", WRITABLE)
def test_writing_where_no_folder_can_be_is_told(key, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileWriteError, match="file"):
        FORMATS[key].write(LABELS, tmp_path / "file" / "labels")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize("key", [key for key in WRITABLE if FORMATS[key].is_folder])
def test_pictures_with_one_stem_are_refused_in_formats_with_a_file_each(key, tmp_path):
    twin = replace(LABELS.images[0], name="c1_e1.jpg")
    with pytest.raises(AnnotationError, match=r"c1_e1\.png and c1_e1\.jpg"):
        FORMATS[key].write(LabelSet((*LABELS.images, twin)), tmp_path / "labels")
    assert not (tmp_path / "labels").exists()


def test_a_folder_of_voc_files_takes_sizes_and_names_from_the_pictures(tmp_path):
    box = "<xmin>1</xmin><ymin>2</ymin><xmax>90</xmax><ymax>40</ymax>"
    flags = "<truncated>0</truncated><difficult>0</difficult>"
    element = f"<object><name>cat</name>{flags}<bndbox>{box}</bndbox></object>"
    for stem, filename in (
        ("one", "x.jpg"),
        ("two", "other"),
        ("three", "gone"),
        ("four", "one.JPG"),
    ):
        text = (
            f"<annotation><filename>{filename}</filename><size><width>50</width>"
            f"<height>50</height><depth>1</depth></size>{element}</annotation>"
        )
        (tmp_path / f"{stem}.xml").write_text(text, encoding="utf-8")
    (tmp_path / "zero.xml").write_text("<annotation>", encoding="utf-8")
    pictures = {"one.JPG": (100, 50), "other.png": (100, 50)}
    labels = FORMATS["voc"].read(tmp_path, size_of=pictures.get)
    assert [image.name for image in labels.images] == ["one.JPG", "other.png"]
    for image in labels.images:
        assert (image.annotation.width, image.annotation.height) == (100, 50)
        assert image.annotation.depth == 1
        assert [box.box_xyxy for box in image.annotation.boxes] == [(1, 2, 90, 40)]
    refused = {note.place: note.text for note in labels.notes if note.kind == "refused"}
    assert refused.keys() == {"four.xml", "three.xml", "zero.xml"}
    assert "labels from another file already" in refused["four.xml"]
    assert "no picture of that name" in refused["three.xml"]


@pytest.mark.parametrize("key", WRITABLE)
def test_damaged_files_give_sound_boxes_or_a_clear_error(key, tmp_path):
    path, _ = written(key, tmp_path)
    random = Random(key)
    files = [(file, sound) for file, sound in sorted(_bytes_below(path).items()) if sound]
    messages: list[str] = []
    for _ in range(150):
        file, sound = random.choice(files)
        place = random.randrange(len(sound))
        damaged = sound[:place] + random.choice(SPLINTERS) + sound[place + random.randrange(9) :]
        file.write_bytes(damaged)
        try:
            labels = FORMATS[key].read(path, size_of=size_of)
        except AnnotationError as error:
            labels = LabelSet(())
            messages.append(error.message)
        file.write_bytes(sound)
        for image in labels.images:
            width, height = image.annotation.width, image.annotation.height
            for box in image.annotation.boxes:
                assert 0 <= box.xmin < box.xmax <= width, damaged
                assert 0 <= box.ymin < box.ymax <= height, damaged
    assert all(str(path) in message for message in messages)


def test_the_same_273_boxes_are_read_from_seven_formats(reference_data):
    root = reference_data / "foreign" / "padilla" / "database"
    sizes = {file.name: cv2.imread(str(file)).shape[1::-1] for file in (root / "images").iterdir()}
    places = {
        "voc": "pascalvoc_format",
        "coco": "coco_format_v1/instances_default.json",
        "coco v2": "coco_format_v2/instances_v2.json",
        "yolo": "yolo_format",
        "cvat": "cvat_format/annotations.xml",
        "labelme": "labelme_format",
    }
    read = {}
    for name, place in places.items():
        format_ = detect(root / "gts" / place)
        assert format_.key == name.split()[0]
        labels = format_.read(root / "gts" / place, size_of=sizes.get)
        assert labels.notes == ()
        assert len(labels.class_names) == 20
        read[name] = _sorted_boxes(labels)
    imagenet = FORMATS["voc"].read(root / "gts" / "imagenet_format", size_of=sizes.get)
    read["imagenet"] = _sorted_boxes(imagenet)
    for name, boxes in read.items():
        assert len(boxes) == 273, name
        for (image, class_name, edges), expected in zip(boxes, read["coco"], strict=True):
            assert (image, class_name) == expected[:2], name
            assert edges == pytest.approx(expected[2], abs=1.0), name


def _sorted_boxes(labels):
    return sorted(
        (image.name, box.class_name, tuple(round(edge) for edge in box.box_xyxy))
        for image in labels.images
        for box in image.annotation.boxes
    )


def _bytes_below(path):
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {file: file.read_bytes() for file in files}
