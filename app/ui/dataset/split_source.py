"""`SplitSource`: the project that is split; its methods block and are used in threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.annotation.label_folder import LabelFolder
from app.dataset.errors import DatasetError
from app.dataset.measure_cache import MeasureCache
from app.dataset.scan import Progress, Scan, scan_pictures
from app.dataset.split_files import (
    Split,
    SplitAge,
    locked_test_of,
    read_split,
    rule_of,
    split_age,
    write_split,
)
from app.dataset.split_images import SplitImage, read_split_images
from app.dataset.split_plan import SplitPlan, plan_split
from app.dataset.split_rule import SplitRule
from app.dataset.split_words import SplitWarning, split_warnings
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.project.activity import ActivityFile, activity_path
from app.project.classes import ObjectClass
from app.project.project import Project
from app.ui.dataset.split_former import SplitFiles
from app.ui.dataset.split_tables import (
    SplitChange,
    SplitTable,
    change_of,
    table_of_plan,
    table_of_split,
)


@dataclass(frozen=True, eq=False)
class Kept:
    """What a project says of its split, before any picture is looked at.

    Attributes
    ----------
    rule : SplitRule
        Of the last split, or the usual one.
    locked_test : tuple of str
    split : Split or None
        None where there is none, or none that makes sense; `problem` says why then.
    problem : AppError or None
    files : SplitFiles
        What was read, to notice what others write.
    """

    rule: SplitRule
    locked_test: tuple[str, ...]
    split: Split | None
    problem: AppError | None
    files: SplitFiles


@dataclass(frozen=True, eq=False)
class Pictures:
    """All pictures of a project, and its split as it is by their labels of today.

    Attributes
    ----------
    images : sequence of SplitImage
    classes : tuple of ObjectClass
    unlabelled : int
        Pictures without labels.
    has_looked : bool
        Whether it is known which pictures look the same.
    kept : Kept
    table : SplitTable or None
        Of the split that the project has.
    age : SplitAge
        Of that split.
    """

    images: Sequence[SplitImage]
    classes: tuple[ObjectClass, ...]
    unlabelled: int
    has_looked: bool
    kept: Kept
    table: SplitTable | None
    age: SplitAge


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan, and what a person should know of it.

    Attributes
    ----------
    plan : SplitPlan
    is_locking : bool
        Whether its test set is to stay from then on.
    table : SplitTable
    warnings : tuple of SplitWarning
    change : SplitChange or None
        Against the split that the project has; None without one.
    is_applied : bool
        Whether the project has just this split.
    """

    plan: SplitPlan
    is_locking: bool
    table: SplitTable
    warnings: tuple[SplitWarning, ...]
    change: SplitChange | None
    is_applied: bool


class SplitSource:
    """One project. The file of the project is read anew each time, as others may write it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def images_folder(self) -> Path:
        """Where the pictures are."""
        return self.folder / "images"

    def begin(self, _token: CancelToken, _progress: Progress) -> Kept:
        """Read the split that the project has, and its rule.

        Raises
        ------
        AppError
            Where the project, its rule or a lock can't be read: nothing must be split then.
        """
        return _kept(Project.open(self.folder))

    def look(self, token: CancelToken, progress: Progress) -> Scan:
        """Look which pictures are alike; those unchanged since the last time are known.

        Raises
        ------
        AppError
            See `scan_pictures`.
        JobCancelled
        """
        project = Project.open(self.folder)
        cache = MeasureCache(ActivityFile(activity_path(project.images_folder, project.folder)))
        folder = LabelFolder.of_project(project)
        return scan_pictures(folder, cache, on_progress=progress, cancel_token=token)

    def read(
        self, kept: Kept, scan: Scan | None, token: CancelToken, progress: Progress
    ) -> Pictures:
        """Read the labels of all pictures.

        Raises
        ------
        AppError
            See `read_split_images`.
        JobCancelled
        """
        project = Project.open(self.folder)
        folder = LabelFolder.of_project(project)
        images = read_split_images(folder, scan, on_progress=progress, cancel_token=token)
        return _pictures(images, project.classes, kept, has_looked=scan is not None)

    def plan(self, pictures: Pictures, rule: SplitRule, *, is_locking: bool) -> Planned:
        """Share the pictures out; nothing is written."""
        kept = pictures.kept
        plan = plan_split(
            pictures.images,
            rule,
            class_names=[each.name for each in pictures.classes],
            locked_test=kept.locked_test if is_locking else (),
            duplicates_known=pictures.has_looked,
        )
        change = None if kept.split is None else change_of(kept.split, plan)
        is_applied = (
            kept.split is not None
            and change is not None
            and change.is_none
            and kept.split.rule == rule
            and bool(kept.locked_test) == is_locking
            and pictures.age.is_current
        )
        warnings = split_warnings(plan)
        return Planned(plan, is_locking, table_of_plan(plan), warnings, change, is_applied)

    def apply(self, pictures: Pictures, planned: Planned) -> Pictures:
        """Write a plan, and return the pictures with their new split.

        Raises
        ------
        AppError
            "split-changed" when another program wrote a split meanwhile, and what `write_split`
            raises.
        """
        project = Project.open(self.folder)
        pictures.kept.files.check_current(project)
        write_split(project, planned.plan, lock_test=planned.is_locking)
        return _pictures(
            pictures.images, pictures.classes, _kept(project), has_looked=pictures.has_looked
        )

    def take_back(self, pictures: Pictures, former: SplitFiles) -> Pictures:
        """Bring a former split back, and return the pictures with it.

        Raises
        ------
        AppError
            See `apply`.
        """
        project = Project.open(self.folder)
        pictures.kept.files.check_current(project)
        former.put_back(project)
        return _pictures(
            pictures.images, pictures.classes, _kept(project), has_looked=pictures.has_looked
        )


def _kept(project: Project) -> Kept:
    files = SplitFiles.of(project)
    locked, rule = locked_test_of(project), rule_of(project)
    split: Split | None = None
    problem: AppError | None = None
    try:
        split = read_split(project)
    except DatasetError as error:
        problem = None if error.code == "no-split" else error
    return Kept(rule, locked, split, problem, files)


def _pictures(
    images: Sequence[SplitImage],
    classes: tuple[ObjectClass, ...],
    kept: Kept,
    *,
    has_looked: bool,
) -> Pictures:
    split = kept.split
    names = [each.name for each in classes]
    return Pictures(
        images,
        classes,
        sum(each.state == "unlabelled" for each in images),
        has_looked,
        kept,
        None if split is None else table_of_split(split, images, names),
        SplitAge() if split is None else split_age(split, images),
    )
