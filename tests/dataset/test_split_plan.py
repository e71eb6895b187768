"""Who goes into which set: shares, counts, groups, the locked test set, and what is told."""

import itertools
import random
import time
from collections import Counter

import pytest

from app.dataset.errors import DatasetError
from app.dataset.split_images import SplitImage
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SET_NAMES, SplitRule
from app.dataset.split_words import split_warnings


def images_of(counts, session="", start=0):
    """Return pictures with one box each, so many of each class."""
    names = [name for name, count in counts.items() for _ in range(count)]
    return [
        SplitImage(f"{session}/{place}.png".lstrip("/"), "labelled", ((name, 1),), session)
        for place, name in enumerate(names, start)
    ]


def class_counts(plan, set_name):
    return {row.name: row.images[set_name] for row in plan.table}


def told(plan, kind):
    return [each.text for each in split_warnings(plan) if each.kind == kind]


def random_images(generator, count, *, sessions=0, crowds=0):
    """Return pictures with one to three of five classes, some common and some rare."""
    found = []
    for place in range(count):
        chosen = {generator.choice("aaaabbbccd") for _ in range(generator.randint(1, 3))}
        classes = tuple((name, generator.randint(1, 4)) for name in sorted(chosen))
        session = f"s{generator.randrange(sessions)}" if sessions else ""
        cluster = generator.randrange(crowds) if crowds and generator.random() < 0.5 else -1
        found.append(SplitImage(f"{session}/{place}.png", "labelled", classes, session, cluster))
    return found


# -- shares ----------------------------------------------------------------------------------


def test_seventy_and_thirty_of_every_class_is_the_default():
    plan = plan_split(images_of({"d1": 40, "d2": 20, "d3": 10}), SplitRule())
    assert class_counts(plan, "train") == {"d1": 28, "d2": 14, "d3": 7}
    assert class_counts(plan, "test") == {"d1": 12, "d2": 6, "d3": 3}
    assert plan.sets["val"] == ()
    assert split_warnings(plan)[0].kind == "few"  # nothing graver


def test_a_rare_class_is_in_both_sets_though_others_crowd_it():
    images = random_images(random.Random(5), 200) + images_of({"rare": 2}, start=1000)
    plan = plan_split(images, SplitRule())
    assert class_counts(plan, "train")["rare"] == class_counts(plan, "test")["rare"] == 1


@pytest.mark.parametrize("seed", range(30))
def test_every_picture_is_in_exactly_one_set_near_the_shares(seed):
    generator = random.Random(seed)
    images = random_images(generator, generator.randint(20, 300))
    shares = generator.choice([(70, 0, 30), (60, 20, 20), (80, 10, 10)])
    plan = plan_split(images, SplitRule(*shares, seed=seed))
    everywhere = [name for names in plan.sets.values() for name in names]
    assert sorted(everywhere) == sorted(each.name for each in images)
    for set_name, share in zip(SET_NAMES, shares, strict=True):
        assert abs(len(plan.sets[set_name]) - share / 100 * len(images)) <= 4
        for row in plan.table:
            assert abs(row.images[set_name] - share / 100 * row.available) <= 2
    boxes = Counter()
    for image in images:
        boxes.update(dict(image.classes))
    assert {row.name: sum(row.boxes.values()) for row in plan.table} == boxes


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_pictures_changes_nothing_and_the_seed_does(seed):
    images = random_images(random.Random(seed), 100, crowds=60)
    plan = plan_split(images, SplitRule(seed=seed))
    shuffled = random.Random(99).sample(images, len(images))
    again = plan_split(shuffled, SplitRule(seed=seed))
    other = plan_split(images, SplitRule(seed=seed + 1))
    assert set(plan.sets["test"]) == set(again.sets["test"])
    assert set(plan.sets["test"]) != set(other.sets["test"])


# -- groups ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_no_group_is_parted_unless_it_is_told(seed):
    generator = random.Random(seed)
    images = random_images(generator, 150, sessions=generator.randint(3, 30), crowds=20)
    plan = plan_split(images, SplitRule(60, 20, 20, seed=seed))
    set_of = {name: key for key, names in plan.sets.items() for name in names}
    assert len(set_of) == len(images)
    parted = {each.name for each in plan.parted}
    for image, other in itertools.combinations(images, 2):
        is_together = image.cluster == other.cluster >= 0 or (
            image.session == other.session and image.session not in parted
        )
        if is_together:
            assert set_of[image.name] == set_of[other.name]
    assert plan.parted_crowds == 0


