"""`Tracks`: all objects followed in one frame, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points


@dataclass(frozen=True)
class Tracks:
    """The objects followed in one frame.

    Attributes
    ----------
    track_ids : ndarray, shape (N,), int64
        Unique over the whole run, from 1, in order of birth; never used again.
    boxes_xyxy : ndarray, shape (N, 4), float32
        Pixels of the source frame, origin top-left. May reach past the frame while coasting.
    scores : ndarray, shape (N,), float32
        Score of the last detection, in [0, 1].
    class_ids : ndarray, shape (N,), int32
        1-based.
    is_visible : ndarray, shape (N,), bool
        False while the object coasts on its motion model, seen by neither detector nor follower.
    is_confirmed : ndarray, shape (N,), bool
        False while so little was seen of the object that it may be none; what it does is not
        counted before it is True.
    motions_px : ndarray, shape (N, 2), float32
        Displacement of the pixels inside the box since the last frame, as the follower saw it;
        NaN where no pixels were compared.
    """

    track_ids: npt.NDArray[np.int64]
    boxes_xyxy: Boxes
    scores: npt.NDArray[np.float32]
    class_ids: npt.NDArray[np.int32]
    is_visible: npt.NDArray[np.bool_]
    is_confirmed: npt.NDArray[np.bool_]
    motions_px: Points

    def __len__(self) -> int:
        return len(self.track_ids)

    @classmethod
    def empty(cls) -> Tracks:
        """Return tracks of nothing."""
        return cls(
            np.zeros(0, np.int64),
            np.zeros((0, 4), np.float32),
            np.zeros(0, np.float32),
            np.zeros(0, np.int32),
            np.zeros(0, np.bool_),
            np.zeros(0, np.bool_),
            np.zeros((0, 2), np.float32),
        )

    def foretold(self, frames: int) -> Tracks:
        """Return the tracks as they will be so many frames later, if they move on as last seen."""
        way = frames * np.nan_to_num(self.motions_px)
        return replace(self, boxes_xyxy=self.boxes_xyxy + np.tile(way, (1, 2)))
