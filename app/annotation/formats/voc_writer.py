"""Writing Pascal VOC: a new file byte for byte as labelImg does, an old one with care."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path

from lxml import etree

from app.annotation.errors import AnnotationError
from app.annotation.formats.coordinate_rule import FIRST_PIXEL, LABELIMG_RULE
from app.annotation.formats.voc_reader import CORNERS, is_verified, number, parse_voc
from app.annotation.formats.xml_safety import children, first, local_name, own_text, parse_xml
from app.annotation.labels import ImageAnnotation, LabeledBox

_FIELDS = ("name", "pose", "truncated", "difficult", "bndbox", "occluded")  # the order in a file
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2

_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL)
_ENCODING = re.compile(r"""^(<\?xml\s[^>]*?encoding\s*=\s*["'])[A-Za-z0-9._-]+""")


def voc_bytes(
    annotation: ImageAnnotation,
    *,
    image_path: Path,
    original: bytes | None = None,
    coordinate_rule: str = LABELIMG_RULE,
) -> bytes:
    """Return the labels as a Pascal VOC file.

    A new file is what labelImg 1.8.6 writes: no declaration, tabs, UTF-8, a final newline,
    ``bndbox`` the fifth child of an object. Coordinates are whole pixels by labelImg's rule: a
    minimum below 1 is written as 1, fractions are cut off, maxima are not shifted. Unlike there, a
    box that would lose all its width or height that way keeps one pixel of it. By the rule of the
    VOC 2012 development kit a minimum is the edge, fraction cut off, and 1 more.

    With `original`, only what changed is rewritten: the boxes are compared with what reading
    `original` gives for their `origin`. Unknown elements, parts, order, and the fractions of edges
    that nobody moved stay; objects that were refused on reading stay; boxes that are gone are
    removed and new ones appended. Nothing changed gives the very bytes of `original`; otherwise the
    result is in UTF-8, whatever `original` was in.

    Parameters
    ----------
    annotation : ImageAnnotation
        Of the upright picture, in pixels.
    image_path : Path
        The picture: gives ``folder``, ``filename`` and the absolute ``path`` of a new file.
    original : bytes, optional
        The file as it was read.
    coordinate_rule : {"labelimg", "voc-devkit"}
        What the coordinates of the file mean, those of `original` too; see `FIRST_PIXEL`.

    Raises
    ------
    AnnotationError
        "labels-broken" when `original` can't be read; "label-not-writable" for a class name that
        is empty or that XML can't hold, or a coordinate that is no number.
    """
    for box in annotation.boxes:
        _check(box, image_path)
    if original is None:
        return _new_file(annotation, image_path, FIRST_PIXEL[coordinate_rule])
    return _changed_file(annotation, image_path, original, coordinate_rule)


def _check(box: LabeledBox, image_path: Path) -> None:
    """Refuse what no reader would read back."""
    if not box.class_name.strip():
        fault = "a box has no class name"
    elif _NOT_XML.search(box.class_name) or _NOT_XML.search(box.pose):
        fault = f"the class name {box.class_name!r} holds characters that XML does not allow"
    elif not all(math.isfinite(edge) for edge in box.box_xyxy):
        fault = f"a box of {box.class_name} has an edge that is no number"
    else:
        return
    message = f"Can't write the labels of {image_path.name}: {fault}."
    raise AnnotationError("label-not-writable", message, "Change or delete the box.")


def _new_file(annotation: ImageAnnotation, image_path: Path, first_pixel: int) -> bytes:
    path = image_path.absolute()
    root = etree.Element("annotation")
    if annotation.is_verified:
        root.set("verified", "yes")
    _append(root, "folder", _path_text(path.parent.name))
    _append(root, "filename", _path_text(path.name))
    _append(root, "path", _path_text(str(path)))
    _append(_append(root, "source"), "database", "Unknown")
    size = _append(root, "size")
    _append(size, "width", str(annotation.width))
    _append(size, "height", str(annotation.height))
    _append(size, "depth", str(annotation.depth))
    _append(root, "segmented", "0")
    for box in annotation.boxes:
        root.append(_new_object(root, box, annotation, first_pixel))
    etree.indent(root, "\t")
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _path_text(text: str) -> str:
    """Return a file's name for XML; Linux allows bytes in it that no text can hold."""
    return _NOT_XML.sub("\ufffd", os.fsencode(text).decode("utf-8", "replace"))


def _append(parent: etree._Element, tag: str, text: str = "") -> etree._Element:
    child = etree.SubElement(parent, _tag(parent, tag))
    child.text = text or None  # else an empty one is written in two tags, not as labelImg does
    return child


def _tag(relative: etree._Element, name: str) -> str:
    """Return the tag `name` in the namespace of `relative`, where it has one."""
    namespace, brace, _ = str(relative.tag).rpartition("}")
    return f"{namespace}{brace}{name}"


def _new_object(
    root: etree._Element, box: LabeledBox, annotation: ImageAnnotation, first_pixel: int
) -> etree._Element:
    element = etree.Element(_tag(root, "object"))
    _append(element, "name", box.class_name)
    _append(element, "pose", box.pose)
    _append(element, "truncated", str(int(box.is_truncated)))
    _append(element, "difficult", str(int(box.is_difficult)))
    bndbox = _append(element, "bndbox")
    xmin, xmax = _whole_pixels(box.xmin, box.xmax, annotation.width, first_pixel)
    ymin, ymax = _whole_pixels(box.ymin, box.ymax, annotation.height, first_pixel)
    for tag, edge in zip(CORNERS, (xmin, ymin, xmax, ymax), strict=True):
        _append(bndbox, tag, str(edge + _shift_of(tag, first_pixel)))
    if box.is_occluded:
        _append(element, "occluded", "1")
    return element


def _whole_pixels(low: float, high: float, limit: int, first_pixel: int) -> tuple[int, int]:
    """Return the edges of one axis that a file can say; a `limit` of 0 is unknown.

    Where nothing would be left, one pixel inside the picture is: a reader drops boxes without area.
    """
    whole_low, whole_high = max(1 - first_pixel, int(low)), int(high)
    if whole_low < whole_high:
        return whole_low, whole_high
    whole_high = min(whole_low + 1, limit or whole_low + 1)
    return whole_high - 1, whole_high


def _shift_of(tag: str, first_pixel: int) -> int:
    """Return by how much a coordinate in the file is more than the edge."""
    return first_pixel if tag in ("xmin", "ymin") else 0


def _changed_file(
    annotation: ImageAnnotation, image_path: Path, original: bytes, coordinate_rule: str
) -> bytes:
    size = (annotation.width, annotation.height)
    name = f"the file that {image_path.name} was read from"
    read = parse_voc(
        original, name=name, image_size=size, coordinate_rule=coordinate_rule
    ).annotation
    first_pixel = FIRST_PIXEL[coordinate_rule]
    before = {box.origin: box for box in read.boxes if box.origin is not None}
    kept, new = _sorted_out(annotation.boxes, before)
    edited = {origin: box for origin, box in kept.items() if box != before[origin]}
    gone = before.keys() - kept.keys()
    if not (edited or gone or new) and read.is_verified == annotation.is_verified:
        return original
    xml = parse_xml(original, name=name)
    objects = list(children(xml.root, "object"))
    for origin, box in edited.items():
        _rewrite(objects[origin], before[origin], box)
        _rewrite_edges(objects[origin], before[origin], box, size, first_pixel)
    # New ones go in before old ones go out: the last object tells where, even if it goes.
    added = [_new_object(xml.root, box, annotation, first_pixel) for box in new]
    _append_objects(xml.root, added)
    for origin in gone:
        _remove(objects[origin])
    if annotation.is_verified != is_verified(xml.root):
        _mark_verified(xml.root, verified=annotation.is_verified)
    return _serialised(xml.root, xml.text)


def _sorted_out(
    boxes: tuple[LabeledBox, ...], before: dict[int, LabeledBox]
) -> tuple[dict[int, LabeledBox], list[LabeledBox]]:
    """Return the boxes that the file has, by origin, and those that are new.

    Of several with one origin (a copy of a box keeps it) the first has it.
    """
    kept: dict[int, LabeledBox] = {}
    new = []
    for box in boxes:
        if box.origin is None or box.origin not in before or box.origin in kept:
            new.append(box)
        else:
            kept[box.origin] = box
    return kept, new


def _rewrite(element: etree._Element, before: LabeledBox, box: LabeledBox) -> None:
    """Bring the fields that differ, all but the edges, into an object of the file."""
    if box.class_name != before.class_name:
        _put(element, "name", box.class_name)
    if box.pose != before.pose:
        _put(element, "pose", box.pose)
    if box.is_truncated != before.is_truncated:
        _put(element, "truncated", str(int(box.is_truncated)))
    if box.is_difficult != before.is_difficult:
        _put(element, "difficult", str(int(box.is_difficult)))
    if box.is_occluded != before.is_occluded:
        _put(element, "occluded", str(int(box.is_occluded)))


def _rewrite_edges(
    element: etree._Element,
    before: LabeledBox,
    box: LabeledBox,
    size: tuple[int, int],
    first_pixel: int,
) -> None:
    """Bring the edges that differ into an object of the file."""
    bndbox = first(element, "bndbox")
    if bndbox is None:
        return
    for axis, limit, old, new in (
        ("x", size[0], (before.xmin, before.xmax), (box.xmin, box.xmax)),
        ("y", size[1], (before.ymin, before.ymax), (box.ymin, box.ymax)),
    ):
        if old != new:
            _rewrite_axis(bndbox, axis, old, new, limit, first_pixel)


def _rewrite_axis(
    bndbox: etree._Element,
    axis: str,
    before: tuple[float, float],
    after: tuple[float, float],
    limit: int,
    first_pixel: int,
) -> None:
    """Write the edges of one axis that moved; an edge that was mended moves with the other one."""
    tags = (f"{axis}min", f"{axis}max")
    shifts = [_shift_of(tag, first_pixel) for tag in tags]
    edges = _whole_pixels(*after, limit, first_pixel)
    stands = [_stands(bndbox, tags[i], before[i], after[i], shifts[i]) for i in range(2)]
    mixed = [after[i] if stands[i] else edges[i] for i in range(2)]
    if mixed[0] >= mixed[1]:
        stands = [False, False]
    for i, tag in enumerate(tags):
        if not stands[i]:
            _put(bndbox, tag, str(edges[i] + shifts[i]))


def _stands(bndbox: etree._Element, tag: str, before: float, after: float, shift: int) -> bool:
    """Whether an edge is where the file says, so that the file's own text can stay."""
    element = first(bndbox, tag)
    text = own_text(element) if element is not None else None
    value = number((text or "").strip())
    return value is not None and before == after == value - shift


def _put(parent: etree._Element, tag: str, text: str) -> None:
    """Set the text of a child, which is made in its place in the order when it is missing."""
    child = first(parent, tag)
    if child is None:
        child = _insert_field(parent, tag)
    for inner in child:
        inner.tail = None  # comments stay, the text between them goes
    child.text = text


def _insert_field(element: etree._Element, tag: str) -> etree._Element:
    later = _FIELDS[_FIELDS.index(tag) + 1 :]
    position = next((i for i, c in enumerate(element) if local_name(c) in later), len(element))
    if tag == "occluded":  # right after the box: scripts take that as the fifth child
        position = next(i for i, c in enumerate(element) if local_name(c) == "bndbox") + 1
    child = etree.Element(_tag(element, tag))
    _insert_in_line(element, position, child)
    return child


def _insert_in_line(parent: etree._Element, position: int, child: etree._Element) -> None:
    """Insert a child with the white space that its neighbours have."""
    space = parent.text if not (parent.text or "").strip() else None
    if position:
        previous = parent[position - 1]
        child.tail, previous.tail = previous.tail, space
    else:
        child.tail = space
    parent.insert(position, child)


def _append_objects(root: etree._Element, elements: list[etree._Element]) -> None:
    """Add objects after the last one of the file, in the file's own layout."""
    places = [i for i, child in enumerate(root) if local_name(child) == "object"]
    position = places[-1] + 1 if places else len(root)
    layout = re.fullmatch(r"\s*\n([ \t]+)", root.text or "")
    for element in elements:
        if layout:
            etree.indent(element, layout[1])
            _shift(element, layout[1])
        _insert_in_line(root, position, element)
        position += 1


def _shift(element: etree._Element, space: str) -> None:
    """Move the inside of an indented element one level deeper."""
    for inner in element.iter():
        if inner.text and not inner.text.strip():
            inner.text += space
        if inner is not element and inner.tail:
            inner.tail += space


def _remove(element: etree._Element) -> None:
    """Take an object out; text of others that follows it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    is_last = element.getnext() is None
    if previous is not None and (is_last or tail.strip()):
        previous.tail = (previous.tail or "") + tail if tail.strip() else tail
    elif previous is None and (is_last or tail.strip()):
        parent.text = (parent.text or "") + tail if tail.strip() else tail
    parent.remove(element)


def _mark_verified(root: etree._Element, *, verified: bool) -> None:
    if verified:
        root.set("verified", "yes")
    else:
        del root.attrib["verified"]


def _root_start(text: str) -> int:
    """Return where white space, declaration, comments and document type end."""
    prolog = _PROLOG.match(text)
    return prolog.end() if prolog else 0


def _serialised(root: etree._Element, text: str) -> bytes:
    """Return the tree in UTF-8, what stands before the root and line ends as in the original."""
    start = _root_start(text)
    if text.startswith(f"<{root.prefix}:" if root.prefix else "<annotation", start):
        prolog = _ENCODING.sub(r"\g<1>UTF-8", text[:start].replace("\r\n", "\n"))
        after = [etree.tostring(element, encoding="unicode") for element in root.itersiblings()]
        body = etree.tostring(root, encoding="unicode", with_tail=False)
        written = "\n".join([prolog + body, *after])
    else:  # a document type beyond the pattern: lxml writes it right, if less prettily
        written = etree.tostring(root.getroottree(), encoding="unicode")
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{written}\n".replace("\n", newline).encode("utf-8")
