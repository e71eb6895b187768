"""What a machine proposes is kept until a person decides, and never twice."""

from dataclasses import replace

import pytest

from app.project.activity import ActivityFile
from app.project.proposals import Proposal, ProposalStore

HAND = Proposal("d1", 10.0, 20.0, 110.0, 220.0, 0.9, "hand", "1")
OTHER = replace(HAND, xmin=300.0, xmax=400.0, score=0.5)


@pytest.fixture
def store(tmp_path):
    return ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))


def test_a_second_run_adds_nothing_twice(store):
    for _ in range(2):
        store.replace("a.jpg", [OTHER, HAND], "hand", "1")
    assert store.of("a.jpg") == (HAND, OTHER)  # best first


def test_a_newer_model_replaces_what_the_older_proposed(store):
    store.replace("a.jpg", [HAND, OTHER], "hand", "1")
    newer = replace(HAND, model="own", version="3")
    store.replace("a.jpg", [newer], "own", "3")
    assert store.of("a.jpg") == (newer,)


def test_a_run_that_finds_nothing_leaves_nothing_open(store):
    store.replace("a.jpg", [HAND], "hand", "1")
    store.replace("a.jpg", [], "hand", "2")
    assert store.images() == set()


def test_what_was_rejected_does_not_come_back_by_the_same_version(store):
    store.replace("a.jpg", [HAND, OTHER], "hand", "1")
    store.settle("a.jpg", rejected=[HAND])
    shaken = replace(HAND, xmin=12.0, score=0.8)
    store.replace("a.jpg", [shaken, OTHER], "hand", "1")
    assert store.of("a.jpg") == (OTHER,)


def test_a_newer_version_may_propose_again_what_was_rejected(store):
    store.replace("a.jpg", [HAND], "hand", "1")
    store.settle("a.jpg", rejected=[HAND])
    newer = replace(HAND, version="2")
    store.replace("a.jpg", [newer], "hand", "2")
    assert store.of("a.jpg") == (newer,)


def test_a_rejection_counts_for_its_own_picture_and_class_only(store):
    store.replace("a.jpg", [HAND], "hand", "1")
    store.settle("a.jpg", rejected=[HAND])
    store.replace("b.jpg", [HAND], "hand", "1")
    named = replace(HAND, class_name="d2")
    store.replace("a.jpg", [named], "hand", "1")
    assert store.of("b.jpg") == (HAND,)
    assert store.of("a.jpg") == (named,)


def test_what_was_taken_is_open_no_more_but_undo_brings_it_back_once(store):
    store.replace("a.jpg", [HAND, OTHER], "hand", "1")
    store.settle("a.jpg", taken=[HAND])
    assert store.of("a.jpg") == (OTHER,)
    for _ in range(2):
        store.reopen("a.jpg", [HAND])
    assert store.of("a.jpg") == (HAND, OTHER)


def test_a_rejection_that_was_undone_is_forgotten(store):
    store.replace("a.jpg", [HAND], "hand", "1")
    store.settle("a.jpg", rejected=[HAND])
    store.reopen("a.jpg", [HAND])
    store.replace("a.jpg", [HAND], "hand", "1")
    assert store.of("a.jpg") == (HAND,)


def test_the_images_with_open_proposals_are_told(store):
    store.replace("a.jpg", [HAND], "hand", "1")
    store.replace("trip/ñ 图.jpg", [HAND], "hand", "1")
    store.replace("c.jpg", [HAND], "hand", "1")
    store.settle("c.jpg", taken=[HAND])
    assert store.images() == {"a.jpg", "trip/ñ 图.jpg"}


def test_looking_makes_no_file(tmp_path):
    store = ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))
    assert store.of("a.jpg") == ()
    assert store.images() == set()
    assert list(tmp_path.iterdir()) == []
