"""labelme: a folder of JSON files, one a picture, with shapes; only boxes are ours.

Format: labelme's own files, read as facts. Flags have free names there: we read and write
``difficult``, ``truncated`` and ``occluded`` of a shape and ``verified`` of a picture.
"""

from __future__ import annotations

import math
import posixpath
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.annotation.formats.label_set import (
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    files_by_stem,
    json_text,
    lost_notes,
    make_folder,
    rounded,
)
from app.annotation.formats.records import (
    RecordError,
    fields_of,
    hull_of,
    is_set,
    items_of,
    leaves_folder,
    number,
    read_json,
    text_of,
)
from app.annotation.labels import ImageAnnotation, LabeledBox, Note
from app.files import atomic_write_text

# The oldest version whose files hold a shape's flags; labelme asks for one it knows.
_VERSION = "5.0.0"
_FLAGS = ("difficult", "truncated", "occluded")
_OUTLINES = frozenset({"polygon", "rotation", "mask", "oriented_rectangle"})


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in a folder of labelme's files and its sub-folders, or in one file.

    Raises
    ------
    AnnotationError
        ``labels-broken`` for one file; in a folder a broken file becomes a note.
    """
    builder = LabelSetBuilder(size_of)
    if not path.is_dir():
        _read_file(builder, path.name, "", read_json(path))
        return builder.label_set()
    for file in sorted(path.rglob("*.json")):
        place = file.relative_to(path).as_posix()
        with builder.record(place):
            try:
                content = read_json(file)
            except AnnotationError as error:
                raise RecordError(error.message.rstrip(".")) from error
            _read_file(builder, place, posixpath.dirname(place), content)
    return builder.label_set()


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write a file for each picture into the folder `path` and return what they can't hold.

    Raises
    ------
    AnnotationError
        Two pictures would share a file.
    FileWriteError
    """
    files = files_by_stem(labels, path, ".json")
    make_folder(path)
    for image in labels.images:
        file = files[image.name]
        make_folder(file.parent)
        content = _content(posixpath.basename(image.name), image.annotation)
        atomic_write_text(file, json_text(content))
    return lost_notes(labels, path, "labelme", "difficult truncated occluded verified empty")


def _read_file(builder: LabelSetBuilder, place: str, folder: str, content: object) -> None:
    with builder.record(place):
        fields = fields_of(content, "The file's content")
        shapes = items_of(fields.get("shapes"), "'shapes'")
        size = (fields.get("imageWidth"), fields.get("imageHeight"))
        picture = _picture(folder, fields.get("imagePath"))
        name = builder.add_image(place, picture, size, is_verified="verified" in _flags_of(fields))
        for index, shape in enumerate(shapes):
            shape_place = f"{place}, shapes[{index}]"
            with builder.record(shape_place):
                box = _box(builder, shape_place, fields_of(shape, "The shape"))
                builder.add_box(shape_place, name, box)


def _picture(folder: str, image_path: object) -> str:
    """Return the picture's path from the folder that was opened; ``imagePath`` is the file's."""
    path = text_of(image_path, "'imagePath'").replace("\\", "/")
    return path if leaves_folder(path) else posixpath.join(folder, path)


def _box(builder: LabelSetBuilder, place: str, shape: dict[str, object]) -> LabeledBox:
    flags = _flags_of(shape)
    return LabeledBox(
        text_of(shape.get("label"), "'label'"),
        *_edges(builder, place, shape),
        # X-AnyLabeling has "difficult" beside the flags.
        is_difficult="difficult" in flags or is_set(shape.get("difficult")),
        is_truncated="truncated" in flags,
        is_occluded="occluded" in flags,
    )


def _edges(
    builder: LabelSetBuilder, place: str, shape: dict[str, object]
) -> tuple[float, float, float, float]:
    # Files from before shapes had types hold polygons.
    kind = text_of(shape.get("shape_type", "polygon"), "'shape_type'")
    points = shape.get("points")
    if kind == "rectangle":
        return hull_of(points, "'points'")
    if kind == "circle":
        hull_of(points, "'points'")
        (x, y), (edge_x, edge_y) = (
            (number(point[0], "'points'"), number(point[1], "'points'"))
            for point in (items_of(point, "'points'") for point in items_of(points, "'points'")[:2])
        )
        radius_px = math.hypot(edge_x - x, edge_y - y)
        edges = (x - radius_px, y - radius_px, x + radius_px, y + radius_px)
    elif kind in _OUTLINES:
        edges = hull_of(points, "'points'")
    else:
        raise RecordError(f"The shape is of the type {kind!r}, which has no box")
    builder.note("mended", place, f"A {kind} was read as the box around it.")
    return edges


def _flags_of(fields: dict[str, object]) -> set[str]:
    flags = fields.get("flags")
    if not isinstance(flags, dict):
        return set()
    return {name for name, state in flags.items() if is_set(state)}


def _content(file_name: str, annotation: ImageAnnotation) -> dict[str, object]:
    return {
        "version": _VERSION,
        "flags": {"verified": True} if annotation.is_verified else {},
        "shapes": [_shape(box) for box in annotation.boxes],
        "imagePath": file_name,
        "imageData": None,
        "imageHeight": annotation.height,
        "imageWidth": annotation.width,
    }


def _shape(box: LabeledBox) -> dict[str, object]:
    states = (box.is_difficult, box.is_truncated, box.is_occluded)
    return {
        "label": box.class_name,
        "points": [
            [rounded(box.xmin), rounded(box.ymin)],
            [rounded(box.xmax), rounded(box.ymax)],
        ],
        "group_id": None,
        "shape_type": "rectangle",
        "flags": {name: True for name, state in zip(_FLAGS, states, strict=True) if state},
    }
