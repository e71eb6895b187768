"""Statistics of a folder: what is counted is what the label files say, and nothing is opened."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.annotation.statistics import (
    LabelStatistics,
    TimeStatistics,
    label_statistics,
    statistics_json,
    statistics_table,
)
from app.jobs.cancel import CancelToken, JobCancelled
from app.paths import sample_data_path

SIZE = (100, 80)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
TIMES = TimeStatistics(
    {"a.jpg": 4.0, "sub/b.jpg": 10.0, "c.jpg": 6.0}, {MONDAY: 12.0, TUESDAY: 8.0}
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.jpg", "sub/b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"):
        (tmp_path / name).write_bytes(b"never opened")
    return LabelFolder(tmp_path)


def save(folder, name, *boxes, is_verified=False):
    picture = folder.images / name
    known = folder.load(picture, size=SIZE)
    labels = ImageAnnotation(*SIZE, boxes=boxes, is_verified=is_verified)
    folder.save(picture, labels, known=known)


def box(class_name, width=10, height=20):
    return LabeledBox(class_name, 5, 5, 5 + width, 5 + height)


def test_every_picture_is_in_one_state_and_broken_ones_are_not_done(folder):
    save(folder, "a.jpg", box("cat"))
    save(folder, "sub/b.jpg", box("cat"), is_verified=True)
    save(folder, "c.jpg", is_verified=True)
    (folder.images / "d.xml").write_text("<annotation><object>", "utf-8")

    found = label_statistics(folder)

    assert found.states == {"labelled": 1, "verified": 2, "broken": 1, "unlabelled": 2}
    assert found.pictures == 6
    assert found.done == 3
    assert found.percent_done == 50


def test_the_states_are_those_of_the_picture_list(folder):
    save(folder, "a.jpg", box("cat"))
    (folder.images / "d.xml").write_text(
        "<annotation><object><name>cat</name></object></annotation>", "utf-8"
    )
    (folder.images / "e.xml").write_text("<annotation></annotation>", "utf-8")

    found = label_statistics(folder)

    states = [folder.status(picture) for picture in folder.pictures()]
    assert found.states == {state: states.count(state) for state in set(states)}


def test_boxes_and_images_of_a_class_are_told_apart(folder):
    save(folder, "a.jpg", box("cat", 10, 20), box("cat", 30, 20), box("dog"))
    save(folder, "sub/b.jpg", box("cat", 20, 40))

    cat, dog = label_statistics(folder).classes

    assert (cat.name, cat.boxes, cat.images) == ("cat", 3, 2)
    assert cat.median_size_px == (20, 20)
    assert (dog.name, dog.boxes, dog.images) == ("dog", 1, 1)


def test_one_hundred_percent_is_said_only_when_all_are_done():
    assert LabelStatistics({"labelled": 999, "unlabelled": 1}).percent_done == 99
    assert LabelStatistics({"labelled": 999, "verified": 1}).percent_done == 100
    assert LabelStatistics().percent_done == 0


def test_the_gesture_sample_has_twelve_boxes_of_each_class():
    sample = sample_data_path("gestures")

    found = label_statistics(LabelFolder(sample / "images", sample / "annotations"))

    assert found.states == {"labelled": 60, "unlabelled": 10}
    assert {(item.name, item.boxes, item.images) for item in found.classes} == {
        (f"d{digit}", 12, 12) for digit in range(1, 6)
    }


def test_progress_is_told_and_a_cancelled_count_ends_early(folder):
    told = []
    token = CancelToken()

    def tell(done, total):
        told.append((done, total))
        token.cancel()

    with pytest.raises(JobCancelled):
        label_statistics(folder, progress=tell, cancel=token)

    assert told == [(0, 6)]


def test_slowest_median_and_total_of_the_times():
    assert TIMES.total_s == 20.0
    assert TIMES.median_s == 6.0
    assert TIMES.slowest(2) == [("sub/b.jpg", 10.0), ("c.jpg", 6.0)]
    assert TimeStatistics().median_s == 0.0


def test_the_table_has_every_number_in_its_column(folder):
    save(folder, "a.jpg", box("cat, big"), box("cat, big"))

    rows = list(csv.DictReader(io.StringIO(statistics_table(label_statistics(folder), TIMES))))

    by_name = {(row["table"], row["name"]): row for row in rows}
    assert by_name["class", "cat, big"]["boxes"] == "2"
    assert by_name["class", "cat, big"]["images"] == "1"
    assert by_name["state", "unlabelled"]["images"] == "5"
    assert by_name["day", "2026-03-02"]["seconds"] == "12.0"
    assert by_name["image", "sub/b.jpg"]["seconds"] == "10.0"


def test_the_summary_is_plain_json(folder):
    save(folder, "a.jpg", box("cat"))

    summary = json.loads(json.dumps(statistics_json(label_statistics(folder), TIMES)))

    assert summary["percent_done"] == 16
    assert summary["classes"] == [
        {"name": "cat", "boxes": 1, "images": 1, "median_size_px": [10, 20]}
    ]
    assert summary["seconds_by_day"] == {"2026-03-02": 12.0, "2026-03-03": 8.0}
