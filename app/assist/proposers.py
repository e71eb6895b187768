"""`Proposer`: whatever looks at a picture and proposes boxes; opening one by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.assist.errors import AssistError
from app.assist.hand_assistant import HandAssistant
from app.assist.hand_card import HAND_NAME, HAND_SCORE, HAND_VERSION
from app.assist.model_proposer import ModelProposer
from app.project.proposals import Proposal


class Proposer(Protocol):
    """Proposes boxes. One instance belongs to one thread.

    Attributes
    ----------
    name, version : str
        What every proposal carries.
    lacking : tuple of str
        Classes of the model that are not proposed, since the project has none of that name.
    """

    name: str
    version: str
    lacking: tuple[str, ...]

    def propose(self, image_bgr: npt.NDArray[np.uint8], *, class_name: str) -> list[Proposal]:
        """Return proposals, best first.

        Parameters
        ----------
        image_bgr : ndarray, shape (H, W, 3), uint8
        class_name : str
            Class of the picture, for a model that has no classes of its own.

        Raises
        ------
        AssistError
            When the model needs a class and `class_name` is empty.
        """
        ...

    def close(self) -> None:
        """Release the model."""
        ...


class HandProposer:
    """Proposes a box round every hand; the class is the picture's.

    Parameters
    ----------
    min_score : float
        In [0, 1].
    """

    name = HAND_NAME
    version = HAND_VERSION
    lacking: tuple[str, ...] = ()

    def __init__(self, min_score: float = HAND_SCORE) -> None:
        self._assistant = HandAssistant()
        self._min_score = min_score

    def propose(self, image_bgr: npt.NDArray[np.uint8], *, class_name: str) -> list[Proposal]:
        """Return one proposal a hand; see `Proposer`."""
        if not class_name:
            raise AssistError(
                "class-missing",
                "The hand assistant finds hands, but not what they show.",
                "Choose a class first, or put the pictures into a folder called like one.",
            )
        boxes, scores = self._assistant.find(image_bgr, min_score=self._min_score)
        return [
            Proposal(class_name, x0, y0, x1, y1, score, self.name, self.version)
            for (x0, y0, x1, y1), score in zip(boxes.tolist(), scores.tolist(), strict=True)
        ]

    def close(self) -> None:
        """Release nothing: the networks go with the object."""


def open_proposer(
    model: str,
    *,
    classes: Mapping[int, str],
    models_dir: Path | None = None,
    min_score: float | None = None,
    takes_other_classes: bool = False,
) -> Proposer:
    """Open the hand assistant (``hand``) or a detector.

    Parameters
    ----------
    model : str
        ``hand``, or what `app.detection.opening.open_detector` opens; empty for the starter.
    classes : mapping of int to str
        The project's. Without any, all of the model's are proposed.
    models_dir : Path, optional
        The project's ``models/``.
    min_score : float, optional
        Least score; None: the model's own.
    takes_other_classes : bool
        Propose classes that the project lacks, too.

    Raises
    ------
    app.detection.errors.ModelError
    AssistError
        "no-class-in-common".
    """
    if model == HAND_NAME:
        return HandProposer(HAND_SCORE if min_score is None else min_score)
    return ModelProposer(
        model,
        classes=classes,
        models_dir=models_dir,
        min_score=min_score,
        takes_other_classes=takes_other_classes,
    )
