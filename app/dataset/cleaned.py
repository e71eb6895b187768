"""What cleaning has put in the trash: told from what was deleted otherwise by its reason."""

from __future__ import annotations

from collections.abc import Iterable

from app.annotation.trash import Discarded, Trash

_BEGINNING = "clean: "


def cleaning_reason(reasons: Iterable[str]) -> str:
    """Return what the trash is told about pictures that go for these reasons."""
    return _BEGINNING + ", ".join(reasons)


def cleaned_away(trash: Trash) -> list[Discarded]:
    """Return what cleaning has put in the trash and can be brought back, the oldest first."""
    entries = trash.entries()
    return [each for each in entries if each.is_complete and each.reason.startswith(_BEGINNING)]


def is_same_discard(entry: Discarded, discarded: Discarded) -> bool:
    """Whether an entry of the trash is what a call of `Trash.discard` put there, or what is left.

    The numbers of folders are given again, so that the folder alone does not tell.
    """
    is_same = (entry.folder, entry.at) == (discarded.folder, discarded.at)
    return is_same and set(entry.items) <= set(discarded.items)
