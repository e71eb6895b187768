"""Pascal VOC of all tools and with all faults: what comes in, and what is said about it."""

from pathlib import Path

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats.voc import parse_voc, read_voc, voc_bytes

RACCOONS = [("raccoon", 28, 21, 126, 181), ("raccoon", 85, 33, 235, 193)]
ONE = ("raccoon", 28, 21, 126, 181)
OTHER = ("raccoon", 85, 33, 235, 193)


def named(name):
    return [(name, *box[1:]) for box in RACCOONS]


# File, boxes or None for a refusal, and a word of each note.
ODD_FILES = [
    ("00_original", RACCOONS, []),
    ("01_float_coords", [(n, *(edge + 0.37 for edge in box)) for n, *box in RACCOONS], []),
    ("02_no_size", RACCOONS, ["mended: missing"]),
    ("03_size_zero", RACCOONS, ["mended: missing or 0"]),
    ("04_size_swapped", RACCOONS, ["mended: swapped"]),
    ("05_bom_crlf", RACCOONS, []),
    ("06_utf16", RACCOONS, []),
    ("07_utf8_nonascii_class", named("mapache pequeño"), []),
    ("08_latin1_declared", named("mapache pequeño"), []),
    ("09_latin1_undeclared", None, "utf-8"),
    ("10_gbk_declared", named("浣熊"), []),
    ("11_windows_path", RACCOONS, []),
    ("12_filename_without_ext", RACCOONS, []),
    ("13_inverted_box", RACCOONS, ["mended: xmin and xmax"]),
    ("14_box_beyond_image", [("raccoon", 28, 21, 259, 181), OTHER], ["mended: cut to 28 to 259"]),
    ("15_negative", [("raccoon", 0, 21, 126, 181), OTHER], ["mended: cut to 0 to 126"]),
    ("16_zero_area", [OTHER], ["refused: no area"]),
    ("17_truncated_file", None, "not whole"),
    ("18_empty_file", None, "empty"),
    ("19_not_voc", None, "not Pascal VOC"),
    ("20_no_objects", [], []),
    ("21_empty_name", [], ["refused: name is empty", "refused: name is empty"]),
    ("22_name_spaces", named("Raccoon"), ["mended: outer spaces", "mended: outer spaces"]),
    ("23_part", RACCOONS, []),
    ("24_doctype_entity", None, "entities"),
    ("25_not_a_number", [OTHER], ["refused: xmin 'nan'"]),
    ("26_missing_ymax", [OTHER], ["refused: ymax is missing"]),
]


def box_tuples(document):
    return [(box.class_name, *box.box_xyxy) for box in document.annotation.boxes]


def voc(objects="", size="<size><width>100</width><height>80</height></size>", before=""):
    return f"{before}<annotation>{size}{objects}</annotation>".encode()


def voc_object(**changes):
    fields = {"name": "cat", "xmin": "10", "ymin": "20", "xmax": "30", "ymax": "40"}
    fields |= {"truncated": "0", "difficult": "0"} | changes
    corners = "".join(f"<{tag}>{fields[tag]}</{tag}>" for tag in ("xmin", "ymin", "xmax", "ymax"))
    flags = "".join(
        f"<{tag}>{fields[tag]}</{tag}>"
        for tag in ("truncated", "difficult", "occluded")
        if fields.get(tag) is not None
    )
    return f"<object><name>{fields['name']}</name>{flags}<bndbox>{corners}</bndbox></object>"


def read_one(**changes):
    document = parse_voc(voc(voc_object(**changes)), name="cat.xml", image_size=(100, 80))
    return document.annotation.boxes, [note.kind for note in document.notes]


@pytest.mark.parametrize(("name", "boxes", "words"), ODD_FILES, ids=[f[0] for f in ODD_FILES])
def test_an_odd_file_comes_in_mended_and_reported_or_is_refused(reference_data, name, boxes, words):
    path = reference_data / "foreign" / "made_odd_voc" / f"{name}.xml"
    before = path.read_bytes()
    if boxes is None:
        with pytest.raises(AnnotationError, match=words) as caught:
            read_voc(path, image_size=(259, 194))
        assert caught.value.code == "labels-broken"
        assert f"{name}.xml" in caught.value.message
    else:
        document = read_voc(path, image_size=(259, 194))
        assert [box[0] for box in box_tuples(document)] == [box[0] for box in boxes]
        assert [box[1:] for box in box_tuples(document)] == [pytest.approx(b[1:]) for b in boxes]
        assert (document.annotation.width, document.annotation.height) == (259, 194)
        assert document.annotation.is_verified
        assert len(document.notes) == len(words)
        for note, word in zip(document.notes, words, strict=True):
            kind, text = word.split(": ")
            assert note.kind == kind
            assert text in note.text
            assert note.place.startswith(f"{name}.xml, ")
        assert voc_bytes(
            document.annotation, image_path=Path("raccoon-12.jpg"), original=document.data
        ) == (before)
    assert path.read_bytes() == before


