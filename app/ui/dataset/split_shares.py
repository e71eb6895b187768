"""Three shares that stay 100 together while a person changes one of them."""

from __future__ import annotations

from app.dataset.split_rule import SET_NAMES, SetName

Shares = dict[SetName, float]

_TOTAL = 100.0
_LEAST_TRAIN = 1.0  # without pictures to train on there is no split
_DIGITS = 2
# Who gives what another set takes, the first one first.
_GIVERS: dict[SetName, tuple[SetName, ...]] = {
    "train": ("test", "val"),
    "val": ("train", "test"),
    "test": ("train", "val"),
}


def with_share(
    shares: Shares, changed: SetName, value: float, *, is_test_fixed: bool = False
) -> Shares:
    """Return the shares with one of them changed, and the others so that all add up to 100.

    Parameters
    ----------
    shares : mapping of SetName to float
        Per cent.
    changed : {"train", "val", "test"}
    value : float
        Per cent; as much of it is taken as the others can give.
    is_test_fixed : bool
        Whether the share of test is neither given nor taken from.
    """
    givers = [name for name in _GIVERS[changed] if not (is_test_fixed and name == "test")]
    least = {name: _LEAST_TRAIN if name == "train" else 0.0 for name in SET_NAMES}
    bound = sum(shares[name] for name in SET_NAMES if name != changed and name not in givers)
    most = _TOTAL - bound - sum(least[name] for name in givers)
    result = {**shares, changed: min(max(value, least[changed]), most)}
    for name in givers:
        rest = _TOTAL - sum(result.values()) + result[name]
        result[name] = round(max(rest, least[name]), _DIGITS)
    return result
