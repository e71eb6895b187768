"""One record at a time: the checked values that stand in files of labels, and the files' text."""

from __future__ import annotations

import codecs
import json
import math
import posixpath
import re
from pathlib import Path

from app.annotation.errors import AnnotationError

_DRIVE = re.compile(r"^[A-Za-z]:")
# Neither files' names nor lists of classes can hold them.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SHOWN_CHARACTERS = 40


class RecordError(ValueError):
    """One record of a file can't be a label; the others may be sound. Never leaves `formats`."""


def relative_name(value: object) -> str:
    """Return a picture's name as a POSIX path that stays inside the images' folder.

    Of a path that leaves it (absolute, or with ``..``) the last part remains.

    Raises
    ------
    RecordError
    """
    name = posixpath.normpath(text_of(value, "The picture's name").replace("\\", "/"))
    if leaves_folder(name):
        name = posixpath.basename(name)
    if name in ("", ".", ".."):
        raise RecordError(f"The picture's name {value!r} is none")
    return name


def leaves_folder(value: object) -> bool:
    """Whether a path is absolute (also as Windows says it) or climbs out with ``..``."""
    name = posixpath.normpath(str(value).strip().replace("\\", "/"))
    return name.startswith("/") or name.split("/")[0] == ".." or bool(_DRIVE.match(name))


def number(value: object, field: str) -> float:
    """Return a finite number; text that spells one passes.

    Raises
    ------
    RecordError
        Naming `field`.
    """
    result = math.nan
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            result = float(value)
        except (ValueError, OverflowError):
            result = math.nan
    if not math.isfinite(result):
        raise RecordError(_fault(field, value, "a number"))
    return result


def text_of(value: object, field: str) -> str:
    """Return one line of text without outer white space; a whole number passes as its digits.

    Raises
    ------
    RecordError
        Naming `field`.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or _NOT_IN_NAMES.search(value.strip()):
        raise RecordError(_fault(field, value, "plain text"))
    return value.strip()


def fields_of(value: object, what: str) -> dict[str, object]:
    """Return a JSON object's fields.

    Raises
    ------
    RecordError
        Naming `what`.
    """
    if not isinstance(value, dict):
        raise RecordError(_fault(what, value, "an object with fields"))
    return value


def items_of(value: object, what: str) -> list[object]:
    """Return a JSON list's items.

    Raises
    ------
    RecordError
        Naming `what`.
    """
    if not isinstance(value, list):
        raise RecordError(_fault(what, value, "a list"))
    return value


def is_set(value: object) -> bool:
    """Whether a flag is up, in the spellings of the formats: true, 1, "1", "true", "yes"."""
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true", "yes")
    return isinstance(value, int | float) and bool(value)


def hull_of(points: object, what: str) -> tuple[float, float, float, float]:
    """Return (xmin, ymin, xmax, ymax) around a list of [x, y] points.

    Raises
    ------
    RecordError
        Fewer than two points, or points that are none.
    """
    pairs = [items_of(point, what) for point in items_of(points, what)]
    if len(pairs) < 2 or any(len(pair) < 2 for pair in pairs):
        raise RecordError(f"{what} has too few points")
    xs = [number(pair[0], what) for pair in pairs]
    ys = [number(pair[1], what) for pair in pairs]
    return min(xs), min(ys), max(xs), max(ys)


def broken(path: Path, reason: str, detail: str = "") -> AnnotationError:
    """Return the error for a file of labels that can't be read as a whole."""
    hint = "The file was left as it is. Export it again, or choose another one."
    return AnnotationError(
        "labels-broken", f"Can't read the labels in {path}: {reason}.", hint, detail
    )


def not_readable(path: Path, error: OSError) -> AnnotationError:
    """Return the error for a file of labels that the disk does not give."""
    reason = error.strerror or "reading failed"
    hint = "Check the path and the rights of the file."
    message = f"Can't read the labels in {path}: {reason}."
    return AnnotationError("labels-not-readable", message, hint, str(error))


def read_bytes(path: Path) -> bytes:
    """Return what is in a file.

    Raises
    ------
    AnnotationError
        ``labels-not-readable``.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise not_readable(path, error) from error


def read_text(path: Path) -> str:
    """Return a file's text: UTF-8 with or without a mark, or UTF-16 with one.

    Raises
    ------
    AnnotationError
        ``labels-not-readable`` or ``labels-broken``.
    """
    data = read_bytes(path)
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise broken(path, f"byte {error.start} is not UTF-8 text", str(error)) from error


def read_json(path: Path) -> object:
    """Return the value in a JSON file.

    Raises
    ------
    AnnotationError
        Naming line and column where it stops being JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise broken(path, f"it is not valid JSON ({place})", str(error)) from error
    except (ValueError, RecursionError) as error:  # a number of 5000 digits; endless nesting
        raise broken(path, "it is not sensible JSON", str(error)) from error


def _fault(what: str, value: object, due: str) -> str:
    """Return what is wrong with a value, cut to a readable length."""
    if value is None:
        return f"{what} is missing"
    try:
        shown = repr(value)
    except RecursionError:
        shown = f"a {type(value).__name__}"
    if len(shown) > _SHOWN_CHARACTERS:
        shown = shown[:_SHOWN_CHARACTERS] + "…"
    return f"{what} is {shown}, not {due}"
