"""`tallybox import`, `export`, `check` and `annotate` on folders and projects."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.__main__ import main
from app.annotation.formats.registry import FORMATS
from app.commands.label_source import FORMAT_KEYS
from app.paths import sample_data_path
from app.project.project import Project

SIZE = (100, 80)


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    (folder / "trip").mkdir(parents=True)
    for name in ("a.png", "trip/b.png"):
        cv2.imwrite(str(folder / name), np.full((SIZE[1], SIZE[0], 3), 90, np.uint8))
    return folder


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(
        "filename,width,height,class,xmin,ymin,xmax,ymax\n"
        "a.png,100,80,cat,10,20,30,40\n"
        "trip/b.png,100,80,dog,5,5,50,60\n"
        "gone.png,100,80,dog,5,5,50,60\n",
        "utf-8",
    )
    return path


def told(capsys, *arguments, code=0):
    """Run a command with --json and return what it printed."""
    assert main([*map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_labels_come_in_and_what_does_not_fit_is_told(pictures, csv, capsys):
    report = told(capsys, "import", csv, "--project", pictures)
    assert (report["format"], report["pictures"], report["boxes"]) == ("csv", 2, 2)
    assert [note["place"] for note in report["notes"]] == ["gone.png"]
    assert "<name>dog</name>" in (pictures / "trip" / "b.xml").read_text("utf-8")


def test_labels_that_are_there_already_are_kept_unless_told_otherwise(pictures, csv, capsys):
    told(capsys, "import", csv, "--project", pictures)
    own = (pictures / "a.xml").read_text("utf-8").replace("cat", "lynx")
    (pictures / "a.xml").write_text(own, "utf-8")
    again = told(capsys, "import", csv, "--project", pictures)
    assert again["kept"] == ["a.png", "trip/b.png"]
    assert (pictures / "a.xml").read_text("utf-8") == own
    replaced = told(capsys, "import", csv, "--project", pictures, "--replace")
    assert replaced["pictures"] == 2
    assert (Path(replaced["backup"]) / "a.xml").read_text("utf-8") == own
    assert "cat" in (pictures / "a.xml").read_text("utf-8")


def test_a_project_learns_the_classes_and_gives_them_ids_of_their_own(
    pictures, csv, tmp_path, capsys
):
    project = Project.create(tmp_path / "zoo")
    project.add_class("dog")
    shutil.copytree(pictures, project.images_folder, dirs_exist_ok=True)
    report = told(capsys, "import", csv, "--project", project.folder)
    assert report["classes_added"] == ["cat"]
    assert [(item.id, item.name) for item in Project.open(project.folder).classes] == [
        (1, "dog"),
        (2, "cat"),
    ]
    assert (project.annotations_folder / "trip" / "b.xml").is_file()


@pytest.mark.parametrize("form", ["voc", "yolo", "coco", "createml", "linkedai", "labelme", "csv"])
def test_what_is_exported_comes_in_again_the_same(form, pictures, csv, tmp_path, capsys):
    told(capsys, "import", csv, "--project", pictures)
    before = (pictures / "a.xml").read_bytes()
    target = tmp_path / "out"
    exported = told(capsys, "export", target, "--format", form, "--project", pictures)
    assert (exported["pictures"], exported["boxes"]) == (2, 2)
    report = told(capsys, "import", target, "--project", pictures, "--replace")
    assert (report["format"], report["boxes"]) == (form, 2)
    assert (pictures / "a.xml").read_bytes() == before


def test_an_export_overwrites_nothing(pictures, csv, tmp_path, capsys):
    told(capsys, "import", csv, "--project", pictures)
    target = tmp_path / "out.json"
    target.write_text("mine", "utf-8")
    assert main(["export", str(target), "--format", "coco", "--project", str(pictures)]) == 1
    assert target.read_text("utf-8") == "mine"
    assert "there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export", "x", "--format", "bla"], "there are voc, voc-devkit, yolo"),
        (["export", "x", "--format", "cvat"], "not written"),
        (["import", "x", "--format", "bla"], "there are voc, voc-devkit, yolo"),
    ],
)
def test_a_format_there_is_not_is_bad_usage(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_the_help_names_the_formats_there_are():
    assert tuple(FORMATS) == FORMAT_KEYS


def test_notes_that_say_the_same_are_one_line_and_all_of_them_with_json(pictures, tmp_path, capsys):
    rows = "".join(f"gone{n}.png,100,80,dog,5,5,50,60\n" for n in range(7))
    table = tmp_path / "labels.csv"
    table.write_text(f"filename,width,height,class,xmin,ymin,xmax,ymax\n{rows}", "utf-8")
    assert len(told(capsys, "import", table, "--project", pictures)["notes"]) == 7
    assert main(["import", str(table), "--project", str(pictures)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("refused: 7 times: gone0.png; ")]
    assert len(lines) == 2


def test_only_verified_pictures_are_exported_when_asked(pictures, csv, tmp_path, capsys):
    told(capsys, "import", csv, "--project", pictures)
    text = (pictures / "a.xml").read_text("utf-8")
    verified = text.replace("<annotation>", '<annotation verified="yes">')
    (pictures / "a.xml").write_text(verified, "utf-8")
    arguments = ("--format", "csv", "--project", pictures, "--pictures", "verified")
    report = told(capsys, "export", tmp_path / "new" / "out.csv", *arguments)
    assert (report["pictures"], report["boxes"]) == (1, 1)


def test_a_project_of_the_devkit_counts_pixels_from_1_and_check_says_so(
    pictures, csv, tmp_path, capsys
):
    folder = tmp_path / "zoo"
    told(capsys, "new", folder, "--coordinate-rule", "voc-devkit")
    shutil.copytree(pictures, folder / "images", dirs_exist_ok=True)
    told(capsys, "import", csv, "--project", folder)
    text = (folder / "annotations" / "a.xml").read_text("utf-8")
    assert ("<xmin>11</xmin>" in text, "<xmax>30</xmax>" in text) == (True, True)
    told(capsys, "export", tmp_path / "out.csv", "--format", "csv", "--project", folder)
    assert "a.png,100,80,10,20,30,40,cat" in (tmp_path / "out.csv").read_text("utf-8")
    assert main(["check", str(folder)]) == 0
    assert "voc-devkit" in capsys.readouterr().out


def test_a_source_of_no_known_format_says_which_there_are(pictures, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("hello", "utf-8")
    assert main(["import", str(tmp_path / "notes.txt"), "--project", str(pictures)]) == 1
    assert "Pascal VOC" in capsys.readouterr().err


def test_check_finds_nothing_wrong_with_the_sample_project(capsys):
    assert told(capsys, "check", sample_data_path("gestures"))["problems"] == []


def test_check_names_broken_files_broken_pictures_and_unknown_classes(tmp_path, capsys):
    folder = tmp_path / "gestures"
    shutil.copytree(sample_data_path("gestures"), folder)
    labels = sorted((folder / "annotations").rglob("*.xml"))
    labels[0].write_text("<annotation><obj", "utf-8")
    text = labels[1].read_text("utf-8")
    labels[1].write_text(text.replace("<name>d1</name>", "<name>fist</name>"), "utf-8")
    picture = sorted((folder / "images").rglob("*.jpg"))[-1]
    picture.write_bytes(b"no picture")
    problems = told(capsys, "check", folder, code=1)["problems"]
    assert len(problems) == 3
    places = " ".join(problem["place"] for problem in problems)
    assert labels[0].name in places
    assert picture.name in places
    assert any("fist" in problem["text"] for problem in problems)
    assert labels[0].read_text("utf-8") == "<annotation><obj"


@pytest.mark.parametrize("command", [["check"], ["annotate"]])
def test_a_folder_that_is_not_there_is_named(command, tmp_path, capsys):
    assert main([*command, str(tmp_path / "gone")]) == 1
    assert "gone" in capsys.readouterr().err


def test_annotate_tells_of_a_class_file_it_cannot_read(pictures, tmp_path, capsys):
    (tmp_path / "classes.txt").write_bytes(b"\xff\xfe\xff")
    assert main(["annotate", str(pictures), str(tmp_path / "classes.txt")]) == 1
    assert "class names" in capsys.readouterr().err


def test_a_check_tells_how_far_the_labelling_is(pictures, csv, capsys):
    told(capsys, "import", csv, "--project", pictures)
    (pictures / "a.xml").unlink()
    counts = told(capsys, "check", pictures)["statistics"]
    assert (counts["pictures"], counts["percent_done"], counts["boxes"]) == (2, 50, 1)
    assert counts["classes"][0]["name"] == "dog"
    main(["check", str(pictures)])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "1 of 2 pictures labelled (50 %), 1 box: dog 1."
