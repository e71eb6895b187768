"""`FORMATS`: the label formats by name, and which of them a file or folder holds."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from app.annotation.errors import AnnotationError
from app.annotation.formats import (
    coco,
    createml,
    csv_table,
    cvat,
    labelme,
    linkedai,
    voc_set,
    yolo,
)
from app.annotation.formats.coordinate_rule import DEVKIT_RULE
from app.annotation.formats.label_set import LabelSet, SizeOf
from app.annotation.formats.records import not_readable, read_json
from app.annotation.formats.yolo_classes import class_files
from app.annotation.labels import Note

# A folder is known by its first files; more would make opening a large one slow.
_FILES_LOOKED_AT = 20
_START_BYTES = 4096


class Reader(Protocol):
    """Reads the labels at a path; see the format's own module."""

    def __call__(self, path: Path, *, size_of: SizeOf) -> LabelSet:
        """Return the labels at `path`."""


@dataclass(frozen=True)
class Format:
    """One way to keep labels in files.

    Attributes
    ----------
    key : str
        For scripts: ``--format coco``.
    title : str
        For people.
    suffixes : tuple of str
        Endings of its files, with the dot.
    read : callable
        ``read(path, *, size_of)`` gives a `LabelSet`.
    write : callable or None
        ``write(labels, path)`` gives notes of what was lost; None where we only read.
    is_folder : bool
        Whether `path` is a folder of files, not one file.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader
    write: Callable[[LabelSet, Path], tuple[Note, ...]] | None
    is_folder: bool


_ALL = (
    Format("voc", "Pascal VOC", (".xml",), voc_set.read, voc_set.write, is_folder=True),
    Format(
        DEVKIT_RULE,
        "Pascal VOC, pixels from 1",
        (".xml",),
        partial(voc_set.read, coordinate_rule=DEVKIT_RULE),
        partial(voc_set.write, coordinate_rule=DEVKIT_RULE),
        is_folder=True,
    ),
    Format("yolo", "YOLO", (".txt",), yolo.read, yolo.write, is_folder=True),
    Format("coco", "COCO", (".json",), coco.read, coco.write, is_folder=False),
    Format("createml", "CreateML", (".json",), createml.read, createml.write, is_folder=False),
    Format("linkedai", "LinkedAI", (".json",), linkedai.read, linkedai.write, is_folder=False),
    Format("labelme", "labelme", (".json",), labelme.read, labelme.write, is_folder=True),
    Format("csv", "CSV table", (".csv",), csv_table.read, csv_table.write, is_folder=False),
    Format("cvat", "CVAT for images 1.1", (".xml",), cvat.read, None, is_folder=False),
)

FORMATS: Mapping[str, Format] = MappingProxyType({format_.key: format_ for format_ in _ALL})
"""Every format by its key."""


def detect(path: Path) -> Format:
    """Return the format of the labels at `path`, told by content and not by ending.

    Where a folder holds several, Pascal VOC goes before YOLO and YOLO before labelme, as in
    labelImg. How VOC files count pixels can't be told from them: labelImg's way is taken.

    Raises
    ------
    AnnotationError
        ``labels-broken``: begun like one of ours and then broken; ``labels-not-readable``;
        ``labels-unknown``: none of ours, with the list of those.
    """
    key = _key_of_folder(path) if path.is_dir() else _key_of_file(path)
    if key:
        return FORMATS[key]
    hint = f"Understood are: {', '.join(format_.title for format_ in _ALL)}."
    inside = _format_file_inside(path)
    if inside:
        hint = f"Choose the file {inside} in it."
    raise AnnotationError("labels-unknown", f"No labels of a known format are in {path}.", hint)


def _key_of_file(path: Path) -> str | None:
    text = _start_of(path)
    if text.startswith("<"):
        root = cvat.read_xml(path)
        return {"annotations": "cvat", "annotation": "voc"}.get(str(root.tag))
    if text.startswith(("{", "[")):
        return _key_of_json(read_json(path))
    header = text.partition("\n")[0].strip()
    return "csv" if header and csv_table.is_header(header) else None


def _start_of(path: Path) -> str:
    """Return the first characters of a file of text; none of another file."""
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError as error:
        raise not_readable(path, error) from error
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start.decode("utf-16", "replace").lstrip()
    return "" if b"\0" in start else start.decode("utf-8-sig", "replace").lstrip()


def _key_of_json(content: object) -> str | None:
    if isinstance(content, dict):
        for key, needed in (
            ("coco", ("images", "annotations", "categories")),
            ("labelme", ("shapes", "imagePath")),
            ("linkedai", ("image", "tags")),
        ):
            if all(name in content for name in needed):
                return key
        return None
    records = content if isinstance(content, list) else []
    for record in records:
        if isinstance(record, dict) and "tags" in record and "image" in record:
            return "linkedai"
        if isinstance(record, dict) and ("image" in record or "imagefilename" in record):
            return "createml" if "annotations" in record or "annotation" in record else None
    return None


def _key_of_folder(path: Path) -> str | None:
    if "voc" in _keys_below(path, "*.xml"):
        return "voc"
    texts = list(_first(yolo.label_files(path)))
    if texts and (class_files(path) or any(yolo.has_box_lines(file) for file in texts)):
        return "yolo"
    return "labelme" if "labelme" in _keys_below(path, "*.json") else None


def _keys_below(path: Path, pattern: str) -> set[str]:
    """Return the formats of the first files below `path`; broken ones tell nothing."""
    keys = set()
    for file in _first(sorted(path.rglob(pattern))):
        try:
            keys.add(_key_of_file(file) or "")
        except AnnotationError:
            continue
    return keys


def _format_file_inside(path: Path) -> str | None:
    """Return the name of a file of one format that lies in the folder `path`."""
    if not path.is_dir():
        return None
    for file in _first(sorted(path.iterdir())):
        try:
            key = _key_of_file(file) if file.suffix in (".json", ".csv", ".xml") else None
        except AnnotationError:
            continue
        if key and not FORMATS[key].is_folder:
            return file.name
    return None


def _first(files: Iterable[Path]) -> Iterable[Path]:
    return islice(files, _FILES_LOOKED_AT)
