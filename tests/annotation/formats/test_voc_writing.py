"""Pascal VOC written: as labelImg does, and over a stranger's file with no loss."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from app.annotation.errors import AnnotationError
from app.annotation.formats.voc import parse_voc, read_voc, voc_bytes
from app.annotation.labels import ImageAnnotation, LabeledBox

PICTURE = Path("/data/trip/a.jpg")
CAT = LabeledBox("cat", 10.9, 20.9, 30.9, 40.9)

FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by somebody -->
<annotation note="x">
  <size><width>100</width><height>80</height></size>
  <weather>rain</weather>
  <object id="7">
    <difficult>0</difficult>
    <bndbox><xmax>30.75</xmax><xmin>10.25</xmin><ymin>20.5</ymin><ymax>40</ymax></bndbox>
    <name>cat</name>
    <truncated>0</truncated>
    <part><name>tail</name><bndbox><xmin>11</xmin></bndbox></part>
  </object>
  <object id="8">
    <name>bad</name>
    <polygon>1 2 3</polygon>
  </object>
  <object id="9">
    <name>dog</name>
    <truncated>1</truncated>
    <difficult>0</difficult>
    <bndbox><xmin>50</xmin><ymin>5</ymin><xmax>40</xmax><ymax>60</ymax></bndbox>
  </object>
  <end><!-- kept --></end>
</annotation>
"""


def new_file(*boxes, width=100, height=80, path=PICTURE, **more):
    return voc_bytes(ImageAnnotation(width, height, boxes=boxes, **more), image_path=path)


def foreign():
    return parse_voc(FOREIGN, name="a.xml", image_size=(100, 80)).annotation


def saved(annotation, original=FOREIGN):
    return voc_bytes(annotation, image_path=PICTURE, original=original)


def canonical(data):
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(data, parser), method="c14n")


def edges(data):
    """Return the corners as the course's scripts find them: by position."""
    root = ElementTree.fromstring(data)
    return [
        (member[0].text, *(int(member[4][corner].text) for corner in range(4)))
        for member in root.findall("object")
    ]


def test_a_new_file_is_byte_for_byte_what_labelimg_writes():
    box = LabeledBox("mapache & ñ", 28, 21, 126, 181, is_truncated=True)
    annotation = ImageAnnotation(259, 194, boxes=(box,), is_verified=True)
    path = Path("/home/ana/images/raccoon-12.jpg")
    assert voc_bytes(annotation, image_path=path).decode() == (
        '<annotation verified="yes">\n'
        "\t<folder>images</folder>\n"
        "\t<filename>raccoon-12.jpg</filename>\n"
        f"\t<path>{path.absolute()}</path>\n"
        "\t<source>\n\t\t<database>Unknown</database>\n\t</source>\n"
        "\t<size>\n\t\t<width>259</width>\n\t\t<height>194</height>\n"
        "\t\t<depth>3</depth>\n\t</size>\n"
        "\t<segmented>0</segmented>\n"
        "\t<object>\n"
        "\t\t<name>mapache &amp; ñ</name>\n\t\t<pose>Unspecified</pose>\n"
        "\t\t<truncated>1</truncated>\n\t\t<difficult>0</difficult>\n"
        "\t\t<bndbox>\n\t\t\t<xmin>28</xmin>\n\t\t\t<ymin>21</ymin>\n"
        "\t\t\t<xmax>126</xmax>\n\t\t\t<ymax>181</ymax>\n\t\t</bndbox>\n"
        "\t</object>\n"
        "</annotation>\n"
    )


def test_files_that_labelimg_wrote_are_written_again_from_their_boxes_alone(reference_data):
    same, others = [], []
    for path in sorted((reference_data / "voc").rglob("*.xml")):
        document = read_voc(path)
        image_path = etree.fromstring(document.data).findtext("path")
        if image_path and image_path.startswith("/"):
            again = voc_bytes(document.annotation, image_path=Path(image_path))
            (same if again == document.data else others).append(path.stem)
    assert len(same) == 558
    # Three with two spaces for a tab (another program), two with an empty box, one
    # with verified="no".
    assert others == [
        *("BloodImage_00171", "BloodImage_00178", "BloodImage_00228"),
        *("BloodImage_00338", "BloodImage_00343", "raccoon-37"),
    ]


def test_a_verified_picture_without_boxes_and_a_grey_one_are_written():
    data = new_file(is_verified=True, depth=1)
    assert data.startswith(b'<annotation verified="yes">')
    assert b"<depth>1</depth>" in data
    assert b"verified" not in new_file()


