"""`SplitRule`: how many pictures go into which set, and which of them must stay together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import isclose, isfinite
from typing import Any, Literal, get_args

from app.dataset.errors import DatasetError

SetName = Literal["train", "val", "test"]
SET_NAMES: tuple[SetName, ...] = get_args(SetName)

Unit = Literal["percent", "images"]
Grouping = Literal["both", "session", "duplicates", "none"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)

_HINT = "Give shares that add up to 100, or how many pictures of each class; train must have some."


@dataclass(frozen=True)
class SplitRule:
    """What a person asks of a split.

    Attributes
    ----------
    train, val, test : float
        Per cent of the pictures, or, with the unit "images", pictures of each class.
    unit : {"percent", "images"}
    seed : int
        The same pictures and seed give the same split.
    grouping : {"both", "session", "duplicates", "none"}
        Which pictures stay together: those taken in one session, those that look the same, both,
        or none. With "both", a session that alone has a class is parted, or that class would be
        in one set only.
    with_background : bool
        Whether pictures without labels are taken as pictures that show nothing.

    Raises
    ------
    DatasetError
        "bad-split".
    """

    train: float = 70.0
    val: float = 0.0
    test: float = 30.0
    unit: Unit = "percent"
    seed: int = 0
    grouping: Grouping = "both"
    with_background: bool = False

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise DatasetError("bad-split", f"No split can be made like this: {fault}.", _HINT)

    @property
    def amounts(self) -> tuple[float, float, float]:
        """What train, val and test get, in the rule's unit."""
        return self.train, self.val, self.test

    @property
    def shares(self) -> tuple[float, float, float]:
        """What train, val and test get, as shares of 1."""
        total = sum(self.amounts)
        return self.train / total, self.val / total, self.test / total

    @property
    def keeps_sessions(self) -> bool:
        """Whether pictures of one session stay together."""
        return self.grouping in ("both", "session")

    @property
    def keeps_duplicates(self) -> bool:
        """Whether pictures that look the same stay together."""
        return self.grouping in ("both", "duplicates")

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain values; whole amounts without a point."""
        whole: dict[str, Any] = {
            name: int(amount)
            for name, amount in zip(SET_NAMES, self.amounts, strict=True)
            if amount == int(amount)
        }
        return {**asdict(self), **whole}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> SplitRule:
        """Return the rule that `to_json` wrote, or a person by hand; the rest is the default.

        Raises
        ------
        DatasetError
            "bad-split".
        """
        known = {field.name for field in fields(cls)}
        odd = sorted(set(values) - known)
        if odd:
            fault = f"{odd[0]!r} is no setting of a split; there are {', '.join(sorted(known))}"
            raise DatasetError("bad-split", f"No split can be made like this: {fault}.", _HINT)
        return cls(**values)


def _fault(rule: SplitRule) -> str:
    """Return what is wrong with values that may come from a file; empty when nothing is."""
    for name in SET_NAMES:
        amount = getattr(rule, name)
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not isfinite(amount):
            return f"{name} is {amount!r}, which is no number"
        if amount < 0:
            return f"{name} is {amount:g}, below 0"
        if rule.unit == "images" and amount != int(amount):
            return f"{name} is {amount:g} pictures"
    if isinstance(rule.seed, bool) or not isinstance(rule.seed, int):
        return f"the seed is {rule.seed!r}, which is no whole number"
    if rule.unit not in get_args(Unit) or rule.grouping not in GROUPINGS:
        return f"there is no unit {rule.unit!r} or no grouping {rule.grouping!r}"
    background: object = rule.with_background
    if not isinstance(background, bool):
        return f"with_background is {background!r}, not true or false"
    return _amounts_fault(rule)


def _amounts_fault(rule: SplitRule) -> str:
    total = sum(rule.amounts)
    if rule.unit == "percent" and not isclose(total, 100.0, abs_tol=1e-6):
        return f"the shares add up to {total:g} %"
    return "train gets nothing" if rule.train <= 0 else ""
