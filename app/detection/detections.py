"""`Detections`, what a detector returns, and `Detector`, what the pipeline asks of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes


@dataclass(frozen=True)
class Detections:
    """The objects found in one picture, best score first.

    Attributes
    ----------
    boxes_xyxy : ndarray, shape (N, 4), float32
        Pixels of the picture given to the detector, origin top-left, clipped to it.
    scores : ndarray, shape (N,), float32
        In [0, 1].
    class_ids : ndarray, shape (N,), int32
        1-based; 0, the background, never occurs.
    """

    boxes_xyxy: Boxes
    scores: npt.NDArray[np.float32]
    class_ids: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        count = len(self.boxes_xyxy)
        if self.boxes_xyxy.shape != (count, 4):
            raise ValueError(f"boxes_xyxy must be (N, 4), not {self.boxes_xyxy.shape}")
        if self.scores.shape != (count,) or self.class_ids.shape != (count,):
            raise ValueError(
                f"{count} boxes need as many scores and class ids, "
                f"not {self.scores.shape} and {self.class_ids.shape}"
            )

    def __len__(self) -> int:
        return len(self.boxes_xyxy)

    def select(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Detections:
        """Return the detections at `index` (a mask or positions), in that order."""
        return Detections(self.boxes_xyxy[index], self.scores[index], self.class_ids[index])

    @classmethod
    def empty(cls) -> Detections:
        """Return detections of nothing."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int32))


class Detector(Protocol):
    """A model that finds objects. One instance belongs to one thread.

    Attributes
    ----------
    name : str
        What the summary calls the model.
    classes : mapping of int to str
        Class names by 1-based class id; gaps are allowed.
    default_score : float
        The score below which detections are not worth showing, from the model's own metadata.
    default_class_names : tuple of str
        The classes counted when the person names none; empty means all.
    """

    name: str
    classes: Mapping[int, str]
    default_score: float
    default_class_names: tuple[str, ...]

    def detect(
        self,
        image_bgr: npt.NDArray[np.uint8],
        *,
        min_score: float,
        class_ids: Collection[int] | None = None,
        merge_kindred: bool = True,
    ) -> Detections:
        """Find the objects of `class_ids` (None: all) scored at least `min_score`.

        Parameters
        ----------
        image_bgr : ndarray, shape (H, W, 3), uint8
        min_score : float
            In [0, 1].
        class_ids : collection of int, optional
            The classes to look for; suppression happens among these alone.
        merge_kindred : bool
            Boxes of different classes on one object (Car and Vehicle) become the best of them.
        """
        ...

    def close(self) -> None:
        """Release the model. Calling it twice is harmless."""
        ...
