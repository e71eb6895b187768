"""COCO: one JSON file with ``images``, ``categories`` and ``annotations``.

Format: cocodataset.org/#format-data, object detection. A box is ``[x, y, width, height]`` in
pixels from the top-left corner. CVAT's ``attributes`` carry the flags that COCO itself lacks.
"""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats.label_set import (
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    json_text,
    lost_notes,
    rounded,
)
from app.annotation.formats.records import (
    RecordError,
    broken,
    fields_of,
    hull_of,
    is_set,
    items_of,
    number,
    read_json,
    text_of,
)
from app.annotation.labels import LabeledBox, Note
from app.files import atomic_write_text

_FLAGS = ("difficult", "truncated", "occluded")


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in a COCO file; `size_of` helps where an image lacks its size.

    Raises
    ------
    AnnotationError
        ``labels-broken``, naming the part of the file that is not COCO.
    """
    content = _content(path)
    builder = LabelSetBuilder(size_of)
    names_by_image = _read_images(builder, path, content["images"])
    names_by_category = _read_categories(builder, path, content["categories"])
    for index, annotation in enumerate(content["annotations"]):
        place = f"{path.name}, annotations[{index}]"
        with builder.record(place):
            fields = fields_of(annotation, "The annotation")
            image_id, category_id = _key(fields, "image_id"), _key(fields, "category_id")
            if image_id not in names_by_image:
                raise RecordError(f"There is no image with the id {image_id}")
            if category_id not in names_by_category:
                raise RecordError(f"There is no category with the id {category_id}")
            box = _box(builder, place, fields, names_by_category[category_id])
            builder.add_box(place, names_by_image[image_id], box)
    return builder.label_set(tuple(names_by_category.values()))


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write one COCO file; where `path` is one already, its categories keep their ids.

    Returns
    -------
    tuple of Note
        What COCO can't hold.

    Raises
    ------
    AnnotationError
        What lies at `path` is no COCO file; it stays.
    FileWriteError
    """
    before = _content(path) if path.exists() else {}
    categories = list(before.get("categories", []))
    ids = _ids_by_name(path, categories)
    for name in labels.used_class_names:
        if name not in ids:
            ids[name] = max(ids.values(), default=0) + 1
            categories.append({"id": ids[name], "name": name, "supercategory": ""})
    images: list[object] = []
    annotations: list[object] = []
    for image_id, image in enumerate(labels.images, start=1):
        annotation = image.annotation
        images.append(
            {
                "id": image_id,
                "file_name": image.name,
                "width": annotation.width,
                "height": annotation.height,
            }
        )
        for box in annotation.boxes:
            annotation_id = len(annotations) + 1
            annotations.append(_fields(box, annotation_id, image_id, ids[box.class_name]))
    content = {"images": images, "annotations": annotations, "categories": categories}
    atomic_write_text(path, json_text(content))
    return lost_notes(labels, path, "COCO", "difficult truncated occluded empty")


def _content(path: Path) -> dict[str, list[object]]:
    content = read_json(path)
    try:
        fields = fields_of(content, "The file's content")
        keys = ("images", "categories", "annotations")
        return {key: items_of(fields.get(key), repr(key)) for key in keys}
    except RecordError as error:
        raise broken(path, str(error)) from error


def _read_images(builder: LabelSetBuilder, path: Path, images: list[object]) -> dict[str, str]:
    """Return the pictures' names by their ids."""
    names: dict[str, str] = {}
    for index, image in enumerate(images):
        place = f"{path.name}, images[{index}]"
        with builder.record(place):
            fields = fields_of(image, "The image")
            size = (fields.get("width"), fields.get("height"))
            image_id = _key(fields, "id")
            names[image_id] = builder.add_image(place, fields.get("file_name"), size)
    return names


def _read_categories(
    builder: LabelSetBuilder, path: Path, categories: list[object]
) -> dict[str, str]:
    """Return the classes' names by their ids, in the file's order."""
    names: dict[str, str] = {}
    for index, category in enumerate(categories):
        with builder.record(f"{path.name}, categories[{index}]"):
            fields = fields_of(category, "The category")
            names[_key(fields, "id")] = text_of(fields.get("name"), "'name'")
    return names


def _ids_by_name(path: Path, categories: list[object]) -> dict[str, int]:
    """Return the ids of the categories in the file that is written anew."""
    ids: dict[str, int] = {}
    for index, category in enumerate(categories):
        try:
            fields = fields_of(category, "The category")
            category_id = int(number(fields.get("id"), "'id'"))
            ids.setdefault(text_of(fields.get("name"), "'name'"), category_id)
        except RecordError as error:
            raise broken(path, f"categories[{index}]: {error}") from error
    return ids


def _key(fields: dict[str, object], field: str) -> str:
    """Return an id in one spelling; some files have 1 here and "1" there."""
    return text_of(fields.get(field), repr(field))


def _box(
    builder: LabelSetBuilder, place: str, fields: dict[str, object], class_name: str
) -> LabeledBox:
    attributes = fields.get("attributes")
    flags = attributes if isinstance(attributes, dict) else {}
    is_crowd = is_set(fields.get("iscrowd"))
    if is_crowd:
        builder.note("mended", place, "A crowd was read as one box, marked as difficult.")
    return LabeledBox(
        class_name,
        *_edges(builder, place, fields),
        is_difficult=is_crowd or is_set(fields.get("ignore")) or is_set(flags.get("difficult")),
        is_truncated=is_set(flags.get("truncated")),
        is_occluded=is_set(flags.get("occluded")),
    )


def _edges(
    builder: LabelSetBuilder, place: str, fields: dict[str, object]
) -> tuple[float, float, float, float]:
    outline = fields.get("segmentation")
    if not fields.get("bbox") and isinstance(outline, list) and outline:
        parts = [items_of(part, "'segmentation'") for part in outline]
        pairs = [list(pair) for part in parts for pair in zip(part[::2], part[1::2], strict=False)]
        edges = hull_of(pairs, "'segmentation'")
        builder.note("mended", place, "An outline without 'bbox' was read as the box around it.")
        return edges
    values = items_of(fields.get("bbox"), "'bbox'")
    if len(values) != 4:
        raise RecordError(f"'bbox' has {len(values)} numbers where 4 are due")
    x, y, width, height = (number(value, f"bbox[{i}]") for i, value in enumerate(values))
    return x, y, x + width, y + height


def _fields(
    box: LabeledBox, annotation_id: int, image_id: int, category_id: int
) -> dict[str, object]:
    width, height = rounded(box.xmax - box.xmin), rounded(box.ymax - box.ymin)
    states = (box.is_difficult, box.is_truncated, box.is_occluded)
    flags = {name: True for name, state in zip(_FLAGS, states, strict=True) if state}
    fields: dict[str, object] = {
        "id": annotation_id,
        "image_id": image_id,
        "category_id": category_id,
        "bbox": [rounded(box.xmin), rounded(box.ymin), width, height],
        "area": rounded(width * height),
        "segmentation": [],
        "iscrowd": 0,
    }
    return fields | {"attributes": flags} if flags else fields
