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
