"""The folder of a run: made once, found again, worked in by one process."""

import pytest

from app.training.errors import TrainingError
from app.training.preparation import plan_run
from app.training.run_folder import begin_run, find_run, list_runs
from app.training.settings import TrainSettings
from tests.training.projects import gestures


@pytest.fixture
def project(tmp_path):
    return gestures(tmp_path / "g")


@pytest.fixture
def plan(project):
    return plan_run(project, TrainSettings(steps=3))


def test_a_run_is_found_again_with_its_plan(project, plan):
    begin_run(project, plan, "first")
    run = begin_run(project, plan, "second")
    assert find_run(project, "second").read_plan() == plan
    assert {each.name for each in list_runs(project)} == {"first", "second"}
    assert run.last_step == 0


def test_a_name_is_never_used_twice(project, plan):
    begin_run(project, plan, "mine")
    with pytest.raises(TrainingError, match="a run 'mine' already") as caught:
        begin_run(project, plan, "mine")
    assert "--resume --name mine" in caught.value.hint


@pytest.mark.parametrize("name", ["a/b", ".hidden", " ", "a:b", "line\nbreak"])
def test_a_name_that_is_no_folders_is_refused(project, plan, name):
    with pytest.raises(TrainingError) as caught:
        begin_run(project, plan, name)
    assert caught.value.code == "bad-name"
    assert not (project.folder / "runs").exists()


def test_who_names_no_run_that_there_is_hears_which_there_are(project, plan):
    with pytest.raises(TrainingError, match="no training run"):
        find_run(project)
    begin_run(project, plan, "only")
    with pytest.raises(TrainingError, match="'other'") as caught:
        find_run(project, "other")
    assert "only" in caught.value.hint


def test_a_second_training_in_one_folder_is_refused(project, plan):
    run = begin_run(project, plan, "busy")
    with run.locked(), pytest.raises(TrainingError) as caught, run.locked():
        pass
    assert caught.value.code == "run-busy"
    with run.locked():
        pass  # free again


def test_a_broken_plan_is_told_with_its_file(project, plan):
    run = begin_run(project, plan, "broken")
    (run.folder / "run.json").write_text('{"version": 1}')
    with pytest.raises(TrainingError, match=r"run\.json"):
        run.read_plan()


def test_the_last_checkpoint_tells_the_step(project, plan):
    run = begin_run(project, plan, "r")
    run.checkpoints.mkdir()
    text = 'model_checkpoint_path: "ckpt-150"\nall_model_checkpoint_paths: "ckpt-100"\n'
    (run.checkpoints / "checkpoint").write_text(text)
    assert run.last_step == 150
