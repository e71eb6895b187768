"""What is left to decide: each suspect picture once, with all its reasons, in groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from app.dataset.findings import REASONS, Reason, Suspect

# A dark or bright picture is plain and has little detail too: what explains the most comes first.
Group = Literal["broken", "exact", "near", "dark", "bright", "empty", "blur", "odd"]
GROUPS: tuple[Group, ...] = get_args(Group)

Findings = Mapping[Reason, Sequence[Suspect]]


@dataclass(frozen=True)
class ReviewRow:
    """One row of the gallery: a suspect picture, or the best of a cluster to compare it with.

    Attributes
    ----------
    name : str
    suspects : tuple of Suspect
        All that speaks against it; none for the best of a cluster.
    cluster : Suspect or None
        The duplicates it is one of.
    group : Group
        Where it is shown among all.
    groups : tuple of Group
        Those it is counted in, that in which it is shown first.
    """

    name: str
    suspects: tuple[Suspect, ...]
    cluster: Suspect | None
    group: Group
    groups: tuple[Group, ...] = ()

    @property
    def is_best(self) -> bool:
        """Whether it stands here only because it is the best of its cluster."""
        return not self.suspects


def group_of(reason: Reason) -> Group:
    """Return the group of a reason: odd sizes and odd shapes are one."""
    return "odd" if reason == "shape" or reason == "size" else reason


def review_rows(
    findings: Findings, *, gone: Collection[str], kept: Collection[str]
) -> list[ReviewRow]:
    """Return what is to be decided, grouped, the worst of a group first.

    Parameters
    ----------
    findings : mapping of Reason to sequence of Suspect
    gone : collection of str
        Pictures that were discarded; the next best stands for their clusters.
    kept : collection of str
        Pictures that a person wants to keep.
    """
    against: dict[str, list[Suspect]] = {}
    for suspect in _standing(findings, gone):
        for name in suspect.discards:
            if name not in gone and name not in kept:
                against.setdefault(name, []).append(suspect)
    by_group: dict[Group, list[ReviewRow]] = {group: [] for group in GROUPS}
    for name, suspects in against.items():
        row = _row(name, suspects)
        by_group[row.group].append(row)
    return [row for group in GROUPS for row in _with_best(by_group[group])]


def in_group(rows: Iterable[ReviewRow], group: Group) -> list[ReviewRow]:
    """Return the rows that have a reason of one group, each as one of this group."""
    found = [replace(row, group=group) for row in rows if group in row.groups]
    return _with_best(found) if group in ("exact", "near") else found


def _standing(findings: Findings, gone: Collection[str]) -> Iterator[Suspect]:
    """Give all suspects; a cluster without those that have gone, while any two are left."""
    for reason in REASONS:
        for suspect in findings.get(reason, ()):
            if suspect.kept is None or not any(name in gone for name in suspect.pictures):
                yield suspect
                continue
            left = tuple(name for name in suspect.pictures if name not in gone)
            if len(left) > 1:
                yield replace(suspect, pictures=left)


def _row(name: str, suspects: Sequence[Suspect]) -> ReviewRow:
    ordered = sorted(suspects, key=lambda suspect: GROUPS.index(group_of(suspect.reason)))
    cluster = next((suspect for suspect in ordered if suspect.kept is not None), None)
    groups = tuple(dict.fromkeys(group_of(suspect.reason) for suspect in ordered))
    return ReviewRow(name, tuple(ordered), cluster, groups[0], groups)


def _with_best(rows: Sequence[ReviewRow]) -> list[ReviewRow]:
    """Put the best of a cluster before those that it is compared with."""
    result: list[ReviewRow] = []
    before: Suspect | None = None
    for row in rows:
        cluster = row.cluster if row.group in ("exact", "near") else None
        if cluster is not None and cluster != before and cluster.kept is not None:
            result.append(ReviewRow(cluster.kept, (), cluster, row.group))
        before = cluster
        result.append(row)
    return result
