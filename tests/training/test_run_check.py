"""Faults that Model Garden would swallow, seeded one by one: none gets to the training."""

import json

import pytest

from app.dataset.example_proto import decode_example, encode_example
from app.dataset.record_file import RecordWriter, read_records
from app.dataset.split_rule import SplitRule
from app.project.project import Project
from app.training.errors import TrainingError
from app.training.experiment import read_experiment, write_experiment
from app.training.preparation import plan_run, prepare_run
from app.training.run_check import check_run
from app.training.run_folder import begin_run
from app.training.settings import TrainSettings
from tests.training.projects import gestures, split


@pytest.fixture
def project(tmp_path):
    return gestures(tmp_path / "g")


@pytest.fixture
def run(project):
    plan = plan_run(project, TrainSettings(steps=3))
    run = begin_run(project, plan, "r")
    prepare_run(run, project, plan)
    return run


def check(run):
    check_run(run, run.read_plan(), read_experiment(run.experiment))


def refused(run):
    with pytest.raises(TrainingError) as caught:
        check(run)
    return caught.value


def change(run, value, *keys):
    """Set a value of the experiment, as by hand."""
    experiment = read_experiment(run.experiment)
    place = experiment
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    write_experiment(run.experiment, experiment)


def change_records(run, set_name, **features):
    """Write a set's records anew with some features changed."""
    path = run.records / f"{set_name}.record"
    examples = [decode_example(data) for data in read_records(path)]
    with RecordWriter(path) as writer:
        for example in examples:
            own = {name: make(example[name]) for name, make in features.items()}
            writer.write(encode_example({**example, **own}))


def test_a_run_as_it_is_made_is_let_through(run):
    check(run)


def test_the_test_set_is_not_in_the_records(project, run):
    plan = run.read_plan()
    manifest = json.loads((run.records / "manifest.json").read_text())
    assert set(manifest["sets"]) == {"train", "val"}
    assert plan.sets["test"]
    assert not {*plan.sets["test"]} & {*plan.sets["train"], *plan.sets["val"]}


def test_too_few_classes(run):
    change(run, 5, "task", "model", "num_classes")
    assert "num_classes is 5" in refused(run).message


def test_an_input_that_would_be_padded(run):
    change(run, 7, "task", "model", "max_level")
    assert "320 is no multiple of 128" in refused(run).message


def test_half_precision(run):
    change(run, "bfloat16", "task", "train_data", "dtype")
    assert "train_data.dtype" in refused(run).message


def test_validation_that_leaves_pictures_out(run):
    change(run, True, "task", "validation_data", "drop_remainder")
    assert "drop_remainder" in refused(run).message


def test_a_key_that_is_missing(run):
    change(run, {}, "task", "model")
    assert refused(run).code == "experiment-unfit"


def test_an_experiment_that_is_no_yaml(run):
    run.experiment.write_text("task: [")
    with pytest.raises(TrainingError, match=r"experiment\.yaml"):
        read_experiment(run.experiment)


def test_a_starting_point_that_is_none(run):
    change(run, "start/other", "task", "init_checkpoint")
    assert refused(run).code == "bad-checkpoint"


def test_ids_from_zero(run):
    change_records(
        run, "train", **{"image/object/class/label": lambda ids: [each - 1 for each in ids]}
    )
    assert "begin at 1" in refused(run).message


def test_source_ids_that_are_names(run):
    change_records(run, "val", **{"image/source_id": lambda _: [b"cat.png"]})
    assert "source_id 'cat.png'" in refused(run).message


def test_a_class_that_the_project_lacks(run):
    change_records(run, "train", **{"image/object/class/label": lambda ids: [9 for _ in ids]})
    assert refused(run).code == "records-unfit"


def test_a_record_that_is_damaged(run):
    path = run.records / "train.record"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "check sum" in refused(run).message


def test_no_validation_pictures(run):
    (run.records / "val.record").write_bytes(b"")
    assert refused(run).code == "val-empty"


def test_a_class_without_boxes_in_train(project):
    project.add_class("d6")
    with pytest.raises(TrainingError, match="d6") as caught:
        plan_run(project, TrainSettings())
    assert caught.value.code == "class-not-in-train"


def test_a_box_of_a_class_that_was_removed(project):
    project.remove_class(3)
    with pytest.raises(TrainingError, match="'d3'") as caught:
        plan_run(project, TrainSettings())
    assert caught.value.code == "class-unknown"


def test_a_picture_of_the_split_that_is_gone(project):
    name = plan_run(project, TrainSettings()).sets["train"][0]
    (project.images_folder / name).unlink()
    with pytest.raises(TrainingError, match=name) as caught:
        plan_run(project, TrainSettings())
    assert caught.value.code == "split-outdated"


def test_a_disk_that_is_too_small(project, monkeypatch):
    plan = plan_run(project, TrainSettings())
    run = begin_run(project, plan, "r")

    class Small:
        free = 10**6

    monkeypatch.setattr("app.training.preparation.shutil.disk_usage", lambda _: Small)
    with pytest.raises(TrainingError) as caught:
        prepare_run(run, project, plan)
    assert caught.value.code == "disk-too-small"


def test_a_val_set_of_the_split_is_taken_as_it_is(tmp_path):
    project = gestures(tmp_path / "own", train=60, val=20, test=20)
    plan = plan_run(project, TrainSettings())
    assert not plan.is_carved
    listed = (project.folder / "splits" / "val.txt").read_text().split()
    assert list(plan.sets["val"]) == listed


def test_class_ids_with_gaps_keep_their_numbers(tmp_path):
    project = gestures(tmp_path / "gaps")
    for path in project.annotations_folder.rglob("*.xml"):
        path.write_text(path.read_text().replace(">d2<", ">d1<"))
    project.remove_class(2)
    split(project, SplitRule(grouping="none"))
    plan = plan_run(Project.open(project.folder), TrainSettings())
    run = begin_run(project, plan, "r")
    assert prepare_run(run, project, plan).data.highest_class_id == 5
    check(run)
    assert read_experiment(run.experiment)["task"]["model"]["num_classes"] == 6
