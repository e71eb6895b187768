"""The table of boxes of an export, written piece by piece.

The columns and numbers are those of `app.annotation.formats.csv_table`, which writes a whole set
at once; here the class ids are those of the project, and no set is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.annotation.formats.csv_table import COLUMNS
from app.annotation.formats.label_set import rounded
from app.dataset.example_features import ExamplePicture


def csv_header() -> str:
    """Return the first line of a table."""
    return ",".join(COLUMNS) + "\n"


def csv_rows(picture: ExamplePicture, class_ids: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    """Yield the fields of a line for each box of a picture.

    Parameters
    ----------
    picture : ExamplePicture
    class_ids : mapping of str to int
        Must have every class of the boxes.
    """
    size = (picture.payload.width, picture.payload.height)
    for box in picture.boxes:
        edges = map(rounded, box.box_xyxy)
        yield (picture.name, *size, *edges, box.class_name, class_ids[box.class_name])
