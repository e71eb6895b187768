"""The job ``train``: prepares a run, trains it, exports its model and measures it.

Started again for the same run, it goes on where it was stopped or killed: what is written already
is used, and Model Garden resumes from its last checkpoint.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.jobs.channel import Channel
from app.project.project import Project
from app.training.errors import TrainingError
from app.training.finishing import finish_run
from app.training.learning import learn
from app.training.package import published_package
from app.training.preparation import prepare_run
from app.training.run_folder import RunFolder, RunPlan, find_run


def run(config: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Work off a run.

    Parameters
    ----------
    config : dict
        ``project`` (its folder), ``run`` (name), and ``learns``: False only exports and measures
        what was learnt so far.
    channel : Channel
        Told ``started``; ``progress`` with ``phase`` ("records", "start", "train", "export",
        "evaluate"), ``done``, ``total`` and ``left_s``; and ``metrics`` as `TrainingProgress` does.

    Returns
    -------
    dict
        See `finish_run`.

    Raises
    ------
    AppError
    JobCancelled
        With a checkpoint of the last step, where one was made.
    """
    project = Project.open(Path(config["project"]))
    own = find_run(project, config["run"])
    token = channel.cancel_token
    channel.emit("started", run=own.name, folder=str(own.folder))

    def on_record(done: int, total: int) -> None:
        channel.emit("progress", phase="records", done=done, total=total)

    with own.locked():
        plan = own.read_plan()
        _check_unfinished(own, project, plan, learns=config.get("learns", True))
        if config.get("learns", True):
            plan = prepare_run(own, project, plan, token=token, on_progress=on_record)
            learn(own, project, plan, token, channel.emit)
        return finish_run(own, project, plan, token, channel.emit)


def _check_unfinished(own: RunFolder, project: Project, plan: RunPlan, *, learns: bool) -> None:
    """Refuse to go on with a run that is at its end: Model Garden would train nothing."""
    is_done = plan.data is not None and own.last_step >= plan.settings.steps
    if learns and is_done and published_package(project.models_folder, own) is not None:
        message = f"The run {own.name} has been trained to its last step, and has its model."
        raise TrainingError("run-finished", message, "Start a new one; more steps help at times.")
