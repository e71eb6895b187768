"""The classes of a project: what may be labelled and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.project.colors import class_color
from app.project.errors import ProjectError

HOTKEYS = "123456789"
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class ObjectClass:
    """One kind of object.

    Attributes
    ----------
    id : int
        1-based, given once and never given again, not even after the class is removed: labels,
        exports and trained models speak of it.
    name : str
        Unique within the project.
    color : str
        ``#RRGGBB``.
    hotkey : str
        One digit or letter; empty for none. Unique within the project.
    """

    id: int
    name: str
    color: str
    hotkey: str = ""

    def to_toml(self) -> dict[str, Any]:
        """Return the fields as one ``[[classes]]`` table."""
        return asdict(self)


def read_classes(tables: object, path: Path) -> tuple[ObjectClass, ...]:
    """Return the classes of the ``[[classes]]`` tables of the project file `path`.

    Raises
    ------
    ProjectError
        Naming the table and the field that is wrong.
    """
    if not isinstance(tables, Sequence) or isinstance(tables, str):
        raise _wrong(path, "classes", "is no list of tables")
    classes = [_read_class(table, number, path) for number, table in enumerate(tables, start=1)]
    for field in ("id", "name", "hotkey"):
        seen: set[object] = set()
        for item in classes:
            value = getattr(item, field)
            if value and value in seen:
                raise _wrong(path, f"classes: {field} {value!r}", "is there twice")
            seen.add(value)
    return tuple(classes)


def new_class(
    name: str, *, class_id: int, others: Iterable[ObjectClass], color: str = "", hotkey: str = ""
) -> ObjectClass:
    """Return a class with the next colour of the palette and the next free digit.

    Raises
    ------
    ProjectError
        When the name is empty or taken, or the colour or hotkey can't be.
    """
    others = tuple(others)
    taken = {other.hotkey for other in others}
    free = next((key for key in HOTKEYS if key not in taken), "")
    color = color or class_color(class_id)
    return checked(ObjectClass(class_id, name.strip(), color, hotkey or free), others)


def checked(item: ObjectClass, others: Iterable[ObjectClass]) -> ObjectClass:
    """Return `item` if it can stand beside `others`.

    Raises
    ------
    ProjectError
    """
    if not item.name or not item.name.isprintable():
        raise ProjectError("class-name", "A class needs a name in printable letters.")
    if not _COLOR.fullmatch(item.color):
        raise ProjectError("class-color", f"{item.color!r} is no colour.", "Write it as #RRGGBB.")
    if item.hotkey and not (len(item.hotkey) == 1 and item.hotkey.isalnum()):
        raise ProjectError("class-hotkey", f"{item.hotkey!r} is no key.", "Use a digit or letter.")
    for other in others:
        if other.name == item.name:
            raise ProjectError(
                "class-exists", f"There is already a class {item.name!r}.", "Choose another name."
            )
        if item.hotkey and other.hotkey == item.hotkey:
            raise ProjectError(
                "hotkey-taken",
                f"The key {item.hotkey} belongs to {other.name!r}.",
                "Choose another key.",
            )
    return item


def _read_class(table: object, number: int, path: Path) -> ObjectClass:
    where = f"classes, number {number}"
    if not isinstance(table, Mapping):
        raise _wrong(path, where, "is no table")
    class_id, name = table.get("id"), table.get("name")
    if not isinstance(class_id, int) or isinstance(class_id, bool) or class_id < 1:
        raise _wrong(path, f"{where}: id", "is no whole number from 1")
    if not isinstance(name, str) or not name.strip():
        raise _wrong(path, f"{where}: name", "is empty")
    color = str(table.get("color", class_color(class_id)))
    if not _COLOR.fullmatch(color):
        raise _wrong(path, f"{where}: color", "is no colour like #RRGGBB")
    return ObjectClass(int(class_id), str(name), color, str(table.get("hotkey", "")))


def _wrong(path: Path, where: str, what: str) -> ProjectError:
    return ProjectError("project-file-invalid", f"{path}: {where} {what}.", "Mend it by hand.")
