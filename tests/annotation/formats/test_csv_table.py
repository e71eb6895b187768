from __future__ import annotations

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats import csv_table
from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.labels import ImageAnnotation, LabeledBox

HEADER = "filename,width,height,xmin,ymin,xmax,ymax,class,class_id\n"


def no_size(name):
    return None


def read(tmp_path, text, size_of=no_size, encoding="utf-8"):
    path = tmp_path / "labels.csv"
    path.write_bytes(text.encode(encoding))
    return csv_table.read(path, size_of=size_of)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "a.jpg,200,100,10,20,40,60,cat,1\n",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,200,100,cat,10,20,40,60\n",
        'Filename;Width;Height;Xmin;Ymin;Xmax;Ymax;Class\n"a.jpg";200;100;10.0;20;40;60;cat\r\n',
        "filename\twidth\theight\txmin\tymin\txmax\tymax\tclass\n\na.jpg\t200\t100\t10\t20\t40\t60\tcat",
        '"image","xmin","ymin","xmax","ymax","label"\n"a.jpg",10,20,40,60,"cat"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_several_tools_give_the_same_box(tmp_path, text, encoding):
    labels = read(tmp_path, text, lambda name: (200, 100), encoding)
    (image,) = labels.images
    assert image == LabeledImage(
        "a.jpg", ImageAnnotation(200, 100, boxes=(LabeledBox("cat", 10, 20, 40, 60),))
    )
    assert (labels.class_names, labels.notes) == (("cat",), ())


def test_classes_come_in_the_order_of_their_ids(tmp_path):
    rows = "a.jpg,200,100,1,2,3,4,dog,7\na.jpg,200,100,1,2,3,4,cat,2\n"
    labels = read(tmp_path, HEADER + rows)
    assert labels.class_names == ("cat", "dog")
    assert len(labels.images) == 1


@pytest.mark.parametrize(
    ("row", "kind", "reason"),
    [
        ("a.jpg,200,100,1,2,3,4,cat", "refused", "8 fields where 9 are due"),
        ("a.jpg,200,100,one,2,3,4,cat,1", "refused", "'xmin' is 'one', not a number"),
        ("a.jpg,200,100,,2,3,4,cat,1", "refused", "'xmin' is ''"),
        ("a.jpg,200,100,1,2,3,4,,1", "refused", "'class' is ''"),
        (",200,100,1,2,3,4,cat,1", "refused", "name is ''"),
        ("a.jpg,200,100,1,2,3,4,cat,one", "refused", "'class_id' is 'one'"),
        ("b.jpg,,,1,2,3,4,cat,1", "refused", "size of the picture 'b.jpg' is not known"),
        ("a.jpg,200,100,3,2,3,4,cat,1", "refused", "no area"),
        ("a.jpg,200,100,5,2,3,4,cat,1", "mended", "wrong way round"),
        ("a.jpg,200,100,1,2,3,104,cat,1", "mended", "4.0 px beyond"),
        ("a.jpg,200,100,1,2,3,4,dog,9", "mended", "two ids"),
    ],
)
def test_an_odd_row_is_noted_with_its_line(tmp_path, row, kind, reason):
    good = "a.jpg,200,100,1,2,3,4,dog,2\n"
    labels = read(tmp_path, HEADER + good + row + "\n" + good)
    (note,) = labels.notes
    assert (note.kind, note.place) == (kind, "labels.csv, line 3")
    assert reason in note.text
    assert len(labels.images[0].annotation.boxes) == (2 if kind == "refused" else 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column filename"),
        ("filename,width,height\n", "no column xmin, ymin, xmax, ymax, class"),
        (HEADER + '"a.jpg,200\n', "line 2 is not CSV"),
        (HEADER + "x" * 200_000 + "\n", "is not CSV"),
    ],
)
def test_a_file_that_is_no_table_of_boxes_is_refused(tmp_path, text, reason):
    with pytest.raises(AnnotationError, match=r"labels\.csv") as caught:
        read(tmp_path, text)
    assert caught.value.code == "labels-broken"
    assert reason in caught.value.message


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path):
    with pytest.raises(AnnotationError, match="byte 57 is not UTF-8"):
        read(tmp_path, HEADER + "ñ.jpg,1,1,1,1,1,1,cat,1", encoding="latin-1")


def test_the_columns_are_those_of_the_project_and_pictures_without_boxes_are_counted(tmp_path):
    boxes = (LabeledBox('a "big", cat', 1, 2.5, 11, 22),)
    labels = LabelSet(
        (
            LabeledImage("day 1/a.jpg", ImageAnnotation(200, 100, boxes=boxes)),
            LabeledImage("b.jpg", ImageAnnotation(200, 100)),
        ),
        ("dog", 'a "big", cat'),
    )
    path = tmp_path / "labels.csv"
    (note,) = csv_table.write(labels, path)
    row = 'day 1/a.jpg,200,100,1,2.5,11,22,"a ""big"", cat",2\n'
    assert path.read_text(encoding="utf-8") == HEADER + row
    assert (note.kind, "1 of 2 are left out" in note.text) == ("lost", True)


def test_the_classic_raccoon_table_is_read_whole(reference_data):
    folder = reference_data / "voc" / "raccoon" / "data"
    labels = csv_table.read(folder / "raccoon_labels.csv", size_of=no_size)
    assert len(labels.images) == 200
    assert sum(len(image.annotation.boxes) for image in labels.images) == 217
    assert labels.images[0].annotation.boxes[0] == LabeledBox("raccoon", 81, 88, 522, 408)
    assert (labels.class_names, labels.notes) == (("raccoon",), ())


def test_a_table_of_vott_is_read(reference_data):
    folder = reference_data / "foreign" / "datumaro" / "vott_csv_dataset" / "dataset"
    labels = csv_table.read(folder / "test-export.csv", size_of=lambda name: (50, 50))
    boxes = [box for image in labels.images for box in image.annotation.boxes]
    assert boxes == [
        LabeledBox("helmet", 10, 5, 20, 7),
        LabeledBox("person", 11.5, 12, 21.7, 32.5),
    ]
