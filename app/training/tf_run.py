"""Leaf module: trains by Model Garden, in the child process."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from typing import Any

import orbit
import tensorflow as tf  # noqa: TID253 - a leaf, loaded by name in the child process
import tf_keras
from official.common import distribute_utils  # noqa: TID253
from official.core import exp_factory, train_lib  # noqa: TID253
from official.vision.configs import retinanet as retinanet_configs  # noqa: F401, TID253 - registers
from official.vision.tasks.retinanet import RetinaNetTask  # noqa: TID253

from app.jobs.cancel import JobCancelled
from app.training.errors import TrainingError
from app.training.experiment import EXPERIMENT
from app.training.progress import TrainingProgress
from app.training.run_folder import RunFolder

_SHOWN = ("total_loss", "cls_loss", "box_loss", "learning_rate")
_MEASURED = ("AP", "AP50", "AP75", "total_loss")


def train(run: RunFolder, experiment: Mapping[str, Any], progress: TrainingProgress) -> int:
    """Train to the last step, from the last checkpoint where there is one; return the step.

    Parameters
    ----------
    run : RunFolder
        Locked.
    experiment : mapping
        The content of its ``experiment.yaml``.
    progress : TrainingProgress
        Its token stops the training, with a checkpoint of the last step.

    Raises
    ------
    TrainingError
        ``bad-experiment``, ``diverged``, ``out-of-memory`` or ``training-failed``.
    JobCancelled
        After the checkpoint is written.
    """
    params = load_params(experiment)
    tf_keras.utils.set_random_seed(params.task.train_data.seed or 0)
    try:
        # Relative paths: Model Garden takes commas and stars in a folder's name for its own.
        with chdir(run.folder):
            return _Training(params, run.checkpoints.name, progress).run()
    except tf.errors.ResourceExhaustedError as error:
        raise _exhausted(run, error) from error
    except (tf.errors.OpError, RuntimeError, ValueError, AssertionError) as error:
        raise _failed(run, error) from error


def load_params(experiment: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return Model Garden's parameters of an experiment, to be used in the run's folder.

    Raises
    ------
    TrainingError
        ``bad-experiment``, naming what Model Garden does not know.
    """
    params = exp_factory.get_exp_config(EXPERIMENT)
    try:
        params.override(dict(experiment), is_strict=True)
        params.validate()
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        message = f"Model Garden does not take the run's experiment.yaml: {error}"
        hint = "Mend the file, or start a new training."
        raise TrainingError("bad-experiment", message, hint, repr(error)) from error
    params.runtime.num_gpus = min(1, len(tf.config.list_physical_devices("GPU")))
    return params


class _Training:
    """One training under way."""

    def __init__(self, params: Any, model_dir: str, progress: TrainingProgress) -> None:  # noqa: ANN401
        self._params, self._progress = params, progress
        runtime = params.runtime
        strategy = distribute_utils.get_distribution_strategy(
            runtime.distribution_strategy, num_gpus=runtime.num_gpus
        )
        with strategy.scope():
            task = _StoppableTask(params.task, progress)
        self._runner = train_lib.OrbitExperimentRunner(
            distribution_strategy=strategy,
            task=task,
            mode="train_and_eval",
            params=params,
            model_dir=model_dir,
            train_actions=[self._stepped],
            eval_actions=[self._validated],
        )

    def run(self) -> int:
        """Train; see `train`."""
        controller, trainer = self._runner.controller, self._params.trainer
        self._progress.begin(self._step)
        try:
            with self._runner.strategy.scope():
                controller.train_and_evaluate(
                    train_steps=trainer.train_steps,
                    eval_steps=trainer.validation_steps,
                    eval_interval=trainer.validation_interval,
                )
        except JobCancelled:
            controller.save_checkpoint()  # raised before Orbit's own save
            raise
        return self._step

    @property
    def _step(self) -> int:
        return int(self._runner.trainer.global_step.numpy())

    def _stepped(self, output: orbit.runner.Output) -> None:
        self._progress.stepped(self._step, _numbers(output, _SHOWN))
        self._progress.token.raise_if_cancelled()

    def _validated(self, output: orbit.runner.Output) -> None:
        self._progress.validated(self._step, _numbers(output, _MEASURED))


class _StoppableTask(RetinaNetTask):  # type: ignore[misc]
    """Model Garden's task; a validation that takes long can be stopped."""

    def __init__(self, config: Any, progress: TrainingProgress) -> None:  # noqa: ANN401
        super().__init__(config)
        self._progress = progress

    def aggregate_logs(self, state: Any = None, step_outputs: Any = None) -> Any:  # noqa: ANN401
        """Take in one validation batch."""
        self._progress.token.raise_if_cancelled()
        return super().aggregate_logs(state, step_outputs)


def _numbers(output: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    values = {name: output[name] for name in names if name in output}
    return {name: float(orbit.utils.get_value(value)) for name, value in values.items()}


def _exhausted(run: RunFolder, error: Exception) -> TrainingError:
    return TrainingError(
        "out-of-memory",
        f"The training {run.name} ran out of memory or disk space.",
        "Take a smaller batch, close other programs, or free some disk space; then resume.",
        str(error),
    )


def _failed(run: RunFolder, error: Exception) -> TrainingError:
    if "NaN" in str(error) or "loss value" in str(error):
        return TrainingError(
            "diverged",
            f"The training {run.name} has gone astray: its loss is no number any more.",
            "Train again with a smaller learning rate, half of it for a start.",
            str(error),
        )
    return TrainingError(
        "training-failed",
        f"Model Garden gave up the training {run.name}: {type(error).__name__}.",
        "The details tell more. What was learnt up to the last checkpoint is kept.",
        str(error),
    )
