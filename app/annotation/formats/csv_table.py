"""CSV: a row a box, ``filename,width,height,xmin,ymin,xmax,ymax,class,class_id``.

The columns of the classic TensorFlow scripts (``xml_to_csv.py``), in any order, with a class id
from 1 after them. VoTT's ``image`` and ``label`` are read too, and tables without sizes.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from app.annotation.formats.label_set import (
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    lost_notes,
    rounded,
)
from app.annotation.formats.records import RecordError, broken, number, read_text, text_of
from app.annotation.labels import LabeledBox, Note
from app.files import atomic_write_text

COLUMNS = ("filename", "width", "height", "xmin", "ymin", "xmax", "ymax", "class", "class_id")
_NEEDED = ("filename", "xmin", "ymin", "xmax", "ymax", "class")
_OTHER_NAMES = {"image": "filename", "label": "class"}


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in a table; `size_of` helps where it has no sizes.

    Raises
    ------
    AnnotationError
        ``labels-broken``: no table, or a column is missing.
    """
    rows = _rows(path)
    columns = columns_of(rows[0][1]) if rows else []
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise broken(path, f"its first line has no column {', '.join(missing)}")
    builder = LabelSetBuilder(size_of)
    ids: dict[str, float] = {}
    for line_number, row in rows[1:]:
        place = f"{path.name}, line {line_number}"
        with builder.record(place):
            if len(row) != len(columns):
                raise RecordError(f"The row has {len(row)} fields where {len(columns)} are due")
            _read_row(builder, place, dict(zip(columns, row, strict=True)), ids)
    return builder.label_set(tuple(sorted(ids, key=lambda name: ids[name])))


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write a table and return what it can't hold; class ids count from 1 in the set's order.

    Raises
    ------
    FileWriteError
    """
    ids = {name: index for index, name in enumerate(labels.used_class_names, start=1)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for image in labels.images:
        size = (image.annotation.width, image.annotation.height)
        for box in image.annotation.boxes:
            edges = [rounded(edge) for edge in box.box_xyxy]
            writer.writerow([image.name, *size, *edges, box.class_name, ids[box.class_name]])
    atomic_write_text(path, text.getvalue())
    return lost_notes(labels, path, "CSV", "")


def columns_of(header: list[str]) -> list[str]:
    """Return a header's column names in our spelling."""
    names = (name.strip().lower() for name in header)
    return [_OTHER_NAMES.get(name, name) for name in names]


def is_header(line: str) -> bool:
    """Whether a file's first line names the columns that a table of boxes needs."""
    columns = columns_of(next(csv.reader([line], delimiter=_delimiter(line)), []))
    return all(name in columns for name in _NEEDED)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return (line number, fields) of the rows that are not empty."""
    text = read_text(path)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=True
    )
    try:
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        reason = f"line {reader.line_num} is not CSV"
        raise broken(path, reason, str(error)) from error


def _delimiter(header: str) -> str:
    """Return the separator; spreadsheets of many countries write semicolons."""
    return max(",;\t", key=header.count)


def _read_row(
    builder: LabelSetBuilder, place: str, row: dict[str, str], ids: dict[str, float]
) -> None:
    size = (row.get("width") or None, row.get("height") or None)
    name = builder.add_image(place, row["filename"], size)
    class_name = text_of(row["class"], "'class'")
    edges = [number(row[edge], repr(edge)) for edge in ("xmin", "ymin", "xmax", "ymax")]
    if row.get("class_id"):
        class_id = number(row["class_id"], "'class_id'")
        if ids.setdefault(class_name, class_id) != class_id:
            text = f"The class {class_name!r} has two ids; {ids[class_name]:g} was kept."
            builder.note("mended", place, text)
    builder.add_box(place, name, LabeledBox(class_name, edges[0], edges[1], edges[2], edges[3]))
