"""Finding the pictures below a folder, fast enough for a hundred thousand of them."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.imaging import IMAGE_SUFFIXES

_log = logging.getLogger(__name__)
_SUFFIXES = tuple(IMAGE_SUFFIXES)
_DIGITS = re.compile("[0-9]+")
_SORTED_AT_ONCE = 10_000


def scan(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Return every folder from `root` on that holds pictures, with their names, in no order.

    Names that begin with a point and links to folders are left out. A sub-folder that can't be
    read is left out and logged.

    Raises
    ------
    AnnotationError
        "folder-not-readable" for `root` itself.
    """
    waiting = [str(root)]
    while waiting:
        folder = waiting.pop()
        try:
            subfolders, names = _listed(folder)
        except OSError as error:
            if folder == str(root):
                raise _folder_error(root, error) from error
            _log.warning("Folder %s is left out: %s", folder, error)
            continue
        waiting += subfolders
        if names:
            yield folder, names


def picture_names(folder: Path) -> list[str]:
    """Return the names of the pictures in one folder; none where there is no such folder."""
    try:
        return _listed(str(folder))[1]
    except OSError:
        return []


def natural_order(path: str) -> str:
    """Return a sort key: labelImg's order, without case and with numbers by their value.

    Zeros before a number make it as long as any, so that plain text compares right: four times
    faster than comparing lists. Equal ones are told apart by their exact text.
    """
    return f"{_DIGITS.sub(_padded, path.lower())}\0{path}"


def in_natural_order(paths: Iterable[str]) -> list[str]:
    """Return paths as a person sorts them, by `natural_order`.

    Sorting holds the interpreter: in parts, so that the window gets its turn in between. The last
    sort only merges the parts, which is quick.
    """
    keys = [natural_order(path) for path in paths]
    for begin in range(0, len(keys), _SORTED_AT_ONCE):
        keys[begin : begin + _SORTED_AT_ONCE] = sorted(keys[begin : begin + _SORTED_AT_ONCE])
    keys.sort()
    return [key.rpartition("\0")[2] for key in keys]


def _padded(match: re.Match[str]) -> str:
    return match[0].rjust(20, "0")


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return the paths of a folder's sub-folders and the names of its pictures."""
    subfolders, names = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(entry.path)
            elif name.lower().endswith(_SUFFIXES) and entry.is_file():
                names.append(name)
    return subfolders, names


def _folder_error(folder: Path, error: OSError) -> AnnotationError:
    return AnnotationError(
        "folder-not-readable",
        f"Can't list the pictures in {folder}: {error.strerror or 'reading failed'}.",
        "Choose a folder that exists and may be read.",
        detail=str(error),
    )