def test_the_course_s_reader_by_position_finds_names_and_whole_numbers():
    occluded = replace(CAT, is_occluded=True, is_difficult=True)
    data = new_file(occluded, CAT)
    assert edges(data) == [("cat", 10, 20, 30, 40)] * 2
    assert data.count(b"occluded") == 2
    assert parse_voc(data, name="a.xml").annotation.boxes[0].is_occluded


@pytest.mark.parametrize(
    ("box", "written"),
    [
        ((0, 0, 100, 80), (1, 1, 100, 80)),
        ((0.9, 1.9, 50.99, 79.99), (1, 1, 50, 79)),
        ((10.2, 10.2, 10.8, 11.1), (10, 10, 11, 11)),
        ((0, 0, 0.5, 1), (1, 1, 2, 2)),
        ((99.2, 79.5, 100, 80), (99, 79, 100, 80)),
    ],
)
def test_edges_are_cut_to_whole_pixels_and_no_box_vanishes(box, written):
    data = new_file(LabeledBox("cat", *box))
    assert edges(data) == [("cat", *written)]
    assert len(parse_voc(data, name="a.xml", image_size=(100, 80)).annotation.boxes) == 1


def test_a_box_in_a_picture_of_one_pixel_is_read_back():
    data = new_file(LabeledBox("dot", 0, 0, 1, 1), width=1, height=1)
    assert len(parse_voc(data, name="a.xml", image_size=(1, 1)).annotation.boxes) == 1


@pytest.mark.parametrize(
    "name", ["a b", "a  b", "peque\u00f1o", "图", "<&>\"'", "]]>", "e\u0301", "😀", "a\nb", "a\rb"]
)
def test_names_come_back_exactly(name):
    data = new_file(LabeledBox(name, 1, 2, 3, 4), path=Path(f"/x/{name.strip()}.jpg"))
    document = parse_voc(data, name="a.xml")
    assert document.annotation.boxes[0].class_name == name
    assert document.filename == f"{name}.jpg"
    renamed = voc_bytes(
        replace(foreign(), boxes=(replace(foreign().boxes[0], class_name=name),)),
        image_path=PICTURE,
        original=FOREIGN,
    )
    assert parse_voc(renamed, name="a.xml").annotation.boxes[0].class_name == name


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "a\x1bb", "\ud800"])
def test_a_name_that_no_file_can_hold_is_refused(name):
    with pytest.raises(AnnotationError) as caught:
        new_file(LabeledBox(name, 1, 2, 3, 4))
    assert caught.value.code == "label-not-writable"
    assert "a.jpg" in caught.value.message


@pytest.mark.parametrize("edge", [float("nan"), float("inf")])
def test_an_edge_that_is_no_number_is_refused(edge):
    with pytest.raises(AnnotationError, match="no number"):
        new_file(LabeledBox("cat", 1, 2, edge, 4))


def test_a_picture_whose_name_is_no_text_can_be_labelled():
    data = new_file(CAT, path=Path("/x/a\udcff\x01.jpg"))
    assert parse_voc(data, name="a.xml").filename == "a\ufffd\ufffd.jpg"


def test_an_unchanged_annotation_gives_the_very_bytes():
    assert saved(foreign()) == FOREIGN


@pytest.mark.parametrize(
    "folder",
    [
        *("foreign/padilla/database/gts/pascalvoc_format", "foreign/datumaro/voc_dataset"),
        *("foreign/padilla/database/gts/imagenet_format", "foreign/datumaro/roboflow_dataset"),
        *("voc/fingers", "voc/raccoon", "voc/bccd", "foreign/made_odd_voc"),
    ],
)
def test_a_file_of_any_tool_comes_through_a_change_and_back_with_all_it_says(
    reference_data, folder
):
    checked = 0
    for path in sorted((reference_data / folder).rglob("*.xml")):
        try:
            document = read_voc(path)
        except AnnotationError:
            continue
        original, annotation = document.data, document.annotation
        assert voc_bytes(annotation, image_path=PICTURE, original=original) == original
        turned = replace(annotation, is_verified=not annotation.is_verified)
        flagged = voc_bytes(turned, image_path=PICTURE, original=original)
        with_box = replace(annotation, boxes=(*annotation.boxes, CAT))
        added = voc_bytes(with_box, image_path=PICTURE, original=original)
        back = etree.fromstring(added)
        back.remove(back.findall("object")[-1])
        assert canonical(etree.tostring(back)) == canonical(original)
        before, after = etree.fromstring(original), etree.fromstring(flagged)
        before.attrib.pop("verified", None)
        after.attrib.pop("verified", None)
        assert canonical(etree.tostring(after)) == canonical(etree.tostring(before))
        checked += 1
    assert checked


