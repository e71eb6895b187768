"""What is in record files: pictures with their boxes, counts, and what is wrong with them.

Records of other programs are read as well: only the picture itself must be there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.dataset import example_features as keys
from app.dataset.errors import DatasetError
from app.dataset.example_proto import decode_example
from app.dataset.record_file import read_records
from app.project.colors import class_color

_Values = Sequence[bytes] | Sequence[int] | Sequence[float]

_STARTS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG": "png", b"GIF8": "gif", b"BM": "bmp"}
_SAME_FORMATS = {"jpg": "jpeg"}
_FIRST_PROBLEMS = 20
_TOLERANCE = 1e-6  # shares are rounded to 32 bits


@dataclass(frozen=True)
class RecordedBox:
    """One object in a record.

    Attributes
    ----------
    class_name : str
        Empty where the record has only numbers.
    class_id : int
    edges_norm : tuple of float
        xmin, ymin, xmax, ymax as shares of width and height.
    """

    class_name: str
    class_id: int
    edges_norm: tuple[float, float, float, float]


@dataclass(frozen=True)
class RecordedPicture:
    """One example.

    Attributes
    ----------
    path : Path
        The record file.
    number : int
        Its place in the file, from 1.
    name, source_id, format : str
        As the record has them.
    content : bytes
        The picture's file.
    width, height : int
        As the record has them, pixels; 0 where it has none.
    boxes : tuple of RecordedBox
    problems : tuple of str
        What is wrong with it, in words; nothing was decoded to know.
    """

    path: Path
    number: int
    name: str
    source_id: str
    format: str
    content: bytes
    width: int
    height: int
    boxes: tuple[RecordedBox, ...]
    problems: tuple[str, ...]

    def image_bgr(self) -> npt.NDArray[np.uint8]:
        """Return the decoded picture, shape (H, W, 3).

        Raises
        ------
        DatasetError
            ``example-broken``.
        """
        data = np.frombuffer(self.content, np.uint8)
        flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION  # as TensorFlow decodes it
        try:
            image = cv2.imdecode(data, flags) if data.size else None
        except cv2.error as error:
            raise _broken(self.path, self.number, "its picture can't be decoded") from error
        if image is None:
            raise _broken(self.path, self.number, "its picture can't be decoded")
        return np.asarray(image, np.uint8)


@dataclass
class RecordSummary:
    """Counts over some record files.

    Attributes
    ----------
    examples, background : int
        Examples, and those without a box.
    boxes, class_images : Counter of (str, int)
        Boxes, and examples with at least one, by name and id of the class.
    formats : Counter of str
        By what the pictures are.
    problem_count : int
    problems : list of (str, str)
        The first ones: where, and what is wrong.
    """

    examples: int = 0
    background: int = 0
    boxes: Counter[tuple[str, int]] = field(default_factory=Counter)
    class_images: Counter[tuple[str, int]] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    problem_count: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    def add_problem(self, place: str, text: str) -> None:
        """Count one thing that is wrong."""
        self.problem_count += 1
        if len(self.problems) < _FIRST_PROBLEMS:
            self.problems.append((place, text))

    def to_json(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        classes = [
            {"name": name, "id": class_id, "boxes": count, "images": self.class_images[key]}
            for key, count in sorted(self.boxes.items(), key=lambda item: (item[0][1], item[0][0]))
            for name, class_id in (key,)
        ]
        return {
            "examples": self.examples,
            "background": self.background,
            "boxes": self.boxes.total(),
            "classes": classes,
            "formats": dict(sorted(self.formats.items())),
            "problem_count": self.problem_count,
            "problems": [{"place": place, "text": text} for place, text in self.problems],
        }


def read_examples(path: Path) -> Iterator[RecordedPicture]:
    """Yield the examples of a record file.

    Raises
    ------
    DatasetError
        As `read_records`; ``example-broken`` for a record that is no ``tf.train.Example``.
    """
    for number, data in enumerate(read_records(path), start=1):
        try:
            features = decode_example(data)
        except ValueError as error:
            raise _broken(path, number, f"it is no tf.train.Example: {error}") from error
        yield _picture(path, number, features)


def read_example(path: Path, number: int) -> RecordedPicture:
    """Return the example at a place, counted from 1.

    Raises
    ------
    DatasetError
        As `read_examples`; ``no-such-example``.
    """
    found = next(islice(read_examples(path), number - 1, None), None) if number > 0 else None
    if found is None:
        message = f"{path} has no example number {number}."
        raise DatasetError("no-such-example", message, "See how many it has: tallybox inspect.")
    return found


def summarise(paths: Iterable[Path]) -> RecordSummary:
    """Count what record files hold; a damaged file is counted as far as it is whole, and told.

    Raises
    ------
    DatasetError
        ``records-not-readable``.
    """
    summary = RecordSummary()
    seen = _Seen()
    for path in paths:
        try:
            for picture in read_examples(path):
                _count(summary, picture, seen)
        except DatasetError as error:
            if error.code == "records-not-readable":
                raise
            summary.add_problem(str(path), error.message)
    return summary


def drawn(picture: RecordedPicture) -> npt.NDArray[np.uint8]:
    """Return a picture with its boxes and classes drawn on it, shape (H, W, 3), BGR.

    Raises
    ------
    DatasetError
        ``example-broken``.
    """
    image = picture.image_bgr().copy()
    height, width = image.shape[:2]
    thickness = max(1, round(height / 240))
    for box in picture.boxes:
        color = bytes.fromhex(class_color(max(1, box.class_id)).removeprefix("#"))[::-1]
        left, top, right, bottom = (
            round(edge * side)
            for edge, side in zip(box.edges_norm, (width, height, width, height), strict=True)
        )
        cv2.rectangle(image, (left, top), (right, bottom), tuple(color), thickness)
        words = f"{box.class_id} {box.class_name}".encode("ascii", "replace").decode()
        place = (left + thickness, max(top - 2 * thickness, 4 * thickness + 8))
        for pen, ink in ((3 * thickness, (0, 0, 0)), (thickness, tuple(color))):
            font, scale = cv2.FONT_HERSHEY_SIMPLEX, max(0.4, height / 900)
            cv2.putText(image, words, place, font, scale, ink, pen, cv2.LINE_AA)
    return image


@dataclass
class _Seen:
    """What must be the same, or not the same, in all examples."""

    source_ids: set[str] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)


def _count(summary: RecordSummary, picture: RecordedPicture, seen: _Seen) -> None:
    place = f"{picture.path}, example {picture.number} ({picture.name})"
    kinds = [(box.class_name, box.class_id) for box in picture.boxes]
    summary.examples += 1
    summary.background += not kinds
    summary.boxes.update(kinds)
    summary.class_images.update(set(kinds))
    summary.formats[_true_format(picture.content)] += 1
    for text in picture.problems:
        summary.add_problem(place, text)
    if picture.source_id and picture.source_id in seen.source_ids:
        summary.add_problem(place, f"Its source_id {picture.source_id!r} is there twice.")
    seen.source_ids.add(picture.source_id)
    for name, class_id in set(kinds):
        known = seen.names.setdefault(class_id, name)
        if known != name:
            summary.add_problem(place, f"The class id {class_id} is {name!r} here, else {known!r}.")


def _picture(path: Path, number: int, features: Mapping[str, _Values]) -> RecordedPicture:
    content = _bytes(features, keys.ENCODED)
    boxes = _boxes(features)
    return RecordedPicture(
        path,
        number,
        _text(features, keys.FILENAME),
        _text(features, keys.SOURCE_ID),
        _text(features, keys.FORMAT),
        content,
        _whole(features, keys.WIDTH),
        _whole(features, keys.HEIGHT),
        boxes,
        tuple(_problems(features, content, boxes)),
    )


def _boxes(features: Mapping[str, _Values]) -> tuple[RecordedBox, ...]:
    edges = [[float(each) for each in features.get(key, ())] for key in keys.EDGES]
    count = min(map(len, edges))
    labels, texts = features.get(keys.CLASS_LABEL, ()), features.get(keys.CLASS_TEXT, ())
    boxes = []
    for place in range(count):
        xmin, ymin, xmax, ymax = (values[place] for values in edges)
        text, label = (each[place] if place < len(each) else 0 for each in (texts, labels))
        name = text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
        class_id = int(label) if isinstance(label, int) else 0
        boxes.append(RecordedBox(name, class_id, (xmin, ymin, xmax, ymax)))
    return tuple(boxes)


def _problems(
    features: Mapping[str, _Values], content: bytes, boxes: tuple[RecordedBox, ...]
) -> Iterator[str]:
    if not content:
        yield "It has no picture."
    counts = {key: len(features.get(key, ())) for key in (*keys.EDGES, keys.CLASS_LABEL)}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{key} {count}" for key, count in counts.items())
        yield f"Its boxes are not whole: {listed}."
    said, true = _text(features, keys.FORMAT).lower(), _true_format(content)
    if said and _SAME_FORMATS.get(said, said) != true:
        yield f"It says {said} and is {true}."
    source_id = _text(features, keys.SOURCE_ID)
    if not source_id.isdecimal():
        yield f"Its source_id {source_id!r} is no number: Model Garden's evaluation needs one."
    for box in boxes:
        xmin, ymin, xmax, ymax = box.edges_norm
        if min(box.edges_norm) < -_TOLERANCE or max(box.edges_norm) > 1 + _TOLERANCE:
            yield f"A box of {box.class_name!r} goes beyond the picture."
        elif xmin >= xmax or ymin >= ymax:
            yield f"A box of {box.class_name!r} has no area."
        if box.class_id < 1:
            yield f"A box of {box.class_name!r} has the class id {box.class_id}; they begin at 1."


def _true_format(content: bytes) -> str:
    found = (name for start, name in _STARTS.items() if content.startswith(start))
    return next(found, "unknown")


def _bytes(features: Mapping[str, _Values], key: str) -> bytes:
    value = next(iter(features.get(key, ())), b"")
    return value if isinstance(value, bytes) else b""


def _text(features: Mapping[str, _Values], key: str) -> str:
    return _bytes(features, key).decode("utf-8", "replace")


def _whole(features: Mapping[str, _Values], key: str) -> int:
    value = next(iter(features.get(key, ())), 0)
    return value if isinstance(value, int) else 0


def _broken(path: Path, number: int, reason: str) -> DatasetError:
    return DatasetError(
        "example-broken", f"{path}, example {number}: {reason}.", "Export it again."
    )
