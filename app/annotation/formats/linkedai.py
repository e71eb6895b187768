"""LinkedAI: one JSON list with a record a picture and a tag a box; no picture's bytes.

Format: the one sample that LinkedAI's readme prints. Sizes are text, ``pos`` is x, y, w, h in
pixels from the top-left corner.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from app.annotation.formats.label_set import (
    LabeledImage,
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    json_text,
    lost_notes,
    read_records,
    rounded,
)
from app.annotation.formats.records import (
    RecordError,
    fields_of,
    items_of,
    number,
    text_of,
)
from app.annotation.labels import LabeledBox, Note
from app.files import atomic_write_text

_BOX_TYPE = "bounding_box"
_COLOR = "#3daee9"


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in an export of LinkedAI: a list of records, or one record.

    Raises
    ------
    AnnotationError
        ``labels-broken``.
    """
    return read_records(path, size_of, _read_image, lone_key="tags")


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write one file as LinkedAI exports them and return what it can't hold.

    Raises
    ------
    FileWriteError
    """
    atomic_write_text(path, json_text([_record(image) for image in labels.images]))
    return lost_notes(labels, path, "LinkedAI", "empty")


def _read_image(builder: LabelSetBuilder, place: str, record: dict[str, object]) -> None:
    tags = items_of(record.get("tags"), "'tags'")
    size = (record.get("width"), record.get("height"))
    name = builder.add_image(place, record.get("image"), size)
    for index, tag in enumerate(tags):
        tag_place = f"{place}.tags[{index}]"
        with builder.record(tag_place):
            builder.add_box(tag_place, name, _box(fields_of(tag, "The tag")))


def _box(tag: dict[str, object]) -> LabeledBox:
    kind = tag.get("type", _BOX_TYPE)
    if kind != _BOX_TYPE:
        raise RecordError(f"The tag is of the type {kind!r}, not a box")
    position = fields_of(tag.get("pos"), "'pos'")
    x, y, width, height = (number(position.get(key), f"pos.{key}") for key in "xywh")
    return LabeledBox(text_of(tag.get("name"), "'name'"), x, y, x + width, y + height)


def _record(image: LabeledImage) -> dict[str, object]:
    record_id = uuid.uuid5(uuid.NAMESPACE_URL, image.name)  # the same labels give the same file
    tags: list[object] = [
        {
            "parent": None,
            "color": _COLOR,
            "pos": {
                "x": rounded(box.xmin),
                "y": rounded(box.ymin),
                "w": rounded(box.xmax - box.xmin),
                "h": rounded(box.ymax - box.ymin),
            },
            "classes": [],
            "name": box.class_name,
            "id": str(uuid.uuid5(record_id, str(index))),
            "type": _BOX_TYPE,
        }
        for index, box in enumerate(image.annotation.boxes)
    ]
    return {
        "id": str(record_id),
        "image": image.name,
        "width": str(image.annotation.width),
        "height": str(image.annotation.height),
        "classification": [],
        "tags": tags,
    }