def test_moving_one_edge_rewrites_that_edge_only():
    cat, dog = foreign().boxes
    data = saved(replace(foreign(), boxes=(replace(cat, xmax=35.9), dog)))
    assert data == FOREIGN.replace(b"<xmax>30.75<", b"<xmax>35<")


def test_moving_an_edge_of_a_mended_box_writes_both_the_right_way_round():
    cat, dog = foreign().boxes
    assert (dog.xmin, dog.xmax) == (40, 50)
    data = saved(replace(foreign(), boxes=(cat, replace(dog, xmax=55))))
    assert data == FOREIGN.replace(
        b"<xmin>50</xmin><ymin>5</ymin><xmax>40</xmax>",
        b"<xmin>40</xmin><ymin>5</ymin><xmax>55</xmax>",
    )


def test_a_kept_fraction_never_turns_a_box_inside_out():
    cat, dog = foreign().boxes
    data = saved(replace(foreign(), boxes=(replace(cat, xmax=10.9), dog)))
    box = parse_voc(data, name="a.xml", image_size=(100, 80)).annotation.boxes[0]
    assert (box.xmin, box.xmax) == (10.25, 11)
    tiny = FOREIGN.replace(b"10.25", b"0.2").replace(b"30.75", b"0.9")
    data = saved(replace(foreign(), boxes=(replace(cat, xmin=0.1, xmax=0.9), dog)), tiny)
    box = parse_voc(data, name="a.xml", image_size=(100, 80)).annotation.boxes[0]
    assert (box.xmin, box.xmax) == (1, 2)


def test_a_new_name_and_flags_leave_the_coordinates_alone():
    cat, dog = foreign().boxes
    changed = replace(cat, class_name="tiger", is_truncated=True, is_occluded=True)
    data = saved(replace(foreign(), boxes=(changed, dog)))
    assert b"<xmin>10.25<" in data
    assert parse_voc(data, name="a.xml", image_size=(100, 80)).annotation.boxes[0] == changed
    element = etree.fromstring(data).find("object")
    assert [child.tag for child in element] == [
        *("difficult", "bndbox", "occluded", "name", "truncated", "part")
    ]


def test_missing_flags_are_put_where_readers_by_position_look():
    original = new_file(CAT).replace(b"\t\t<truncated>0</truncated>\n", b"")
    original = original.replace(b"\t\t<pose>Unspecified</pose>\n", b"")
    box = parse_voc(original, name="a.xml").annotation.boxes[0]
    changed = replace(box, is_truncated=True, pose="Left")
    data = saved(ImageAnnotation(100, 80, boxes=(changed,)), original)
    assert edges(data) == [("cat", 10, 20, 30, 40)]
    assert data.decode() == new_file(CAT).decode().replace(
        "<pose>Unspecified</pose>\n\t\t<truncated>0", "<pose>Left</pose>\n\t\t<truncated>1"
    )


def test_a_deleted_box_goes_and_what_was_refused_stays():
    data = saved(replace(foreign(), boxes=foreign().boxes[1:]))
    root = etree.fromstring(data)
    assert [element.get("id") for element in root.findall("object")] == ["8", "9"]
    assert root.find("object/polygon").text == "1 2 3"
    start, end = FOREIGN.index(b'<object id="7">'), FOREIGN.index(b'<object id="8">')
    assert data == FOREIGN[:start] + FOREIGN[end:]


def test_the_last_box_deleted_leaves_the_file_in_order():
    original = new_file(CAT, replace(CAT, class_name="dog"))
    boxes = parse_voc(original, name="a.xml").annotation.boxes
    data = saved(ImageAnnotation(100, 80, boxes=boxes[:1]), original)
    assert data == new_file(CAT)
    assert saved(ImageAnnotation(100, 80), original) == new_file()


def test_a_new_box_goes_after_the_last_object_in_the_file_s_own_layout():
    bird = LabeledBox("bird", 1, 2, 3, 4)
    data = saved(replace(foreign(), boxes=(*foreign().boxes, bird)))
    start = FOREIGN.index(b"  <end>")
    added = data[start : data.index(b"  <end>")].decode()
    assert data[:start] + FOREIGN[start:] == FOREIGN
    assert added.startswith("  <object>\n    <name>bird</name>\n    <pose>Unspecified</pose>\n")
    assert added.endswith("      <ymax>4</ymax>\n    </bndbox>\n  </object>\n")


