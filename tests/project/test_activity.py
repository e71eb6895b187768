"""The activity file: seconds add up, threads and windows share it, a broken one harms nobody."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from datetime import date

import pytest

from app.project.activity import ActivityFile, LabelingTime, activity_path
from app.project.errors import ProjectError

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "activity.sqlite"


@pytest.fixture
def time(path):
    return LabelingTime(ActivityFile(path))


def test_seconds_of_a_picture_add_up_over_days_and_windows(path, time):
    time.add({("trip/a.jpg", MONDAY): 2.5, ("b.jpg", MONDAY): 1.0})
    LabelingTime(ActivityFile(path)).add({("trip/a.jpg", TUESDAY): 4.0, ("b.jpg", MONDAY): 1.0})

    assert time.by_image() == {"b.jpg": 2.0, "trip/a.jpg": 6.5}
    assert time.by_day() == {MONDAY: 4.5, TUESDAY: 4.0}


def test_looking_at_times_writes_no_file(path, time):
    assert time.by_image() == {}
    assert time.by_day() == {}
    assert not path.exists()


def test_many_threads_at_once_lose_no_second(path):
    def work():
        own = LabelingTime(ActivityFile(path))
        for _ in range(20):
            own.add({("a.jpg", MONDAY): 1.0})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert LabelingTime(ActivityFile(path)).by_image() == {"a.jpg": 80.0}


def test_an_exception_within_a_transaction_leaves_nothing_of_it(path, time):
    time.add({("a.jpg", MONDAY): 1.0})

    with suppress(KeyError), ActivityFile(path).connect() as connection:
        connection.execute("DELETE FROM seconds")
        raise KeyError

    assert time.by_image() == {"a.jpg": 1.0}


def test_a_file_that_is_no_database_is_put_aside_with_a_word(path, time, caplog):
    path.write_bytes(b"not a database " * 100)

    time.add({("a.jpg", MONDAY): 1.0})

    assert time.by_image() == {"a.jpg": 1.0}
    aside = path.with_name("activity.sqlite.broken")
    assert aside.read_bytes() == b"not a database " * 100
    assert "put aside" in caplog.text
    caplog.clear()


def test_damage_found_late_fails_one_use_and_the_next_works(path, time, caplog):
    time.add({(f"{number}.jpg", MONDAY): 1.0 for number in range(5000)})
    data = bytearray(path.read_bytes())
    data[5000:90000] = b"\xff" * 85000
    path.write_bytes(data)

    with pytest.raises(ProjectError) as caught:
        time.by_image()
    time.add({("a.jpg", MONDAY): 1.0})

    assert caught.value.code == "activity-broken"
    assert str(path) in caught.value.message
    assert time.by_image() == {"a.jpg": 1.0}
    caplog.clear()


def test_a_folder_that_is_gone_is_named_and_not_made_again(tmp_path):
    gone = tmp_path / "deleted-project" / "activity.sqlite"

    with pytest.raises(ProjectError, match="deleted-project") as caught:
        LabelingTime(ActivityFile(gone)).add({("a.jpg", MONDAY): 1.0})

    assert caught.value.code == "activity-not-usable"
    assert not gone.parent.exists()


def test_a_fault_in_a_statement_is_told_as_one_of_the_project(path):
    with pytest.raises(ProjectError) as caught, ActivityFile(path).connect() as connection:
        connection.execute("SELECT * FROM nowhere")

    assert "nowhere" in caught.value.message
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_the_activity_of_a_plain_folder_lies_outside_of_it(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()

    path = activity_path(folder)
    LabelingTime(ActivityFile(path)).add({("a.jpg", MONDAY): 1.0})

    assert not path.is_relative_to(tmp_path / "pictures")
    assert list(folder.iterdir()) == []
    assert path.is_file()


def test_each_plain_folder_has_its_own_activity_however_it_is_reached(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one")

    assert activity_path(tmp_path / "one") != activity_path(tmp_path / "two")
    assert activity_path(tmp_path / "one") == activity_path(tmp_path / "link")


def test_the_activity_of_a_project_lies_in_it(tmp_path):
    assert activity_path(tmp_path / "images", tmp_path) == tmp_path / "activity.sqlite"
