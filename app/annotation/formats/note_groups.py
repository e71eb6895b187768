"""Notes that say the same thing of many places, as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.annotation.labels import Note

# What differs between notes of one cause: numbers, and what is quoted from a file unless it is
# plain words, as the names of classes and fields are.
_DETAIL = re.compile(
    r"(?<!\w)'[^']*[\d./\\][^']*'" r"|[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE
)
_OPEN = "…"


@dataclass(frozen=True)
class NoteGroup:
    """One or more notes of one kind and cause.

    Attributes
    ----------
    kind : {"mended", "refused", "lost"}
    text : str
        The words of the notes, with "…" for what differs between them.
    notes : tuple of Note
        In their order; at least one.
    """

    kind: str
    text: str
    notes: tuple[Note, ...]

    def places(self, most: int) -> str:
        """Return the first `most` places in words, and "…" where there are more."""
        shown = [note.place for note in self.notes[:most]]
        return "; ".join([*shown, _OPEN] if len(self.notes) > most else shown)


def group_notes(notes: Iterable[Note]) -> list[NoteGroup]:
    """Return the notes by kind and cause, each group where its first note stands."""
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        groups.setdefault((note.kind, _DETAIL.sub(_OPEN, note.text)), []).append(note)
    return [
        NoteGroup(kind, _shared_text(pattern, members), tuple(members))
        for (kind, pattern), members in groups.items()
    ]


def _shared_text(pattern: str, notes: list[Note]) -> str:
    """Return the text that all notes have in common, details included where they are the same."""
    first = notes[0].text
    if all(note.text == first for note in notes):
        return first
    details = [_DETAIL.findall(note.text) for note in notes]
    shared = [texts[0] if len(set(texts)) == 1 else _OPEN for texts in zip(*details, strict=True)]
    words = pattern.split(_OPEN)
    if len(words) != len(shared) + 1:
        return pattern  # the words themselves hold the sign for what differs
    return "".join(word + detail for word, detail in zip(words, [*shared, ""], strict=True))
