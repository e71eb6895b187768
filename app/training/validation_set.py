"""The validation set of a training: that of the split, or a part of its training set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.dataset.split_images import SplitImage
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SplitRule

CARVED_PERCENT = 15


def carve_validation(
    images: Sequence[SplitImage], groups: Sequence[Sequence[str]], seed: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part a training set into what is learnt from, and what shows how well that goes.

    Parameters
    ----------
    images : sequence of SplitImage
        Of the training set.
    groups : sequence of sequence of str
        Names of pictures that stay together, as the split says.
    seed : int
        The same pictures and seed give the same sets.

    Returns
    -------
    train, val : tuple of str
        Names. Where grouping leaves all pictures in one set, val is empty.
    """
    group_of = _group_of(groups)
    alone = [
        SplitImage(each.name, each.state, each.classes, "", group_of.get(each.name, -1))
        for each in images
    ]
    rule = SplitRule(
        train=100.0 - CARVED_PERCENT,
        val=CARVED_PERCENT,
        test=0.0,
        seed=seed,
        grouping="duplicates",
        with_background=True,
    )
    sets = plan_split(alone, rule).sets
    return sets["train"], sets["val"]


def _group_of(groups: Sequence[Sequence[str]]) -> Mapping[str, int]:
    return {name: number for number, names in enumerate(groups) for name in names}
