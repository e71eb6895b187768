"""YOLO: a folder of text files, a line a box, and a file that gives class numbers their names.

Format: AlexeyAB/darknet's README and labelImg's ``yolo_io.py``, read as facts: ``class cx cy w h``,
all but the class as parts of the picture's width or height.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from app.annotation.errors import AnnotationError
from app.annotation.formats.label_set import (
    LABEL_FOLDERS,
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    files_by_stem,
    find_picture,
    lost_notes,
    make_folder,
    picture_stems,
)
from app.annotation.formats.records import RecordError, number, read_text
from app.annotation.formats.yolo_classes import class_files, read_class_names
from app.annotation.labels import ImageAnnotation, LabeledBox, Note
from app.files import atomic_write_text

_CLASS_LIST = "classes.txt"
# Texts that lie among labels; a picture of that name may have labels all the same.
_OTHER_TEXTS = re.compile(r"(train|val|valid|test|trainval|readme.*|license.*)\.txt", re.IGNORECASE)
# Above these lies the folder that has the file of classes, as trainers lay data out.
_FOLDERS_INSIDE = LABEL_FOLDERS | {"train", "val", "valid", "test"}
_BOX_FIELDS = 5
_DECIMAL = 1e-6


def read(path: Path, *, size_of: SizeOf) -> LabelSet:
    """Return the labels in a folder and its sub-folders.

    Parameters
    ----------
    path : Path
        The folder; its classes stand in ``classes.txt``, ``*.yaml`` or ``*.names`` in it, or
        above it where it is called ``labels``, ``train`` or the like.
    size_of : callable
        The format holds neither sizes nor endings of pictures: those that `size_of` knows count.

    Raises
    ------
    AnnotationError
        No folder, or no file of classes.
    """
    if not path.is_dir():
        hint = "Choose the folder that holds the files of labels."
        raise AnnotationError("labels-not-readable", f"There is no folder {path}.", hint)
    class_names = read_class_names(_class_folder(path))
    if not class_names:
        raise AnnotationError(
            "labels-without-classes",
            f"Nothing in {path} says what the class numbers of its labels mean.",
            "Put a classes.txt with one name a line, or the data.yaml, into the folder.",
        )
    builder = LabelSetBuilder(size_of)
    for file in label_files(path):
        with builder.record(file.relative_to(path).as_posix()):
            _read_file(builder, path, file, class_names)
    ordered = tuple(name for _, name in sorted(class_names.items()))
    return builder.label_set(ordered)


def write(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Write a text file for each picture into the folder `path`, and ``classes.txt``.

    Classes that the folder (or for ``labels`` and the like the one above) already numbers keep
    their numbers; new ones come after them.

    Returns
    -------
    tuple of Note
        What YOLO can't hold.

    Raises
    ------
    AnnotationError
        Two pictures would share a file, or a class name has more than one line.
    FileWriteError
    """
    files = files_by_stem(labels, path, ".txt")
    clash = next((name for name, file in files.items() if file.name.lower() == _CLASS_LIST), None)
    if clash:
        raise AnnotationError(
            "labels-collide",
            f"The labels of {clash} would take the name of the list of classes.",
            "Rename the picture.",
        )
    class_folder = _class_folder(path)
    known = read_class_names(class_folder)
    table = [known.get(number, "") for number in range(max(known, default=-1) + 1)]
    added = [name for name in labels.used_class_names if name not in table]
    table += added
    if any(len(name.splitlines()) > 1 for name in table):
        raise AnnotationError(
            "class-name-not-writable",
            "A class name has more than one line, which YOLO's list of classes can't hold.",
            "Rename the class.",
        )
    make_folder(path)
    # First, so that after a crash no label has a number without a name.
    atomic_write_text(path / _CLASS_LIST, "".join(f"{name}\n" for name in table))
    for image in labels.images:
        make_folder(files[image.name].parent)
        atomic_write_text(files[image.name], _lines(image.annotation, table))
    return lost_notes(labels, path, "YOLO", "empty") + _outdated(class_folder, added)


def label_files(folder: Path) -> Iterator[Path]:
    """Yield the text files below `folder` that may hold boxes, sorted."""
    for file in sorted(folder.rglob("*.txt")):
        is_list = file.name.lower() == _CLASS_LIST
        is_other = _OTHER_TEXTS.fullmatch(file.name) and not has_box_lines(file)
        if not is_list and not (is_other and file.stat().st_size):
            yield file


