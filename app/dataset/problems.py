"""`Problem`: one thing that is wrong with a data set, and what a person can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from app.annotation.labels import Note

# By code: what kind of thing it is, and what to do.
_ADVICE = {
    "picture-broken": ("refused", "Copy or capture it again, or delete it."),
    "labels-broken": ("refused", "Repair the file, or move it away and label the picture again."),
    "no-labels": ("open", "Draw its boxes, or verify it as a picture that shows nothing."),
    "split-no-labels": ("refused", "Label it, or split again: its set counts on it."),
    "no-picture": ("refused", "Bring the picture back, or delete the file of labels."),
    "size-mismatch": ("mended", "See whether the boxes still fit, then save them again."),
    "exif-swap": (
        "mended",
        "The boxes may lie as the picture did before it was turned: look, and draw them again.",
    ),
    "box-outside": ("mended", "Open the picture and move the box back into it."),
    "box-empty": ("refused", "Open the picture and draw the box anew, or delete it."),
    "unknown-class": ("refused", "Add the class to the project, or give its boxes another."),
    "class-twice": (
        "refused",
        "Rename or merge one: on some disks and in some tools both are one.",
    ),
    "class-id-gap": (
        "noted",
        "Nothing is wrong with the labels; tools that want ids without gaps need them renumbered.",
    ),
    "class-empty": ("noted", "Label some, or remove the class: it can't be learnt from nothing."),
    "class-not-in-train": ("refused", "Split again, or label more pictures of it."),
    "labels-mended": ("mended", "Open the picture and save it to keep what was mended."),
    "labels-refused": ("refused", "Open the picture and draw what is missing."),
}
CODES = tuple(_ADVICE)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    code : str
        Of `CODES`.
    place : str
        A picture, a file of labels and where in it, or a class.
    text : str
        What is wrong, in words.
    """

    code: str
    place: str
    text: str

    @property
    def kind(self) -> str:
        """What it comes to.

        "refused": something does not go out; "mended": it goes out otherwise than it stands;
        "open": work that is not done yet; "noted": worth knowing.
        """
        return _ADVICE[self.code][0]

    @property
    def hint(self) -> str:
        """What to do about it."""
        return _ADVICE[self.code][1]

    @property
    def is_fault(self) -> bool:
        """Whether it is more than work that is not done yet or something worth knowing."""
        return self.kind in ("refused", "mended")

    @property
    def note(self) -> Note:
        """What is wrong and what to do about it, as other notes are told."""
        return Note(self.kind, self.place, f"{self.text} {self.hint}")

    def to_json(self) -> dict[str, str]:
        """Return the problem as plain values."""
        return {
            "kind": self.kind,
            "code": self.code,
            "place": self.place,
            "text": self.text,
            "hint": self.hint,
        }
