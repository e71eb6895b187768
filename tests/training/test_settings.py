"""What can be asked of a training."""

import pytest

from app.training.errors import TrainingError
from app.training.settings import PRESETS, TrainSettings


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"steps": 0}, "0 steps"),
        ({"steps": 2.5}, "steps is 2.5"),
        ({"batch_size": 0}, "batch of 0"),
        ({"learning_rate": 0.0}, "learning rate of 0"),
        ({"learning_rate": float("nan")}, "learning rate is nan"),
        ({"learning_rate": True}, "learning rate is True"),
        ({"seed": -1}, "seed is -1"),
        ({"start": "zero"}, "no start 'zero'"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name(change, told):
    with pytest.raises(TrainingError, match=told) as caught:
        TrainSettings(**change)
    assert caught.value.code == "bad-settings"


def test_settings_survive_being_written():
    settings = TrainSettings(steps=7, is_flipped=True, start="scratch")
    assert TrainSettings.from_json(settings.to_json()) == settings


def test_a_setting_of_a_newer_program_is_not_taken_for_nothing():
    with pytest.raises(TrainingError, match="mosaic"):
        TrainSettings.from_json({"mosaic": True})


def test_presets_differ_in_how_long_they_take():
    steps = [settings.steps for settings in PRESETS.values()]
    assert steps == sorted(set(steps))
