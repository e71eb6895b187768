"""Label maps: which name each class id has, in the files models come with."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

from app.detection.errors import ModelError
from app.paths import resource_path

FILE_NAMES = (
    "label_map.pbtxt",
    "labelmap.pbtxt",
    "labelmap.txt",
    "label_map.txt",
    "labels.txt",
    "label_map.csv",
    "label_map.json",
)
PLACEHOLDER = "???"  # an id without a name, in labelmap.txt
_BACKGROUND = {PLACEHOLDER, "background", "__background__"}

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\n?|(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|(?P<word>[\w.+-]+)|(?P<mark>[{}:,;<>\[\]]))""",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


def find_label_map(folder: Path) -> Path | None:
    """Return the label map in `folder`: one of the usual names, else the only ``.pbtxt``."""
    for name in FILE_NAMES:
        if (folder / name).is_file():
            return folder / name
    others = sorted(folder.glob("*label*.pbtxt")) or sorted(folder.glob("*label*.txt"))
    return others[0] if len(others) == 1 else None


def read_label_map(path: Path) -> dict[int, str]:
    """Read a label map: ``.pbtxt``, ``.txt``, ``.csv`` (id,name) or ``.json``.

    Returns
    -------
    dict of int to str
        Names by 1-based class id, ascending; gaps are allowed.

    Raises
    ------
    ModelError
        ``label-map-broken``, saying what does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(str(path), error) from error
    return parse_label_map(text, path.suffix, origin=str(path))


def parse_label_map(text: str, suffix: str, *, origin: str) -> dict[int, str]:
    """Read the `text` of a label map whose file name ends in `suffix` (``.pbtxt``).

    Parameters
    ----------
    text, suffix : str
    origin : str
        Where the text is from, for the message.

    Returns
    -------
    dict of int to str
        Names by 1-based class id, ascending; gaps are allowed.

    Raises
    ------
    ModelError
        ``label-map-broken``: an item lacks its id or name, an id comes twice or is below 1, or
        nothing is there.
    """
    readers = {".pbtxt": _from_pbtxt, ".csv": _from_csv, ".json": _from_json}
    try:
        return _checked(list(readers.get(suffix.lower(), _from_lines)(text)))
    except (ValueError, LookupError, TypeError, RecursionError, csv.Error) as error:
        raise _broken(origin, error) from error


def _checked(items: list[tuple[int, str]]) -> dict[int, str]:
    classes = dict(sorted(items))
    if not classes:
        raise ValueError("it names no class")
    if len(classes) != len(items):
        raise ValueError("an id comes twice")
    if min(classes) < 1:
        raise ValueError("an id is below 1 (0 is the background)")
    return classes


def _broken(origin: str, error: Exception) -> ModelError:
    return ModelError(
        "label-map-broken",
        f"{origin} is not a label map that can be read: {error}.",
        "A label map gives each class a name and a whole number from 1 on.",
    )


def coco_label_map() -> tuple[dict[int, str], tuple[str, ...]]:
    """Return COCO's 80 classes by their official ids (1 to 90), and those to count at first."""
    text = resource_path("models", "coco_label_map.json").read_text(encoding="utf-8")
    fields = json.loads(text)
    classes = {int(item["id"]): str(item["name"]) for item in fields["classes"]}
    return classes, tuple(fields["default_class_names"])


def _from_lines(text: str) -> Iterator[tuple[int, str]]:
    """Read one name a line; a first line for the background is not counted."""
    lines = [line.strip() for line in text.rstrip().splitlines()]
    if lines and re.match(r"0[\s:]+\S", lines[0]):  # "0  person", as Coral's label files
        pairs = [re.split(r"[\s:]+", line, maxsplit=1) for line in lines if line]
        return iter([(int(number) + 1, name) for number, name in pairs])
    if lines and lines[0].casefold() in _BACKGROUND:
        lines = lines[1:]
    return ((i, name) for i, name in enumerate(lines, start=1) if name and name != PLACEHOLDER)


def _from_csv(text: str) -> Iterator[tuple[int, str]]:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    if rows and [cell.strip().casefold() for cell in rows[0][:2]] == ["id", "name"]:
        rows = rows[1:]
    return ((int(row[0]), row[1].strip()) for row in rows)


def _from_json(text: str) -> Iterator[tuple[int, str]]:
    fields = json.loads(text)
    if isinstance(fields, dict):
        return ((int(class_id), str(name)) for class_id, name in fields.items())
    return ((int(item["id"]), str(item["name"])) for item in fields)


def _from_pbtxt(text: str) -> Iterator[tuple[int, str]]:
    """Read ``StringIntLabelMap`` in protobuf's text format, fields in any order."""
    for key, item in _message(_tokens(text)):
        if key != "item" or isinstance(item, str):
            continue
        fields = dict(item)
        name = fields.get("display_name", fields.get("name"))
        class_id = fields.get("id")
        if name is None or class_id is None:
            raise ValueError("an item lacks its id or its name")
        yield int(str(class_id)), str(name)


_Message = list[tuple[str, "str | _Message"]]


def _message(tokens: Iterator[str], *, is_nested: bool = False) -> _Message:
    """Read ``key: value`` and ``key { ... }`` up to the closing brace, or the end."""
    fields: _Message = []
    for token in tokens:
        if token in "}>" and is_nested:
            return fields
        if token in ",;":
            continue
        value = next(tokens, "")
        if value == ":":
            value = next(tokens, "")
        is_message = value in ("{", "<")
        fields.append((token, _message(tokens, is_nested=True) if is_message else _unquote(value)))
    if is_nested:
        raise ValueError("it ends in the middle of an item")
    return fields


def _tokens(text: str) -> Iterator[str]:
    end = len(text.rstrip())
    position = 0
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            line = text.count("\n", 0, position) + 1
            raise ValueError(f"line {line} is not text-format protobuf")
        position = match.end()
        if match.lastgroup is not None:
            yield match.group(match.lastgroup)


def _unquote(token: str) -> str:
    if token[:1] not in ("'", '"'):
        return token
    return _ESCAPE.sub(_unescape, token[1:-1].encode()).decode()


def _unescape(match: re.Match[bytes]) -> bytes:
    escaped = match.group(1)
    if escaped.isdigit():
        return bytes([int(escaped, 8) & 0xFF])
    return _LETTERS.get(escaped, escaped)
