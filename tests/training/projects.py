"""Projects to train on, made in the tests' own folders."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.annotation.label_folder import LabelFolder
from app.dataset.split_files import write_split
from app.dataset.split_images import read_split_images
from app.dataset.split_plan import plan_split
from app.dataset.split_rule import SplitRule
from app.paths import sample_data_path
from app.project.project import Project


def gestures(folder: Path, *, train: float = 70, val: float = 0, test: float = 30) -> Project:
    """Return the sample project in `folder`, split."""
    shutil.copytree(sample_data_path("gestures"), folder)
    project = Project.open(folder)
    split(project, SplitRule(train=train, val=val, test=test, grouping="none"))
    return project


def split(project: Project, rule: SplitRule) -> None:
    images = read_split_images(LabelFolder.of_project(project))
    write_split(project, plan_split(images, rule))