@pytest.mark.parametrize("seed", range(20))
def test_classes_are_shared_out_as_well_as_the_groups_allow(seed):
    """All ways to share out ten groups are tried."""
    generator = random.Random(seed)
    images = random_images(generator, 60, sessions=10)
    plan = plan_split(images, SplitRule(grouping="session", seed=seed))
    sessions = sorted({each.session for each in images})
    names = sorted({name for each in images for name, _ in each.classes})

    def worst_gap(test):
        gaps = [len(test) / len(images) - 0.3]
        for name in names:
            have = [each for each in images if name in dict(each.classes)]
            gaps.append(sum(each.name in test for each in have) / len(have) - 0.3)
        return sum(gap * gap for gap in gaps) ** 0.5

    best = min(
        worst_gap({each.name for each in images if each.session in chosen})
        for size in range(len(sessions))
        for chosen in itertools.combinations(sessions, size)
    )
    assert worst_gap(set(plan.sets["test"])) <= best + 0.05


def test_what_a_session_costs_is_told_with_numbers():
    images = images_of({"a": 60}, "one") + images_of({"a": 40}, "two")
    plan = plan_split(images, SplitRule())
    assert {len(plan.sets["train"]), len(plan.sets["test"])} == {60, 40}
    (text,) = told(plan, "share")
    assert "Asked for 70 % train and 30 % test, got 60 % and 40 %" in text
    assert "session two has 40 pictures and can't be parted" in text


def test_a_single_session_is_parted_and_the_leak_is_told():
    images = images_of({"d1": 14, "d2": 14}, "monday")
    plan = plan_split(images, SplitRule(10, 0, 4, unit="images"))
    assert class_counts(plan, "train") == {"d1": 10, "d2": 10}
    assert class_counts(plan, "test") == {"d1": 4, "d2": 4}
    (text,) = told(plan, "leak")
    assert "monday" in text
    assert "d1, d2" in text


def test_only_the_session_that_has_a_class_alone_is_parted():
    images = [image for name in "wxyz" for image in images_of({"a": 20}, name)]
    plan = plan_split([*images, *images_of({"b": 20}, "only")], SplitRule())
    assert [each.name for each in plan.parted] == ["only"]
    assert class_counts(plan, "test")["b"] > 0
    assert class_counts(plan, "train")["b"] > 0


def test_sessions_asked_for_alone_are_never_parted():
    plan = plan_split(images_of({"a": 30}, "one"), SplitRule(grouping="session"))
    assert len(plan.sets["train"]) == 30
    assert "test is empty: session one, 30 of 30, can't be parted." in told(plan, "missing")


@pytest.mark.parametrize(("sessions", "filled"), [(2, 2), (3, 3), (5, 3)])
def test_no_set_stays_empty_for_better_shares_and_test_goes_before_val(sessions, filled):
    images = [
        image
        for number in range(sessions)
        for image in images_of({"a": 25 + 10 * number}, f"s{number}")
    ]
    plan = plan_split(images, SplitRule(60, 20, 20, grouping="session"))
    assert [bool(plan.sets[name]) for name in ("train", "test", "val")].count(True) == filled
    assert plan.sets["train"]
    assert plan.sets["test"]


def test_lookalikes_that_are_parted_are_counted():
    images = [SplitImage(f"{i}.png", "labelled", (("a", 1),), "", 7) for i in range(20)]
    plan = plan_split(images, SplitRule(grouping="none"))
    assert any("look the same" in text for text in told(plan, "leak"))


# -- counts ----------------------------------------------------------------------------------


def test_counts_are_exact_where_there_are_enough_and_the_rest_is_told():
    plan = plan_split(images_of({"d1": 14, "d2": 50, "d3": 8}), SplitRule(10, 0, 4, unit="images"))
    assert class_counts(plan, "train") == {"d1": 10, "d2": 10, "d3": 6}
    assert class_counts(plan, "test") == {"d1": 4, "d2": 4, "d3": 2}
    assert len(plan.left_out["spare"]) == 36
    assert told(plan, "count") == ["d3: 6 for 10 in train, 2 for 4 in test; there are 8 pictures."]
    assert any("36 pictures that are more than was asked for" in t for t in told(plan, "left-out"))


