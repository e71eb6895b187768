"""Three shares stay 100 together, whatever a person does to one of them."""

import pytest

from app.dataset.split_rule import SplitRule
from app.ui.dataset.split_shares import with_share

USUAL = {"train": 70.0, "val": 0.0, "test": 30.0}


def test_what_train_takes_test_gives():
    assert with_share(USUAL, "train", 80) == {"train": 80, "val": 0, "test": 20}


def test_what_val_takes_train_gives():
    assert with_share(USUAL, "val", 15) == {"train": 55, "val": 15, "test": 30}


def test_the_second_giver_helps_where_the_first_has_no_more():
    shares = {"train": 20.0, "val": 10.0, "test": 70.0}
    assert with_share(shares, "val", 60) == {"train": 1, "val": 60, "test": 39}


def test_train_never_gives_its_last():
    assert with_share(USUAL, "test", 100) == {"train": 1, "val": 0, "test": 99}


def test_a_locked_test_set_neither_gives_nor_takes():
    assert with_share(USUAL, "train", 95, is_test_fixed=True) == USUAL
    assert with_share(USUAL, "val", 20, is_test_fixed=True)["test"] == 30


@pytest.mark.parametrize("changed", ["train", "val", "test"])
@pytest.mark.parametrize("value", [0, 0.5, 33.33, 50, 99.99, 100])
def test_every_result_is_a_rule(changed, value):
    for start in (USUAL, {"train": 33.34, "val": 33.33, "test": 33.33}):
        SplitRule(**with_share(start, changed, value))
