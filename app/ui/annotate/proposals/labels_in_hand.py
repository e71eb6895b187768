"""`LabelsInHand`: what the assistant needs to know of the picture that a person labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.annotation.history import EditHistory
from app.annotation.labels import ImageAnnotation, LabeledBox


class LabelsInHand(Protocol):
    """What the assistant asks of the current picture and its labels; `Labeling` has it all."""

    history: EditHistory

    @property
    def path(self) -> Path | None:
        """The current picture."""
        ...

    @property
    def annotation(self) -> ImageAnnotation | None:
        """Its labels; None until it is decoded."""
        ...

    @property
    def is_editable(self) -> bool:
        """Whether they may be changed."""
        ...

    def edit(self, boxes: Sequence[LabeledBox], text: str, *, merge_key: object = None) -> None:
        """Give the picture these boxes, as one step that can be undone."""
        ...
