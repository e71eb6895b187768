"""`Follower`: moves boxes from one frame to the next by looking at the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points
from app.tracking.picture import Picture


@dataclass(frozen=True)
class FollowResult:
    """Where the boxes of the last frame are in this one.

    Attributes
    ----------
    boxes_xyxy : ndarray, shape (N, 4), float32
        Pixels of the source frame. A lost box stands where it was.
    scores : ndarray, shape (N,), float32
        Trust in [0, 1]; 0 where the object was lost.
    motions_px : ndarray, shape (N, 2), float32
        Displacement of the pixels inside each box; NaN where it was lost.
    """

    boxes_xyxy: Boxes
    scores: npt.NDArray[np.float32]
    motions_px: Points

    @classmethod
    def lost(cls, boxes_xyxy: Boxes) -> FollowResult:
        """Return that all of `boxes_xyxy` were lost, as on a first frame or a new size."""
        count = len(boxes_xyxy)
        return cls(boxes_xyxy, np.zeros(count, np.float32), np.full((count, 2), np.nan, np.float32))


class Follower(Protocol):
    """Moves boxes between detections. Call once for every frame, in order."""

    def follow(
        self,
        picture: Picture,
        *,
        boxes_xyxy: Boxes,
        velocities_px: Points,
        track_ids: Sequence[int],
    ) -> FollowResult:
        """Find the boxes of the last frame in this one.

        Parameters
        ----------
        picture : Picture
        boxes_xyxy : ndarray, shape (N, 4), float32
            Where the objects were in the last frame, pixels.
        velocities_px : ndarray, shape (N, 2), float32
            What the motion model expects them to have moved since, pixels.
        track_ids : sequence of int, length N
            Followers that keep a model of each object know it again by these.
        """
        ...

    def reset(self) -> None:
        """Forget the last frame and every object, as after a seek or a gap."""
        ...

    def close(self) -> None:
        """Release what the follower holds."""
        ...
