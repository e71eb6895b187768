"""The class of a picture as a whole, where its folder or name tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

# Captured pictures are called c<class>_e<example>: DESIGN.md section 4.
_CAPTURED = re.compile(r"c(\d+)_e\d+")


def class_of_picture(image: str, classes: Mapping[int, str]) -> str | None:
    """Return the one class that a picture was taken for, or None where nothing tells it.

    Parameters
    ----------
    image : str
        POSIX path relative to the folder of pictures.
    classes : mapping of int to str
        Names by class id.

    Notes
    -----
    The name of a captured picture comes first, then the nearest folder called like a class, upper
    and lower case being the same.
    """
    path = PurePosixPath(image)
    match = _CAPTURED.fullmatch(path.stem)
    if match is not None and int(match[1]) in classes:
        return classes[int(match[1])]
    by_name = {name.casefold(): name for name in classes.values()}
    for folder in reversed(path.parts[:-1]):
        if folder.casefold() in by_name:
            return by_name[folder.casefold()]
    return None
