"""Choosing so many pictures of each class out of a set, from as many groups as there are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

_Ints = npt.NDArray[np.int64]


def select(presence: csr_array, groups: _Ints, amount: int) -> npt.NDArray[np.bool_]:
    """Return which pictures stay, shape (N,).

    A picture of every group comes first, then a second one of every group, and so on. Pictures
    that fit whole go before those with a class that is full already; pictures without any box
    all stay.

    Parameters
    ----------
    presence : csr_array, shape (N, C)
        Which pictures have which class, ones and zeros.
    groups : ndarray, shape (N,), int64
        The group of each picture.
    amount : int
        Pictures that are wanted of each class.
    """
    bounds = presence.indptr.tolist()
    columns = presence.indices.tolist()
    classes = [columns[begin:end] for begin, end in pairwise(bounds)]
    lacking = [amount] * presence.shape[1]
    kept = np.array([not own for own in classes], np.bool_)
    order = _one_of_each(groups)
    for fits in (all, any):
        for place in order:
            if not kept[place] and fits(lacking[column] > 0 for column in classes[place]):
                kept[place] = True
                for column in classes[place]:
                    lacking[column] -= 1
    return kept


def _one_of_each(groups: _Ints) -> list[int]:
    """Return the places in turns: the first of every group, then the second of every group."""
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    turns = np.empty(len(groups), np.int64)
    turns[order] = np.arange(len(groups)) - np.repeat(starts, sizes)
    found: list[int] = np.argsort(turns, kind="stable").tolist()
    return found
