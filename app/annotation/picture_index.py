"""`PictureIndex`: the pictures of a folder in their order, and the place of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import overload


class PictureIndex(Sequence[Path]):
    """Pictures as text, which becomes a `Path` when one is asked for.

    A hundred thousand `Path` objects and a dictionary of them take most of a second to make,
    during which no other thread runs; their names take a tenth of it.

    Parameters
    ----------
    root : Path
        The folder of pictures.
    names : iterable of str
        Paths relative to it, as the system writes them, in their order.
    """

    def __init__(self, root: Path, names: Iterable[str] = ()) -> None:
        self._start = str(root / "x")[:-1]  # with the separator
        self.names = list(names)
        self._places = {name: place for place, name in enumerate(self.names)}

    @classmethod
    def of(cls, root: Path, pictures: Sequence[Path]) -> PictureIndex:
        """Return the index of pictures that all lie below `root`."""
        if isinstance(pictures, cls):
            return pictures
        index = cls(root)
        return cls(root, (os.fspath(path)[len(index._start) :] for path in pictures))

    def place_of(self, path: Path) -> int:
        """Return the place of a picture, -1 where it is not among them."""
        text = os.fspath(path)
        if not text.startswith(self._start):
            return -1
        return self._places.get(text[len(self._start) :], -1)

    def places_in(self, other: PictureIndex) -> list[int]:
        """Return the place that each of these pictures has in `other`, -1 for one it lacks."""
        if self._start != other._start:
            return [-1] * len(self)
        return [other._places.get(name, -1) for name in self.names]

    @cached_property
    def folded_names(self) -> list[str]:
        """The names with ``/`` and without case, to be searched."""
        return [name.replace(os.sep, "/").casefold() for name in self.names]

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> Path: ...
    @overload
    def __getitem__(self, place: slice) -> list[Path]: ...
    def __getitem__(self, place: int | slice) -> Path | list[Path]:
        if isinstance(place, slice):
            return [Path(self._start + name) for name in self.names[place]]
        return Path(self._start + self.names[place])

    def __contains__(self, path: object) -> bool:
        return isinstance(path, Path) and self.place_of(path) >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PictureIndex):
            return self._start == other._start and self.names == other.names
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
