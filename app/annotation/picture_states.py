"""`PictureStates`: how far each picture of a folder is, and which classes it has boxes of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Status = Literal["unlabelled", "labelled", "verified", "broken"]

_STATUSES = ("", "unlabelled", "labelled", "verified", "broken")  # by code; "": not known yet
_CODES = {status: code for code, status in enumerate(_STATUSES)}
_Classes = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class PictureState:
    """What the label file of one picture says.

    Attributes
    ----------
    status : {"unlabelled", "labelled", "verified", "broken"}
    classes : tuple of (str, int)
        Names of the classes that it has boxes of, sorted, with how many.
    """

    status: Status
    classes: _Classes = ()


class PictureStates:
    """The states of many pictures by their place, in a few bytes each.

    Pictures with the same classes share one entry, so that a hundred thousand of them are counted
    and searched in a few milliseconds.

    Parameters
    ----------
    count : int
        How many pictures there are; nothing is known of them at first.
    """

    def __init__(self, count: int) -> None:
        self._codes = np.zeros(count, np.uint8)
        self._is_proposed = np.zeros(count, np.bool_)
        self._entries = np.zeros(count, np.int32)
        self._classes: list[_Classes] = [()]  # by entry
        self._entry_of: dict[_Classes, int] = {(): 0}
        self._class_counts: Counter[str] = Counter()

    def put(self, place: int, state: PictureState) -> None:
        """Take in what the label file of a picture says now."""
        self._codes[place] = _CODES[state.status]
        before = self._classes[self._entries[place]]
        if before == state.classes:
            return
        entry = self._entry_of.setdefault(state.classes, len(self._classes))
        if entry == len(self._classes):
            self._classes.append(state.classes)
        self._entries[place] = entry
        self._count(before, -1)
        self._count(state.classes, 1)

    def set_proposed(self, place: int, *, is_proposed: bool) -> None:
        """Say whether a machine proposes boxes for a picture."""
        self._is_proposed[place] = is_proposed

    def moved(self, places: Sequence[int]) -> PictureStates:
        """Return the states of pictures that were at these places, -1 for one that is new."""
        old = np.asarray(places, np.intp)
        is_known = old >= 0
        moved = PictureStates(len(old))
        for name in ("_codes", "_is_proposed", "_entries"):
            getattr(moved, name)[is_known] = getattr(self, name)[old[is_known]]
        moved._classes, moved._entry_of = self._classes, self._entry_of
        for entry, pictures in enumerate(np.bincount(moved._entries).tolist()):
            moved._count(self._classes[entry], pictures)
        return moved

    def status_at(self, place: int) -> str:
        """Return the status of a picture; also "proposed", and "" while it is not known."""
        status = _STATUSES[self._codes[place]]
        return "proposed" if status == "unlabelled" and self._is_proposed[place] else status

    @property
    def status_counts(self) -> Counter[str]:
        """How many pictures have each status, as `status_at` names them, as far as is known."""
        counts = np.bincount(self._codes, minlength=len(_STATUSES)).tolist()
        found = Counter({status: counts[code] for code, status in enumerate(_STATUSES) if code})
        found["proposed"] = int(np.count_nonzero(self._proposed()))
        found["unlabelled"] -= found["proposed"]
        return +found

    @property
    def class_counts(self) -> Counter[str]:
        """How many boxes of each class there are, as far as is known."""
        return Counter(self._class_counts)

    def unknown(self) -> list[int]:
        """Return the places of the pictures whose label files were not looked at yet."""
        return [int(place) for place in np.flatnonzero(self._codes == 0)]

    def with_status(self, status: str) -> npt.NDArray[np.bool_]:
        """Return which pictures have a status, shape (N,); "unlabelled" has the proposed ones."""
        if status == "proposed":
            return self._proposed()
        return np.asarray(self._codes == _CODES[status])

    def with_class(self, name: str) -> npt.NDArray[np.bool_]:
        """Return which pictures have a box of a class, shape (N,)."""
        has_it = [any(name == own for own, _ in classes) for classes in self._classes]
        return np.asarray(np.array(has_it)[self._entries], np.bool_)

    def _proposed(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self._is_proposed & (self._codes == _CODES["unlabelled"]), np.bool_)

    def _count(self, classes: _Classes, times: int) -> None:
        for name, boxes in classes:
            self._class_counts[name] += times * boxes
            if not self._class_counts[name]:
                del self._class_counts[name]
