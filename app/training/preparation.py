"""From a split to a run that can be trained: its plan, its records and its experiment."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence

from app.annotation.label_folder import LabelFolder
from app.dataset.export import Progress, export_dataset
from app.dataset.export_sets import ExportSource, export_source
from app.dataset.export_settings import ExportSettings
from app.dataset.manifest import Manifest
from app.dataset.split_files import Split, read_split, split_age
from app.dataset.split_images import SplitImage, read_split_images
from app.jobs.cancel import CancelToken
from app.project.project import Project
from app.training.errors import TrainingError
from app.training.experiment import RunData, make_experiment, write_experiment
from app.training.run_folder import BACKBONE, RECORDS, RunFolder, RunPlan, with_data
from app.training.settings import TrainSettings
from app.training.validation_set import carve_validation

_MOST_NAMED = 3
_RUN_BYTES = 200 * 10**6  # checkpoints, events, exported models


def plan_run(
    project: Project, settings: TrainSettings, *, token: CancelToken | None = None
) -> RunPlan:
    """Return what a training of the project's split is made of.

    Raises
    ------
    TrainingError
        ``no-train-set``, ``split-outdated``, ``class-unknown`` or ``class-not-in-train``.
    app.dataset.errors.DatasetError
        ``no-split`` and the like.
    app.annotation.errors.AnnotationError
    JobCancelled
    """
    split = read_split(project)
    images = read_split_images(LabelFolder.of_project(project), cancel_token=token)
    _check_current(split, images)
    classes = {item.id: item.name for item in project.classes}
    by_name = {each.name: each for each in images}
    train, val = _train_and_val(split, by_name, settings.seed)
    _check_classes(project, classes, (by_name[name] for name in (*train, *val)))
    _check_learnable(classes, [by_name[name] for name in train], [by_name[name] for name in val])
    sets = {"train": train, "val": val, "test": split.sets["test"]}
    digest = export_source(LabelFolder.of_project(project), project).split_sha256
    return RunPlan(settings, classes, sets, digest, is_carved=not split.sets["val"])


def prepare_run(
    run: RunFolder,
    project: Project,
    plan: RunPlan,
    *,
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> RunPlan:
    """Write a run's records and experiment; what was written already is kept.

    Raises
    ------
    TrainingError
        ``disk-too-small``, or ``val-empty`` and the like when pictures could not go out.
    app.dataset.errors.DatasetError
    FileWriteError
    JobCancelled
    """
    if plan.data is not None and run.experiment.is_file():
        return plan
    source = record_source(project, plan)
    _check_room(run, source)
    made = export_dataset(
        source,
        ExportSettings(name=RECORDS),
        run.folder,
        replaces=True,
        token=token,
        on_progress=on_progress,
    )
    data = _run_data(made.manifest, plan, source)
    backbone = BACKBONE if plan.settings.start == "starter" else ""
    experiment = make_experiment(plan.settings, data, records=RECORDS, init_checkpoint=backbone)
    write_experiment(run.experiment, experiment)
    prepared = with_data(plan, data)
    run.write_plan(prepared)
    return prepared


def record_source(project: Project, plan: RunPlan) -> ExportSource:
    """Return what goes into a run's records: never the test set."""
    sets = {name: plan.sets[name] for name in ("train", "val")}
    return ExportSource(LabelFolder.of_project(project), sets, plan.classes, is_split=True)


def _check_current(split: Split, images: Sequence[SplitImage]) -> None:
    """Refuse a split that names pictures that are gone or have no labels any more.

    New pictures are no fault: they are simply not learnt from.
    """
    if not split.sets["train"]:
        message = "The split has no picture to learn from: its train set is empty."
        raise TrainingError("no-train-set", message, "Split again with a share for train.")
    age = split_age(split, images)
    gone = [*age.gone, *age.unusable]
    if gone:
        raise TrainingError(
            "split-outdated",
            f"The split names pictures that are gone or have no usable labels: {_listed(gone)}.",
            "Split again, in the Dataset tab or with: tallybox split",
        )


def _train_and_val(
    split: Split, images: dict[str, SplitImage], seed: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if split.sets["val"]:
        return split.sets["train"], split.sets["val"]
    pictures = [images[name] for name in split.sets["train"]]
    train, val = carve_validation(pictures, split.groups, seed)
    if not train or not val:
        raise TrainingError(
            "val-empty",
            "No validation set can be carved out of the training pictures: they are too few, or "
            "all of one group.",
            "Take more pictures, or give the split a val set of its own.",
        )
    return train, val


def _check_classes(
    project: Project, classes: dict[int, str], pictures: Iterable[SplitImage]
) -> None:
    known = set(classes.values())
    for picture in pictures:
        unknown = sorted(name for name, _ in picture.classes if name not in known)
        if unknown:
            raise TrainingError(
                "class-unknown",
                f"{picture.name} has a box of the class {unknown[0]!r}, which the project "
                f"{project.name} lacks.",
                "Add the class to the project, or give the box another.",
            )


def _check_learnable(
    classes: dict[int, str], train: Sequence[SplitImage], val: Sequence[SplitImage]
) -> None:
    if not classes:
        message = "The project has no classes, so that there is nothing to learn."
        raise TrainingError("no-classes", message, "Add the classes that are to be found.")
    learnt = Counter(name for each in train for name, _ in each.classes)
    missing = [name for name in classes.values() if not learnt[name]]
    if missing:
        raise TrainingError(
            "class-not-in-train",
            f"No training picture has a box of {_listed(missing)}.",
            "Label some and split again, or remove the class from the project.",
        )
    if not any(each.classes for each in val):
        message = "No validation picture has a box, so that nothing would be measured."
        raise TrainingError("val-empty", message, "Split again, or label more pictures.")


def _check_room(run: RunFolder, source: ExportSource) -> None:
    images = source.folder.images
    names = (name for names in source.sets.values() for name in names)
    needed = _RUN_BYTES + sum((images / name).stat().st_size for name in names)
    free = shutil.disk_usage(run.folder).free
    if free < needed:
        raise TrainingError(
            "disk-too-small",
            f"A run needs about {needed / 1e6:,.0f} MB in {run.folder}; "
            f"{free / 1e6:,.0f} MB are free.",
            "Free some space, or delete old runs.",
        )


def _run_data(manifest: Manifest, plan: RunPlan, source: ExportSource) -> RunData:
    """Return what went into the records; pictures that could not go out are no silent loss."""
    left_out = {name: tally.notes["left-out"] for name, tally in manifest.sets.items()}
    if any(left_out.values()):
        notes = [note for tally in manifest.sets.values() for note in tally.first_notes]
        first = next(note for note in notes if note.kind == "left-out")
        raise TrainingError(
            "picture-unusable",
            f"{sum(left_out.values())} pictures can't be learnt from; the first is "
            f"{first.place}: {first.text}",
            "Mend them or take them out of the split. See: tallybox check",
        )
    folder = source.folder
    names = (name for names in source.sets.values() for name in names)
    boxes = (sum(n for _, n in folder.state(folder.images / name).classes) for name in names)
    return RunData(
        manifest.sets["train"].images,
        manifest.sets["val"].images,
        max(plan.classes),
        max(boxes, default=0),
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
