"""Files that count pixels from 1, as the development kit of Pascal VOC does."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.annotation.formats.coordinate_rule import DEVKIT_RULE, FIRST_PIXEL
from app.annotation.formats.voc import parse_voc, voc_bytes
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.project.project import COORDINATE_RULES

PICTURE = Path("a.jpg")
FILE = b"""<annotation><size><width>100</width><height>80</height><depth>3</depth></size>
<object><name>cat</name><pose>Left</pose><truncated>0</truncated><difficult>0</difficult>
<bndbox><xmin>1</xmin><ymin>1.5</ymin><xmax>50</xmax><ymax>80</ymax></bndbox></object>
<object><name>dot</name><pose>Left</pose><truncated>0</truncated><difficult>0</difficult>
<bndbox><xmin>7</xmin><ymin>7</ymin><xmax>7</xmax><ymax>7</ymax></bndbox></object>
</annotation>"""


def read(data):
    return parse_voc(data, name="a.xml", coordinate_rule=DEVKIT_RULE)


def written(annotation, original=None):
    rule = DEVKIT_RULE
    return voc_bytes(annotation, image_path=PICTURE, original=original, coordinate_rule=rule)


def test_the_project_and_the_files_know_the_same_rules():
    assert tuple(FIRST_PIXEL) == COORDINATE_RULES


def test_the_left_half_of_a_picture_is_pixels_1_to_50_and_one_pixel_is_a_box():
    document = read(FILE)
    assert [box.box_xyxy for box in document.annotation.boxes] == [(0, 0.5, 50, 80), (6, 6, 7, 7)]
    assert document.notes == ()


def test_a_file_that_nobody_edited_stays_as_it_was():
    assert written(read(FILE).annotation, FILE) == FILE


def test_only_the_edge_that_moved_is_written_anew():
    annotation = read(FILE).annotation
    cat, dot = annotation.boxes
    edited = replace(annotation, boxes=(replace(cat, xmin=3.0, xmax=60.0), dot))
    changed = FILE.replace(b"<xmin>1<", b"<xmin>4<").replace(b"<xmax>50<", b"<xmax>60<")
    assert written(edited, FILE) == changed + b"\n"


@pytest.mark.parametrize(
    "edges", [(0, 0, 100, 80), (0, 0, 1, 1), (99, 79, 100, 80), (13, 14, 15, 16)]
)
def test_whole_pixels_come_back_exactly_those_at_the_rim_too(edges):
    annotation = ImageAnnotation(100, 80, boxes=(LabeledBox("cat", *edges),))
    data = written(annotation)
    assert read(data).annotation.boxes[0].box_xyxy == edges
    again = read(data).annotation
    assert written(again, data) == data


def test_corners_the_wrong_way_round_are_swapped_before_they_are_counted():
    data = FILE.replace(b"<xmin>1<", b"<xmin>50<").replace(b"<xmax>50<", b"<xmax>1<")
    document = read(data)
    assert document.annotation.boxes[0].box_xyxy == (0, 0.5, 50, 80)
    assert len(document.notes) == 1


def test_a_folder_reads_and_saves_by_its_rule(tmp_path):
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a.xml").write_bytes(FILE)
    folder = LabelFolder(tmp_path, coordinate_rule=DEVKIT_RULE)
    known = folder.load(tmp_path / "a.jpg", size=(100, 80))
    new = LabeledBox("cow", 0, 0, 10, 10)
    boxes = (*known.annotation.boxes, new)
    folder.save(tmp_path / "a.jpg", replace(known.annotation, boxes=boxes), known=known)
    text = (tmp_path / "a.xml").read_text("utf-8")
    assert text.count("<xmin>1</xmin>") == 2
    assert "<xmax>10</xmax>" in text
    again = folder.load(tmp_path / "a.jpg", size=(100, 80)).annotation
    assert [box.box_xyxy for box in again.boxes] == [box.box_xyxy for box in boxes]


def test_the_devkits_own_files_keep_their_bytes(reference_data):
    files = sorted((reference_data / "foreign" / "padilla").rglob("*.xml"))
    checked = 0
    for file in files:
        data = file.read_bytes()
        if b"<bndbox>" in data:
            checked += 1
            document = parse_voc(data, name=file.name, coordinate_rule=DEVKIT_RULE)
            assert written(document.annotation, data) == data
    assert checked
