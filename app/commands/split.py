"""``tallybox split``: the pictures of a project shared out to train, val and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.commands.interrupt import stop_on_interrupt
from app.commands.label_source import open_labels
from app.commands.output import JsonOption, print_json
from app.commands.scanning import progress_bar, scan_with_progress, shown
from app.jobs.cancel import CancelToken
from app.project.project import Project

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.dataset.split_images import SplitImage
    from app.dataset.split_plan import SplitPlan
    from app.dataset.split_rule import SetName, SplitRule
    from app.dataset.split_words import SplitWarning


def split(
    folder: Annotated[Path, typer.Argument(help="Project.", show_default="this folder")] = Path(),
    *,
    train: Annotated[
        float | None,
        typer.Option(
            help="Share for training.", show_default="70", min=0, max=100, metavar="PERCENT"
        ),
    ] = None,
    val: Annotated[
        float | None,
        typer.Option(
            help="Share for validation.", show_default="0", min=0, max=100, metavar="PERCENT"
        ),
    ] = None,
    test: Annotated[
        float | None,
        typer.Option(
            help="Share for the test.", show_default="30", min=0, max=100, metavar="PERCENT"
        ),
    ] = None,
    count_train: Annotated[
        int | None,
        typer.Option(help="Instead of a share: pictures of each class.", min=0, metavar="N"),
    ] = None,
    count_val: Annotated[
        int | None, typer.Option(help="The same, for validation.", min=0, metavar="N")
    ] = None,
    count_test: Annotated[
        int | None, typer.Option(help="The same, for the test.", min=0, metavar="N")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Another one gives another split.", show_default="0")
    ] = None,
    group: Annotated[
        Literal["both", "session", "duplicates", "none"] | None,
        typer.Option(help="Which pictures stay together.", show_default="both"),
    ] = None,
    background: Annotated[
        bool | None,
        typer.Option(
            "--background/--no-background",
            help="Take pictures without labels as background.",
            show_default="no",
        ),
    ] = None,
    lock_test: Annotated[
        bool | None,
        typer.Option(
            "--lock-test/--unlock-test",
            help="The test set stays as it is from now on, or no longer.",
            show_default="as it was",
        ),
    ] = None,
    folders: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Also write folders train, val and test.")
    ] = None,
    link: Annotated[bool, typer.Option("--link", help="Hard links there, not copies.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Share the labelled pictures of a project out to train, val and test.

    What is not said is as in the project's last split. A locked test set stays, and new pictures
    go elsewhere.
    """
    if link and folders is None:
        raise typer.BadParameter("--link goes with --folders.")
    project = Project.open(folder)
    shares = {"train": train, "val": val, "test": test}
    counts = {"train": count_train, "val": count_val, "test": count_test}
    rule = _rule(project, shares, counts, seed=seed, grouping=group, with_background=background)
    token = CancelToken()
    with stop_on_interrupt(token):
        work = _Work(project, token, is_quiet=json)
        plan = work.planned(rule, is_unlocked=lock_test is False)
        if not json:
            _print_plan(plan)
        if not dry_run:
            work.write(plan, folders, is_locked=bool(lock_test), is_linked=link)
    if json:
        print_json({**_plan_json(plan), "written": not dry_run, "folders": _text(folders)})
    else:
        _print_end(project, folders, is_dry_run=dry_run)


def _rule(
    project: Project,
    shares: dict[str, float | None],
    counts: dict[str, int | None],
    **others: Any,  # noqa: ANN401 - fields of a rule, None for what was not said
) -> SplitRule:
    """Return what the project's last split was made by, but for what was said now."""
    from app.dataset.errors import DatasetError
    from app.dataset.split_files import rule_of

    kept = rule_of(project)
    changes = {name: value for name, value in others.items() if value is not None}
    has_counts = any(value is not None for value in counts.values())
    if any(value is not None for value in shares.values()):
        if has_counts:
            raise typer.BadParameter("Shares and counts don't go together.")
        changes |= {"unit": "percent", **_whole_shares(shares, kept)}
    elif has_counts:
        changes |= {"unit": "images", **{name: value or 0 for name, value in counts.items()}}
    try:
        return replace(kept, **changes)
    except DatasetError as error:
        raise typer.BadParameter(str(error)) from error


