"""``tallybox clean``: pictures that do not belong in a set are found and, if asked, put aside."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.annotation.errors import AnnotationError
from app.commands.interrupt import stop_on_interrupt
from app.commands.label_source import FolderArgument, LabelsOption, open_labels
from app.commands.output import JsonOption, print_json
from app.commands.scanning import progress_bar, scan_with_progress
from app.jobs.cancel import CancelToken

if TYPE_CHECKING:  # they load OpenCV, and --help must not wait for it
    from app.annotation.label_folder import LabelFolder
    from app.annotation.trash import Discarded, Trash
    from app.dataset.findings import Reason, Suspect, Thresholds
    from app.dataset.scan import Scan
    from app.project.project import Project

# As `app.dataset.findings` has them, which takes too long to load for a help text.
REASON_KEYS = ("broken", "exact", "near", "blur", "dark", "bright", "empty", "shape", "size")

_NAMES_SHOWN = 4


def clean(
    folder: FolderArgument = Path(),
    *,
    labels: LabelsOption = None,
    discard: Annotated[
        str | None,
        typer.Option(
            metavar="REASON,REASON",
            help=f"Put what is suspect for these reasons in the trash: {', '.join(REASON_KEYS)}.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only report, even with --discard.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Bring back what the last --discard took away.")
    ] = False,
    near_bits: Annotated[
        int | None,
        typer.Option(
            help="Near duplicates: most bits of 64 that differ.", show_default="8", min=0, max=10
        ),
    ] = None,
    near_difference: Annotated[
        float | None,
        typer.Option(
            help="Near duplicates: most difference of any part.",
            show_default="0.13",
            min=0,
            max=0.25,
        ),
    ] = None,
    blur: Annotated[
        float | None,
        typer.Option(
            help="Least sharpness, as a share of the sub-folder's median.",
            show_default="0.78",
            min=0,
        ),
    ] = None,
    dark: Annotated[
        float | None,
        typer.Option(
            help="Least brightness of the brightest parts, 0 to 255.", show_default="60", min=0
        ),
    ] = None,
    bright: Annotated[
        float | None,
        typer.Option(
            help="Most brightness of the darkest parts, 0 to 255.", show_default="200", min=0
        ),
    ] = None,
    empty: Annotated[
        float | None,
        typer.Option(help="Most share of plain background.", show_default="0.95", min=0),
    ] = None,
    shape: Annotated[
        float | None,
        typer.Option(
            help="Most times that the longer side is the shorter.", show_default="3", min=1
        ),
    ] = None,
    size: Annotated[
        float | None,
        typer.Option(
            help="Most times larger or smaller than the sub-folder's median.",
            show_default="4",
            min=1,
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Find broken, doubled, blurred, dark, bright, empty and odd pictures.

    Nothing is changed unless --discard says which ones go. They go into a trash, with their
    labels; of duplicates the best one stays.
    """
    limits = {
        "near_bits": near_bits,
        "near_difference": near_difference,
        "blur": blur,
        "dark": dark,
        "bright": bright,
        "empty": empty,
        "shape": shape,
        "size": size,
    }
    chosen = _reasons(discard)
    if undo and (chosen or dry_run):
        raise typer.BadParameter("--undo goes without --discard and --dry-run.")
    from app.annotation.trash import open_trash

    opened, project = open_labels(folder, labels)
    if undo:
        _undo(open_trash(opened, project), is_json=json)
        return
    cleaning = _clean(opened, project, limits, chosen, is_dry_run=dry_run, is_quiet=json)
    if json:
        print_json(cleaning.to_json())
    else:
        _print_report(cleaning, undo_command=_undo_command(folder, labels))


@dataclass(frozen=True)
class _Cleaning:
    """What was found, and what became of it."""

    scan: Scan
    suspects: list[Suspect]
    going: list[str]  # what goes for the reasons that were named
    discarded: Discarded | None

    def counts(self) -> dict[str, int]:
        """Return how many pictures each reason touches."""
        found: Counter[str] = Counter()
        for suspect in self.suspects:
            found[suspect.reason] += len(suspect.discards)
        return {reason: found[reason] for reason in REASON_KEYS}

    def to_json(self) -> dict[str, Any]:
        errors = {each.name: each.error for each in self.scan.pictures if each.error}
        return {
            "pictures": len(self.scan.pictures),
            "measured": self.scan.measured,
            "counts": self.counts(),
            "suspects": [_suspect_json(suspect, errors) for suspect in self.suspects],
            "left_out": [{"name": each.name, "reason": each.reason} for each in self.scan.left_out],
            "to_discard": self.going,
            "discarded": 0 if self.discarded is None else len(self.discarded.items),
            "trash": None if self.discarded is None else str(self.discarded.folder),
        }


