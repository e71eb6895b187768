"""`ClassicTracker`: the course's method, kept so that people who come from it can compare.

Detect every 30 frames; between, one dlib correlation tracker for every box, one after the other
in this thread; a centroid tracker for identity. The counting rule that goes with it is
`app.counting.classic.ClassicCounter`. The outright fault of the course's program is mended: frames
with detections feed the centroid tracker too, which the course gave nothing there.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import Boxes, centers
from app.tracking.centroid import CentroidTracker
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks

CLASSIC_SCORE = 0.5
CLASSIC_DETECT_EVERY_FRAMES = 30

_CORRELATION_MODULE = "app.tracking.dlib_worker"  # by name: it imports dlib, which we must not


class CorrelationTrackers(Protocol):
    """What `app.tracking.dlib_worker` offers: correlation trackers by key."""

    def start(
        self, image_rgb: npt.NDArray[np.uint8], keys: Sequence[int], boxes_xyxy: Boxes
    ) -> None:
        """Learn the objects in the boxes."""
        ...

    def update(
        self, image_rgb: npt.NDArray[np.uint8], keys: Sequence[int]
    ) -> tuple[Boxes, npt.NDArray[np.float32]]:
        """Return where the objects are now, shape (N, 4), and how sharp the peaks are, (N,)."""
        ...

    def forget(self, keys: Sequence[int]) -> None:
        """Drop the trackers of `keys`."""
        ...


@dataclass(frozen=True)
class _Seen:
    """The last that is known of an object."""

    box_xyxy: npt.NDArray[np.float32]
    score: float
    class_id: int


class ClassicTracker:
    """Follows objects as the course does.

    Parameters
    ----------
    score : float
        Detections below it are not used.
    """

    def __init__(self, *, score: float = CLASSIC_SCORE) -> None:
        self.score = score
        self._centroids = CentroidTracker(max_disappeared=40, max_distance_px=50.0)
        self._correlation: CorrelationTrackers = importlib.import_module(
            _CORRELATION_MODULE
        ).CorrelationTrackers()
        self._detected = Detections.empty()
        self._seen: dict[int, _Seen] = {}

    def reset(self) -> None:
        """Forget all objects, as after a seek or a gap; ids go on counting."""
        self._correlation.forget(range(len(self._detected)))
        self._detected = Detections.empty()
        self._centroids.reset()
        self._seen.clear()

    def close(self) -> None:
        """Release the correlation trackers."""
        self.reset()

    def step(self, picture: Picture, detections: Detections | None) -> Tracks:
        """Take one frame in.

        Parameters
        ----------
        picture : Picture
        detections : Detections or None
            None on frames where the detector did not run.
        """
        if detections is not None:
            boxes_xyxy = self._restart(picture, detections)
        else:
            boxes_xyxy = self._follow(picture)
        visible = self._centroids.update(centers(boxes_xyxy).astype(np.int64))
        for position, track_id in enumerate(visible):
            self._seen[track_id] = _Seen(
                boxes_xyxy[position],
                float(self._detected.scores[position]),
                int(self._detected.class_ids[position]),
            )
        self._seen = {track_id: self._seen[track_id] for track_id in self._centroids.ids}
        return self._tracks(set(visible))

    def _restart(self, picture: Picture, detections: Detections) -> Boxes:
        """Put a new correlation tracker on every detection and drop the old ones."""
        self._correlation.forget(range(len(self._detected)))
        self._detected = detections.select(detections.scores >= self.score)
        boxes_xyxy = self._detected.boxes_xyxy
        keys = range(len(boxes_xyxy))
        if keys:
            self._correlation.start(_rgb(picture), keys, boxes_xyxy)
        return boxes_xyxy

    def _follow(self, picture: Picture) -> Boxes:
        keys = range(len(self._detected))
        return self._correlation.update(_rgb(picture), keys)[0] if keys else np.zeros((0, 4), "f4")

    def _tracks(self, visible: set[int]) -> Tracks:
        count = len(self._seen)
        if count == 0:
            return Tracks.empty()
        seen = list(self._seen.values())
        return Tracks(
            np.array(list(self._seen), np.int64),
            np.array([each.box_xyxy for each in seen], np.float32),
            np.array([each.score for each in seen], np.float32),
            np.array([each.class_id for each in seen], np.int32),
            np.array([track_id in visible for track_id in self._seen], np.bool_),
            np.ones(count, np.bool_),
            np.full((count, 2), np.nan, np.float32),
        )


def _rgb(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture.image_bgr, cv2.COLOR_BGR2RGB), np.uint8)
