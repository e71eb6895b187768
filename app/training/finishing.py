"""The end of a run: its model exported, measured on pictures it has not seen, and published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app.annotation.label_folder import LabelFolder
from app.detection.opening import open_detector
from app.files import atomic_write_text, write_error
from app.jobs.cancel import CancelToken
from app.project.project import Project
from app.training.errors import TrainingError
from app.training.evaluation import Measures, evaluate
from app.training.experiment import read_experiment
from app.training.leaves import load_leaf
from app.training.package import publish_package, published_package, write_draft
from app.training.progress import Tell
from app.training.run_folder import RunFolder, RunPlan

_LEAST_SCORE, _MOST_SCORE = 0.05, 0.9  # a threshold outside fits the few pictures of val only


def finish_run(
    run: RunFolder, project: Project, plan: RunPlan, token: CancelToken, tell: Tell
) -> dict[str, Any]:
    """Export and measure a run's last checkpoint and put the model among the project's.

    The threshold comes from the validation set, the measures from the test set. A model that was
    published already is only measured again.

    Returns
    -------
    dict
        ``run``, ``model`` (name), ``version``, ``folder``, ``step``, ``score``, ``measured_on``
        and ``measures``.

    Raises
    ------
    TrainingError
        ``no-checkpoint``, or what went wrong with exporting and measuring.
    FileWriteError
    JobCancelled
    """
    if not run.last_step:
        message = f"The run {run.name} has no checkpoint yet, so that there is no model."
        raise TrainingError("no-checkpoint", message, "Train it for a while first.")
    published = published_package(project.models_folder, run)
    if published is None:
        tell("progress", phase="export", done=0, total=1)
        tflite = _export(run)
        token.raise_if_cancelled()
        draft = write_draft(project.models_folder, run, plan, tflite)
        known = _Measuring(run, project, plan, token, tell).of(draft)
        published = publish_package(draft, _card_fields(known))
    else:
        known = _Measuring(run, project, plan, token, tell).of(published[0])
    folder, version = published
    return {
        "run": run.name,
        "model": run.name,
        "version": version,
        "folder": str(folder),
        "step": run.last_step,
        **known,
    }


def _export(run: RunFolder) -> bytes:
    tflite: bytes = load_leaf("tf_export").export_tflite(run, read_experiment(run.experiment))
    return tflite


def _card_fields(known: dict[str, Any]) -> dict[str, Any]:
    return {
        "thresholds": {"score": known["score"]},
        "metrics": {key: known["measures"][key] for key in ("ap", "ap50", "ap75", "ar")},
        "measured_on": known["measured_on"],
    }


class _Measuring:
    """Measures a draft on the validation set and then on the test set."""

    def __init__(
        self, run: RunFolder, project: Project, plan: RunPlan, token: CancelToken, tell: Tell
    ) -> None:
        self._run, self._project, self._plan = run, project, plan
        self._token, self._tell = token, tell
        self._done = 0

    def of(self, draft: Path) -> dict[str, Any]:
        """Return ``score``, ``measured_on`` and ``measures``; write them to ``evaluation/``."""
        val = self._measure(draft, "val")
        measures, measured_on = val, "val"
        if self._plan.sets["test"]:
            measures, measured_on = self._measure(draft, "test"), "test"
        return {
            "score": round(min(max(val.best_score, _LEAST_SCORE), _MOST_SCORE), 3),
            "measured_on": measured_on,
            "measures": measures.to_json(),
        }

    def _measure(self, draft: Path, set_name: str) -> Measures:
        names = self._plan.sets[set_name]
        folder = LabelFolder.of_project(self._project)
        with closing(open_detector(str(draft))) as detector:
            measures = evaluate(
                detector,
                folder,
                names,
                self._plan.classes,
                token=self._token,
                on_image=lambda: self._count(names),
            )
        self._write(set_name, measures)
        return measures

    def _count(self, names: Sequence[str]) -> None:
        sets = self._plan.sets
        self._done += 1
        total = len(sets["val"]) + len(sets["test"])
        self._tell("progress", phase="evaluate", done=self._done, total=total)

    def _write(self, set_name: str, measures: Measures) -> None:
        folder = self._run.evaluation
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(folder, error) from error
        atomic_write_text(folder / f"{set_name}.json", _json(measures.to_json()))


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