@pytest.mark.parametrize("seed", range(20))
def test_counts_with_bursts_take_pictures_of_many_bursts(seed):
    images = [
        SplitImage(f"{place}.png", "labelled", (("a", 1),), "", place // 20) for place in range(400)
    ]
    plan = plan_split(images, SplitRule(10, 0, 4, unit="images", seed=seed))
    bursts = {name: {int(each[:-4]) // 20 for each in plan.sets[name]} for name in SET_NAMES}
    assert (len(bursts["train"]), len(bursts["test"])) == (10, 4)
    assert not bursts["train"] & bursts["test"]


# -- what is left out --------------------------------------------------------------------------


def test_what_has_no_labels_or_broken_ones_is_left_out_and_counted():
    odd = [
        SplitImage("new.png", "unlabelled"),
        SplitImage("cut.png", "broken"),
        SplitImage("wall.png", "empty"),
    ]
    images = [*images_of({"a": 20}), *odd]
    plan = plan_split(images, SplitRule())
    assert plan.left_out == {"unlabelled": ("new.png",), "broken": ("cut.png",)}
    assert plan.image_count == 21
    assert len(told(plan, "left-out")) == 2
    taken = plan_split(images, SplitRule(with_background=True))
    assert taken.left_out == {"broken": ("cut.png",)}
    assert taken.image_count == 22


def test_nothing_labelled_is_told():
    plan = plan_split([SplitImage("a.png", "unlabelled")], SplitRule())
    assert split_warnings(plan)[0].kind == "nothing"
    assert plan_split([], SplitRule()).image_count == 0


def test_classes_that_are_missing_are_named():
    images = images_of({"a": 40, "b": 1})
    plan = plan_split(images, SplitRule(), class_names=["a", "b", "c"])
    texts = told(plan, "missing")
    assert "b is missing from test: only 1 picture has it." in texts
    assert "No picture has a box of c." in texts
    assert [row.name for row in plan.table] == ["a", "b", "c"]


# -- the locked test set -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_the_locked_test_set_stays_and_new_pictures_go_elsewhere(seed):
    generator = random.Random(seed)
    first = random_images(generator, 100, sessions=8)
    test = plan_split(first, SplitRule(seed=seed)).sets["test"]
    new = [SplitImage(f"new/{place}.png", "labelled", (("a", 1),), "new") for place in range(50)]
    plan = plan_split([*first, *new], SplitRule(seed=seed + 1), locked_test=test)
    assert set(plan.sets["test"]) == set(test)
    assert {each.name for each in new} <= set(plan.sets["train"])
    assert plan.image_count == 150


def test_what_looks_like_the_locked_test_set_is_kept_from_training():
    images = [SplitImage(f"{i}.png", "labelled", (("a", 1),), "", i // 5) for i in range(50)]
    test = ["0.png", "1.png", "2.png", "3.png"]
    plan = plan_split(images, SplitRule(), locked_test=test)
    assert plan.left_out["like-test"] == ("4.png",)
    assert len(plan.sets["train"]) == 45


def test_a_session_that_goes_on_after_the_lock_is_not_lost():
    old = images_of({"a": 20}, "desk")
    test = [each.name for each in old[:5]]
    plan = plan_split(
        [*old, *images_of({"a": 20}, "desk", start=50)], SplitRule(), locked_test=test
    )
    assert len(plan.sets["train"]) == 35
    assert any("desk" in text and "locked" in text for text in told(plan, "leak"))


def test_locked_pictures_that_are_gone_or_lost_their_labels_are_told():
    images = [*images_of({"a": 20}), SplitImage("blank.png", "unlabelled")]
    plan = plan_split(images, SplitRule(), locked_test=["0.png", "gone.png", "blank.png"])
    assert plan.sets["test"] == ("0.png",)
    assert (plan.gone_test, plan.unusable_test) == (("gone.png",), ("blank.png",))
    assert set(plan.locked_test) == {"0.png", "gone.png", "blank.png"}
    texts = told(plan, "locked")
    assert "gone.png" in texts[0]
    assert "blank.png" in texts[1]


# -- rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"train": 70, "test": 20}, "90 %"),
        ({"train": 0, "test": 100}, "train gets nothing"),
        ({"train": -10, "test": 110}, "below 0"),
        ({"train": "many"}, "no number"),
        ({"seed": 1.5}, "seed"),
        ({"unit": "boxes"}, "boxes"),
        ({"grouping": "class"}, "class"),
        ({"with_background": "yes"}, "with_background"),
        ({"tests": 30}, "'tests' is no setting"),
        ({"train": 1.5, "test": 1, "unit": "images"}, "1.5 pictures"),
    ],
)
def test_a_rule_that_makes_no_sense_says_why(values, words):
    with pytest.raises(DatasetError, match=words):
        SplitRule.from_json(values)


@pytest.mark.slow
def test_ten_times_the_pictures_take_about_ten_times_as_long():
    def seconds(count):
        images = random_images(random.Random(1), count, sessions=500, crowds=count // 20)
        start = time.process_time()
        plan = plan_split(images, SplitRule(70, 10, 20, grouping="duplicates"))
        assert plan.image_count == count
        return time.process_time() - start

    assert seconds(100_000) < 30 * seconds(10_000)
