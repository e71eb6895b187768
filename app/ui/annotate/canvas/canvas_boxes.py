"""What lies on the picture: boxes and proposals, and which are selected, hidden or locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import (
    Edges,
    Handle,
    Shown,
    as_array,
    boxes_at,
    boxes_within,
    handle_at,
)


class FollowedBoxes:
    """Positions of some boxes; they follow their boxes when others come and go.

    A box that goes and comes back, as by undo and redo, has its place here again.
    """

    def __init__(self) -> None:
        self.at: set[int] = set()
        self._gone: Counter[LabeledBox] = Counter()

    def follow(self, old: Sequence[LabeledBox], new: Sequence[LabeledBox]) -> None:
        """Find the boxes again: by place, or by value where the number changed."""
        if len(old) == len(new):
            return
        wanted = Counter(old[index] for index in sorted(self.at)) + self._gone
        self.at = set()
        for index, box in enumerate(new):
            if wanted[box] > 0:
                wanted[box] -= 1
                self.at.add(index)
        self._gone = +wanted

    def set(self, indexes: Iterable[int]) -> None:
        """Take these positions, and forget all that was known."""
        self.at = set(indexes)
        self._gone.clear()


class CanvasBoxes:
    """Boxes and proposals of one picture as the canvas shows them; it has no widget.

    Attributes
    ----------
    boxes : list of LabeledBox
    selected : list of int
        Positions in `boxes`.
    proposals : list of Proposal
    chosen : list of int
        Positions of the selected proposals.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all; another picture is shown."""
        self.boxes: list[LabeledBox] = []
        self.selected: list[int] = []
        self.proposals: list[Proposal] = []
        self.chosen: list[int] = []
        self._hidden, self._locked = FollowedBoxes(), FollowedBoxes()
        self._reachable = as_array([])  # without a number where the mouse does not reach
        self._proposed = as_array([])

    @property
    def hidden(self) -> frozenset[int]:
        """Positions of the boxes that are not shown."""
        return frozenset(self._hidden.at)

    @property
    def locked(self) -> frozenset[int]:
        """Positions of the boxes that are shown and can't be caught."""
        return frozenset(self._locked.at)

    @property
    def movable(self) -> list[int]:
        """The selected boxes that are not locked."""
        return [index for index in self.selected if index not in self._locked.at]

    @property
    def resting(self) -> list[int]:
        """The boxes that are shown and not selected."""
        left_out = self._hidden.at.union(self.selected)
        return [index for index in range(len(self.boxes)) if index not in left_out]

    @property
    def resting_proposals(self) -> list[Proposal]:
        """The proposals that are not selected."""
        chosen = set(self.chosen)
        return [one for index, one in enumerate(self.proposals) if index not in chosen]

    @property
    def selected_proposals(self) -> list[Proposal]:
        """The proposals that are selected."""
        return [self.proposals[index] for index in self.chosen]

    @property
    def in_hand(self) -> list[Shown]:
        """The selected boxes and proposals, painted over all others."""
        return [*(self.boxes[index] for index in self.selected), *self.selected_proposals]

    def selectable(self, indexes: Iterable[int]) -> list[int]:
        """Return those positions at which there is a box that is seen."""
        count = len(self.boxes)
        return [index for index in indexes if index < count and index not in self._hidden.at]

    # -- what is there ----------------------------------------------------------------------

    def take(self, boxes: Sequence[LabeledBox]) -> None:
        """Show these boxes; what is selected, hidden or locked follows."""
        chosen = FollowedBoxes()
        chosen.set(self.selected)
        for followed in (chosen, self._hidden, self._locked):
            followed.follow(self.boxes, boxes)
        if len(boxes) != len(self.boxes):
            self.selected = sorted(chosen.at)
        self.boxes = list(boxes)
        self._find_reachable()

    def put(self, index: int, box: LabeledBox) -> None:
        """Put a box in the place of another that can be caught."""
        self.boxes[index] = box
        self._reachable[index] = box.box_xyxy

    def take_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Show these proposals; those that stay stay selected."""
        kept = {self.proposals[index] for index in self.chosen}
        self.proposals = list(proposals)
        self.chosen = [index for index, one in enumerate(proposals) if one in kept]
        self._proposed = as_array(proposals)

    # -- hidden and locked ------------------------------------------------------------------

    def hide(self, indexes: Iterable[int]) -> None:
        """Hide boxes; what is hidden is not selected."""
        self._hidden.at.update(indexes)
        self.selected = self.selectable(self.selected)
        self._find_reachable()

    def show_all(self) -> None:
        """Hide no box any more."""
        self._hidden.set(())
        self._find_reachable()

    def toggle_lock(self) -> None:
        """Lock the selected boxes, or unlock them where all of them are locked."""
        if self.movable:
            self._locked.at.update(self.selected)
        else:
            self._locked.at.difference_update(self.selected)
        self._find_reachable()

    def unlock_all(self) -> None:
        """Lock no box any more."""
        self._locked.set(())
        self._find_reachable()

    def _find_reachable(self) -> None:
        self._reachable = as_array(self.boxes)
        self._reachable[sorted(self._hidden.at | self._locked.at)] = np.nan  # compares with nothing

    # -- what lies where --------------------------------------------------------------------

    def at(self, x_px: float, y_px: float, *, margin_px: float) -> list[int]:
        """Return the boxes that can be caught at a point, the smallest first."""
        return boxes_at(self._reachable, x_px, y_px, margin_px=margin_px)

    def within(self, edges: Edges) -> list[int]:
        """Return the boxes that a rubber band catches."""
        return boxes_within(self._reachable, edges)

    def proposals_at(self, x_px: float, y_px: float, *, margin_px: float) -> list[int]:
        """Return the proposals at a point, the smallest first."""
        return boxes_at(self._proposed, x_px, y_px, margin_px=margin_px)

    def proposals_within(self, edges: Edges) -> list[int]:
        """Return the proposals that a rubber band touches."""
        return boxes_within(self._proposed, edges)

    def handle_at(self, x_px: float, y_px: float, *, reach_px: float) -> Handle | None:
        """Return the nearest handle of a selected box, within `reach_px`."""
        near = set(self.at(x_px, y_px, margin_px=reach_px)) if self.selected else set()
        selected = [index for index in self.selected if index in near]
        return handle_at(self.boxes, selected, x_px, y_px, reach_px=reach_px)
