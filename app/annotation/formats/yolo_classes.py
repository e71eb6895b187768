"""The class names of a YOLO folder: ``classes.txt``, ``data.yaml`` or darknet's ``*.names``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.annotation.formats.records import broken, read_text

_NAMES_KEY = re.compile(r"^names[ \t]*:", re.MULTILINE)
_HIGHEST_ID = 100_000  # more is a mistake, and would fill the list up to there


def class_files(folder: Path) -> list[Path]:
    """Return the files that may name classes, the one that counts first."""
    lists = [file for file in (folder / "classes.txt",) if file.is_file()]
    yamls = sorted(
        (file for ending in ("*.yaml", "*.yml") for file in folder.glob(ending)),
        key=lambda file: (file.name != "data.yaml", file.name),
    )
    with_names = [file for file in yamls if _NAMES_KEY.search(read_text(file))]
    return lists + with_names + sorted(folder.glob("*.names"))


def read_class_names(folder: Path) -> dict[int, str]:
    """Return class names by number; empty where no file of the folder tells.

    Raises
    ------
    AnnotationError
        ``labels-broken``: the file that counts can't be understood.
    """
    for file in class_files(folder):
        if file.suffix in (".yaml", ".yml"):
            return _names_of_yaml(file)
        # A line's place is its number, so an empty one between others stays.
        lines = read_text(file).rstrip().splitlines()
        return {number: line.strip() for number, line in enumerate(lines)}
    return {}


def _names_of_yaml(file: Path) -> dict[int, str]:
    """Return the list or mapping under ``names:``, in one line or in a block.

    It takes of YAML what trainers write there, and no anchors, tags or texts over many lines.
    """
    text = read_text(file)
    key = _NAMES_KEY.search(text)
    rest = text[key.end() :] if key else ""
    if rest.lstrip().startswith(("[", "{")):
        items, is_closed = _flow_items(rest.lstrip())
        if not is_closed:
            raise broken(file, "the list of 'names' has no end")
    else:
        items = list(_block_items(rest))
    names: dict[int, str] = {}
    for place, item in enumerate(items):
        number, name = _numbered(item, place)
        if name is None or not 0 <= number <= _HIGHEST_ID:
            raise broken(file, f"item {place} of 'names' is {item!r}, not a class name")
        names[number] = name
    return names


def _block_items(text: str) -> Iterator[str]:
    """Yield the lines ``- name`` and ``0: name`` up to the next key."""
    for line in text.splitlines():
        content = _without_comment(line).rstrip()
        if not content:
            continue
        if not content.startswith((" ", "\t", "-")):
            return
        yield content.strip()


def _flow_items(text: str) -> tuple[list[str], bool]:
    """Return what stands between the commas of ``[a, b]`` or ``{0: a, 1: b}``, and if it ends."""
    mark = "" if text.startswith("{") else "- "
    items = []
    item = ""
    lines = (_without_comment(line) for line in text[1:].splitlines())
    for character, is_quoted in _characters(" ".join(lines)):
        if is_quoted or character not in ",]}":
            item += character
            continue
        if item.strip():
            items.append(mark + item.strip())
        item = ""
        if character != ",":
            return items, True
    return items, False


def _numbered(item: str, place: int) -> tuple[int, str | None]:
    """Return number and name of ``- name`` or ``0: name``; no name where it is neither."""
    if item.startswith("-"):
        return place, _unquoted(item[1:].strip())
    number, colon, name = item.partition(":")
    digits = number.strip().strip("'\"")
    if not colon or not digits.isdecimal():
        return place, None
    return int(digits[:10]), _unquoted(name.strip())


def _unquoted(text: str) -> str | None:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'") if len(text) > 1 and text.endswith("'") else None
    if text.startswith('"'):
        if len(text) < 2 or not text.endswith('"'):
            return None
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _without_comment(line: str) -> str:
    before = " "
    kept = ""
    for character, is_quoted in _characters(line):
        if character == "#" and not is_quoted and before.isspace():
            break
        kept += character
        before = character
    return kept


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character and whether it stands in quotes; an apostrophe in a word opens none."""
    quote = ""
    before = ":"
    for character in text:
        if quote:
            yield character, True
            quote = "" if character == quote and before != "\\" else quote
        else:
            opens = character in "'\"" and before in "[{,:-"
            quote = character if opens else ""
            yield character, opens
        if not character.isspace():
            before = character
