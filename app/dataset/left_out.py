"""Files below a folder of pictures that are not used as pictures, each with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.annotation.label_folder import LabelFolder
from app.imaging import IMAGE_SUFFIXES

LeftOutReason = Literal["not-a-picture", "hidden", "linked-folder", "folder-not-readable"]


@dataclass(frozen=True)
class LeftOut:
    """A file, or a whole folder, that is not looked at.

    Attributes
    ----------
    name : str
        POSIX path relative to the folder of pictures.
    reason : {"not-a-picture", "hidden", "linked-folder", "folder-not-readable"}
        "not-a-picture" goes by the name; labels of the pictures are not listed.
    """

    name: str
    reason: LeftOutReason


def find_left_out(folder: LabelFolder, pictures: Iterable[Path]) -> tuple[LeftOut, ...]:
    """Return every file below the folder that is neither a picture nor labels of one, by name."""
    used = {os.fspath(folder.label_path(picture)) for picture in pictures}
    found = [
        LeftOut(path.relative_to(folder.images).as_posix(), reason)
        for path, reason in _others(folder.images)
        if os.fspath(path) not in used
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def _others(root: Path) -> Iterator[tuple[Path, LeftOutReason]]:
    """Give what `app.annotation.picture_scan` passes over."""
    closed: list[OSError] = []
    for folder, subfolders, names in os.walk(root, onerror=closed.append):
        here = Path(folder)
        for name in tuple(subfolders):
            reason = _folder_reason(here / name)
            if reason is not None:
                subfolders.remove(name)
                yield here / name, reason
        for name in names:
            if name.startswith("."):
                yield here / name, "hidden"
            elif not _is_picture(here / name):
                yield here / name, "not-a-picture"
    yield from ((Path(error.filename), "folder-not-readable") for error in closed)


def _folder_reason(folder: Path) -> LeftOutReason | None:
    if folder.name.startswith("."):
        return "hidden"
    return "linked-folder" if folder.is_symlink() else None


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
