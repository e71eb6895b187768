"""What is to be captured: classes, examples of each, and how far it has come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.capture.errors import CaptureError

DEFAULT_CLASS_NAMES = ("d1", "d2", "d3", "d4", "d5")
DEFAULT_EXAMPLES = 14
MAX_EXAMPLES = 100_000

_STEM = re.compile(r"c([1-9][0-9]*)_e([1-9][0-9]*)")


class PictureNumber(NamedTuple):
    """Which picture of a session: both numbers 1-based, the class by its place in the plan."""

    class_number: int
    example: int

    @property
    def stem(self) -> str:
        """File name without its ending, as in the course: ``c1_e3``."""
        return f"c{self.class_number}_e{self.example}"

    @classmethod
    def of_stem(cls, stem: str) -> PictureNumber | None:
        """Return the numbers in ``c1_e3``; None for any other name."""
        match = _STEM.fullmatch(stem)
        return cls(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True)
class CapturePlan:
    """Which classes are captured, and how many examples of each.

    Attributes
    ----------
    class_names : tuple of str
        In the order of capturing; class number 1 is the first.
    examples : int
        Pictures of each class.

    Raises
    ------
    CaptureError
        ``bad-plan``: no class, a name that is empty or there twice, or a number out of range.
    """

    class_names: tuple[str, ...] = DEFAULT_CLASS_NAMES
    examples: int = DEFAULT_EXAMPLES

    def __post_init__(self) -> None:
        if not self.class_names:
            raise _bad_plan("it has no class.", "Name at least one class.")
        for name in self.class_names:
            if not name.strip() or not name.isprintable():
                raise _bad_plan(f"{name!r} is no name of a class.", "Use printable letters.")
            if self.class_names.count(name) > 1:
                raise _bad_plan(f"the class {name!r} is there twice.", "Name each class once.")
        if not 1 <= self.examples <= MAX_EXAMPLES:
            raise _bad_plan(
                f"{self.examples} examples a class are not possible.",
                f"Choose a number from 1 to {MAX_EXAMPLES}.",
            )

    @property
    def total(self) -> int:
        """How many pictures the plan asks for."""
        return len(self.class_names) * self.examples

    def name_of(self, class_number: int) -> str:
        """Return the name of a class by its number, from 1."""
        return self.class_names[class_number - 1]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain values, for JSON and TOML."""
        return {"classes": list(self.class_names), "examples": self.examples}

    @classmethod
    def from_json(cls, fields: object) -> CapturePlan:
        """Return the plan of plain values.

        Raises
        ------
        CaptureError
            ``bad-plan``, naming the field.
        """
        if not isinstance(fields, Mapping):
            raise _bad_plan("it is no table.", "It has classes and examples.")
        names, examples = fields.get("classes"), fields.get("examples")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise _bad_plan("classes is no list of names.", "Mend it by hand.")
        if not isinstance(examples, int) or isinstance(examples, bool):
            raise _bad_plan("examples is no whole number.", "Mend it by hand.")
        return cls(tuple(str(name) for name in names), examples)


class PlanProgress:
    """Which pictures of a plan are taken, and which comes next. Not for two threads at once.

    Attributes
    ----------
    plan : CapturePlan
    class_number : int
        The class that is being captured.
    advances : bool
        Whether a full class is followed by the next one that is not.

    Parameters
    ----------
    plan : CapturePlan
    taken : iterable of PictureNumber
        What is there already; numbers beyond the plan are kept and never given again.
    """

    def __init__(self, plan: CapturePlan, taken: Iterable[PictureNumber] = ()) -> None:
        self.plan = plan
        self.advances = True
        self._taken: dict[int, set[int]] = {}
        for number in taken:
            self._taken.setdefault(number.class_number, set()).add(number.example)
        self.class_number = 1
        self._advance()

    @property
    def is_complete(self) -> bool:
        """Whether every class has all its examples."""
        return all(self.is_full(number) for number in self._class_numbers())

    @property
    def text(self) -> str:
        """Where it stands, as in the course: ``C1/5 E3/14``, naming the example to come."""
        example = min(self.next_example(self.class_number), self.plan.examples)
        classes = len(self.plan.class_names)
        return f"C{self.class_number}/{classes} E{example}/{self.plan.examples}"

    def counts(self) -> tuple[int, ...]:
        """Return how many pictures each class has, in the order of the plan."""
        return tuple(len(self._taken.get(number, ())) for number in self._class_numbers())

    def is_full(self, class_number: int) -> bool:
        """Whether a class has all its examples."""
        return len(self._taken.get(class_number, ())) >= self.plan.examples

    def next_example(self, class_number: int) -> int:
        """Return the lowest example of a class that is not taken: a retake fills its gap."""
        taken = self._taken.get(class_number, set())
        return next(number for number in range(1, len(taken) + 2) if number not in taken)

    def last_of(self, class_number: int) -> PictureNumber | None:
        """Return the highest example of a class that is taken; None for a class without any."""
        taken = self._taken.get(class_number)
        return PictureNumber(class_number, max(taken)) if taken else None

    def jump(self, class_number: int) -> None:
        """Go on with another class.

        Raises
        ------
        CaptureError
            ``no-such-class``.
        """
        if class_number not in self._class_numbers():
            raise CaptureError(
                "no-such-class",
                f"The capture plan has no class number {class_number}.",
                f"It has the classes 1 to {len(self.plan.class_names)}.",
            )
        self.class_number = class_number

    def take(self) -> PictureNumber:
        """Return the number of the next picture, which is taken from now on; advance after it.

        Raises
        ------
        CaptureError
            ``plan-complete`` or ``class-complete``: nothing is missing (in this class).
        """
        if self.is_full(self.class_number):
            raise self._nothing_missing()
        number = self.take_in(self.class_number)
        if self.advances:
            self._advance()
        return number

    def take_in(self, class_number: int) -> PictureNumber:
        """Return the next number of a class, even beyond the plan, taken from now on."""
        number = PictureNumber(class_number, self.next_example(class_number))
        self.keep(number)
        return number

    def keep(self, number: PictureNumber) -> None:
        """Take note of a picture that is there."""
        self._taken.setdefault(number.class_number, set()).add(number.example)

    def release(self, number: PictureNumber) -> None:
        """Take note that a picture is not there any more; its class comes next."""
        self._taken.get(number.class_number, set()).discard(number.example)
        self.class_number = number.class_number

    def _class_numbers(self) -> range:
        return range(1, len(self.plan.class_names) + 1)

    def _advance(self) -> None:
        """Go to the first class from here on, in a circle, that is not full; stay without one."""
        count = len(self.plan.class_names)
        for step in range(count):
            number = (self.class_number - 1 + step) % count + 1
            if not self.is_full(number):
                self.class_number = number
                return

    def _nothing_missing(self) -> CaptureError:
        if self.is_complete:
            return CaptureError(
                "plan-complete",
                f"All {self.plan.total} pictures of the plan are there.",
                "Start another session, or ask for more examples.",
            )
        name = self.plan.name_of(self.class_number)
        return CaptureError(
            "class-complete",
            f"{name} has all its {self.plan.examples} examples.",
            "Go to another class, or delete an example to take it again.",
        )


def _bad_plan(what: str, hint: str) -> CaptureError:
    return CaptureError("bad-plan", f"The capture plan can't be used: {what}", hint)
