"""`tallybox train` and `tallybox evaluate`: what is told where nothing can be trained."""

import pytest

from app.__main__ import main
from app.project.project import Project
from tests.training.projects import gestures


@pytest.fixture
def project(tmp_path):
    return gestures(tmp_path / "g")


def error_of(capsys, *arguments, code=1):
    assert main([*map(str, arguments)]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    return told.err


def test_a_project_without_a_split_is_told_to_split(tmp_path, capsys):
    Project.create(tmp_path / "p")
    assert "tallybox split" in error_of(capsys, "train", "--project", tmp_path / "p")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--steps", 0], "0 steps"),
        (["--batch", 0], "batch of 0"),
        (["--rate", -1], "rate of -1"),
        (["--resume", "--steps", 5], "--resume"),
        (["--preset", "slow"], "slow"),
    ],
)
def test_bad_usage_ends_with_2_and_makes_no_run(project, capsys, options, told):
    assert told in error_of(capsys, "train", "--project", project.folder, *options, code=2)
    assert not (project.folder / "runs").exists()


def test_a_class_that_can_not_be_learnt_makes_no_run(project, capsys):
    project.add_class("d6")
    assert "d6" in error_of(capsys, "train", "--project", project.folder, "--json")
    assert not (project.folder / "runs").exists()


def test_a_run_that_there_is_not(project, capsys):
    options = ("--project", project.folder)
    assert "'old'" in error_of(capsys, "train", "--resume", "--name", "old", *options)
    assert "'old'" in error_of(capsys, "evaluate", "old", *options)


def test_a_run_without_a_checkpoint_has_no_model(project, capsys):
    from app.training.preparation import plan_run
    from app.training.run_folder import begin_run
    from app.training.settings import TrainSettings

    begin_run(project, plan_run(project, TrainSettings()), "new")
    told = error_of(capsys, "evaluate", "new", "--project", project.folder)
    assert "no checkpoint" in told
