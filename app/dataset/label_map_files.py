"""The classes of an export as files: ``label_map.json``, ``.pbtxt`` and ``.csv``.

``.pbtxt`` is ``StringIntLabelMap`` of the classic Object Detection API in protobuf's text format;
``.csv`` has no header, as Model Garden's ``TfExampleDecoderLabelMap`` wants it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from app.files import atomic_write_text

LABEL_MAP_NAMES = ("label_map.json", "label_map.pbtxt", "label_map.csv")

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def write_label_maps(classes: Mapping[int, str], folder: Path) -> None:
    """Write the three label maps into `folder`.

    Parameters
    ----------
    classes : mapping of int to str
        Names by 1-based class id, in the order to be written.
    folder : Path

    Raises
    ------
    FileWriteError
    """
    texts = (json_label_map(classes), pbtxt_label_map(classes), csv_label_map(classes))
    for name, text in zip(LABEL_MAP_NAMES, texts, strict=True):
        atomic_write_text(folder / name, text)


def json_label_map(classes: Mapping[int, str]) -> str:
    """Return the text of ``label_map.json``: a list of ``name`` and ``id``."""
    items = [{"name": name, "id": class_id} for class_id, name in classes.items()]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def pbtxt_label_map(classes: Mapping[int, str]) -> str:
    """Return the text of ``label_map.pbtxt``."""
    return "".join(
        f"item {{\n  name: '{name.translate(_ESCAPES)}'\n  id: {class_id}\n}}\n"
        for class_id, name in classes.items()
    )


def csv_label_map(classes: Mapping[int, str]) -> str:
    """Return the text of ``label_map.csv``: a line ``id,name`` a class."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(classes.items())
    return text.getvalue()
