"""Writing one part of an export: its records, its rows of the tables, and then its receipt.

A part is whole when its receipt is there and tells of the same pictures, labels and settings; one
that was cut off has none and is begun again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation
from app.dataset.csv_file import csv_rows
from app.dataset.errors import DatasetError
from app.dataset.example_features import ExamplePicture, example_bytes
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings, Part
from app.dataset.export_tally import ExportNote, ExportTally
from app.dataset.measures import read_stamp
from app.dataset.picture_payload import Payload, read_payload
from app.dataset.record_file import RecordWriter
from app.files import atomic_write_text, write_error
from app.imaging import ImageReadError
from app.jobs.cancel import CancelToken

_NO_LABELS = ImageAnnotation(0, 0)
_REMEMBERED = 5000  # pictures: memory does not grow with the data set
_RULE_VERSION = 1  # of what is written for the same input: counts up when that changes


@dataclass(frozen=True)
class PartFiles:
    """Where a part is while the export is not whole."""

    folder: Path
    part: Part

    def of(self, ending: str) -> Path:
        """Return one of its files: ``record``, ``csv``, ``notes.csv`` or ``json``."""
        return self.folder / f"{self.part.stem}.{ending}"


class PartWork:
    """Writes the parts of one export.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    token : CancelToken
        Looked at before each picture.
    on_image : callable
        Called after each picture.
    """

    def __init__(
        self,
        source: ExportSource,
        settings: ExportSettings,
        token: CancelToken,
        on_image: Callable[[], None],
    ) -> None:
        self._source, self._settings = source, settings
        self._token, self._on_image = token, on_image
        self._folder, self._asked = source.folder.anew(), 0
        self._class_ids = {name: class_id for class_id, name in source.classes.items()}

    def write(self, files: PartFiles) -> ExportTally:
        """Write a part and return its counts; one that is whole already is kept as it is.

        Raises
        ------
        FileWriteError
        JobCancelled
        """
        fingerprint = self._fingerprint(files.part)
        kept = _receipt(files.of("json"), fingerprint)
        if kept is not None:
            for _name in files.part.names:
                self._on_image()
            return kept
        tally = self._write_anew(files)
        text = json.dumps({"fingerprint": fingerprint, "tally": tally.to_json()})
        atomic_write_text(files.of("json"), text)
        return tally

    def _write_anew(self, files: PartFiles) -> ExportTally:
        tally = ExportTally()
        try:
            with ExitStack() as stack:
                rows = stack.enter_context(_text_file(files.of("csv")))
                notes = stack.enter_context(_text_file(files.of("notes.csv")))
                path, is_compressed = files.of("record"), self._settings.is_compressed
                records = stack.enter_context(RecordWriter(path, is_compressed=is_compressed))
                for made in self._made(files.part):
                    for note in made.notes:
                        tally.count_note(note)
                        notes.write(_note_row(files.part.set_name, note))
                    if made.example:
                        tally.count_image([box.class_name for box in made.annotation.boxes])
                        records.write(made.example)
                        rows.write(csv_rows(made.name, made.annotation, self._class_ids))
                    self._on_image()
        except OSError as error:
            raise write_error(files.of("csv"), error) from error
        return tally

    def _made(self, part: Part) -> Iterator[_Made]:
        for place, name in enumerate(part.names):
            self._token.raise_if_cancelled()
            yield self._make(name, part.first_id + place)

    def _make(self, name: str, source_id: int) -> _Made:
        """Return what a picture becomes; one that can't go out is told and left out."""
        folder = self._labels()
        picture = folder.images / name
        try:
            payload = read_payload(picture)
            labels = folder.load(picture, size=(payload.width, payload.height))
            if labels.error is not None:
                return _left_out(name, labels.error.message)
        except (ImageReadError, DatasetError) as error:
            return _left_out(name, error.message)
        annotation = labels.annotation
        mended = [ExportNote("mended", name, f"{n.place}: {n.text}") for n in labels.notes]
        unknown = {box.class_name for box in annotation.boxes} - self._class_ids.keys()
        if unknown:
            listed = ", ".join(sorted(unknown))
            return _left_out(name, f"It has boxes of a class that the project lacks: {listed}.")
        if not annotation.boxes and self._settings.background == "drop":
            return _Made(name, [*mended, ExportNote("background-dropped", name, "It has no box.")])
        notes = [*_payload_notes(name, payload), *mended]
        example = ExamplePicture(name, source_id, payload, annotation.boxes)
        return _Made(name, notes, annotation, example_bytes(example, self._class_ids))

    def _labels(self) -> LabelFolder:
        """Return the label files; what they remember of names is let go of now and then."""
        self._asked += 1
        if self._asked % _REMEMBERED == 0:
            self._folder = self._source.folder.anew()
        return self._folder

    def _fingerprint(self, part: Part) -> str:
        """Return a hash of all that the part depends on, without reading a picture."""
        folder = self._source.folder
        said = {"rule": _RULE_VERSION, "classes": list(self._source.classes.items())}
        settings = self._settings.to_json() | {"name": "", "also": ()}
        start = json.dumps([said, settings, folder.coordinate_rule, part.first_id])
        digest = hashlib.sha256(start.encode())
        for name in part.names:
            picture = folder.images / name
            label = self._labels().label_path(picture)
            stamps = (*read_stamp(picture), *read_stamp(label))
            digest.update(f"{name}\t{stamps}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


@dataclass(frozen=True)
class _Made:
    """What one picture became."""

    name: str
    notes: list[ExportNote]
    annotation: ImageAnnotation = _NO_LABELS
    example: bytes = b""  # empty where it does not go out


def _left_out(name: str, reason: str) -> _Made:
    return _Made(name, [ExportNote("left-out", name, reason)])


def _payload_notes(name: str, payload: Payload) -> list[ExportNote]:
    if payload.conversion:
        text = f"Written anew as {payload.format}: {payload.conversion}."
        return [ExportNote("converted", name, text)]
    return [ExportNote("odd", name, f"{payload.oddity}.")] if payload.oddity else []


def _receipt(path: Path, fingerprint: str) -> ExportTally | None:
    """Return the counts of a part that is whole and of the same input; None for any other."""
    try:
        fields: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        is_same = fields["fingerprint"] == fingerprint
        return ExportTally.from_json(fields["tally"]) if is_same else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _text_file(path: Path) -> Iterator[TextIO]:
    """Open a file for text that is on the disk, and not only on its way there, when it is closed.

    Else a power cut could keep the receipt, which is written later, and lose the text.
    """
    with path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _note_row(set_name: str, note: ExportNote) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([set_name, note.kind, note.place, note.text])
    return text.getvalue()
