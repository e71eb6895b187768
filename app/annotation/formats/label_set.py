"""`LabelSet`: labels of many pictures between two formats, and how a reader gathers one."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from app.annotation.errors import AnnotationError
from app.annotation.formats.records import (
    RecordError,
    broken,
    fields_of,
    items_of,
    leaves_folder,
    number,
    read_json,
    relative_name,
)
from app.annotation.labels import UNSPECIFIED_POSE, ImageAnnotation, LabeledBox, Note
from app.files import write_error
from app.imaging import IMAGE_SUFFIXES

SizeOf = Callable[[str], tuple[int, int] | None]
"""Gives (width, height) in pixels of an upright picture by its name; None where there is none."""

# A normalised coordinate with 6 decimals is up to 0.02 px off in the largest pictures.
_ROUNDING_PX = 0.05
_DECIMALS = 6
_SUFFIXES = sorted(IMAGE_SUFFIXES, key=lambda suffix: (suffix not in (".jpg", ".png"), suffix))

LABEL_FOLDERS = frozenset({"labels", "annotations", "labeltxt", "obj_train_data", "obj_valid_data"})
"""What tools call the folders that hold labels apart from pictures, in small letters."""

_PICTURE_FOLDERS = ("images", "Images", "JPEGImages")


@dataclass(frozen=True)
class LabeledImage:
    """The labels of one picture.

    Attributes
    ----------
    name : str
        POSIX path relative to the images' folder.
    annotation : ImageAnnotation
    """

    name: str
    annotation: ImageAnnotation


@dataclass(frozen=True)
class LabelSet:
    """The labels of many pictures, as one format tells them.

    Attributes
    ----------
    images : tuple of LabeledImage
        In the file's order; no name twice.
    class_names : tuple of str
        In the format's own order (ids where it has them), no name twice.
    notes : tuple of Note
        What the reader mended or refused.
    """

    images: tuple[LabeledImage, ...]
    class_names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def used_class_names(self) -> tuple[str, ...]:
        """`class_names`, and after them the names that only boxes know."""
        used = (box.class_name for image in self.images for box in image.annotation.boxes)
        return tuple(dict.fromkeys([*self.class_names, *used]))


class LabelSetBuilder:
    """Gathers the pictures and boxes of a file, mends what is clear and notes it.

    Parameters
    ----------
    size_of : callable
        Asked for a picture's size where the file doesn't say.
    """

    def __init__(self, size_of: SizeOf) -> None:
        self.size_of = size_of
        self._images: dict[str, ImageAnnotation] = {}  # without their boxes
        self._boxes: dict[str, list[LabeledBox]] = {}
        self._notes: list[Note] = []

    def note(self, kind: str, place: str, text: str) -> None:
        """Remember one thing that was mended or refused."""
        self._notes.append(Note(kind, place, text))

    @contextmanager
    def record(self, place: str) -> Iterator[None]:
        """Turn a `RecordError` inside into a note; the file goes on after it."""
        try:
            yield
        except RecordError as error:
            self.note("refused", place, f"{error}; it was left out.")

    def size(self, name: str) -> tuple[int, int]:
        """Return (width, height) of a picture that was taken up."""
        return self._images[name].width, self._images[name].height

    def has_image(self, name: str) -> bool:
        """Whether `add_image` took up a picture of that name."""
        return name in self._images

    def add_image(
        self,
        place: str,
        name: object,
        size: tuple[object, object] = (None, None),
        *,
        depth: int = 3,
        is_verified: bool = False,
    ) -> str:
        """Take up a picture and return its name as the set knows it; twice does no harm.

        Parameters
        ----------
        place : str
            For notes.
        name : object
            As it stands in the file.
        size : tuple
            (width, height) as they stand in the file; None where it doesn't say.
        depth : int
            Colour channels.
        is_verified : bool

        Raises
        ------
        RecordError
            The name is none, or nobody knows the picture's size.
        """
        clean_name = relative_name(name)
        if leaves_folder(name):
            self.note("mended", place, f"Of the path {name!r} only {clean_name!r} was taken.")
        if clean_name not in self._images:
            width, height = self._size(place, clean_name, size)
            self._images[clean_name] = ImageAnnotation(width, height, depth)
            self._boxes[clean_name] = []
        if is_verified:
            self._images[clean_name] = replace(self._images[clean_name], is_verified=True)
        return clean_name

    def add_box(self, place: str, name: str, box: LabeledBox) -> None:
        """Add a box to the picture `name`: corners sorted, clipped to the picture.

        Raises
        ------
        RecordError
            Nothing of the box lies inside the picture.
        """
        width, height = self.size(name)
        # Sums such as 58.3 + 14.7 fall short of a whole number by a hair, which costs a pixel
        # where fractions are cut off.
        left, top, right, bottom = (round(edge, _DECIMALS) for edge in box.box_xyxy)
        xmin, xmax = sorted((left, right))
        ymin, ymax = sorted((top, bottom))
        beyond_px = max(-xmin, -ymin, xmax - width, ymax - height)
        inside = replace(
            box,
            xmin=max(0.0, xmin),
            ymin=max(0.0, ymin),
            xmax=min(float(width), xmax),
            ymax=min(float(height), ymax),
        )
        if not inside.area_px:
            raise RecordError(
                f"The box ({xmin:g}, {ymin:g}, {xmax:g}, {ymax:g}) has no area inside "
                f"the picture of {width} x {height}"
            )
        if (xmin, ymin) != (left, top):
            self.note("mended", place, "The corners were the wrong way round; they were swapped.")
        if beyond_px > _ROUNDING_PX:
            text = f"The box reached {beyond_px:.1f} px beyond the picture; it was clipped."
            self.note("mended", place, text)
        self._boxes[name].append(inside)

    def label_set(self, class_names: tuple[str, ...] = ()) -> LabelSet:
        """Return what was gathered; classes of boxes that `class_names` lacks come after it."""
        images = tuple(
            LabeledImage(name, replace(image, boxes=tuple(self._boxes[name])))
            for name, image in self._images.items()
        )
        gathered = LabelSet(images, tuple(name for name in class_names if name))
        return replace(gathered, class_names=gathered.used_class_names, notes=tuple(self._notes))

    def _size(self, place: str, name: str, size: tuple[object, object]) -> tuple[int, int]:
        try:
            width, height = (int(number(value, "The size")) for value in size)
        except RecordError:
            width, height = 0, 0
        if width > 0 and height > 0:
            return width, height
        found = self.size_of(name)
        if found is None:
            raise RecordError(f"The size of the picture {name!r} is not known")
        if size != (None, None):
            text = f"The size {size[0]} x {size[1]} is none; the picture's own was taken."
            self.note("mended", place, text)
        return found


def read_records(
    path: Path,
    size_of: SizeOf,
    read_one: Callable[[LabelSetBuilder, str, dict[str, object]], None],
    *,
    lone_key: str = "",
) -> LabelSet:
    """Return the labels in a JSON file that is a list with one record a picture.

    Parameters
    ----------
    path : Path
    size_of : callable
        For sizes that the file lacks.
    read_one : callable
        ``read_one(builder, place, record)`` adds the picture of a record and its boxes; a
        `RecordError` becomes a note.
    lone_key : str
        A file that is an object with this field is taken as its only record.

    Raises
    ------
    AnnotationError
        ``labels-broken``.
    """
    content = read_json(path)
    is_lone = bool(lone_key) and isinstance(content, dict) and lone_key in content
    try:
        records = [content] if is_lone else items_of(content, "The file's content")
    except RecordError as error:
        raise broken(path, str(error)) from error
    builder = LabelSetBuilder(size_of)
    for index, record in enumerate(records):
        place = f"{path.name}, [{index}]"
        with builder.record(place):
            read_one(builder, place, fields_of(record, "The record"))
    return builder.label_set()


def picture_stems(relative: PurePosixPath) -> list[str]:
    """Return where the picture of one file of labels may lie, without its ending.

    Parameters
    ----------
    relative : PurePosixPath
        The file of labels, from the folder that was opened.

    Returns
    -------
    list of str
        Beside it; in a folder of pictures that mirrors the folder of labels; in the same place
        without the folder of labels.
    """
    stem = relative.with_suffix("")
    parents = stem.parent.parts
    is_apart = [part.lower() in LABEL_FOLDERS for part in parents]
    mirrored = [
        [folder if apart else part for part, apart in zip(parents, is_apart, strict=True)]
        for folder in _PICTURE_FOLDERS
    ]
    without = [part for part, apart in zip(parents, is_apart, strict=True) if not apart]
    candidates = [PurePosixPath(*parts, stem.name) for parts in (parents, *mirrored, without)]
    return list(dict.fromkeys(str(candidate) for candidate in candidates))


def find_picture(stems: Iterable[str], size_of: SizeOf) -> str | None:
    """Return the first name, a stem and one of the known endings, whose picture exists."""
    names = (
        f"{stem}{ending}"
        for stem in stems
        for suffix in _SUFFIXES
        for ending in (suffix, suffix.upper())
    )
    return next((name for name in names if size_of(name) is not None), None)


def json_text(value: object) -> str:
    """Return `value` as the text of a JSON file: indented, non-ASCII kept, final newline."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def rounded(value_px: float) -> float | int:
    """Return a coordinate for a file: whole where it is, else with three decimals."""
    result = round(value_px, 3)
    return int(result) if result == int(result) else result


