"""``tallybox check``: what is wrong with pictures, labels, classes and sets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.label_source import FolderArgument, LabelsOption, open_labels, print_notes
from app.commands.output import JsonOption, print_json

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.dataset.problems import Problem
    from app.project.project import Project


def check(
    folder: FolderArgument = Path(), *, labels: LabelsOption = None, json: JsonOption = False
) -> int:
    """List problems in a project or folder; nothing is changed. Ends with 1 if there are any.

    Pictures that are not labelled yet are listed, and are no problem.
    """
    return print_problems(folder, labels, is_json=json)


def print_problems(folder: Path, labels: Path | None, *, is_json: bool) -> int:
    """Print all problems of a project or folder; return the exit code, 1 if there are any."""
    from app.annotation.formats.coordinate_rule import LABELIMG_RULE
    from app.annotation.statistics import label_statistics
    from app.commands.label_counts import counts_json, counts_words

    opened, project = open_labels(folder, labels)
    found = _problems(opened, project, is_quiet=is_json)
    counts = label_statistics(opened)
    faults = sum(problem.is_fault for problem in found)
    if is_json:
        problems = [problem.to_json() for problem in found if problem.is_fault]
        others = [problem.to_json() for problem in found if not problem.is_fault]
        print_json(
            {
                "problems": problems,
                "others": others,
                "coordinate_rule": opened.coordinate_rule,
                "statistics": counts_json(counts, opened, project),
            }
        )
    else:
        print_notes(problem.note for problem in found)
        if opened.coordinate_rule != LABELIMG_RULE:
            typer.echo(f"Coordinates are read by the rule {opened.coordinate_rule}.")
        kinds = Counter(problem.kind for problem in found if not problem.is_fault)
        words = [f"{faults} problems" if faults else "No problems"]
        typer.echo("; ".join([*words, *(f"{count} {kind}" for kind, count in kinds.items())]) + ".")
        typer.echo(counts_words(counts))
    return 1 if faults else 0


def _problems(folder: LabelFolder, project: Project | None, *, is_quiet: bool) -> list[Problem]:
    from app.commands.interrupt import stop_on_interrupt
    from app.commands.scanning import progress_bar, shown
    from app.dataset.export_sets import split_sets
    from app.dataset.preflight import find_problems
    from app.jobs.cancel import CancelToken

    classes = {item.id: item.name for item in project.classes} if project else {}
    token = CancelToken()
    with stop_on_interrupt(token), progress_bar(is_quiet=is_quiet) as progress:
        return find_problems(
            folder,
            classes,
            split_sets(project),
            token=token,
            on_progress=shown(progress, "Pictures"),
        )
