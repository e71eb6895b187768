"""What would go wrong in a run without a word, or only after an hour: looked at before it begins.

The records and the experiment of a run may have been changed by hand, or by another program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.dataset.record_contents import RecordSummary, summarise
from app.training.errors import TrainingError
from app.training.run_folder import BACKBONE, RunFolder, RunPlan

_DATA = {"train": "train_data", "val": "validation_data"}
_MEND = "Mend the experiment, or start a new training."


def check_run(run: RunFolder, plan: RunPlan, experiment: Mapping[str, Any]) -> None:
    """Refuse a run that Model Garden would train wrongly.

    Raises
    ------
    TrainingError
        ``experiment-unfit``, ``records-unfit``, ``val-empty``, ``class-not-in-train`` or
        ``bad-checkpoint``, naming file and field.
    app.dataset.errors.DatasetError
        ``records-not-readable``.
    """
    try:
        faults = list(_experiment_faults(experiment))
        task = experiment["task"]
        paths = {name: task[key]["input_path"] for name, key in _DATA.items()}
        init_checkpoint = task.get("init_checkpoint", "")
        num_classes = int(task["model"]["num_classes"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{run.experiment} lacks what a training needs: {error}."
        raise TrainingError("experiment-unfit", message, _MEND, repr(error)) from error
    if faults:
        message = f"{run.experiment} would train wrongly: {'; '.join(faults)}."
        raise TrainingError("experiment-unfit", message, _MEND)
    train, val = (_summary(run, name, paths[name]) for name in _DATA)
    _check_classes(run, plan, train, val, num_classes)
    if init_checkpoint not in ("", BACKBONE) and not run.last_step:
        _check_checkpoint(run.folder / init_checkpoint)


def _experiment_faults(experiment: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in words; the defaults of Model Garden count where a key is missing."""
    task = experiment["task"]
    model = task["model"]
    stride = 2 ** int(model.get("max_level", 7))
    odd = [side for side in model["input_size"][:2] if side % stride]
    if odd:
        yield f"model.input_size {odd[0]} is no multiple of {stride}, so that it would be padded"
    for key in _DATA.values():
        data = task[key]
        if data.get("dtype", "bfloat16") != "float32":
            yield f"{key}.dtype is not float32"
        if data.get("parser", {}).get("keep_aspect_ratio", True):
            yield f"{key}.parser.keep_aspect_ratio is on, and detection squashes the picture"
    if task["validation_data"].get("drop_remainder", True):
        yield "validation_data.drop_remainder is on, so that pictures would be left out"
    trainer = experiment["trainer"]
    if trainer["summary_interval"] % trainer["steps_per_loop"]:
        yield "trainer.summary_interval is no multiple of steps_per_loop"


def _summary(run: RunFolder, name: str, pattern: str) -> RecordSummary:
    files = sorted(run.folder.glob(pattern))
    summary = summarise(files)
    if summary.problem_count:
        place, text = summary.problems[0]
        more = f" ({summary.problem_count} problems in all)" if summary.problem_count > 1 else ""
        message = f"{place}: {text}{more}"
        raise TrainingError("records-unfit", message, "Start a new training: they are made anew.")
    if not summary.examples or (name == "val" and not summary.boxes):
        code = "val-empty" if name == "val" else "no-train-set"
        message = f"There is nothing to {'measure' if name == 'val' else 'learn'} in {pattern}."
        raise TrainingError(code, message, "Split again, or label more pictures.")
    return summary


def _check_classes(
    run: RunFolder, plan: RunPlan, train: RecordSummary, val: RecordSummary, num_classes: int
) -> None:
    """Refuse classes that would silently never be learnt."""
    known = {(name, class_id) for class_id, name in plan.classes.items()}
    unknown = sorted({*train.boxes, *val.boxes} - known, key=str)
    if unknown:
        name, class_id = unknown[0]
        message = f"The records of {run.name} have boxes of {name!r} ({class_id}), which it lacks."
        raise TrainingError("records-unfit", message, "Start a new training: they are made anew.")
    if num_classes <= max(plan.classes):
        raise TrainingError(
            "experiment-unfit",
            f"{run.experiment}: task.model.num_classes is {num_classes}, but the highest class id "
            f"is {max(plan.classes)}: with the background it must be above that.",
            "Set it to the highest class id + 1; else the last class is never learnt.",
        )
    missing = sorted(name for name, class_id in known if not train.boxes[name, class_id])
    if missing:
        message = f"No training picture has a box of {', '.join(missing)}."
        hint = "Label some and split again, or remove the class from the project."
        raise TrainingError("class-not-in-train", message, hint)


def _check_checkpoint(path: Path) -> None:
    if not path.with_name(f"{path.name}.index").is_file():
        raise TrainingError(
            "bad-checkpoint",
            f"The starting point {path} is no checkpoint: {path.name}.index is missing.",
            "Name a checkpoint without its ending, or start from the starter's backbone.",
        )
