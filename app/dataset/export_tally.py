"""`ExportTally`: what went out and what did not, counted in a size that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTE_KINDS = ("converted", "left-out", "background-dropped", "odd", "mended")
"""What an export tells of single pictures: written anew; not exported; not exported since it has
no box; exported as it is though something is odd; its labels were read differently."""

_FIRST_NOTES = 5  # of a kind; all of them are in the export's table of notes


@dataclass(frozen=True)
class ExportNote:
    """One thing to be told of one picture.

    Attributes
    ----------
    kind : str
        Of `NOTE_KINDS`.
    place : str
        The picture, or its file of labels and where in it.
    text : str
    """

    kind: str
    place: str
    text: str


@dataclass
class ExportTally:
    """Counts of a set, or of a part of one.

    Attributes
    ----------
    images : int
        In the records, those without boxes included.
    background : int
        In the records, without a box.
    boxes, class_images : Counter of str
        Boxes, and pictures with at least one, by class.
    notes : Counter of str
        By kind.
    first_notes : list of ExportNote
        A few of each kind.
    """

    images: int = 0
    background: int = 0
    boxes: Counter[str] = field(default_factory=Counter)
    class_images: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    first_notes: list[ExportNote] = field(default_factory=list)

    def count_image(self, class_names: list[str]) -> None:
        """Take one picture into account that goes out, with the class of each box."""
        self.images += 1
        self.background += not class_names
        self.boxes.update(class_names)
        self.class_images.update(set(class_names))

    def count_note(self, note: ExportNote) -> None:
        """Take one note into account."""
        if self.notes[note.kind] < _FIRST_NOTES:
            self.first_notes.append(note)
        self.notes[note.kind] += 1

    def add(self, other: ExportTally) -> None:
        """Take another's counts into this one."""
        self.images += other.images
        self.background += other.background
        self.boxes.update(other.boxes)
        self.class_images.update(other.class_images)
        for note in other.first_notes:
            if sum(each.kind == note.kind for each in self.first_notes) < _FIRST_NOTES:
                self.first_notes.append(note)
        self.notes.update(other.notes)

    def to_json(self) -> dict[str, Any]:
        """Return the counts as plain values, in an order that depends on nothing else."""
        return {
            "images": self.images,
            "background": self.background,
            "boxes": dict(sorted(self.boxes.items())),
            "class_images": dict(sorted(self.class_images.items())),
            "notes": {kind: self.notes[kind] for kind in NOTE_KINDS if self.notes[kind]},
            "first_notes": [[each.kind, each.place, each.text] for each in self.first_notes],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ExportTally:
        """Return the counts that `to_json` wrote."""
        return cls(
            values["images"],
            values["background"],
            Counter(values["boxes"]),
            Counter(values["class_images"]),
            Counter(values["notes"]),
            [ExportNote(*each) for each in values["first_notes"]],
        )
