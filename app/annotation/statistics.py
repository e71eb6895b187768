"""How far the labelling of a folder is: classes, states of the pictures, and the time it took."""

from __future__ import annotations

import csv
import io
import statistics
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox
from app.annotation.picture_states import Status
from app.jobs.cancel import CancelToken

TABLE_COLUMNS = ("table", "name", "images", "boxes", "seconds")

_UNKNOWN_SIZE = (0, 0)
_PROGRESS_EVERY = 50  # pictures


@dataclass(frozen=True)
class ClassStatistics:
    """One class in a folder of pictures.

    Attributes
    ----------
    name : str
    boxes : int
    images : int
        Pictures with at least one of its boxes.
    median_size_px : (float, float)
        Width and height that half of its boxes exceed, each by itself.
    """

    name: str
    boxes: int
    images: int
    median_size_px: tuple[float, float]


@dataclass(frozen=True)
class LabelStatistics:
    """The labels of a folder of pictures.

    Attributes
    ----------
    states : mapping of Status to int
        How many pictures are in each state of `LabelFolder.status`.
    classes : tuple of ClassStatistics
        Most boxes first, equal ones by name.
    """

    states: Mapping[Status, int] = field(default_factory=dict)
    classes: tuple[ClassStatistics, ...] = ()

    @property
    def pictures(self) -> int:
        """All pictures, whatever their state."""
        return sum(self.states.values())

    @property
    def done(self) -> int:
        """Pictures that are labelled or verified."""
        return self.states.get("labelled", 0) + self.states.get("verified", 0)

    @property
    def percent_done(self) -> int:
        """Share of `done`, rounded down, so that 100 means all of them."""
        return 100 * self.done // self.pictures if self.pictures else 0

    @property
    def boxes(self) -> int:
        """All boxes."""
        return sum(item.boxes for item in self.classes)


@dataclass(frozen=True)
class TimeStatistics:
    """Seconds spent on labelling.

    Attributes
    ----------
    by_image : mapping of str to float
        By POSIX path relative to the folder of pictures; only of pictures with any.
    by_day : mapping of date to float
        By local date; only of days with any.
    """

    by_image: Mapping[str, float] = field(default_factory=dict)
    by_day: Mapping[date, float] = field(default_factory=dict)

    @property
    def total_s(self) -> float:
        """All seconds, those on pictures that have gone since too."""
        return sum(self.by_day.values())

    @property
    def median_s(self) -> float:
        """Seconds that half of the pictures took longer than; 0 without any."""
        return statistics.median(self.by_image.values()) if self.by_image else 0.0

    def slowest(self, limit: int) -> list[tuple[str, float]]:
        """Return the images that took longest, at most `limit`, with their seconds."""
        ranked = sorted(self.by_image.items(), key=lambda item: (-item[1], item[0]))
        return ranked[:limit]


class _ClassTally:
    """Boxes of one class as they come."""

    def __init__(self) -> None:
        self.images = 0
        self.widths_px: list[float] = []
        self.heights_px: list[float] = []

    def add(self, box: LabeledBox) -> None:
        self.widths_px.append(box.xmax - box.xmin)
        self.heights_px.append(box.ymax - box.ymin)

    def result(self, name: str) -> ClassStatistics:
        size = (statistics.median(self.widths_px), statistics.median(self.heights_px))
        return ClassStatistics(name, len(self.widths_px), self.images, size)


def label_statistics(
    folder: LabelFolder,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: CancelToken | None = None,
) -> LabelStatistics:
    """Count the labels of a folder as they are on disk; pictures are not opened.

    Parameters
    ----------
    folder : LabelFolder
        Not one that another thread uses.
    progress : callable, optional
        Told the pictures looked at and all pictures, every now and then.
    cancel : CancelToken, optional

    Raises
    ------
    AnnotationError
        "folder-not-readable".
    app.jobs.cancel.JobCancelled
    """
    pictures = folder.pictures()
    states: Counter[Status] = Counter()
    tallies: dict[str, _ClassTally] = {}
    for place, picture in enumerate(pictures):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None and place % _PROGRESS_EVERY == 0:
            progress(place, len(pictures))
        states[_count(folder, picture, tallies)] += 1
    classes = [tally.result(name) for name, tally in tallies.items()]
    classes.sort(key=lambda item: (-item.boxes, item.name))
    return LabelStatistics(dict(states), tuple(classes))


def _count(folder: LabelFolder, picture: Path, tallies: dict[str, _ClassTally]) -> Status:
    """Add the boxes of a picture to the tallies, and return its state."""
    file = folder.load(picture, size=_UNKNOWN_SIZE)
    if file.error is not None:
        return "broken"
    boxes = file.annotation.boxes
    for box in boxes:
        tallies.setdefault(box.class_name, _ClassTally()).add(box)
    for name in {box.class_name for box in boxes}:
        tallies[name].images += 1
    if file.annotation.is_verified:
        return "verified"
    if boxes:
        return "labelled"
    # Objects without a usable box make a file labelled too; it has to be the list's state.
    return folder.status(picture) if file.on_disk is not None else "unlabelled"


def statistics_json(labels: LabelStatistics, times: TimeStatistics) -> dict[str, Any]:
    """Return everything as plain JSON values; sizes in pixels, times in seconds."""
    return {
        "pictures": labels.pictures,
        "states": dict(labels.states),
        "percent_done": labels.percent_done,
        "boxes": labels.boxes,
        "classes": [
            {
                "name": item.name,
                "boxes": item.boxes,
                "images": item.images,
                "median_size_px": list(item.median_size_px),
            }
            for item in labels.classes
        ],
        "seconds": round(times.total_s, 1),
        "median_seconds_per_image": round(times.median_s, 1),
        "seconds_by_day": {day.isoformat(): round(s, 1) for day, s in times.by_day.items()},
        "seconds_by_image": {name: round(s, 1) for name, s in times.by_image.items()},
    }


def statistics_table(
    labels: LabelStatistics, times: TimeStatistics, *, delimiter: str = ","
) -> str:
    """Return everything as one table with a header, RFC 4180 but for the line ends.

    The column ``table`` says what a row is of: ``state``, ``class``, ``day`` or ``image``; what
    does not apply is empty.

    Parameters
    ----------
    labels : LabelStatistics
    times : TimeStatistics
    delimiter : str
        A tab is what spreadsheets take from the clipboard.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(TABLE_COLUMNS)
    writer.writerows(("state", state, count, "", "") for state, count in labels.states.items())
    writer.writerows(("class", c.name, c.images, c.boxes, "") for c in labels.classes)
    writer.writerows(
        ("day", day.isoformat(), "", "", f"{s:.1f}") for day, s in times.by_day.items()
    )
    writer.writerows(("image", name, "", "", f"{s:.1f}") for name, s in times.by_image.items())
    return text.getvalue()
