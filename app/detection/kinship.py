"""Which classes may be two names of one object: Car and Vehicle, but never Person and Car."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from app.paths import resource_path

Groups = Iterable[Iterable[str]]


class Relation(IntEnum):
    """What two class names have to do with each other."""

    UNKNOWN = 0
    STRANGERS = 1  # both are known, and two objects: a rider and the bicycle
    KIN = 2  # may name one object; a class is its own kin


class Kinship:
    """How the classes of one model are related.

    Parameters
    ----------
    classes : mapping of int to str
        Names by 1-based class id.
    groups : iterable of groups of names, optional
        Names in one group are kin, names in different groups strangers; names in none are
        unknown to all. Upper and lower case are the same. None takes the bundled vocabulary.
    """

    def __init__(self, classes: Mapping[int, str], groups: Groups | None = None) -> None:
        named_groups = [{name.casefold() for name in group} for group in groups or vocabulary()]
        member = np.zeros((max(classes, default=0) + 1, len(named_groups)), np.int8)
        for class_id, name in classes.items():
            member[class_id] = [name.casefold() in group for group in named_groups]
        is_known = np.asarray(member.any(axis=1))
        table = np.where(is_known[:, None] & is_known, Relation.STRANGERS, Relation.UNKNOWN)
        table[member @ member.T > 0] = Relation.KIN
        np.fill_diagonal(table, Relation.KIN)
        self._table = table.astype(np.int8)

    def relations(self, class_ids: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
        """Return the `Relation` of every pair, shape (N, N), for class ids of shape (N,)."""
        return self._table[class_ids[:, None], class_ids]


@cache
def vocabulary() -> tuple[tuple[str, ...], ...]:
    """Return the groups of common class names that come with the application."""
    text = resource_path("models", "kindred.json").read_text(encoding="utf-8")
    return tuple(tuple(group) for group in json.loads(text)["groups"])
