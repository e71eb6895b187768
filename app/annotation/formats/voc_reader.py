"""Reading Pascal VOC: every tool's habits are understood, mended where needed, and reported."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from app.annotation.formats.coordinate_rule import FIRST_PIXEL, LABELIMG_RULE
from app.annotation.formats.records import not_readable
from app.annotation.formats.xml_safety import (
    MAX_BYTES,
    SafeXml,
    broken,
    local_name,
    own_text,
    parse_xml,
)
from app.annotation.labels import UNSPECIFIED_POSE, ImageAnnotation, LabeledBox, Note

CORNERS = ("xmin", "ymin", "xmax", "ymax")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"  # byte order marks and the like inside numbers
_YES = {"1", "true", "yes"}
_NO = {"0", "false", "no"}


@dataclass(frozen=True)
class VocDocument:
    """What one Pascal VOC file says.

    Attributes
    ----------
    annotation : ImageAnnotation
        Width and height are 0 where neither file nor caller knows them.
    filename : str
        The picture's name as the file has it; empty where it has none.
    notes : tuple of Note
        All that was mended or refused.
    data : bytes
        The file as it was read.
    coordinate_rule : str
        By which it was read.
    """

    annotation: ImageAnnotation
    filename: str
    notes: tuple[Note, ...]
    data: bytes
    coordinate_rule: str


class _Report:
    """Collects the notes of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.notes: list[Note] = []

    def add(self, kind: str, where: str, text: str) -> None:
        self.notes.append(Note(kind, f"{self._file}, {where}", text))


class _Fields:
    """The children of one element by name, and what was to be said about them."""

    def __init__(self, element: etree._Element, where: str, report: _Report) -> None:
        self._where = where
        self._report = report
        self._found: dict[str, list[etree._Element]] = {}
        for child in element:
            tag = child.tag
            is_plain = isinstance(tag, str) and tag[0] != "{"  # nearly always
            self._found.setdefault(tag if is_plain else local_name(child), []).append(child)

    def __contains__(self, tag: str) -> bool:
        return tag in self._found

    def all(self, tag: str) -> list[etree._Element]:
        """Return the children called `tag`, in their order."""
        return self._found.get(tag, [])

    def first(self, tag: str) -> etree._Element | None:
        """Return the first child called `tag`, whether or not there are more."""
        found = self._found.get(tag)
        return found[0] if found else None

    def only(self, tag: str) -> etree._Element | None:
        """Return the child called `tag`; of several the first, and say so."""
        found = self._found.get(tag, [])
        if len(found) > 1:
            self.mended(f"It has {len(found)} times {tag}; the first is taken.")
        return found[0] if found else None

    def text(self, tag: str) -> str | None:
        """Return the text in the child called `tag`; None where there is none or more than text."""
        element = self.only(tag)
        return _text(element) if element is not None else None

    def mended(self, text: str) -> None:
        self._report.add("mended", self._where, text)

    def inside(self, tag: str) -> _Fields | None:
        element = self.only(tag)
        return _Fields(element, self._where, self._report) if element is not None else None


def _text(element: etree._Element) -> str | None:
    return own_text(element) if len(element) else element.text or ""


class _UnusableError(Exception):
    """Why an object gives no box."""