def test_a_copy_of_a_box_is_a_new_object_and_replacing_all_boxes_works():
    cat, dog = foreign().boxes
    copied = saved(replace(foreign(), boxes=(cat, dog, replace(cat, xmin=1))))
    assert len(etree.fromstring(copied).findall("object")) == 4
    assert len(etree.fromstring(copied).findall("object/part")) == 1
    fresh = saved(replace(foreign(), boxes=(replace(cat, origin=None),)))
    names = [element.findtext("name") for element in etree.fromstring(fresh).findall("object")]
    assert names == ["bad", "cat"]


def test_labels_added_to_labelimg_s_file_are_as_if_it_had_written_all():
    original = new_file(CAT)
    boxes = (*parse_voc(original, name="a.xml").annotation.boxes, replace(CAT, class_name="dog"))
    data = saved(ImageAnnotation(100, 80, boxes=boxes, is_verified=True), original)
    assert data == new_file(CAT, replace(CAT, class_name="dog"), is_verified=True)


def test_a_comment_inside_a_name_does_not_survive_as_half_a_name():
    original = FOREIGN.replace(b"<name>cat<", b"<name>c<!-- x -->at<")
    cat, dog = parse_voc(original, name="a.xml").annotation.boxes
    assert cat.class_name == "cat"
    data = saved(replace(foreign(), boxes=(replace(cat, class_name="tiger"), dog)), original)
    assert parse_voc(data, name="a.xml").annotation.boxes[0].class_name == "tiger"


def test_stray_text_line_ends_and_encoding_survive_a_change():
    text = FOREIGN.decode().replace("</object>", "</object>stray").replace("rain", "lluvia ñ")
    original = text.replace("UTF-8", "UTF-16").replace("\n", "\r\n").encode("utf-16")
    annotation = parse_voc(original, name="a.xml", image_size=(100, 80)).annotation
    data = saved(replace(annotation, boxes=annotation.boxes[1:]), original)
    assert data.count(b"stray") == 3
    assert data.count(b"\r\n") == data.count(b"\n") > 10
    assert etree.fromstring(data).findtext("weather") == "lluvia ñ"
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- made by somebody -->')


def test_a_default_namespace_is_kept_for_new_elements():
    original = new_file(CAT).replace(b"<annotation>", b'<annotation xmlns="http://voc">')
    annotation = parse_voc(original, name="a.xml").annotation
    box = replace(annotation.boxes[0], is_occluded=True)
    data = saved(replace(annotation, boxes=(box, CAT)), original)
    assert data.count(b"xmlns") == 1
    assert len(parse_voc(data, name="a.xml").annotation.boxes) == 2
    assert parse_voc(data, name="a.xml").annotation.boxes[0].is_occluded


def test_a_file_on_one_line_takes_changes():
    original = new_file(CAT).replace(b"\n", b"").replace(b"\t", b"")
    boxes = parse_voc(original, name="a.xml").annotation.boxes
    data = saved(ImageAnnotation(100, 80, boxes=(*boxes, CAT), is_verified=True), original)
    assert edges(data) == [("cat", 10, 20, 30, 40)] * 2


def test_an_original_that_is_broken_is_no_ground_to_write_on():
    with pytest.raises(AnnotationError, match=r"a\.jpg"):
        saved(foreign(), FOREIGN[:200])


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE annotation>",
        '<!DOCTYPE annotation SYSTEM "voc.dtd">',
        "<!DOCTYPE annotation [<!ELEMENT annotation ANY>]>",
        "<!DOCTYPE annotation [<!-- ]> --><!ELEMENT annotation ANY>]>",
        '<!DOCTYPE annotation SYSTEM "a>b">',
    ],
)
def test_a_document_type_survives_a_change(doctype):
    original = f"<?xml version='1.0' encoding='gbk'?>\n{doctype}\n".encode() + new_file(CAT)
    original += b"<!-- the end -->"
    annotation = parse_voc(original, name="a.xml").annotation
    data = saved(replace(annotation, is_verified=True), original)
    assert parse_voc(data, name="a.xml").annotation.is_verified
    assert doctype in data.decode().replace("[\n", "[").replace("\n]", "]")
    assert data.rstrip().endswith(b"<!-- the end -->")
