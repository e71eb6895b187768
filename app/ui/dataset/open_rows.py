"""`OpenRows`: the rows of a review, and which of them are still to be decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from app.dataset.findings import Reason
from app.ui.dataset.review import Group, ReviewRow


class OpenRows:
    """Counts while pictures are decided. Made in a thread, then used in the window's.

    Attributes
    ----------
    rows : sequence of ReviewRow
    names : set of str
        Pictures about which nothing was decided.
    counts, reasons : Counter
        How many of those there are, by `Group` and by `Reason`.
    """

    def __init__(
        self, rows: Sequence[ReviewRow], gone: Collection[str] = (), kept: Collection[str] = ()
    ) -> None:
        self.rows = rows
        self.by_name = {row.name: row for row in rows if not row.is_best}
        self._bests = {row.name for row in rows if row.is_best}
        self.names: set[str] = set()
        self.counts: Counter[Group] = Counter()
        self.reasons: Counter[Reason] = Counter()
        for name in self.by_name:
            self.settle(name, is_open=name not in gone and name not in kept)

    def settle(self, name: str, *, is_open: bool) -> None:
        """Say whether a picture is still to be decided."""
        row = self.by_name.get(name)
        if row is None or is_open == (name in self.names):
            return
        (self.names.add if is_open else self.names.discard)(name)
        step = 1 if is_open else -1
        for group in row.groups:
            self.counts[group] += step
        for suspect in row.suspects:
            self.reasons[suspect.reason] += step

    def needs_new_rows(self, name: str) -> bool:
        """Whether these rows can't show a decision about a picture."""
        return name in self._bests or name not in self.by_name
