"""What is wrong inside one file of labels: the reader's notes, told apart by their cause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from PIL import Image

from app.annotation.errors import AnnotationError
from app.annotation.formats.coordinate_rule import FIRST_PIXEL
from app.annotation.formats.voc_reader import CORNERS, number, voc_xml
from app.annotation.formats.xml_safety import children, first, own_text
from app.annotation.label_folder import LabelFile
from app.annotation.labels import Note
from app.dataset.problems import Problem
from app.imaging import ImageReadError, read_size

_OBJECT = re.compile(r".*, object (\d+)", re.DOTALL)
_SIZE_PLACE = ", size"


def label_faults(
    labels: LabelFile, picture: Path, name: str, coordinate_rule: str
) -> Iterator[Problem]:
    """Yield a problem for each note of a file of labels.

    Parameters
    ----------
    labels : LabelFile
    picture : Path
    name : str
        What the picture is called.
    coordinate_rule : str
        By which the labels were read.
    """
    if labels.error is not None:
        yield Problem("labels-broken", str(labels.path), labels.error.message)
        return
    if not labels.notes or labels.original is None:
        return
    root = _root(labels.original, labels.path.name)
    size = (labels.annotation.width, labels.annotation.height)
    for note in labels.notes:
        code = _code(note, root, picture, size, FIRST_PIXEL[coordinate_rule])
        yield Problem(code, f"{name}: {note.place}", note.text)


def _root(data: bytes, name: str) -> etree._Element | None:
    try:
        return voc_xml(data, name=name).root
    except AnnotationError:
        return None


def _code(
    note: Note,
    root: etree._Element | None,
    picture: Path,
    size: tuple[int, int],
    first_pixel: int,
) -> str:
    general = "labels-refused" if note.kind == "refused" else "labels-mended"
    if root is None:
        return general
    if note.place.endswith(_SIZE_PLACE):
        is_swapped = _said_size(root) == (size[1], size[0]) and size[0] != size[1]
        return "exif-swap" if is_swapped and _is_turned(picture) else "size-mismatch"
    match = _OBJECT.fullmatch(note.place)
    corners = _corners(root, int(match[1])) if match else None
    if corners is None:
        return general
    return _box_code(corners, size, first_pixel) or general


def _box_code(corners: list[float], size: tuple[int, int], first_pixel: int) -> str:
    """Return what is wrong with a box by its numbers; empty where they are not at fault."""
    xmin, ymin, xmax, ymax = corners
    if xmin - first_pixel == xmax or ymin - first_pixel == ymax:
        return "box-empty"
    low = min(xmin, xmax, ymin, ymax) - first_pixel
    return (
        "box-outside" if low < 0 or max(xmin, xmax) > size[0] or max(ymin, ymax) > size[1] else ""
    )


def _said_size(root: etree._Element) -> tuple[int, int]:
    element = first(root, "size")
    values = [_number(element, tag) for tag in ("width", "height")]
    return int(values[0] or 0), int(values[1] or 0)


def _corners(root: etree._Element, object_number: int) -> list[float] | None:
    objects = list(children(root, "object"))
    if object_number > len(objects):
        return None
    bndbox = first(objects[object_number - 1], "bndbox")
    values = [_number(bndbox, tag) for tag in CORNERS]
    return [value for value in values if value is not None] if None not in values else None


def _number(parent: etree._Element | None, tag: str) -> float | None:
    element = first(parent, tag) if parent is not None else None
    text = own_text(element) if element is not None else None
    return number((text or "").strip())


def _is_turned(picture: Path) -> bool:
    """Whether a picture that has been decoded before lies on its side in its file."""
    try:
        with Image.open(picture) as image:
            return image.size != read_size(picture)
    except (OSError, ImageReadError):  # gone meanwhile
        return False
