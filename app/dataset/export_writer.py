"""`PartWriter`: the files of one part of an export while they are written."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from app.dataset.csv_file import csv_rows
from app.dataset.example_features import example_bytes
from app.dataset.export_picture import ExportedPicture
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings, Part
from app.dataset.export_tally import ExportTally
from app.dataset.record_file import RecordWriter
from app.files import atomic_write_text, write_error


@dataclass(frozen=True)
class PartFiles:
    """Where a part is while the export is not whole."""

    folder: Path
    part: Part

    def of(self, ending: str) -> Path:
        """Return one of its files: ``record``, ``csv``, ``notes.csv`` or ``json``."""
        return self.folder / f"{self.part.stem}.{ending}"


@dataclass(frozen=True)
class WrittenPart:
    """What is known of a part that is whole.

    Attributes
    ----------
    part : Part
    tally : ExportTally
    record_sha256 : str
        Of the file of records, hexadecimal.
    """

    part: Part
    tally: ExportTally
    record_sha256: str


class PartWriter:
    """Writes the records, rows and notes of a part, and its receipt when all are on the disk.

    One thread at a time may use it. Closed before `finish`, it leaves files without a receipt,
    which nobody takes for whole.

    Parameters
    ----------
    files : PartFiles
    source : ExportSource
    settings : ExportSettings

    Raises
    ------
    FileWriteError
        Here and by every method.
    """

    def __init__(self, files: PartFiles, source: ExportSource, settings: ExportSettings) -> None:
        self._files = files
        self._class_ids = {name: class_id for class_id, name in source.classes.items()}
        self._tally = ExportTally()
        with ExitStack() as stack, _told(files.of("csv")):
            files.of("json").unlink(missing_ok=True)  # an earlier receipt is of other files
            self._rows = csv.writer(
                stack.enter_context(_text_file(files.of("csv"))), lineterminator="\n"
            )
            self._notes = csv.writer(
                stack.enter_context(_text_file(files.of("notes.csv"))), lineterminator="\n"
            )
            self._records = stack.enter_context(
                RecordWriter(files.of("record"), is_compressed=settings.is_compressed)
            )
            self._open = stack.pop_all()

    def add(self, pictures: Iterable[ExportedPicture]) -> None:
        """Write what pictures became."""
        with _told(self._files.of("csv")):
            for picture in pictures:
                self._add(picture)

    def _add(self, picture: ExportedPicture) -> None:
        for note in picture.notes:
            self._tally.count_note(note)
            place = (self._files.part.set_name, note.kind, note.place, note.text)
            self._notes.writerow(place)
        if picture.example is not None:
            example = picture.example
            self._tally.count_image([box.class_name for box in example.boxes])
            self._records.write(example_bytes(example, self._class_ids))
            self._rows.writerows(csv_rows(example, self._class_ids))

    def finish(self, fingerprint: str) -> WrittenPart:
        """See all to the disk, then write the receipt."""
        self.close()
        written = WrittenPart(self._files.part, self._tally, self._records.sha256)
        content = {
            "fingerprint": fingerprint,
            "tally": self._tally.to_json(),
            "record_sha256": written.record_sha256,
        }
        atomic_write_text(self._files.of("json"), json.dumps(content))
        return written

    def close(self) -> None:
        """Close the files; closing twice does no harm."""
        with _told(self._files.of("csv")):
            self._open.close()


def read_receipt(files: PartFiles) -> tuple[str, WrittenPart] | None:
    """Return the fingerprint and the counts of a part that is whole; None for any other."""
    try:
        fields: Mapping[str, Any] = json.loads(files.of("json").read_text("utf-8"))
        tally = ExportTally.from_json(fields["tally"])
        written = WrittenPart(files.part, tally, str(fields["record_sha256"]))
        return str(fields["fingerprint"]), written
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error


@contextmanager
def _text_file(path: Path) -> Iterator[TextIO]:
    """Open a file for text that is on the disk, and not only on its way there, when it is closed.

    Else a power cut could keep the receipt, which is written later, and lose the text.
    """
    with path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
