"""``experiment.yaml``: a training as Model Garden's ``retinanet`` experiment, stock keys only.

Run in a run's folder, Model Garden itself trains it::

    python -m official.vision.train --experiment=retinanet --mode=train_and_eval \
        --config_file=experiment.yaml --model_dir=checkpoints

What is set here, and why (tf-models-official 2.20):

- levels 3 to 6: with 7, 320 pixels are silently padded to 384;
- ``num_classes`` is the highest class id + 1: channel 0 never learns and is cut off, so that with
  one less the last class would silently never be found;
- float32 everywhere: the default is bfloat16;
- ``keep_aspect_ratio`` off: our detectors squash the picture, too;
- ``drop_remainder`` off for validation: a set smaller than the batch would not be looked at;
- the shuffle buffer is as large as the set: the default holds 10,000 pictures before step 1;
- at most as many boxes as the fullest picture has: the default silently drops all after 100;
- ``norm_momentum`` 0.9: with 0.99 the moving means lag behind within so few steps;
- a NaN ends the training (``recovery_max_trials`` 0, the default).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.files import atomic_write_text
from app.training.errors import TrainingError
from app.training.settings import TrainSettings

EXPERIMENT = "retinanet"
INPUT_PX = 320
MOST_STEPS_LOST = 50
"""A checkpoint is written every so many steps."""

_LEAST_BOXES = 100
_WARMUP_SHARE = 0.05
_VALIDATIONS = 5
_FILTERS = 128


@dataclass(frozen=True)
class RunData:
    """What an experiment has to know of the records.

    Attributes
    ----------
    train_images, val_images : int
    highest_class_id : int
    most_boxes : int
        Of one picture.
    """

    train_images: int
    val_images: int
    highest_class_id: int
    most_boxes: int


def make_experiment(
    settings: TrainSettings, data: RunData, *, records: str, init_checkpoint: str
) -> dict[str, Any]:
    """Return the experiment as plain values.

    Parameters
    ----------
    settings : TrainSettings
    data : RunData
    records : str
        Folder of ``train.record`` and ``val.record``, relative to the run's.
    init_checkpoint : str
        Of the backbone, relative to the run's folder; empty to start from nothing.
    """
    most_boxes = max(data.most_boxes, _LEAST_BOXES)
    task = {
        "model": _model(data.highest_class_id + 1, most_boxes),
        "losses": {"l2_weight_decay": 4.0e-5},
        "freeze_backbone": settings.is_backbone_frozen,
        "max_num_eval_detections": most_boxes,
        "train_data": _train_data(settings, data, records, most_boxes),
        "validation_data": _validation_data(settings, data, records, most_boxes),
    }
    if init_checkpoint:
        task |= {"init_checkpoint": init_checkpoint, "init_checkpoint_modules": "backbone"}
    return {
        "runtime": {"distribution_strategy": "one_device", "mixed_precision_dtype": "float32"},
        "task": task,
        "trainer": _trainer(settings),
    }


def write_experiment(path: Path, experiment: dict[str, Any]) -> None:
    """Write an experiment.

    Raises
    ------
    FileWriteError
    """
    text = yaml.safe_dump(experiment, sort_keys=False, allow_unicode=True)
    atomic_write_text(path, text)


def read_experiment(path: Path) -> dict[str, Any]:
    """Read an experiment.

    Raises
    ------
    TrainingError
        ``experiment-broken``.
    """
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _broken(path, "it can't be read as YAML", str(error)) from error
    if not isinstance(values, dict):
        raise _broken(path, "it is no mapping")
    return values


def _model(num_classes: int, most_boxes: int) -> dict[str, Any]:
    return {
        "num_classes": num_classes,
        "input_size": [INPUT_PX, INPUT_PX, 3],
        "min_level": 3,
        "max_level": 6,
        "anchor": {"num_scales": 3, "aspect_ratios": [0.5, 1.0, 2.0], "anchor_size": 3.0},
        "backbone": {"type": "mobilenet", "mobilenet": {"model_id": "MobileNetV2"}},
        "decoder": {
            "type": "fpn",
            "fpn": {"num_filters": _FILTERS, "use_separable_conv": True, "use_keras_layer": True},
        },
        "head": {"num_convs": 4, "num_filters": _FILTERS, "use_separable_conv": True},
        # v2, the default, is three to five times slower.
        "detection_generator": {"nms_version": "batched", "max_num_detections": most_boxes},
        "norm_activation": {
            "activation": "relu6",
            "norm_momentum": 0.9,
            "norm_epsilon": 0.001,
            "use_sync_bn": False,
        },
    }


def _train_data(
    settings: TrainSettings, data: RunData, records: str, most_boxes: int
) -> dict[str, Any]:
    return {
        "input_path": f"{records}/train.record",
        "is_training": True,
        "global_batch_size": settings.batch_size,
        "dtype": "float32",
        "shuffle_buffer_size": data.train_images,
        "seed": settings.seed,
        "parser": {
            "aug_rand_hflip": settings.is_flipped,
            "aug_scale_min": 0.8,
            "aug_scale_max": 1.25,
            "max_num_instances": most_boxes,
            "keep_aspect_ratio": False,
        },
    }


def _validation_data(
    settings: TrainSettings, data: RunData, records: str, most_boxes: int
) -> dict[str, Any]:
    return {
        "input_path": f"{records}/val.record",
        "is_training": False,
        "global_batch_size": min(settings.batch_size, data.val_images),
        "dtype": "float32",
        "drop_remainder": False,
        "parser": {"max_num_instances": most_boxes, "keep_aspect_ratio": False},
    }


def _trainer(settings: TrainSettings) -> dict[str, Any]:
    steps = settings.steps
    rate = {"initial_learning_rate": settings.learning_rate, "decay_steps": steps}
    warmup = {"warmup_learning_rate": 0.0, "warmup_steps": max(1, round(steps * _WARMUP_SHARE))}
    return {
        "train_steps": steps,
        "validation_steps": -1,
        "validation_interval": max(MOST_STEPS_LOST, -(-steps // _VALIDATIONS)),
        "steps_per_loop": 1,
        "summary_interval": 1,
        "checkpoint_interval": MOST_STEPS_LOST,
        "max_to_keep": 2,
        "preemption_on_demand_checkpoint": False,
        "optimizer_config": {
            "optimizer": {"type": "sgd", "sgd": {"momentum": 0.9, "global_clipnorm": 10.0}},
            "learning_rate": {"type": "cosine", "cosine": rate},
            "warmup": {"type": "linear", "linear": warmup},
        },
    }


def _broken(path: Path, reason: str, detail: str = "") -> TrainingError:
    return TrainingError(
        "experiment-broken",
        f"Can't use the experiment {path}: {reason}.",
        "Mend the file, or start a new training.",
        detail,
    )