def has_box_lines(file: Path) -> bool:
    """Whether the first line of a text file is one of YOLO's."""
    try:
        fields = next(iter(read_text(file).splitlines()), "").split()
        return len(fields) >= _BOX_FIELDS and [number(field, "") for field in fields] != []
    except (AnnotationError, RecordError):
        return False


def _class_folder(path: Path) -> Path:
    """Return the folder whose file of classes counts for the labels in `path`."""
    folder = path
    while not class_files(folder) and folder.name.lower() in _FOLDERS_INSIDE:
        folder = folder.parent
    return folder


def _read_file(
    builder: LabelSetBuilder, root: Path, file: Path, class_names: dict[int, str]
) -> None:
    relative = PurePosixPath(file.relative_to(root).as_posix())
    try:
        text = read_text(file)
    except AnnotationError as error:
        raise RecordError(error.message.rstrip(".")) from error
    found = find_picture(picture_stems(relative), builder.size_of)
    if found is None:
        raise RecordError("There is no picture of that name")
    name = builder.add_image(str(relative), found)
    size = builder.size(name)
    for line_number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            place = f"{relative}, line {line_number}"
            with builder.record(place):
                box = _box(builder, place, line.split(), class_names, size)
                builder.add_box(place, name, box)


def _box(
    builder: LabelSetBuilder,
    place: str,
    fields: list[str],
    class_names: dict[int, str],
    size: tuple[int, int],
) -> LabeledBox:
    is_outline = len(fields) >= 7 and len(fields) % 2 == 1
    if len(fields) not in (_BOX_FIELDS, _BOX_FIELDS + 1) and not is_outline:
        raise RecordError(f"The line has {len(fields)} fields where {_BOX_FIELDS} are due")
    class_name = _class_name(fields[0], class_names)
    values = [number(field, f"Field {index}") for index, field in enumerate(fields[1:], start=2)]
    if is_outline:
        xs, ys = values[::2], values[1::2]
        edges = (min(xs), min(ys), max(xs), max(ys))
        builder.note("mended", place, "An outline was read as the box around it.")
    else:
        cx, cy, width, height = values[:4]
        edges = (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
    if len(fields) == _BOX_FIELDS + 1:
        builder.note("mended", place, "A sixth number, a score, was left out.")
    xmin, ymin, xmax, ymax = (_pixels(edge, size[axis % 2]) for axis, edge in enumerate(edges))
    return LabeledBox(class_name, xmin, ymin, xmax, ymax)


def _pixels(edge_norm: float, extent_px: int) -> float:
    """Return an edge in pixels: whole where six decimals can't tell it from whole.

    Else a box that was drawn on whole pixels comes back just short of them, and loses one where
    fractions are cut off.
    """
    edge_px = edge_norm * extent_px
    whole_px = round(edge_px)
    return float(whole_px) if abs(edge_px - whole_px) <= _DECIMAL * extent_px else edge_px


def _class_name(field: str, class_names: dict[int, str]) -> str:
    class_number = number(field, "The class number")
    name = class_names.get(int(class_number)) if class_number == int(class_number) else None
    if not name:
        last = max(class_names)
        raise RecordError(f"The class number is {field}, and names are known for 0 to {last}")
    return name


def _lines(annotation: ImageAnnotation, table: list[str]) -> str:
    lines = []
    for box in annotation.boxes:
        values = (
            (box.xmin + box.xmax) / 2 / annotation.width,
            (box.ymin + box.ymax) / 2 / annotation.height,
            (box.xmax - box.xmin) / annotation.width,
            (box.ymax - box.ymin) / annotation.height,
        )
        numbers = " ".join(f"{value:.6f}" for value in values)
        lines.append(f"{table.index(box.class_name)} {numbers}\n")
    return "".join(lines)


def _outdated(path: Path, added: list[str]) -> tuple[Note, ...]:
    """Return a note for each further file of classes that lacks what ``classes.txt`` now has."""
    if not added:
        return ()
    text = f"The new classes {', '.join(added)} stand in classes.txt only; add them here by hand."
    others = [file for file in class_files(path) if file.name != _CLASS_LIST]
    return tuple(Note("lost", str(file), text) for file in others)
