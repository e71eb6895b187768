"""`tallybox split` on a project: the table, what is written, and bad usage."""

import json
import shutil

import pytest

from app.__main__ import main
from app.paths import sample_data_path
from app.project.project import Project


@pytest.fixture
def gestures(tmp_path):
    """The sample project, whose pictures are of twelve a class and ten without labels."""
    shutil.copytree(sample_data_path("gestures"), tmp_path / "gestures")
    return tmp_path / "gestures"


def told(capsys, *arguments, code=0):
    """Run a command with --json and return what it printed."""
    assert main(["split", *map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def lists(project):
    return {path.stem: path.read_text("utf-8") for path in (project / "splits").glob("*.txt")}


def test_the_table_is_shown_and_the_lists_are_written(gestures, capsys):
    assert main(["split", str(gestures)]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].split() == ["class", "train", "test"]
    assert "d1" in shown
    assert "Left out: 10 pictures that have no labels." in shown
    found = lists(gestures)
    assert set(found) == {"train", "val", "test"}
    assert len((found["train"] + found["test"]).splitlines()) == 60


def test_a_dry_run_writes_nothing(gestures, capsys):
    before = (gestures / "tallybox.toml").read_bytes()
    assert main(["split", str(gestures), "--dry-run", "--folders", str(gestures / "out")]) == 0
    assert "Nothing was written." in capsys.readouterr().out
    assert not (gestures / "splits").exists()
    assert not (gestures / "out").exists()
    assert (gestures / "tallybox.toml").read_bytes() == before


def test_the_next_split_is_made_by_the_same_rule(gestures, capsys):
    first = told(capsys, gestures, "--count-train", 6, "--count-test", 3, "--seed", 4)
    assert first["sets"]["train"]["images"] == 30
    assert first["sets"]["test"]["images"] == 15
    written = lists(gestures)
    again = told(capsys, gestures)
    assert again["rule"] == first["rule"]
    assert lists(gestures) == written
    shares = told(capsys, gestures, "--test", 20)["rule"]
    assert (shares["unit"], shares["train"], shares["test"]) == ("percent", 80, 20)


def test_a_locked_test_set_stays_until_it_is_unlocked(gestures, capsys):
    assert told(capsys, gestures, "--lock-test")["locked_test"] == 0  # this plan was not yet bound
    before = lists(gestures)["test"]
    bound = told(capsys, gestures, "--seed", 9, "--test", 50)
    assert bound["locked_test"] == len(before.splitlines())
    assert lists(gestures)["test"] == before
    told(capsys, gestures, "--unlock-test")
    assert lists(gestures)["test"] != before


def test_folders_are_written_as_scripts_want_them(gestures, tmp_path, capsys):
    report = told(
        capsys, gestures, "--count-train", 8, "--count-test", 4, "--folders", tmp_path / "out"
    )
    assert report["folders"] == str(tmp_path / "out")
    for name, count in (("train", 40), ("test", 20)):
        assert len(list((tmp_path / "out" / name).glob("*.jpg"))) == count
        assert len(list((tmp_path / "out" / name).glob("*.xml"))) == count


def test_a_target_that_is_there_stops_it_before_anything_is_written(gestures, capsys):
    assert main(["split", str(gestures), "--folders", str(gestures / "images")]) == 1
    assert "there already" in capsys.readouterr().err
    assert not (gestures / "splits").exists()


def test_a_plain_folder_is_told_to_become_a_project(tmp_path, capsys):
    assert main(["split", str(tmp_path)]) == 1
    assert "not a Tallybox project" in capsys.readouterr().err


def test_a_project_without_labels_says_what_to_do(tmp_path, capsys):
    Project.create(tmp_path / "p")
    assert main(["split", str(tmp_path / "p")]) == 1
    assert "Draw boxes first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--train", "70", "--count-train", "10"], "don't go together"),
        (["--train", "70", "--test", "20"], "90 %"),
        (["--count-test", "4"], "train gets nothing"),
        (["--link"], "--folders"),
        (["--group", "class"], "class"),
    ],
)
def test_bad_usage_ends_with_2(gestures, arguments, words, capsys):
    assert main(["split", str(gestures), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not (gestures / "splits").exists()
