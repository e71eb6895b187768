"""``tallybox train`` and ``tallybox evaluate``: from the split of a project to a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import Progress, TaskID

from app.commands.interrupt import stop_on_interrupt
from app.commands.outcome import UsageError
from app.commands.output import JsonOption, print_json
from app.commands.scanning import progress_bar
from app.jobs.cancel import CancelToken, JobCancelled
from app.project.project import Project

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.training.run_folder import RunFolder
    from app.training.settings import TrainSettings

_PHASES = {
    "records": "Writing records",
    "start": "Making the starting point",
    "train": "Training",
    "export": "Exporting the model",
    "evaluate": "Measuring",
}

ProjectOption = Annotated[Path, typer.Option(metavar="DIR", show_default="this folder")]


def train(
    *,
    project: ProjectOption = Path(),
    preset: Annotated[
        Literal["quick", "balanced", "thorough"], typer.Option(help="How long and how carefully.")
    ] = "balanced",
    steps: Annotated[
        int | None, typer.Option(help="Batches to learn from.", show_default="the preset's")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(help="Pictures of a step.", show_default="the preset's")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Learning rate.", show_default="the preset's")
    ] = None,
    freeze: Annotated[
        bool | None,
        typer.Option(
            "--freeze/--no-freeze",
            help="Leave the backbone as it is: quicker, rarely as good.",
            show_default="no",
        ),
    ] = None,
    flip: Annotated[
        bool | None,
        typer.Option(
            "--flip/--no-flip",
            help="Mirror pictures by chance; wrong for text, arrows, left and right hands.",
            show_default="no",
        ),
    ] = None,
    start: Annotated[
        Literal["starter", "scratch"] | None,
        typer.Option(help="Begin with the starter's backbone, or with nothing."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of all that is chance.")] = None,
    name: Annotated[
        str, typer.Option(metavar="RUN", help="Of the run and its model.", show_default="the time")
    ] = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run RUN, or the last one.")
    ] = False,
    rebuild_backbone: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Only write the starter's backbone as a checkpoint."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a detector on the project's split, export it and measure it.

    Stopped by Ctrl+C, it keeps what was learnt: --resume goes on, and evaluate makes a model of it.
    """
    if rebuild_backbone is not None:
        _rebuild(rebuild_backbone, as_json=as_json)
        return
    asked = {
        "steps": steps,
        "batch_size": batch,
        "learning_rate": rate,
        "is_backbone_frozen": freeze,
        "is_flipped": flip,
        "start": start,
        "seed": seed,
    }
    given = {key: value for key, value in asked.items() if value is not None}
    if resume and given:
        raise typer.BadParameter("--resume goes on as the run began: only --name goes with it.")
    opened = Project.open(project)
    token = CancelToken()
    with stop_on_interrupt(token):
        if resume:
            run = _known_run(opened, name)
        else:
            run = _new_run(opened, _settings(preset, given), name, token)
        _work_off(run, opened, token, learns=True, as_json=as_json)


def evaluate(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Name of a run.", show_default="the last one")
    ] = "",
    *,
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Measure what a run has learnt on the test set; a stopped run gets its model, too."""
    opened = Project.open(project)
    token = CancelToken()
    with stop_on_interrupt(token):
        _work_off(_known_run(opened, run), opened, token, learns=False, as_json=as_json)


def _settings(preset: Literal["quick", "balanced", "thorough"], given: Any) -> TrainSettings:  # noqa: ANN401
    from app.training.errors import TrainingError
    from app.training.settings import PRESETS

    try:
        return replace(PRESETS[preset], **given)
    except TrainingError as error:
        raise UsageError(error.code, error.message, error.hint, error.detail) from error


def _new_run(project: Project, settings: TrainSettings, name: str, token: CancelToken) -> RunFolder:
    from app.training.preparation import plan_run
    from app.training.run_folder import begin_run

    return begin_run(project, plan_run(project, settings, token=token), name)


def _known_run(project: Project, name: str) -> RunFolder:
    from app.training.run_folder import find_run

    return find_run(project, name)


def _work_off(
    run: RunFolder, project: Project, token: CancelToken, *, learns: bool, as_json: bool
) -> None:
    """Run the job in a child process, where TensorFlow is, and say what came out."""
    from app.jobs.launcher import run_job
    from app.jobs.spec import JobSpec

    config = {"project": str(project.folder), "run": run.name, "learns": learns}
    log = run.folder / "log.txt"
    try:
        with progress_bar(is_quiet=as_json) as progress:
            bars = _Bars(progress)
            result = run_job(JobSpec("train", config), on_event=bars.show, token=token, log=log)
    except JobCancelled:
        if not as_json and learns:
            typer.echo(f"Stopped at step {run.last_step} of the run {run.name}, which is kept.")
            typer.echo(f"Go on: tallybox train --resume --name {run.name}")
        raise
    if as_json:
        print_json(result)
    else:
        _print_result(result, run)


class _Bars:
    """A bar for each phase of a job."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, event: dict[str, Any]) -> None:
        """Take in an event of the job."""
        if event["event"] != "progress":
            return
        phase = event["phase"]
        if phase not in self._tasks:
            for task in self._tasks.values():
                total = self._progress.tasks[task].total
                self._progress.update(task, completed=total)
            self._tasks[phase] = self._progress.add_task(_PHASES[phase], total=event["total"])
        self._progress.update(self._tasks[phase], completed=event["done"], total=event["total"])


def _print_result(result: dict[str, Any], run: RunFolder) -> None:
    measures = result["measures"]
    for reason in measures["skipped"]:
        typer.echo(f"warning: left out of the measures: {reason}", err=True)
    where = {"test": "the test set", "val": "the validation set (the split has no test set)"}
    typer.echo(
        f"{result['model']} version {result['version']}, {result['step']} steps; on "
        f"{where[result['measured_on']]} of {measures['images']} pictures:"
    )
    typer.echo(f"  AP50 {measures['ap50']:.3f}   AP {measures['ap']:.3f}   AR {measures['ar']:.3f}")
    width = max(len(each["name"]) for each in measures["classes"])
    for each in measures["classes"]:
        ap50 = "-" if each["ap50"] is None else f"{each['ap50']:.3f}"
        typer.echo(f"  {each['name']:{width}}  AP50 {ap50}  boxes {each['boxes']}")
    typer.echo(f"Objects count from a score of {result['score']:.2f} on.")
    typer.echo(f"Model: {result['folder']}")
    typer.echo(f"Run: {run.folder}")


def _rebuild(target: Path, *, as_json: bool) -> None:
    from app.training.learning import rebuild_backbone

    count = rebuild_backbone(target.absolute())
    if as_json:
        print_json({"checkpoint": str(target.absolute()), "pictures": count})
    else:
        typer.echo(f"Wrote {target}.index and its data, calibrated on {count} pictures.")