def test_every_odd_file_is_in_the_table(reference_data):
    files = (reference_data / "foreign" / "made_odd_voc").glob("*.xml")
    assert sorted(path.stem for path in files) == [row[0] for row in ODD_FILES]


def test_the_273_boxes_of_a_hundred_photos_come_in_without_a_complaint(reference_data):
    folder = reference_data / "foreign" / "padilla" / "database" / "gts" / "pascalvoc_format"
    documents = [read_voc(path) for path in sorted(folder.glob("*.xml"))]
    assert len(documents) == 100
    assert sum(len(document.annotation.boxes) for document in documents) == 273
    assert [note for document in documents for note in document.notes] == []


def test_two_bad_boxes_of_the_blood_cells_are_told_and_the_others_come_in(reference_data):
    folder = reference_data / "voc" / "bccd" / "Annotations"
    documents = [read_voc(path) for path in sorted(folder.glob("*.xml"))]
    notes = [note for document in documents for note in document.notes]
    assert sorted((note.kind, note.place) for note in notes) == [
        ("refused", "BloodImage_00338.xml, object 13"),
        ("refused", "BloodImage_00343.xml, object 4"),
    ]
    objects = sum(path.read_text().count("<object>") for path in folder.glob("*.xml"))
    assert sum(len(document.annotation.boxes) for document in documents) == objects - 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("10", 10), ("10.75", 10.75), (" 10\n", 10), ("1e1", 10), ("+10", 10), (".5", 0.5)],
)
def test_numbers_of_every_spelling_are_read_without_a_note(text, value):
    boxes, kinds = read_one(xmin=text)
    assert boxes[0].xmin == value
    assert kinds == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("10,75", 10.75), ("\ufeff10", 10), ("1\u200b0", 10), ("<!-- x -->10", 10)],
)
def test_odd_numbers_are_understood(text, value):
    boxes, kinds = read_one(xmin=text)
    assert boxes[0].xmin == value
    assert kinds == ([] if "<" in text else ["mended"])


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "1e999", "1_0", "٣", "0x1F", "1.234,5", "ten", "<b>10</b>"]
)
def test_what_is_no_number_refuses_its_object_only(text):
    objects = voc_object(xmin=text) + voc_object(name="dog")
    document = parse_voc(voc(objects), name="cat.xml")
    assert [(box.class_name, box.origin) for box in document.annotation.boxes] == [("dog", 1)]
    assert [(note.kind, note.place) for note in document.notes] == [
        ("refused", "cat.xml, object 1")
    ]


@pytest.mark.parametrize(
    ("text", "value", "kinds"),
    [
        *(("1", True, []), ("0", False, []), ("true", True, []), ("False", False, [])),
        *(("YES", True, []), ("no", False, []), ("1.0", True, ["mended"])),
        *(("perhaps", False, ["mended"]), ("", False, ["mended"]), (None, False, ["mended"])),
    ],
)
def test_flags_are_read_in_every_spelling(text, value, kinds):
    boxes, found = read_one(difficult=text)
    assert boxes[0].is_difficult is value
    assert found == kinds


def test_an_occluded_flag_is_optional():
    assert read_one()[0][0].is_occluded is False
    assert read_one(occluded="1")[0][0].is_occluded is True


def test_a_box_outside_the_picture_is_refused():
    boxes, kinds = read_one(xmin="200", xmax="300")
    assert boxes == ()
    assert kinds == ["refused"]


def test_without_the_picture_the_size_of_the_file_is_believed():
    document = parse_voc(voc(voc_object(xmax="500")), name="cat.xml")
    assert document.annotation.boxes[0].xmax == 100
    unknown = parse_voc(voc(voc_object(xmax="500"), size=""), name="cat.xml")
    assert unknown.annotation.boxes[0].xmax == 500
    assert (unknown.annotation.width, unknown.annotation.height) == (0, 0)
    assert [note.place for note in unknown.notes] == ["cat.xml, size"]


def test_a_size_unlike_the_picture_s_is_reported():
    document = parse_voc(voc(), name="cat.xml", image_size=(640, 480))
    assert (document.annotation.width, document.annotation.height) == (640, 480)
    assert "100 x 80" in document.notes[0].text


