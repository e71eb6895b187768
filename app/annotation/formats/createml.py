"""CreateML: one JSON list; boxes by their centre and size in pixels.

Format: developer.apple.com, *Building an object detector data source*; labelImg adds ``verified``.
"""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats.label_set import (
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    json_text,
    lost_notes,
    read_records,
    rounded,
)
from app.annotation.formats.records import (
    fields_of,
    is_set,
    items_of,
    number,
    text_of,
)
from app.annotation.labels import LabeledBox, Note
from app.files import atomic_write_text


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in a CreateML file; sizes, which it lacks, come from `size_of`.

    Raises
    ------
    AnnotationError
        ``labels-broken``.
    """
    return read_records(path, size_of, _read_image)


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write one CreateML file and return what it can't hold.

    Raises
    ------
    FileWriteError
    """
    records = [
        {
            "image": image.name,
            "verified": image.annotation.is_verified,
            "annotations": [_fields(box) for box in image.annotation.boxes],
        }
        for image in labels.images
    ]
    atomic_write_text(path, json_text(records))
    return lost_notes(labels, path, "CreateML", "verified empty")


def _read_image(builder: LabelSetBuilder, place: str, record: dict[str, object]) -> None:
    # Newer versions of Create ML say "imagefilename" and "annotation".
    file_name = record.get("image", record.get("imagefilename"))
    boxes = items_of(record.get("annotations", record.get("annotation")), "'annotations'")
    name = builder.add_image(place, file_name, is_verified=is_set(record.get("verified")))
    for index, box in enumerate(boxes):
        box_place = f"{place}.annotations[{index}]"
        with builder.record(box_place):
            builder.add_box(box_place, name, _box(fields_of(box, "The annotation")))


def _box(fields: dict[str, object]) -> LabeledBox:
    coordinates = fields_of(fields.get("coordinates"), "'coordinates'")
    x, y, width, height = (
        number(coordinates.get(key), repr(key)) for key in ("x", "y", "width", "height")
    )
    return LabeledBox(
        text_of(fields.get("label"), "'label'"),
        x - width / 2,
        y - height / 2,
        x + width / 2,
        y + height / 2,
    )


def _fields(box: LabeledBox) -> dict[str, object]:
    coordinates = {
        "x": rounded((box.xmin + box.xmax) / 2),
        "y": rounded((box.ymin + box.ymax) / 2),
        "width": rounded(box.xmax - box.xmin),
        "height": rounded(box.ymax - box.ymin),
    }
    return {"label": box.class_name, "coordinates": coordinates}
