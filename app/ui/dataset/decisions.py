"""What was decided about pictures since the folder was opened, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.annotation.trash import Discarded


@dataclass(eq=False)
class Step:
    """One thing that a person did.

    Attributes
    ----------
    kind : {"keep", "discard"}
    names : tuple of str
    discarded : Discarded or None
        Where they are, once they have been moved; set by the thread that moves.
    """

    kind: Literal["keep", "discard"]
    names: tuple[str, ...]
    discarded: Discarded | None = None


class Decisions:
    """Which pictures are kept and which have gone.

    Attributes
    ----------
    gone : set of str
        Discarded: in the trash, or on the way there.
    kept : set of str
        Kept, now or earlier. One that is discarded all the same is in both.
    """

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.kept: set[str] = set()
        self._steps: list[Step] = []

    def is_open(self, name: str) -> bool:
        """Whether nothing was decided about a picture."""
        return name not in self.gone and name not in self.kept

    @property
    def last(self) -> Step | None:
        """What `take_back` would take back."""
        return self._steps[-1] if self._steps else None

    def keep(self, names: Iterable[str]) -> Step | None:
        """Keep the pictures about which nothing was decided; None: there are none of them."""
        found = tuple(name for name in dict.fromkeys(names) if self.is_open(name))
        return self._made(Step("keep", found)) if found else None

    def discard(self, names: Iterable[str]) -> Step | None:
        """Discard the pictures that are still there; None: there are none of them."""
        found = tuple(name for name in dict.fromkeys(names) if name not in self.gone)
        return self._made(Step("discard", found)) if found else None

    def take_back(self) -> Step | None:
        """Undo the last step."""
        if not self._steps:
            return None
        step = self._steps.pop()
        self._set(step).difference_update(step.names)
        return step

    def fail(self, step: Step) -> None:
        """Forget a step that could not be done."""
        if step in self._steps:
            self._steps.remove(step)
        self._set(step).difference_update(step.names)

    def fail_back(self, step: Step) -> None:
        """Have a step again that could not be undone."""
        self._made(step)

    def _made(self, step: Step) -> Step:
        self._steps.append(step)
        self._set(step).update(step.names)
        return step

    def _set(self, step: Step) -> set[str]:
        return self.kept if step.kind == "keep" else self.gone
