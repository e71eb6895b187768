"""``models/<name>/<n>/``: a trained model as Tallybox opens it, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.dataset.label_map_files import pbtxt_label_map
from app.dataset.manifest import MANIFEST_NAME
from app.detection.model_card import CARD_NAME, SCHEMA_VERSION
from app.files import atomic_write_bytes, atomic_write_text, partial_path, publish, write_error
from app.training.errors import TrainingError
from app.training.experiment import INPUT_PX
from app.training.run_folder import RunFolder, RunPlan

MODEL_NAME = "model.tflite"
_DRAFT_SCORE = 0.5


def write_draft(models: Path, run: RunFolder, plan: RunPlan, tflite: bytes) -> Path:
    """Write the model of a run's last checkpoint where it can be measured but not be chosen.

    Parameters
    ----------
    models : Path
        The project's ``models``.
    run : RunFolder
        Locked; the model has its name.
    plan : RunPlan
    tflite : bytes

    Returns
    -------
    Path
        The folder ``models/<name>/<n>.partial``, n one above the newest.

    Raises
    ------
    TrainingError
        ``run-broken``.
    FileWriteError
    """
    parent = models / run.name
    try:
        parent.mkdir(parents=True, exist_ok=True)
        versions = (int(each.name) for each in parent.iterdir() if each.name.isdigit())
        draft = partial_path(parent / str(1 + max(versions, default=0)))
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed here
        draft.mkdir()
    except OSError as error:
        raise write_error(parent, error) from error
    atomic_write_bytes(draft / MODEL_NAME, tflite)
    atomic_write_text(draft / "label_map.pbtxt", pbtxt_label_map(plan.classes))
    _write_card(draft, _card(run, plan, version=draft.stem))
    return draft


def publish_package(draft: Path, changes: Mapping[str, Any]) -> tuple[Path, int]:
    """Give a draft its name; return folder and version.

    Parameters
    ----------
    draft : Path
    changes : mapping
        Fields of ``model.json`` that are known by now: ``metrics`` and ``thresholds``.

    Raises
    ------
    FileWriteError
    """
    card = json.loads((draft / CARD_NAME).read_text("utf-8"))
    _write_card(draft, {**card, **changes})
    target = draft.with_name(draft.stem)
    publish(target)
    return target, int(target.name)


def published_package(models: Path, run: RunFolder) -> tuple[Path, int] | None:
    """Return folder and version of the model of a run's last checkpoint, if there is one."""
    for card in (models / run.name).glob(f"*/{CARD_NAME}"):
        try:
            made = json.loads(card.read_text("utf-8")).get("run")
        except (OSError, ValueError, AttributeError):
            continue  # not of ours
        if made == _origin(run) and card.parent.name.isdigit():
            return card.parent, int(card.parent.name)
    return None


def _origin(run: RunFolder) -> dict[str, Any]:
    return {"name": run.name, "step": run.last_step}


def _card(run: RunFolder, plan: RunPlan, *, version: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "name": run.name,
        "version": version,
        "description": f"RetinaNet MobileNetV2 at {INPUT_PX}x{INPUT_PX}, {run.last_step} steps",
        "input": {
            "width": INPUT_PX,
            "height": INPUT_PX,
            "color": "rgb",
            "resize": "squash",
            "mean": 0.0,
            "std": 1.0,
        },
        "output": {"layout": "detections"},
        "thresholds": {"score": _DRAFT_SCORE},
        "classes": [{"id": key, "name": name} for key, name in plan.classes.items()],
        "run": _origin(run),
        "dataset_sha256": _dataset_digest(run),
        "split_sha256": plan.split_sha256,
        "settings": plan.settings.to_json(),
        "starting_point": plan.settings.start,
    }


def _dataset_digest(run: RunFolder) -> str:
    """Return a hash of the records' manifest, which has one of every record file."""
    path = run.records / MANIFEST_NAME
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        message = f"Can't read {path}, which tells what the run {run.name} has learnt from."
        raise TrainingError("run-broken", message, "Start a new training.", str(error)) from error


def _write_card(folder: Path, card: Mapping[str, Any]) -> None:
    atomic_write_text(folder / CARD_NAME, json.dumps(card, ensure_ascii=False, indent=2) + "\n")
