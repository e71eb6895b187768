"""What was decided about pictures since the folder was opened, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from app.annotation.trash import Discarded, is_same_discard


@dataclass(eq=False)
class Step:
    """One thing that a person did.

    Attributes
    ----------
    kind : {"keep", "discard"}
    names : tuple of str
    discarded : Discarded or None
        Where they are, once they have been moved; set by the thread that moves.
    is_former : bool
        It was done before the folder was opened.
    """

    kind: Literal["keep", "discard"]
    names: tuple[str, ...]
    discarded: Discarded | None = None
    is_former: bool = False


class Decisions:
    """Which pictures are kept and which have gone.

    Attributes
    ----------
    gone : set of str
        Discarded: in the trash, or on the way there.
    kept : set of str
        Kept, now or earlier. One that is discarded all the same is in both.
    former : list of Step
        What was discarded before the folder was opened, the oldest first.
    """

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.kept: set[str] = set()
        self.former: list[Step] = []
        self._steps: list[Step] = []

    def is_open(self, name: str) -> bool:
        """Whether nothing was decided about a picture."""
        return name not in self.gone and name not in self.kept

    @property
    def last(self) -> Step | None:
        """What `take_back` would take back."""
        steps = self._steps or self.former
        return steps[-1] if steps else None

    def take_trash(self, trashed: Iterable[Discarded], *, but: Collection[str]) -> None:
        """Learn what can be taken back: what was discarded earlier, and not what came back since.

        Parameters
        ----------
        trashed : iterable of Discarded
            All that is in the trash by cleaning.
        but : collection of str
            Pictures that are on their way into the trash or back.
        """
        trashed = list(trashed)
        self._steps = [step for step in self._steps if _is_there(step, trashed)]
        own = [step.discarded for step in self._steps if step.discarded is not None]
        self.former = []
        for each in trashed:
            names = tuple(item.picture for item in each.items)
            is_own = any(is_same_discard(each, discarded) for discarded in own)
            if not is_own and not any(name in but for name in names):
                self.former.append(Step("discard", names, each, is_former=True))

    def keep(self, names: Iterable[str]) -> Step | None:
        """Keep the pictures about which nothing was decided; None: there are none of them."""
        found = tuple(name for name in dict.fromkeys(names) if self.is_open(name))
        return self._made(Step("keep", found)) if found else None

    def discard(self, names: Iterable[str]) -> Step | None:
        """Discard the pictures that are still there; None: there are none of them."""
        found = tuple(name for name in dict.fromkeys(names) if name not in self.gone)
        return self._made(Step("discard", found)) if found else None

    def take_back(self) -> Step | None:
        """Undo the last step; those of earlier days come after all of this one."""
        steps = self._steps or self.former
        if not steps:
            return None
        step = steps.pop()
        self._set(step).difference_update(step.names)
        return step

    def fail(self, step: Step) -> None:
        """Forget a step that could not be done."""
        if step in self._steps:
            self._steps.remove(step)
        self._set(step).difference_update(step.names)

    def fail_back(self, step: Step) -> None:
        """Have a step again that could not be undone."""
        if step.is_former:
            self.former.append(step)
        else:
            self._made(step)

    def _made(self, step: Step) -> Step:
        self._steps.append(step)
        self._set(step).update(step.names)
        return step

    def _set(self, step: Step) -> set[str]:
        return self.kept if step.kind == "keep" else self.gone


def _is_there(step: Step, trashed: Iterable[Discarded]) -> bool:
    """Whether a step can be taken back; one that has not been carried out yet can."""
    discarded = step.discarded
    return discarded is None or any(is_same_discard(each, discarded) for each in trashed)
