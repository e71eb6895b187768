"""Events as tables: CSV and JSON Lines written as they come, and counts over time for a chart."""

from __future__ import annotations

import csv
import json
from collections import Counter as Tally
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TextIO

import numpy as np
import numpy.typing as npt

from app.counting.events import CrossingEvent
from app.counting.geometries import Direction
from app.files import partial_path, publish, remove_quietly, write_error

COLUMNS = (
    "frame",
    "time_s",
    "track_id",
    "class",
    "geometry",
    "kind",
    "direction",
    "direction_name",
    "x",
    "y",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
)

# Spreadsheets take a cell that starts so for a formula, and names come from anybody:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def event_row(event: CrossingEvent) -> dict[str, int | float | str]:
    """Return the event under `COLUMNS`: milliseconds and hundredths of a pixel are kept."""
    x, y = (round(number, 2) for number in event.point_px)
    x_min, y_min, x_max, y_max = (round(number, 2) for number in event.box_xyxy)
    return {
        "frame": event.frame_index,
        "time_s": round(event.timestamp_s, 3),
        "track_id": event.track_id,
        "class": event.class_name,
        "geometry": event.geometry,
        "kind": event.kind,
        "direction": event.direction,
        "direction_name": event.direction_name,
        "x": x,
        "y": y,
        "xmin": x_min,
        "ymin": y_min,
        "xmax": x_max,
        "ymax": y_max,
    }


class EventWriter(Protocol):
    """What writes one event after another to an open text file."""

    def write(self, event: CrossingEvent) -> None:
        """Write one event."""
        ...


class CsvWriter:
    """Events as CSV with a header, safe to open in a spreadsheet.

    Parameters
    ----------
    stream : file
        Open for text with ``newline=""``.
    """

    def __init__(self, stream: TextIO) -> None:
        self._rows = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        self._rows.writeheader()

    def write(self, event: CrossingEvent) -> None:
        """Write one event as a row; a name that looks like a formula gets an apostrophe first."""
        self._rows.writerow({key: _safe_cell(value) for key, value in event_row(event).items()})


class JsonlWriter:
    """Events as JSON Lines, with the fields of the CSV.

    Parameters
    ----------
    stream : file
        Open for text.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, event: CrossingEvent) -> None:
        """Write one event as a line."""
        self._stream.write(json.dumps(event_row(event), ensure_ascii=False) + "\n")


class EventLog:
    """A file of events: ``<name>.partial`` while it grows, `path` once it is closed.

    As a context manager it is closed at the end, also after an error: what was counted until
    then is true.

    Parameters
    ----------
    path : Path
        Ending in ``.jsonl`` for JSON Lines; anything else becomes CSV.

    Raises
    ------
    FileWriteError
        Here, in `write` and in `close`, when the disk is full or writing is not allowed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._stream = partial_path(path).open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise write_error(path, error) from error
        is_jsonl = path.suffix.lower() == ".jsonl"
        self._writer: EventWriter = (
            JsonlWriter(self._stream) if is_jsonl else CsvWriter(self._stream)
        )

    def write(self, event: CrossingEvent) -> None:
        """Write one event and hand it to the system, so that a crash loses none."""
        try:
            self._writer.write(event)
            self._stream.flush()
        except OSError as error:
            raise write_error(self._path, error) from error

    def close(self) -> None:
        """Give the file its name. Closing it twice is harmless."""
        if self._stream.closed:
            return
        try:
            self._stream.close()
        except OSError as error:
            raise write_error(self._path, error) from error
        publish(self._path)

    def discard(self) -> None:
        """Leave no partial file behind, and the one that was there before as it is."""
        with suppress(OSError):  # what a full disk did not take is thrown away anyway
            self._stream.close()
        remove_quietly(partial_path(self._path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class CountSeries:
    """Counts over time, in bins that widen by doubling so that a week fits as well as a minute.

    Parameters
    ----------
    bin_s : float
        Width of a bin to begin with, seconds.
    max_bins : int
        No more bins than this are kept.
    start_s : float
        Where the first bin begins.
    """

    def __init__(self, *, bin_s: float = 1.0, max_bins: int = 600, start_s: float = 0.0) -> None:
        if bin_s <= 0 or max_bins < 1:
            raise ValueError("bins need a width and there must be at least one")
        self.bin_s = bin_s
        self._max_bins = max_bins
        self._start_s = start_s
        self._tally: Tally[tuple[str, Direction, int]] = Tally()

    def add(self, event: CrossingEvent) -> None:
        """Count one event."""
        while (place := self._place(event.timestamp_s)) >= self._max_bins:
            self._widen()
        self._tally[event.geometry, event.direction, place] += 1

    @property
    def starts_s(self) -> npt.NDArray[np.float64]:
        """Where each bin begins, seconds, shape (B,), up to the last that holds an event."""
        count = 1 + max((place for *_, place in self._tally), default=-1)
        return self._start_s + self.bin_s * np.arange(count, dtype=np.float64)

    def counts(self, direction: Direction, geometry: str | None = None) -> npt.NDArray[np.int64]:
        """Return the events in `direction` per bin, shape (B,), of one geometry or (None) all."""
        counts = np.zeros(len(self.starts_s), np.int64)
        for (name, key, place), number in self._tally.items():
            if key == direction and geometry in (None, name):
                counts[place] += number
        return counts

    def _place(self, timestamp_s: float) -> int:
        return max(0, int((timestamp_s - self._start_s) / self.bin_s))

    def _widen(self) -> None:
        self.bin_s *= 2
        wider: Tally[tuple[str, Direction, int]] = Tally()
        for (name, direction, place), number in self._tally.items():
            wider[name, direction, place // 2] += number
        self._tally = wider


def _safe_cell(value: float | str) -> float | str:
    if not isinstance(value, str):
        return value
    # csv would leave a lone carriage return unquoted, and readers take it for the end of a row.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
