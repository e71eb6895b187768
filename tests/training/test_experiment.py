"""The experiment: what the settings and the records make of Model Garden's keys."""

import pytest

from app.training.experiment import (
    MOST_STEPS_LOST,
    RunData,
    make_experiment,
    read_experiment,
    write_experiment,
)
from app.training.settings import PRESETS, TrainSettings

DATA = RunData(train_images=34, val_images=6, highest_class_id=5, most_boxes=3)


def made(settings=None, data=DATA, init_checkpoint="start/backbone"):
    return make_experiment(
        settings or TrainSettings(), data, records="data", init_checkpoint=init_checkpoint
    )


def test_there_is_a_channel_for_the_background():
    assert made()["task"]["model"]["num_classes"] == 6


def test_a_picture_with_many_boxes_loses_none():
    task = made(data=RunData(34, 6, 5, most_boxes=140))["task"]
    assert task["train_data"]["parser"]["max_num_instances"] == 140
    assert task["validation_data"]["parser"]["max_num_instances"] == 140
    assert task["model"]["detection_generator"]["max_num_detections"] == 140
    assert task["max_num_eval_detections"] == 140


def test_a_small_validation_set_is_looked_at_whole():
    data = made(TrainSettings(batch_size=16))["task"]["validation_data"]
    assert data["global_batch_size"] == 6
    assert not data["drop_remainder"]


def test_the_shuffle_buffer_is_as_large_as_the_set():
    assert made()["task"]["train_data"]["shuffle_buffer_size"] == 34


@pytest.mark.parametrize("settings", PRESETS.values(), ids=PRESETS.keys())
def test_no_more_than_fifty_steps_are_lost(settings):
    trainer = made(settings)["trainer"]
    assert trainer["checkpoint_interval"] == MOST_STEPS_LOST == 50
    cosine = trainer["optimizer_config"]["learning_rate"]["cosine"]
    assert cosine["decay_steps"] == trainer["train_steps"] == settings.steps


def test_choices_reach_their_keys():
    chosen = TrainSettings(
        steps=10, batch_size=3, learning_rate=0.01, is_backbone_frozen=True, is_flipped=True, seed=4
    )
    experiment = made(chosen)
    task, trainer = experiment["task"], experiment["trainer"]
    assert task["freeze_backbone"]
    assert task["train_data"]["parser"]["aug_rand_hflip"]
    assert (task["train_data"]["global_batch_size"], task["train_data"]["seed"]) == (3, 4)
    rate = trainer["optimizer_config"]["learning_rate"]["cosine"]["initial_learning_rate"]
    assert (trainer["train_steps"], rate) == (10, 0.01)


def test_from_scratch_names_no_checkpoint():
    assert "init_checkpoint" not in made(init_checkpoint="")["task"]
    assert made()["task"]["init_checkpoint_modules"] == "backbone"


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "experiment.yaml"
    write_experiment(path, made())
    assert read_experiment(path) == made()
    assert str(tmp_path) not in path.read_text("utf-8")  # the folder may move
