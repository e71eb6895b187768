"""The part of a run that learns: from its records to its last checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.annotation.label_folder import LabelFolder
from app.files import write_error
from app.imaging import read_image
from app.jobs.cancel import CancelToken
from app.paths import sample_data_path
from app.project.project import Project
from app.training.experiment import INPUT_PX, read_experiment
from app.training.leaves import load_leaf
from app.training.progress import Tell, TrainingProgress
from app.training.run_check import check_run
from app.training.run_folder import RunFolder, RunPlan
from app.training.starter_network import read_backbone, starter_model_path

_CALIBRATION_IMAGES = 48


def learn(run: RunFolder, project: Project, plan: RunPlan, token: CancelToken, tell: Tell) -> None:
    """Train a prepared run to its last step.

    Raises
    ------
    TrainingError
    FileWriteError
    JobCancelled
        With a checkpoint of the last step, where one was made.
    """
    if run.last_step >= plan.settings.steps:
        return  # killed while it was exported or measured, or only that is wanted
    experiment = read_experiment(run.experiment)
    check_run(run, plan, experiment)
    if plan.settings.start == "starter" and not run.backbone.with_suffix(".index").exists():
        tell("progress", phase="start", done=0, total=1)
        folder = LabelFolder.of_project(project)
        _write(calibration_pictures(folder, plan.sets["train"]), run.backbone)
    token.raise_if_cancelled()
    trainer = experiment["trainer"]
    progress = TrainingProgress(
        run.metrics,
        total_steps=trainer["train_steps"],
        validation_interval=trainer["validation_interval"],
        token=token,
        tell=tell,
    )
    load_leaf("tf_run").train(run, experiment, progress)


def calibration_pictures(folder: LabelFolder, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return some of the pictures as the network is fed: (N, 320, 320, 3), RGB, 0 to 255."""
    chosen = names[:: max(1, len(names) // _CALIBRATION_IMAGES)][:_CALIBRATION_IMAGES]
    pictures = [_fed(read_image(folder.images / name)) for name in chosen]
    return np.stack(pictures).astype(np.float32)


def rebuild_backbone(target: Path) -> int:
    """Write the starter's backbone as a checkpoint, calibrated on the bundled pictures.

    Parameters
    ----------
    target : Path
        What ``task.init_checkpoint`` of an experiment is to say.

    Returns
    -------
    int
        How many pictures it was calibrated on.

    Raises
    ------
    TrainingError
    FileWriteError
    """
    folder = LabelFolder(sample_data_path("gestures", "images"))
    names = [path.relative_to(folder.images).as_posix() for path in folder.pictures()]
    pictures = calibration_pictures(folder, names)
    _write(pictures, target)
    return len(pictures)


def _write(pictures: npt.NDArray[np.float32], target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(target, error) from error
    load_leaf("tf_backbone").write_backbone(read_backbone(starter_model_path()), pictures, target)


def _fed(image_bgr: npt.NDArray[np.uint8]) -> Any:  # noqa: ANN401 - OpenCV's own type
    small = cv2.resize(image_bgr, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
