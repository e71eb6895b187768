"""`tallybox clean`: it reports, puts aside what it is told to, and brings it back."""

import inspect
import json
import shutil

import cv2
import numpy as np
import pytest

from app.__main__ import main
from app.commands.clean import REASON_KEYS, clean
from app.dataset.findings import REASONS, Thresholds
from app.project.project import Project
from tests.dataset.painting import save, scene

VOC = "<annotation><object><name>cat</name></object></annotation>"


@pytest.fixture
def pictures(tmp_path):
    """Six good pictures, a copy of one with labels, a blurred, a dark and a broken one."""
    folder = tmp_path / "pictures"
    for number in range(6):
        save(scene(number), folder / f"{number}.jpg")
    shutil.copy(folder / "2.jpg", folder / "2 again.jpg")
    (folder / "2 again.xml").write_text(VOC)
    (folder / "blurred.xml").write_text(VOC)
    save(cv2.GaussianBlur(scene(20), (0, 0), 3), folder / "blurred.jpg")
    save(scene(21) // 5, folder / "dark.png")
    (folder / "broken.jpg").write_bytes(b"nothing")
    (folder / "notes.txt").touch()
    return folder


def told(capsys, *arguments, code=0):
    assert main([*map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def listing(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".tallybox-trash" not in path.parts
    }


def test_without_discard_it_only_reports(pictures, capsys):
    before = listing(pictures)
    report = told(capsys, "clean", pictures)
    assert report["pictures"] == 10
    counts = {reason: count for reason, count in report["counts"].items() if count}
    # In the dark, nothing is sharp and all is background.
    assert counts == {"broken": 1, "exact": 1, "blur": 2, "dark": 1, "empty": 1}
    assert report["left_out"] == [{"name": "notes.txt", "reason": "not-a-picture"}]
    (exact,) = [each for each in report["suspects"] if each["reason"] == "exact"]
    assert exact["kept"] == "2 again.jpg"  # the labelled one
    (broken,) = [each for each in report["suspects"] if each["reason"] == "broken"]
    assert "broken.jpg" in broken["error"]
    assert report["to_discard"] == []
    assert listing(pictures) == before


def test_a_dry_run_says_what_would_go_and_changes_nothing(pictures, capsys):
    before = listing(pictures)
    report = told(capsys, "clean", pictures, "--discard", "exact,blur", "--dry-run")
    assert sorted(report["to_discard"]) == ["2.jpg", "blurred.jpg", "dark.png"]
    assert report["discarded"] == 0
    assert listing(pictures) == before


def test_what_is_discarded_takes_its_labels_along_and_undo_brings_both_back(pictures, capsys):
    before = listing(pictures)
    report = told(capsys, "clean", pictures, "--discard", "exact,blur,broken")
    assert report["discarded"] == 4
    gone = {"2.jpg", "blurred.jpg", "blurred.xml", "broken.jpg", "dark.png"}
    assert set(listing(pictures)) == set(before) - gone
    undone = told(capsys, "clean", pictures, "--undo")
    assert undone == {"restored": 4, "left_to_undo": 0}
    assert listing(pictures) == before


def test_each_undo_takes_back_one_cleaning_the_last_first(pictures, capsys):
    before = listing(pictures)
    told(capsys, "clean", pictures, "--discard", "dark")
    told(capsys, "clean", pictures, "--discard", "blur")
    assert told(capsys, "clean", pictures, "--undo")["left_to_undo"] == 1
    assert set(before) - set(listing(pictures)) == {"dark.png"}
    told(capsys, "clean", pictures, "--undo")
    assert listing(pictures) == before


def test_nothing_to_undo_is_told(pictures, capsys):
    assert main(["clean", str(pictures), "--undo"]) == 1
    assert "nothing" in capsys.readouterr().err


def test_a_second_run_measures_nothing_and_writes_nothing_into_a_plain_folder(pictures, capsys):
    assert told(capsys, "clean", pictures)["measured"] == 10
    before = listing(pictures)
    assert told(capsys, "clean", pictures)["measured"] == 0
    assert listing(pictures) == before


def test_limits_can_be_given(pictures, capsys):
    report = told(capsys, "clean", pictures, "--blur", "0.1", "--dark", "5")
    assert report["counts"]["blur"] == report["counts"]["dark"] == 0


def test_the_report_for_people_says_what_to_do_next(pictures, capsys):
    assert main(["clean", str(pictures)]) == 0
    output = capsys.readouterr()
    assert "2.jpg: 2 again.jpg stays" in output.out
    assert "left out: notes.txt: not a picture" in output.out
    assert "Nothing was changed; --discard" in output.out
    assert output.err == ""
    assert main(["clean", str(pictures), "--discard", "dark"]) == 0
    assert f"tallybox clean {pictures} --undo" in capsys.readouterr().out


def test_a_project_is_cleaned_with_its_annotations(tmp_path, capsys):
    project = Project.create(tmp_path / "zoo")
    for number in range(6):
        save(scene(number), project.images_folder / "trip" / f"{number}.jpg")
    save(np.full((240, 320, 3), 120, np.uint8), project.images_folder / "trip" / "wall.png")
    label = project.annotations_folder / "trip" / "wall.xml"
    label.parent.mkdir(parents=True)
    label.write_text(VOC)
    report = told(capsys, "clean", project.folder, "--discard", "empty")
    assert report["to_discard"] == ["trip/wall.png"]
    assert not label.exists()
    told(capsys, "clean", project.folder, "--undo")
    assert label.read_text() == VOC


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--discard", "ugly"], "No reason 'ugly'"),
        (["--discard", ""], "names no reason"),
        (["--undo", "--discard", "blur"], "--undo goes without"),
        (["--near-bits", "11"], "--near-bits"),
    ],
)
def test_bad_usage_changes_nothing(pictures, capsys, arguments, words):
    before = listing(pictures)
    assert main(["clean", str(pictures), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert listing(pictures) == before


def test_the_help_names_the_reasons_and_limits_that_there_are():
    assert REASON_KEYS == REASONS
    shown = {
        name: parameter.annotation
        for name, parameter in inspect.signature(clean, eval_str=True).parameters.items()
        if hasattr(Thresholds(), name)
    }
    assert len(shown) == len(Thresholds.__dataclass_fields__)
    for name, annotation in shown.items():
        assert float(annotation.__metadata__[0].show_default) == getattr(Thresholds(), name)


def test_its_own_trash_is_no_file_that_was_left_out(pictures, capsys):
    told(capsys, "clean", pictures, "--discard", "dark")
    report = told(capsys, "clean", pictures)
    assert [each["name"] for each in report["left_out"]] == ["notes.txt"]