def lost_notes(labels: LabelSet, path: Path, format_title: str, held: str) -> tuple[Note, ...]:
    """Return one note for each kind of thing in `labels` that a format can't hold.

    Parameters
    ----------
    labels : LabelSet
    path : Path
        Where it was written, for the notes.
    format_title : str
    held : str
        What the format does hold, of: ``difficult truncated occluded pose verified empty``
        (`empty`: pictures without a box).
    """
    annotations = [image.annotation for image in labels.images]
    boxes = [box for annotation in annotations for box in annotation.boxes]
    box_counts = {
        "difficult": sum(box.is_difficult for box in boxes),
        "truncated": sum(box.is_truncated for box in boxes),
        "occluded": sum(box.is_occluded for box in boxes),
        "pose": sum(box.pose != UNSPECIFIED_POSE for box in boxes),
    }
    image_counts = {
        "verified": sum(annotation.is_verified for annotation in annotations),
        "empty": sum(not annotation.boxes for annotation in annotations),
    }
    of_boxes = [
        f"{format_title} has no place for {kind!r}: {count} of {len(boxes)} boxes lose it."
        for kind, count in box_counts.items()
        if count and kind not in held.split()
    ]
    of_images = [
        f"{format_title} has no place for {kind!r} pictures: {count} of {len(annotations)} "
        + ("are left out." if kind == "empty" else "lose it.")
        for kind, count in image_counts.items()
        if count and kind not in held.split()
    ]
    return tuple(Note("lost", str(path), text) for text in of_boxes + of_images)


def files_by_stem(labels: LabelSet, folder: Path, suffix: str) -> dict[str, Path]:
    """Return the file for each picture of a format with one file a picture, by the picture's name.

    Raises
    ------
    AnnotationError
        ``labels-collide``: two pictures (``a.jpg``, ``a.png``) would share a file.
    """
    files: dict[str, Path] = {}
    owners: dict[str, str] = {}
    for image in labels.images:
        stem = posixpath.splitext(image.name)[0]
        owner = owners.setdefault(stem.casefold(), image.name)  # as folders on Windows and macOS
        if owner != image.name:
            raise AnnotationError(
                "labels-collide",
                f"{owner} and {image.name} would both be written to {stem}{suffix}.",
                "Rename one of the two pictures.",
            )
        files[image.name] = folder / f"{stem}{suffix}"
    return files


def make_folder(folder: Path) -> None:
    """Make a folder that labels are written into, with those above it.

    Raises
    ------
    FileWriteError
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