def read_voc(
    path: Path,
    *,
    image_size: tuple[int, int] | None = None,
    coordinate_rule: str = LABELIMG_RULE,
) -> VocDocument:
    """Read a Pascal VOC file; see `parse_voc`.

    Raises
    ------
    AnnotationError
        "labels-not-readable" when the disk does not give it, "labels-broken" when it makes no
        sense.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise not_readable(path, error) from error
    return parse_voc(data, name=path.name, image_size=image_size, coordinate_rule=coordinate_rule)


def parse_voc(
    data: bytes,
    *,
    name: str,
    image_size: tuple[int, int] | None = None,
    coordinate_rule: str = LABELIMG_RULE,
) -> VocDocument:
    """Read Pascal VOC from bytes.

    Elements are found by name, never by position. Only direct children of ``annotation`` are
    objects, and only direct children of those their fields: a ``part`` is no object. The format is
    that of the VOC 2012 development kit and of labelImg.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What notes and errors call it.
    image_size : (int, int), optional
        Width and height of the upright picture, pixels, when known; it goes before what the file
        says. Without it boxes are clipped to the file's own size.
    coordinate_rule : {"labelimg", "voc-devkit"}
        What the file's coordinates mean, see `FIRST_PIXEL`.

    Raises
    ------
    AnnotationError
        "labels-broken" when the file is not whole, not VOC, or declares entities.
    """
    xml = voc_xml(data, name=name)
    root = xml.root
    report = _Report(name)
    if xml.oddity:
        report.add("mended", "line 1", xml.oddity)
    parts = _Fields(root, "", report)
    width, height, depth = _size(parts.first("size"), image_size, report)
    first_pixel = FIRST_PIXEL[coordinate_rule]
    boxes = []
    for index, element in enumerate(parts.all("object")):
        where = f"object {index + 1}"
        try:
            fields = _Fields(element, where, report)
            boxes.append(_box(fields, index, (width, height), first_pixel))
        except _UnusableError as reason:
            report.add("refused", where, f"{reason}; the object is left out.")
    _report_strays(root, report)
    filename = parts.first("filename")
    return VocDocument(
        ImageAnnotation(width, height, depth, tuple(boxes), is_verified(root)),
        ((_text(filename) or "") if filename is not None else "").strip(),
        tuple(report.notes),
        data,
        coordinate_rule,
    )


def voc_xml(data: bytes, *, name: str) -> SafeXml:
    """Parse a file and make sure that it is Pascal VOC.

    Raises
    ------
    AnnotationError
        "labels-broken".
    """
    xml = parse_xml(data, name=name)
    if local_name(xml.root) != "annotation":
        raise broken(name, f"it is not Pascal VOC, it begins with <{local_name(xml.root)}>")
    return xml


def is_verified(root: etree._Element) -> bool:
    """Whether a person has marked the file as checked."""
    return str(root.get("verified", "")).strip().lower() in _YES


def number(text: str | None) -> float | None:
    """Return a coordinate as Python reads it when all is well; None for any other text."""
    value = float(text) if text is not None and _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def _box(fields: _Fields, index: int, size: tuple[int, int], first_pixel: int) -> LabeledBox:
    class_name = _class_name(fields)
    bndbox = fields.inside("bndbox")
    if bndbox is None:
        raise _UnusableError("It has no bndbox")
    corners = [_corner(bndbox, tag) for tag in CORNERS]
    xmin, xmax = _edges("x", corners[0], corners[2], size[0], first_pixel, fields)
    ymin, ymax = _edges("y", corners[1], corners[3], size[1], first_pixel, fields)
    return LabeledBox(
        class_name,
        *(xmin, ymin, xmax, ymax),
        pose=(fields.text("pose") or "").strip() or UNSPECIFIED_POSE,
        is_truncated=_flag(fields, "truncated"),
        is_difficult=_flag(fields, "difficult"),
        is_occluded="occluded" in fields and _flag(fields, "occluded"),
        origin=index,
    )


def _class_name(fields: _Fields) -> str:
    if "name" not in fields:
        raise _UnusableError("It has no name")
    text = fields.text("name")
    if text is None:
        raise _UnusableError("Its name is not plain text")
    stripped = text.strip().strip(_INVISIBLE).strip()
    if not stripped:
        raise _UnusableError("Its name is empty")
    if stripped != text:
        fields.mended(f"The name {text!r} is read as {stripped!r}, without outer spaces.")
    return stripped


def _corner(bndbox: _Fields, tag: str) -> float:
    if tag not in bndbox:
        raise _UnusableError(f"Its {tag} is missing")
    text = bndbox.text(tag)
    if text is None:
        raise _UnusableError(f"Its {tag} is not plain text")
    plain = text.strip()
    value = number(plain)
    if value is None:
        value = number(_without_oddities(plain))
        if value is None:
            raise _UnusableError(f"Its {tag} {plain[:40]!r} is not a number")
        bndbox.mended(f"{tag} {plain[:40]!r} is read as {value:g}.")
    return value


def _without_oddities(text: str) -> str:
    """Return a number as Python writes it: no invisible characters, a point for the comma."""
    visible = "".join(character for character in text if character not in _INVISIBLE).strip()
    return visible.replace(",", ".") if visible.count(",") == 1 and "." not in visible else visible


def _edges(
    axis: str, low: float, high: float, limit: int, first_pixel: int, fields: _Fields
) -> tuple[float, float]:
    """Return one axis of a box in order and inside the picture; a `limit` of 0 is unknown."""
    if low > high:
        low, high = high, low
        fields.mended(f"{axis}min and {axis}max are the wrong way round; swapped.")
    low -= first_pixel
    if low == high:
        raise _UnusableError(f"Its {axis}min and {axis}max are both {low:g}: it has no area")
    end = float(limit) or math.inf
    inside_low = min(max(low, 0.0), end)
    inside_high = min(max(high, 0.0), end)
    if inside_low >= inside_high:
        raise _UnusableError(f"It lies outside the picture ({axis} from {low:g} to {high:g})")
    if (inside_low, inside_high) != (low, high):
        text = f"{axis} from {low:g} to {high:g} goes beyond the picture; "
        fields.mended(f"{text}cut to {inside_low:g} to {inside_high:g}.")
    return inside_low, inside_high


def _flag(fields: _Fields, tag: str) -> bool:
    text = (fields.text(tag) or "").strip()
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    value = number(_without_oddities(text))
    if value is not None:
        fields.mended(f"{tag} {text[:40]!r} is read as {int(value != 0)}.")
        return value != 0
    what = f"{tag} {text[:40]!r} is neither 0 nor 1" if text else f"{tag} is missing"
    fields.mended(f"{what}; taken as 0.")
    return False


def _size(
    element: etree._Element | None, image_size: tuple[int, int] | None, report: _Report
) -> tuple[int, int, int]:
    """Return width, height and depth; what the caller knows goes before what the file says."""
    fields = _Fields(element, "size", report) if element is not None else None
    width, height, depth = (_whole(fields, tag) for tag in ("width", "height", "depth"))
    known = image_size if image_size and min(image_size) > 0 else None
    if known is None and not (width and height):
        report.add("mended", "size", "Width and height are missing; boxes can't be checked.")
        return 0, 0, depth or 3
    if known is None or known == (width, height):
        return width, height, depth or 3
    if not (width and height):
        fault = "Width or height is missing or 0"
    elif known == (height, width):
        fault = f"Width and height are swapped ({width} x {height})"
    else:
        fault = f"The file says {width} x {height}"
    report.add("mended", "size", f"{fault}; the picture's own {known[0]} x {known[1]} is taken.")
    return *known, depth or 3


def _whole(size: _Fields | None, tag: str) -> int:
    """Return a child of ``size`` as a positive whole number, or 0."""
    element = size.first(tag) if size is not None else None
    text = _text(element) if element is not None else None
    value = number(_without_oddities((text or "").strip()))
    return int(value) if value and 0 < value < 2**31 else 0


def _report_strays(root: etree._Element, report: _Report) -> None:
    """Say which boxes lie where none are looked for, so that none is lost unheard."""
    for bndbox in root.iter("{*}bndbox"):
        parent = bndbox.getparent()
        if parent is not None and parent.getparent() is root and local_name(parent) == "object":
            continue
        parents = [local_name(parent) for parent in bndbox.iterancestors()]
        is_in_object = parents[-2:] == ["object", "annotation"]
        if is_in_object and "part" in parents:
            continue
        text = f"A bndbox inside <{parents[0]}> belongs to no object; left out."
        report.add("refused", f"line {bndbox.sourceline}", text)
