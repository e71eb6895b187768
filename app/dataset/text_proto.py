"""Protobuf's text format with the place of everything, so that single values can be changed.

Nothing else of a text is touched: comments, order and layout stay. Format:
protobuf.dev/reference/protobuf/textformat-spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_GAP = re.compile(r"(?:\s|#[^\n]*)*")
_TOKEN = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    r"""|(?P<word>[\w.+-]+)|(?P<mark>[{}<>\[\]:;,/])""",
    re.DOTALL,
)
_CLOSING = {"{": "}", "<": ">", "[": "]"}
_INDENT = "  "


@dataclass
class TextField:
    """A field of a message, with places in the text that it is from.

    Attributes
    ----------
    name : str
    start, end : int
        Of the whole field.
    value_start, value_end : int
        Of its value; of a message with its braces.
    fields : list of TextField
        Of a message.
    is_message : bool
    """

    name: str
    start: int
    end: int = 0
    value_start: int = 0
    value_end: int = 0
    fields: list[TextField] = field(default_factory=list)
    is_message: bool = False

    def all(self, name: str) -> list[TextField]:
        """Return the fields called `name`."""
        return [each for each in self.fields if each.name == name]


def parse_text_proto(text: str) -> TextField:
    """Return a text as a message without braces.

    Raises
    ------
    ValueError
        Naming the line that is not text format.
    """
    reader = _Reader(text)
    root = TextField("", 0, len(text), 0, len(text), is_message=True)
    root.fields = list(reader.fields(closing=""))
    return root


def quoted(text: str) -> str:
    """Return `text` as a string of the text format."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class TextEditor:
    """Gathers changes of a text, and makes them all at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._changes: list[tuple[int, int, str]] = []

    def set(self, message: TextField, name: str, value: str) -> None:
        """Give a field a value; more fields of that name go, and a missing one comes first."""
        found = message.all(name)
        if not found:
            self._insert(message, f"{name}: {value}")
            return
        self._changes.append((found[0].value_start, found[0].value_end, value))
        self._changes += [(*self._line(each), "") for each in found[1:]]

    def text(self) -> str:
        """Return the changed text."""
        text = self._text
        for start, end, new in sorted(self._changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _insert(self, message: TextField, line: str) -> None:
        start = self._text.rfind("\n", 0, message.start) + 1
        outer = self._text[start : message.start]
        indent = (outer if outer.isspace() else "") + _INDENT
        place = message.value_start + 1
        self._changes.append((place, place, f"\n{indent}{line}"))

    def _line(self, each: TextField) -> tuple[int, int]:
        """Return a field's place with the line break and spaces before it, if it begins a line."""
        start = self._text.rfind("\n", 0, each.start)
        is_alone = start >= 0 and self._text[start : each.start].isspace()
        return (start if is_alone else each.start), each.end


class _Reader:
    """Walks a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._skip()

    def fields(self, closing: str) -> Iterator[TextField]:
        """Yield fields up to the mark `closing`, which is taken; up to the end where it is none."""
        while True:
            if self._position >= len(self._text):
                if closing:
                    raise self._wrong("it ends inside a message")
                return
            start, _end, token = self._take()
            if closing and token == closing:
                return
            if token not in (";", ","):
                yield self._field(start, token)

    def _field(self, start: int, name: str) -> TextField:
        if name == "[":  # an extension: its name is of no interest here
            while name != "]":
                _start, _end, name = self._take()
        elif not name[0].isalpha() and name[0] != "_":
            raise self._wrong(f"{name!r} is no name of a field")
        found = TextField(name, start)
        value_start, value_end, value = self._take()
        if value == ":":
            value_start, value_end, value = self._take()
        found.value_start = value_start
        if value in ("{", "<"):
            found.is_message = True
            found.fields = list(self.fields(_CLOSING[value]))
            value_end = self._last_end
        elif value == "[":
            value_end = self._list_end()
        elif value in _CLOSING.values() or value in (":", ";", ",", "/"):
            raise self._wrong(f"{value!r} stands where a value is due")
        elif value[0] in "\"'":
            value_end = self._joined_end(value_end)
        found.end = found.value_end = value_end
        return found

    def _list_end(self) -> int:
        depth = 1
        while depth:
            _start, end, token = self._take()
            depth += (token in _CLOSING) - (token in _CLOSING.values())
        return end

    def _joined_end(self, end: int) -> int:
        """Return the end of a string that goes on in the next ones."""
        while self._position < len(self._text) and self._text[self._position] in "\"'":
            _start, end, _token = self._take()
        return end

    def _take(self) -> tuple[int, int, str]:
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            raise self._wrong("it is not protobuf's text format")
        self._position = self._last_end = match.end()
        self._skip()
        return match.start(), match.end(), match[0]

    def _skip(self) -> None:
        match = _GAP.match(self._text, self._position)
        assert match is not None  # it matches nothing, too
        self._position = match.end()

    def _wrong(self, reason: str) -> ValueError:
        line = self._text.count("\n", 0, self._position) + 1
        return ValueError(f"line {line}: {reason}")
