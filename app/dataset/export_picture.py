"""What one picture of an export becomes: an example, or a note why it is left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotation.label_folder import LabelFile, LabelFolder
from app.dataset.errors import DatasetError
from app.dataset.example_features import ExamplePicture
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings, Part
from app.dataset.export_tally import ExportNote
from app.dataset.measures import read_stamp
from app.dataset.picture_payload import Payload, read_payload
from app.imaging import ImageReadError

_REMEMBERED = 5000  # pictures: memory does not grow with the data set
_RULE_VERSION = 1  # of what is written for the same input: counts up when that changes

_Stamp = tuple[int, int]


@dataclass(frozen=True)
class ReadPicture:
    """A picture's file, read; `payload` is the error where that failed.

    Attributes
    ----------
    name : str
    stamp : (int, int)
        Of the file before it was read, see `read_stamp`.
    payload : Payload or ImageReadError or DatasetError
    """

    name: str
    stamp: _Stamp
    payload: Payload | ImageReadError | DatasetError


@dataclass(frozen=True)
class ExportedPicture:
    """What one picture became.

    Attributes
    ----------
    name : str
    stamps : tuple of int
        Size and time of its file and of its labels' file; zeros for one that is not there.
    notes : list of ExportNote
    example : ExamplePicture or None
        None where it does not go out.
    """

    name: str
    stamps: tuple[int, int, int, int]
    notes: list[ExportNote]
    example: ExamplePicture | None = None


def read_picture(folder: Path, name: str) -> ReadPicture:
    """Read a picture and hash it: nearly all of it without Python's lock, for another thread."""
    path = folder / name
    stamp = read_stamp(path)
    try:
        payload = read_payload(path)
    except (ImageReadError, DatasetError) as error:
        return ReadPicture(name, stamp, error)
    _ = payload.sha256  # known from now on
    return ReadPicture(name, stamp, payload)


class PictureExport:
    """Joins pictures with their labels.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    """

    def __init__(self, source: ExportSource, settings: ExportSettings) -> None:
        self._source, self._settings = source, settings
        self._folder, self._asked = source.folder.anew(), 0
        self._class_names = frozenset(source.classes.values())

    def made(self, picture: ReadPicture, source_id: int) -> ExportedPicture:
        """Return what a picture becomes; one that can't go out is told and left out."""
        folder = self._labels()
        path = folder.images / picture.name
        payload = picture.payload
        if not isinstance(payload, Payload):
            stamps = (*picture.stamp, *read_stamp(folder.label_path(path)))
            return ExportedPicture(picture.name, stamps, _left_out(picture.name, payload.message))
        labels = folder.load(path, size=(payload.width, payload.height))
        notes = self._faults(picture.name, labels)
        example = None
        if not notes:
            notes = [*_payload_notes(picture.name, payload), *_mended(picture.name, labels)]
            example = ExamplePicture(picture.name, source_id, payload, labels.annotation.boxes)
        return ExportedPicture(picture.name, (*picture.stamp, *_stamp_of(labels)), notes, example)

    def fingerprint(self, part: Part) -> str:
        """Return what the fingerprint of a part would be now, without reading a picture."""
        fingerprint = PartFingerprint(self._source, self._settings, part)
        for name in part.names:
            folder = self._labels()
            picture = folder.images / name
            label = folder.label_path(picture)
            fingerprint.add(name, (*read_stamp(picture), *read_stamp(label)))
        return fingerprint.text()

    def _faults(self, name: str, labels: LabelFile) -> list[ExportNote]:
        """Return why a picture does not go out by its labels; empty where it does."""
        if labels.error is not None:
            return _left_out(name, labels.error.message)
        boxes = labels.annotation.boxes
        unknown = {box.class_name for box in boxes} - self._class_names
        if unknown:
            listed = ", ".join(sorted(unknown))
            return _left_out(name, f"It has boxes of a class that the project lacks: {listed}.")
        if not boxes and self._settings.background == "drop":
            dropped = ExportNote("background-dropped", name, "It has no box.")
            return [*_mended(name, labels), dropped]
        return []

    def _labels(self) -> LabelFolder:
        """Return the label files; what they remember of names is let go of now and then."""
        self._asked += 1
        if self._asked % _REMEMBERED == 0:
            self._folder = self._source.folder.anew()
        return self._folder


class PartFingerprint:
    """A hash of all that a part is made from, picture after picture.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    part : Part
    """

    def __init__(self, source: ExportSource, settings: ExportSettings, part: Part) -> None:
        said = {"rule": _RULE_VERSION, "classes": list(source.classes.items())}
        chosen: Mapping[str, object] = settings.to_json() | {"name": "", "also": ()}
        start = json.dumps([said, chosen, source.folder.coordinate_rule, part.first_id])
        self._digest = hashlib.sha256(start.encode())

    def add(self, name: str, stamps: tuple[int, int, int, int]) -> None:
        """Take in one picture, see `ExportedPicture.stamps`."""
        line = f"{name}\t{stamps}\n"
        self._digest.update(line.encode("utf-8", "surrogateescape"))

    def text(self) -> str:
        """Return the hash."""
        return self._digest.hexdigest()


def _stamp_of(labels: LabelFile) -> _Stamp:
    """Return the stamp of a file of labels as it was read, in the order of `read_stamp`."""
    if labels.stamp is None:
        return read_stamp(labels.path)
    mtime_ns, file_bytes = labels.stamp
    return file_bytes, mtime_ns


def _left_out(name: str, reason: str) -> list[ExportNote]:
    return [ExportNote("left-out", name, reason)]


def _mended(name: str, labels: LabelFile) -> list[ExportNote]:
    return [ExportNote("mended", name, f"{note.place}: {note.text}") for note in labels.notes]


def _payload_notes(name: str, payload: Payload) -> list[ExportNote]:
    if payload.conversion:
        text = f"Written anew as {payload.format}: {payload.conversion}."
        return [ExportNote("converted", name, text)]
    return [ExportNote("odd", name, f"{payload.oddity}.")] if payload.oddity else []
