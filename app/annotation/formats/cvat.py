"""CVAT: one XML file, *CVAT for images 1.1*; read only.

Format: docs.cvat.ai, *CVAT XML format*. Boxes by their corners in pixels; attributes have free
names: ``difficult`` and ``truncated`` are ours.
"""

from __future__ import annotations

import math
from pathlib import Path

from lxml import etree

from app.annotation.formats.label_set import LabelSet, LabelSetBuilder, SizeOf
from app.annotation.formats.records import (
    RecordError,
    broken,
    hull_of,
    is_set,
    number,
    read_bytes,
    text_of,
)
from app.annotation.formats.xml_safety import parse_xml
from app.annotation.labels import LabeledBox

_EDGES = ("xtl", "ytl", "xbr", "ybr")
_NOT_SHAPES = frozenset({"tag"})  # says something of the whole picture


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the boxes in a file of CVAT; outlines become the boxes around them.

    Raises
    ------
    AnnotationError
        ``labels-broken``: no XML, or not CVAT's.
    """
    root = read_xml(path)
    if root.tag != "annotations":
        raise broken(path, f"it begins with <{root.tag}>, not with CVAT's <annotations>")
    builder = LabelSetBuilder(size_of)
    for index, image in enumerate(root.findall("image")):
        place = f"{path.name}, image {index}"
        with builder.record(place):
            _read_image(builder, place, image)
    for track in root.findall("track"):
        text = "It is a track through a video, whose frames are not pictures of a folder"
        with builder.record(f"{path.name}, track {track.get('id', '?')}"):
            raise RecordError(text)
    labels = root.iterfind("meta//labels/label/name")
    return builder.label_set(tuple(label.text.strip() for label in labels if label.text))


def read_xml(path: Path) -> etree._Element:
    """Return the root of an XML file: no entities expanded, nothing fetched, no huge trees.

    Raises
    ------
    AnnotationError
        ``labels-not-readable`` or ``labels-broken``.
    """
    return parse_xml(read_bytes(path), name=str(path)).root


def _read_image(builder: LabelSetBuilder, place: str, image: etree._Element) -> None:
    size = (image.get("width"), image.get("height"))
    name = builder.add_image(place, _name(builder, image), size)
    for index, shape in enumerate(image.iterchildren("*")):
        shape_place = f"{place}, {shape.tag} {index}"
        if shape.tag not in _NOT_SHAPES:
            with builder.record(shape_place):
                builder.add_box(shape_place, name, _box(builder, shape_place, shape))


def _name(builder: LabelSetBuilder, image: etree._Element) -> str:
    """Return the picture's path; CVAT sorts the pictures of a project into folders by subset."""
    name = text_of(image.get("name"), "'name'")
    subset = image.get("subset")
    if not subset:
        return name
    in_subset = f"{subset}/{name}"
    is_there = builder.size_of(in_subset) is not None
    return in_subset if is_there or builder.has_image(name) else name


def _box(builder: LabelSetBuilder, place: str, shape: etree._Element) -> LabeledBox:
    flags = {
        attribute.get("name")
        for attribute in shape.iterchildren("attribute")
        if is_set(attribute.text)
    }
    return LabeledBox(
        text_of(shape.get("label"), "'label'"),
        *_edges(builder, place, shape),
        is_difficult="difficult" in flags,
        is_truncated="truncated" in flags,
        is_occluded=is_set(shape.get("occluded")),
    )


def _edges(
    builder: LabelSetBuilder, place: str, shape: etree._Element
) -> tuple[float, float, float, float]:
    if shape.tag == "box":
        xmin, ymin, xmax, ymax = (number(shape.get(edge), repr(edge)) for edge in _EDGES)
        rotation = number(shape.get("rotation", "0"), "'rotation'")
        if not rotation:
            return xmin, ymin, xmax, ymax
        builder.note("mended", place, "A turned box was read as the upright box around it.")
        return _upright(xmin, ymin, xmax, ymax, math.radians(rotation))
    if shape.tag == "polygon":
        points = [pair.split(",") for pair in (shape.get("points") or "").split(";")]
        edges = hull_of(points, "'points'")
        builder.note("mended", place, "A polygon was read as the box around it.")
        return edges
    raise RecordError(f"The shape is a {shape.tag}, which has no box")


def _upright(
    xmin: float, ymin: float, xmax: float, ymax: float, turn_rad: float
) -> tuple[float, float, float, float]:
    """Return the upright box around one that is turned about its centre."""
    cx, cy = (xmin + xmax) / 2, (ymin + ymax) / 2
    half_width, half_height = abs(xmax - xmin) / 2, abs(ymax - ymin) / 2
    cosine, sine = abs(math.cos(turn_rad)), abs(math.sin(turn_rad))
    reach_x = half_width * cosine + half_height * sine
    reach_y = half_width * sine + half_height * cosine
    return cx - reach_x, cy - reach_y, cx + reach_x, cy + reach_y
