"""The class of a picture as a whole, where its session, name or folder tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

# Captured pictures are called c<class>_e<example>: DESIGN.md section 4.
_CAPTURED = re.compile(r"c(\d+)_e\d+")
# What a capture session knows of its pictures, beside them; `capture` is a room of our own row.
_SESSION_FILE = "session.json"


def class_of_picture(
    image: str, classes: Mapping[int, str], images_folder: Path | None = None
) -> str | None:
    """Return the one class that a picture was taken for, or None where nothing tells it.

    Parameters
    ----------
    image : str
        POSIX path relative to the folder of pictures.
    classes : mapping of int to str
        Names by class id.
    images_folder : Path, optional
        The folder of pictures; None where `image` is a path of its own.

    Notes
    -----
    What the picture's capture session wrote down comes first. There the number in the name is a
    place in the session's plan; only without a session it is a class id. Then comes the nearest
    folder called like a class, upper and lower case being the same.
    """
    path = PurePosixPath(image)
    by_name = {name.casefold(): name for name in classes.values()}
    session = _session_beside(Path(images_folder or "", path))
    if session is None:
        told = _class_by_id(path.stem, classes)
    else:
        told = by_name.get(_class_in_session(session, path).casefold())
    if told is not None:
        return told
    for folder in reversed(path.parts[:-1]):
        if folder.casefold() in by_name:
            return by_name[folder.casefold()]
    return None


def _class_by_id(stem: str, classes: Mapping[int, str]) -> str | None:
    match = _CAPTURED.fullmatch(stem)
    return None if match is None else classes.get(int(match[1]))


def _class_in_session(session: Mapping[str, Any], path: PurePosixPath) -> str:
    """Return the class that a session gave a picture, or a place of its plan; "" for none."""
    match = _CAPTURED.fullmatch(path.stem)
    try:
        if path.name in session["pictures"]:
            return str(session["pictures"][path.name]["class_name"])
        by_place = dict(enumerate(session["plan"]["classes"], 1))
    except (KeyError, TypeError):
        return ""  # broken: a number whose meaning is lost must not be taken for an id
    return "" if match is None else str(by_place.get(int(match[1]), ""))


def _session_beside(picture: Path) -> Mapping[str, Any] | None:
    """Return what is written down of the session of a picture; None when it is of none."""
    try:
        fields = json.loads((picture.parent / _SESSION_FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}