def test_parts_and_nested_objects_are_no_objects_and_a_nested_one_is_told():
    part = "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>"
    with_part = voc_object().replace("</object>", part)
    nested = f"<group>{voc_object(name='dog')}</group>"
    document = parse_voc(voc(with_part + nested), name="cat.xml")
    assert [box.class_name for box in document.annotation.boxes] == ["cat"]
    assert [note.kind for note in document.notes] == ["refused"]
    assert "<object>" in document.notes[0].text


def test_two_boxes_in_one_object_are_told():
    twice = voc_object().replace("<bndbox>", "<bndbox><xmin>1</xmin></bndbox><bndbox>", 1)
    document = parse_voc(voc(twice), name="cat.xml")
    assert ["2 times bndbox" in note.text for note in document.notes] == [True, False]


def test_a_default_namespace_does_not_hide_the_objects():
    data = voc(voc_object()).replace(b"<annotation>", b'<annotation xmlns="http://voc">')
    assert len(parse_voc(data, name="cat.xml").annotation.boxes) == 1


def test_a_file_that_only_claims_utf_16_is_read_and_told():
    data = voc(voc_object(name="ñ"), before='<?xml version="1.0" encoding="utf-16"?>')
    document = parse_voc(data, name="cat.xml")
    assert document.annotation.boxes[0].class_name == "ñ"
    assert [note.kind for note in document.notes] == ["mended"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_wide_encodings_are_recognised(encoding):
    data = voc(voc_object(name="图 ñ")).decode().encode(encoding)
    assert parse_voc(data, name="cat.xml").annotation.boxes[0].class_name == "图 ñ"


@pytest.mark.parametrize("encoding", ["martian-8", "zip", "rot13", "unicode_escape", "idna"])
def test_an_encoding_that_is_none_refuses_the_file(encoding):
    data = voc(voc_object(), before=f'<?xml version="1.0" encoding="{encoding}"?>')
    with pytest.raises(AnnotationError, match=r"encoding|character set"):
        parse_voc(data, name="cat.xml")


BILLION_LAUGHS = (
    '<!DOCTYPE annotation [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{inner};" * 10}">'
        for inner, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("place", ["text", "attribute"])
def test_a_billion_laughs_are_refused_before_the_first(encoding, place):
    text = voc(voc_object(name="&j;"), before=BILLION_LAUGHS).decode()
    if place == "attribute":
        text = text.replace("<annotation>", '<annotation verified="&j;">')
    with pytest.raises(AnnotationError, match="entities"):
        parse_voc(text.encode(encoding), name="cat.xml")


@pytest.mark.parametrize(
    "declared", ['<!ENTITY x SYSTEM "{uri}">', '<!ENTITY % x SYSTEM "{uri}"> %x;']
)
def test_an_external_entity_reads_no_file(tmp_path, declared):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    doctype = f"<!DOCTYPE annotation [{declared.format(uri=secret.as_uri())}]>"
    with pytest.raises(AnnotationError) as caught:
        parse_voc(voc(voc_object(name="&x;"), before=doctype), name="cat.xml")
    assert "the secret" not in f"{caught.value} {caught.value.detail}"


def test_an_external_document_type_is_never_fetched(tmp_path):
    dtd = tmp_path / "voc.dtd"
    dtd.write_text('<!ENTITY x "the secret">')
    doctype = f'<!DOCTYPE annotation SYSTEM "{dtd.as_uri()}">'
    document = parse_voc(voc(voc_object(name="&x;") + voc_object(), before=doctype), name="c.xml")
    assert [box.class_name for box in document.annotation.boxes] == ["cat"]
    assert [note.kind for note in document.notes] == ["refused"]


def test_a_tower_of_elements_is_refused():
    data = b"<annotation>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</annotation>"
    with pytest.raises(AnnotationError):
        parse_voc(data, name="cat.xml")


def test_a_file_that_is_gone_is_told_with_its_path(tmp_path):
    with pytest.raises(AnnotationError) as caught:
        read_voc(tmp_path / "cat.xml")
    assert caught.value.code == "labels-not-readable"
    assert str(tmp_path / "cat.xml") in caught.value.message


def test_a_file_without_end_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "cat.xml"
    with path.open("wb") as file:
        file.write(b"<annotation>")
        file.truncate(20 * 1024**3)
    with pytest.raises(AnnotationError, match="larger than 64 MiB"):
        read_voc(path)