def _suspect_json(suspect: Suspect, errors: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "reason": suspect.reason,
        "pictures": suspect.pictures,
        "kept": suspect.kept,
        "measure": round(suspect.measure, 4),
        "limit": suspect.limit,
    }
    if suspect.reason == "broken":
        fields["error"] = errors[suspect.pictures[0]]
    return fields


def _reasons(discard: str | None) -> list[Reason]:
    names = [name.strip() for name in (discard or "").split(",") if name.strip()]
    if discard is not None and not names:
        raise typer.BadParameter(f"--discard names no reason; there are {', '.join(REASON_KEYS)}.")
    chosen: list[Reason] = []
    for name in names:
        found = [reason for reason in REASON_KEYS if reason == name]
        if not found:
            raise typer.BadParameter(f"No reason {name!r}; there are {', '.join(REASON_KEYS)}.")
        chosen += found  # type: ignore[arg-type] # a test holds both lists the same
    return chosen


def _clean(
    folder: LabelFolder,
    project: Project | None,
    limits: dict[str, float | None],
    chosen: Sequence[Reason],
    *,
    is_dry_run: bool,
    is_quiet: bool,
) -> _Cleaning:
    from app.annotation.trash import open_trash
    from app.dataset.cleaned import cleaning_reason
    from app.dataset.findings import Thresholds, discards, find_suspects

    trash = open_trash(folder, project)
    if chosen and not is_dry_run:
        _settle(trash)
    token = CancelToken()
    with stop_on_interrupt(token), progress_bar(is_quiet=is_quiet) as progress:
        scan = scan_with_progress(folder, project, progress, token)
    others = [each for each in scan.left_out if folder.images / each.name != trash.root]
    scan = replace(scan, left_out=tuple(others))
    thresholds = _thresholds(Thresholds(), limits)
    suspects = find_suspects(scan, thresholds)
    going = discards(suspect for suspect in suspects if suspect.reason in chosen)
    discarded = None
    if going and not is_dry_run:
        pictures = [folder.images / name for name in going]
        discarded = trash.discard(pictures, reason=cleaning_reason(chosen))
    return _Cleaning(scan, suspects, going, discarded)


def _thresholds(defaults: Thresholds, limits: dict[str, float | None]) -> Thresholds:
    given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    return replace(defaults, **given)


def _settle(trash: Trash) -> None:
    """Finish what a killed process left half done, before more is moved."""
    for error in trash.settle():
        raise error


def _undo(trash: Trash, *, is_json: bool) -> None:
    from app.dataset.cleaned import cleaned_away

    _settle(trash)
    entries = cleaned_away(trash)
    if not entries:
        raise AnnotationError(
            "nothing-to-undo",
            f"There is nothing in {trash.root} that was taken away by --discard.",
            "What was deleted in the window is brought back there.",
        )
    restored = trash.restore(entries[-1])
    if is_json:
        print_json({"restored": len(restored), "left_to_undo": len(entries) - 1})
    else:
        typer.echo(f"{len(restored)} pictures are back, with their labels.")


def _undo_command(folder: Path, labels: Path | None) -> str:
    arguments = [str(folder), *(("--labels", str(labels)) if labels is not None else ())]
    return shlex.join(["tallybox", "clean", *arguments, "--undo"])


def _print_report(cleaning: _Cleaning, *, undo_command: str) -> None:
    errors = {each.name: each.error for each in cleaning.scan.pictures if each.error}
    for suspect in cleaning.suspects:
        typer.echo(f"{suspect.reason}: {_words(suspect, errors)}")
    for each in cleaning.scan.left_out:
        typer.echo(f"left out: {each.name}: {each.reason.replace('-', ' ')}")
    counts = [f"{count} {reason}" for reason, count in cleaning.counts().items() if count]
    typer.echo(f"{len(cleaning.scan.pictures)} pictures: {', '.join(counts) or 'nothing found'}.")
    if cleaning.discarded is not None:
        typer.echo(f"{len(cleaning.going)} pictures are in the trash {cleaning.discarded.folder}.")
        typer.echo(f"To bring them back: {undo_command}")
    elif cleaning.going:
        typer.echo(f"{len(cleaning.going)} pictures would go. Nothing was changed.")
    elif cleaning.suspects:
        typer.echo("Nothing was changed; --discard REASON,REASON puts them in a trash.")


def _words(suspect: Suspect, errors: dict[str, str]) -> str:
    if suspect.reason == "broken":
        return errors[suspect.pictures[0]]
    if suspect.kept is None:
        return f"{suspect.pictures[0]} ({suspect.measure:.2f}, limit {suspect.limit:g})"
    shown = ", ".join(suspect.discards[:_NAMES_SHOWN])
    more = len(suspect.discards) - _NAMES_SHOWN
    return f"{shown}{f' and {more} more' if more > 0 else ''}: {suspect.kept} stays"
