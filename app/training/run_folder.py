"""``runs/<name>/``: everything of one training, and who may work in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.annotation.errors import AnnotationError
from app.annotation.folder_lock import folder_lock
from app.files import atomic_write_text, write_error
from app.project.project import Project
from app.training.errors import TrainingError
from app.training.experiment import RunData
from app.training.settings import TrainSettings

RUN_FILE = "run.json"
RECORDS = "data"
BACKBONE = "start/backbone"
_VERSION = 1
_LAST_CHECKPOINT = re.compile(r'^model_checkpoint_path: ".*-(\d+)"', re.MULTILINE)
_ODD = set('/\\:*?"<>|')


@dataclass(frozen=True)
class RunPlan:
    """What a run was made for.

    Attributes
    ----------
    settings : TrainSettings
    classes : mapping of int to str
        Names by class id, when the run was made.
    sets : mapping of str to tuple of str
        Names of the pictures of "train", "val" and "test". Only train and val are in the records.
    split_sha256 : str
        Which split it was made from.
    is_carved : bool
        Whether val was carved out of the split's train.
    data : RunData or None
        What the records hold; None until they are written.
    """

    settings: TrainSettings
    classes: Mapping[int, str]
    sets: Mapping[str, tuple[str, ...]]
    split_sha256: str
    is_carved: bool
    data: RunData | None = None


class RunFolder:
    """The folder of one run.

    Parameters
    ----------
    folder : Path
        ``runs/<name>`` of a project.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    @property
    def experiment(self) -> Path:
        """``experiment.yaml``; written when the records are."""
        return self.folder / "experiment.yaml"

    @property
    def records(self) -> Path:
        """Folder of the records."""
        return self.folder / RECORDS

    @property
    def backbone(self) -> Path:
        """Checkpoint that the backbone starts from, without its endings."""
        return self.folder / BACKBONE

    @property
    def checkpoints(self) -> Path:
        """Model Garden's ``model_dir``."""
        return self.folder / "checkpoints"

    @property
    def metrics(self) -> Path:
        """``metrics.jsonl``."""
        return self.folder / "metrics.jsonl"

    @property
    def evaluation(self) -> Path:
        """Folder of what was measured on the test set."""
        return self.folder / "evaluation"

    @property
    def last_step(self) -> int:
        """Step of the last checkpoint; 0 without any.

        Format: TensorFlow's ``CheckpointState`` as text; Orbit names checkpoints by their step.
        """
        try:
            found = _LAST_CHECKPOINT.search((self.checkpoints / "checkpoint").read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return 0
        return int(found[1]) if found else 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from working in the run.

        Raises
        ------
        TrainingError
            ``run-busy``.
        FileWriteError
        """
        try:
            with folder_lock(self.folder / ".lock"):
                yield
        except AnnotationError as error:
            if error.code != "folder-busy":
                raise
            message = f"Another window or command is training in {self.folder}."
            raise TrainingError("run-busy", message, "Wait until it ends, or stop it.") from error

    def write_plan(self, plan: RunPlan) -> None:
        """Write ``run.json``.

        Raises
        ------
        FileWriteError
        """
        fields = {
            "version": _VERSION,
            "settings": plan.settings.to_json(),
            "classes": [{"id": key, "name": name} for key, name in plan.classes.items()],
            "split_sha256": plan.split_sha256,
            "is_carved": plan.is_carved,
            "data": None if plan.data is None else vars(plan.data),
            "sets": {name: list(names) for name, names in plan.sets.items()},
        }
        text = json.dumps(fields, ensure_ascii=False, indent=1)
        atomic_write_text(self.folder / RUN_FILE, text + "\n")

    def read_plan(self) -> RunPlan:
        """Read ``run.json``.

        Raises
        ------
        TrainingError
            ``no-run``, or ``run-broken``.
        """
        path = self.folder / RUN_FILE
        try:
            return _plan(json.loads(path.read_text("utf-8")))
        except FileNotFoundError as error:
            message = f"{self.folder} is no training run: it has no {RUN_FILE}."
            raise TrainingError("no-run", message, "Start one with: tallybox train") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, TrainingError) as error:
            message = f"Can't read {path}: it is not what Tallybox wrote."
            hint = "Start a new training; the models made from this run stay."
            raise TrainingError("run-broken", message, hint, repr(error)) from error


def runs_folder(project: Project) -> Path:
    """Return where the runs of a project are."""
    return project.folder / "runs"


def begin_run(project: Project, plan: RunPlan, name: str = "") -> RunFolder:
    """Make the folder of a new run; one that is there is never used again.

    Parameters
    ----------
    project : Project
    plan : RunPlan
        Kept in the folder.
    name : str
        Empty: named after the time.

    Raises
    ------
    TrainingError
        ``bad-name`` or ``run-exists``.
    FileWriteError
    """
    own = name or datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    if own != own.strip() or own.startswith(".") or set(own) & _ODD or not own.isprintable():
        message = f"{own!r} can't be the name of a run: it is to be that of a folder."
        raise TrainingError("bad-name", message, "Use letters, digits, - and _.")
    folder = runs_folder(project) / own
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        message = f"There is a run {own!r} already."
        hint = f"Choose another name, or go on with it: tallybox train --resume --name {own}"
        raise TrainingError("run-exists", message, hint) from error
    except OSError as error:
        raise write_error(folder, error) from error
    run = RunFolder(folder)
    run.write_plan(plan)
    return run


def find_run(project: Project, name: str = "") -> RunFolder:
    """Return a run by its name; without a name, the one that was begun last.

    Raises
    ------
    TrainingError
        ``no-run``.
    """
    runs = list_runs(project)
    if not name and runs:
        return runs[-1]
    found = next((run for run in runs if run.name == name), None)
    if found is None:
        which = f"run {name!r}" if name else "training run"
        known = ", ".join(run.name for run in runs)
        hint = f"There are: {known}." if known else "Start one with: tallybox train"
        raise TrainingError("no-run", f"The project {project.name} has no {which}.", hint)
    return found


def list_runs(project: Project) -> list[RunFolder]:
    """Return the runs of a project, the one begun last at the end."""
    files = list(runs_folder(project).glob(f"*/{RUN_FILE}"))
    begun = {path: _begun_s(path.parent) for path in files}
    return [RunFolder(path.parent) for path in sorted(files, key=lambda path: begun[path])]


def with_data(plan: RunPlan, data: RunData) -> RunPlan:
    """Return the plan of a run whose records are written."""
    return replace(plan, data=data)


def _begun_s(folder: Path) -> tuple[float, str]:
    # run.json is written again, the experiment only once.
    experiment = RunFolder(folder).experiment
    path = experiment if experiment.exists() else folder
    return path.stat().st_mtime, folder.name


def _plan(fields: dict[str, Any]) -> RunPlan:
    if fields["version"] > _VERSION:
        raise ValueError("a newer Tallybox made it")
    return RunPlan(
        TrainSettings.from_json(fields["settings"]),
        {int(item["id"]): str(item["name"]) for item in fields["classes"]},
        {name: tuple(names) for name, names in fields["sets"].items()},
        str(fields["split_sha256"]),
        bool(fields["is_carved"]),
        None if fields["data"] is None else RunData(**fields["data"]),
    )
