"""What is listed for a person to decide, and in which words."""

from dataclasses import replace

import pytest

from app.dataset.findings import Suspect
from app.dataset.kept_pictures import KeptPictures
from app.dataset.measures import PictureMeasures
from app.project.activity import ActivityFile
from app.ui.dataset.open_rows import OpenRows
from app.ui.dataset.reason_words import difference_text, measure_text
from app.ui.dataset.review import in_group, review_rows

BEST = PictureMeasures(
    "a.jpg", file_bytes=210_000, sha256="1", width=1280, height=720, sharpness=0.62
)


def shown(rows):
    return [(row.group, row.name, row.is_best) for row in rows]


def test_a_picture_with_three_reasons_is_listed_once_under_the_one_that_explains_the_most():
    findings = {
        "blur": [Suspect("blur", ("night.jpg",), 0.3, 0.78)],
        "dark": [Suspect("dark", ("night.jpg",), 12, 60)],
        "empty": [Suspect("empty", ("night.jpg",), 0.99, 0.95)],
    }
    rows = review_rows(findings, gone=(), kept=())
    assert shown(rows) == [("dark", "night.jpg", False)]
    assert rows[0].groups == ("dark", "empty", "blur")


def test_the_best_of_a_cluster_stands_above_its_duplicates():
    findings = {"near": [Suspect("near", ("a", "b", "c"), 0.1, 0.13)]}
    rows = review_rows(findings, gone=(), kept=())
    assert shown(rows) == [("near", "a", True), ("near", "b", False), ("near", "c", False)]


def test_a_cluster_of_which_one_is_left_is_gone():
    findings = {"exact": [Suspect("exact", ("a", "b"), 0, 0)]}
    assert review_rows(findings, gone={"a"}, kept=()) == []
    assert review_rows(findings, gone={"b"}, kept=()) == []


def test_a_duplicate_that_is_kept_is_not_listed():
    findings = {"near": [Suspect("near", ("a", "b", "c"), 0.1, 0.13)]}
    assert shown(review_rows(findings, gone=(), kept={"b"})) == [
        ("near", "a", True),
        ("near", "c", False),
    ]


def test_a_blurred_duplicate_is_among_the_blurred_too():
    findings = {
        "near": [Suspect("near", ("a", "b"), 0.1, 0.13)],
        "blur": [Suspect("blur", ("b",), 0.5, 0.78)],
    }
    rows = review_rows(findings, gone=(), kept=())
    assert shown(in_group(rows, "blur")) == [("blur", "b", False)]
    assert shown(in_group(rows, "near")) == [("near", "a", True), ("near", "b", False)]


def test_odd_sizes_and_odd_shapes_are_counted_once_together():
    findings = {
        "shape": [Suspect("shape", ("strip",), 9, 3)],
        "size": [Suspect("size", ("strip",), 6, 4)],
    }
    review = OpenRows(review_rows(findings, gone=(), kept=()))
    assert review.counts == {"odd": 1}
    assert review.reasons == {"shape": 1, "size": 1}
    review.settle("strip", is_open=False)
    review.settle("strip", is_open=False)
    assert review.counts["odd"] == 0


@pytest.mark.parametrize(
    ("suspect", "words"),
    [
        (
            Suspect("blur", ("a",), 0.31, 0.78),
            "sharpness 0.31 of the session's median; limit 0.78",
        ),
        (Suspect("dark", ("a",), 42.0, 60.0), "brightest parts 42 of 255; limit 60"),
        (Suspect("exact", ("a", "b"), 0.0, 0.0), "the same file as a"),
        (Suspect("size", ("a",), 0.1, 0.25), "0.10 of the session's usual side; limit 0.25"),
    ],
)
def test_a_measure_is_told_with_its_limit(suspect, words, qapp):
    assert measure_text(suspect) == words


@pytest.mark.parametrize(
    ("changes", "labelled", "words"),
    [
        ({}, (), "The same file, byte for byte."),
        (
            {"sha256": "2", "width": 640, "height": 360, "file_bytes": 34_000},
            ("a.jpg",),
            "Smaller (640 × 360 for 1280 × 720), as sharp, no labels, the best has some.",
        ),
        (
            {"sha256": "2", "sharpness": 0.4},
            ("b.jpg",),
            "As large, less sharp, has labels, the best has none.",
        ),
    ],
)
def test_a_difference_is_told_in_words(changes, labelled, words, qapp):
    other = replace(BEST, name="b.jpg", **changes)
    assert difference_text(other, BEST, labelled) == words


def test_one_copy_that_was_kept_does_not_keep_the_others(tmp_path):
    kept = KeptPictures(ActivityFile(tmp_path / "activity.sqlite"))
    first, second = replace(BEST, name="one.jpg"), replace(BEST, name="two.jpg")
    assert kept.among([first, second]) == frozenset()
    kept.add([first])
    assert kept.among([first, second]) == {"one.jpg"}
    kept.remove([first])
    assert kept.among([first, second]) == frozenset()


def test_an_unreadable_picture_that_was_kept_keeps_no_other_one(tmp_path):
    kept = KeptPictures(ActivityFile(tmp_path / "activity.sqlite"))
    kept.add([replace(BEST, name="gone.jpg", sha256="")])
    assert kept.among([replace(BEST, name="new.jpg", sha256="")]) == frozenset()
