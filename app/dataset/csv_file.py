"""The table of boxes of an export, written piece by piece.

The columns and numbers are those of `app.annotation.formats.csv_table`, which writes a whole set
at once; here the class ids are those of the project, and no set is held in memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from app.annotation.formats.csv_table import COLUMNS
from app.annotation.formats.label_set import rounded
from app.annotation.labels import ImageAnnotation


def csv_header() -> str:
    """Return the first line of a table."""
    return ",".join(COLUMNS) + "\n"


def csv_rows(name: str, annotation: ImageAnnotation, class_ids: Mapping[str, int]) -> str:
    """Return a line for each box of a picture.

    Parameters
    ----------
    name : str
        POSIX path relative to the folder of pictures.
    annotation : ImageAnnotation
    class_ids : mapping of str to int
        Must have every class of the boxes.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    size = (annotation.width, annotation.height)
    for box in annotation.boxes:
        edges = [rounded(edge) for edge in box.box_xyxy]
        writer.writerow([name, *size, *edges, box.class_name, class_ids[box.class_name]])
    return text.getvalue()
