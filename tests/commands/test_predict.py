"""`tallybox predict` on the sample's pictures."""

import json
import shutil

import pytest

from app.__main__ import main
from app.annotation.formats.voc_reader import parse_voc
from app.commands import predict, prediction_files
from app.imaging import read_size
from app.paths import sample_data_path
from app.project.activity import ActivityFile, activity_path
from app.project.proposals import ProposalStore

PICTURE = sample_data_path("gestures", "images", "office", "c5_e4.jpg")
HAND = ("--model", "hand")


@pytest.fixture
def project(tmp_path):
    """Return a project with two pictures: one labelled, one not."""
    folder = tmp_path / "project"
    sample = sample_data_path("gestures")
    for name in ("images/office/c5_e4.jpg", "images/office/c5_e5.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample / name, folder / name)
    (folder / "annotations" / "office").mkdir(parents=True)
    labels = "annotations/office/c5_e4.xml"
    shutil.copy(sample / labels, folder / labels)
    shutil.copy(sample / "tallybox.toml", folder)
    return folder


def told(capsys, *arguments, code=0):
    """Run a command with --json and return what it printed."""
    assert main(["predict", *map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_table_is_printed(capsys):
    assert main(["predict", str(PICTURE), *HAND]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("c5_e4.jpg  1 hand (0.")
    assert lines[-1] == "1 boxes found in 1 pictures by hand."


def test_json_has_every_box_in_pixels(capsys):
    report = told(capsys, PICTURE, *HAND, "--class", "five")
    (picture,) = report["pictures"]
    (box,) = picture["boxes"]
    assert (picture["width"], picture["height"]) == read_size(PICTURE)
    assert box["class_name"] == "five"
    assert 0 <= box["xmin"] < box["xmax"] <= picture["width"]


def test_a_score_leaves_less_sure_ones_out(capsys):
    report = told(capsys, PICTURE, *HAND, "--score", "1")
    assert report["pictures"][0]["boxes"] == []


def test_voc_goes_to_a_folder_of_its_own_and_never_over_labels(project, tmp_path, capsys):
    output = tmp_path / "out"
    told(capsys, project / "images", *HAND, "--output", output, "--format", "voc")
    labels = (output / "office" / "c5_e5.xml").read_bytes()
    size = read_size(project / "images" / "office" / "c5_e5.jpg")
    assert len(parse_voc(labels, name="c5_e5.xml", image_size=size).annotation.boxes) == 1
    assert main(["predict", str(project / "images"), *HAND, "--output", str(output)]) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize(("form", "name"), [("picture", "c5_e4.png"), ("json", "c5_e4.json")])
def test_pictures_and_json_can_be_written(form, name, tmp_path, capsys):
    told(capsys, PICTURE, *HAND, "--output", tmp_path / "out", "--format", form)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_two_pictures_of_one_name_do_not_share_their_output(project, tmp_path, capsys):
    told(capsys, PICTURE, project / "images" / "office" / "c5_e4.jpg", *HAND, "--output",
         tmp_path / "out")  # fmt: skip
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["c5_e4-2.png", "c5_e4.png"]


def test_proposals_go_into_the_project_but_not_on_what_is_labelled(project, capsys):
    before = sorted(project.rglob("*.xml"))
    report = told(capsys, project / "images", *HAND, "--project", project, "--propose")
    assert report["is_proposed"]
    path = activity_path(project / "images", project)
    store = ProposalStore(ActivityFile(path))
    assert store.images() == {"office/c5_e5.jpg"}
    assert store.of("office/c5_e5.jpg")[0].class_name == "d5"  # from the picture's name
    assert sorted(project.rglob("*.xml")) == before


def test_a_broken_picture_is_told_and_the_others_are_looked_at(tmp_path, capsys):
    (tmp_path / "torn.jpg").write_bytes(b"no picture")
    shutil.copy(PICTURE, tmp_path)
    report = told(capsys, tmp_path, *HAND)
    assert len(report["pictures"]) == 1
    assert report["skipped"][0]["picture"].endswith("torn.jpg")


def test_only_broken_pictures_are_a_failure(tmp_path, capsys):
    (tmp_path / "torn.jpg").write_bytes(b"no picture")
    told(capsys, tmp_path / "torn.jpg", *HAND, code=1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--propose"], 2, "--propose needs --project"),
        (["--format", "bla"], 2, "there are picture, json, voc"),
        (["--model", "nonsense"], 1, "There is no model"),
    ],
)
def test_what_makes_no_sense_is_said(arguments, code, words, capsys):
    assert main(["predict", str(PICTURE), *arguments]) == code
    assert words in capsys.readouterr().err


def test_a_picture_outside_the_project_is_not_proposed_for(project, capsys):
    arguments = ["predict", str(PICTURE), *HAND, "--project", str(project), "--propose"]
    assert main(arguments) == 1
    assert "not one of the project's pictures" in capsys.readouterr().err


def test_the_help_names_the_formats_there_are():
    assert predict._FORMATS == prediction_files.FORMATS