def _whole_shares(shares: dict[str, float | None], kept: SplitRule) -> dict[str, float]:
    """Return all three shares; of train and test the one that was not given gets the rest."""
    val = shares["val"] or 0.0
    train, test = shares["train"], shares["test"]
    if train is None and test is None:
        test = kept.test if kept.unit == "percent" else 30.0
    if train is None:
        train = 100.0 - val - (test or 0.0)
    return {"train": train, "val": val, "test": 100.0 - val - train if test is None else test}


@dataclass(frozen=True)
class _Work:
    """Everything that takes its time, with a progress bar."""

    project: Project
    token: CancelToken
    is_quiet: bool

    def planned(self, rule: SplitRule, *, is_unlocked: bool) -> SplitPlan:
        from app.dataset.split_files import locked_test_of
        from app.dataset.split_plan import plan_split

        return plan_split(
            self._images(rule),
            rule,
            class_names=[each.name for each in self.project.classes],
            locked_test=() if is_unlocked else locked_test_of(self.project),
            duplicates_known=rule.keeps_duplicates,
        )

    def write(
        self, plan: SplitPlan, folders: Path | None, *, is_locked: bool, is_linked: bool
    ) -> None:
        """Write the split, and the folders if they are asked for."""
        from app.dataset.split_files import write_split
        from app.dataset.split_folders import check_free, write_split_folders

        if folders is not None:
            check_free(folders)
        write_split(self.project, plan, lock_test=is_locked)
        if folders is not None:
            with progress_bar(is_quiet=self.is_quiet) as progress:
                write_split_folders(
                    self._labels(),
                    plan.sets,
                    folders,
                    is_linked=is_linked,
                    on_progress=shown(progress, "Files"),
                    cancel_token=self.token,
                )

    def _images(self, rule: SplitRule) -> list[SplitImage]:
        """Read all labels; pictures are only looked at where lookalikes stay together."""
        from app.dataset.split_images import read_split_images

        labels = self._labels()
        with progress_bar(is_quiet=self.is_quiet) as progress:
            scan = None
            if rule.keeps_duplicates:
                scan = scan_with_progress(labels, self.project, progress, self.token)
            show = shown(progress, "Labels")
            return read_split_images(labels, scan, on_progress=show, cancel_token=self.token)

    def _labels(self) -> LabelFolder:
        return open_labels(self.project.folder, None)[0]


def _warnings(plan: SplitPlan) -> tuple[SplitWarning, ...]:
    from app.dataset.split_words import split_warnings

    return split_warnings(plan)


def _print_plan(plan: SplitPlan) -> None:
    """Print the table: for each class and set pictures and, in brackets, boxes."""
    names: list[SetName] = [name for name in plan.sets if plan.sets[name] or name != "val"]
    rows = [
        [row.name, *(f"{row.images[name]} ({row.boxes[name]})" for name in names)]
        for row in plan.table
    ]
    total = ["pictures", *(f"{len(plan.sets[name])} ({plan.box_count(name)})" for name in names)]
    _print_table([["class", *names], *rows, total])
    for warning in _warnings(plan):
        typer.echo(f"{warning.kind}: {warning.text}")


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        typer.echo("  ".join([row[0].ljust(widths[0]), *cells]))


def _print_end(project: Project, folders: Path | None, *, is_dry_run: bool) -> None:
    from app.dataset.split_files import split_folder

    if is_dry_run:
        typer.echo("Nothing was written.")
        return
    typer.echo(f"Wrote {split_folder(project)}.")
    if folders is not None:
        typer.echo(f"Wrote {folders}.")


def _plan_json(plan: SplitPlan) -> dict[str, Any]:
    return {
        "rule": plan.rule.to_json(),
        "sets": {
            name: {"images": len(names), "boxes": plan.box_count(name)}
            for name, names in plan.sets.items()
        },
        "classes": [
            {
                "name": row.name,
                "images": row.images,
                "boxes": row.boxes,
                "available": row.available,
            }
            for row in plan.table
        ],
        "left_out": {reason: len(names) for reason, names in plan.left_out.items()},
        "groups": len(plan.groups),
        "locked_test": len(plan.locked_test),
        "warnings": [{"kind": each.kind, "text": each.text} for each in _warnings(plan)],
    }


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
