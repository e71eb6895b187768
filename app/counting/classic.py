"""`ClassicCounter`: the course's counting rule, kept for those who come from it to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.counting.events import CrossingEvent
from app.counting.geometries import (
    CountingBand,
    CountingLine,
    Direction,
    Scene,
    Zone,
    direction_name,
)
from app.counting.totals import Totals

_LINE_DEPTH_NORM = 0.1  # a line becomes a band this deep, as the course's: 0.4 to 0.5 H

PointPx = npt.NDArray[np.float64]  # (2,) xy


@dataclass(frozen=True)
class _Band:
    """A band as the course asks about it.

    Attributes
    ----------
    start_px, end_px : ndarray, shape (2,)
        The middle line of the band.
    normal : ndarray, shape (2,)
        Of length 1, at right angles to the middle line; points down, or right.
    half_depth_px : float
    """

    geometry: CountingLine | CountingBand
    start_px: PointPx
    end_px: PointPx
    normal: PointPx
    half_depth_px: float
    forward: Direction
    backward: Direction

    @classmethod
    def of(cls, geometry: CountingLine | CountingBand, *, width: int, height: int) -> _Band:
        passage = geometry.passage(width=width, height=height)
        start, end = passage.edges_px.mean(axis=0)
        normal = passage.normal_px / np.linalg.norm(passage.normal_px)
        if isinstance(geometry, CountingLine):
            depth = _LINE_DEPTH_NORM * (height if abs(normal[1]) >= abs(normal[0]) else width)
        else:
            depth = float((passage.edges_px[1, 0] - passage.edges_px[0, 0]) @ normal)
        return cls(geometry, start, end, normal, depth / 2, passage.forward, passage.backward)

    def holds(self, centroid: PointPx) -> bool:
        """Whether the point is strictly between the edges, and beside neither end."""
        along = self.end_px - self.start_px
        share = float((centroid - self.start_px) @ along) / float(along @ along)
        return abs(float((centroid - self.start_px) @ self.normal)) < self.half_depth_px and (
            0 <= share <= 1
        )

    def direction(self, displacement: PointPx) -> Direction:
        """Return the direction of a displacement; none at all goes with backward."""
        return self.forward if float(displacement @ self.normal) > 0 else self.backward


@dataclass
class _History:
    """What the course remembers of an object: its earlier centroids (here, their sum)."""

    centroid_sum: PointPx
    centroid_count: int = 1
    counted_in: set[str] = field(default_factory=set)


class ClassicCounter:
    """Counts an object once, when its centroid is strictly inside a band.

    The direction is the sign of the centroid's position less the mean of all its earlier ones
    (zero goes with the negative), and an object is counted from its second frame on. A line
    becomes a band centred on it, as deep as a tenth of the picture; zones are left alone. Has the
    surface of `app.counting.counter.Counter`.

    Parameters
    ----------
    scene : Scene
        Its anchor is not asked for: the course knows the centre only.
    width, height : int
        Of the source's frames, pixels.
    class_names : mapping of int to str
        Names by 1-based class id, as events and totals show them.
    """

    def __init__(
        self, scene: Scene, *, width: int, height: int, class_names: Mapping[int, str]
    ) -> None:
        if width <= 0 or height <= 0:
            raise ValueError(f"a picture cannot be {width} x {height} pixels")
        self._scene = scene
        self._class_names = dict(class_names)
        self._bands = [
            _Band.of(each, width=width, height=height)
            for each in scene.geometries
            if not isinstance(each, Zone)
        ]
        self.reset()

    def reset(self) -> None:
        """Forget every track and every count, as before the first frame; needed after a seek."""
        self._totals = Totals(self._scene)
        self._histories: dict[int, _History] = {}

    @property
    def totals(self) -> Totals:
        """The sums of all events since the beginning or the last `reset`."""
        return self._totals

    def update(
        self,
        *,
        track_ids: npt.NDArray[np.int64],
        boxes_xyxy: npt.NDArray[np.float32],
        class_ids: npt.NDArray[np.int32],
        is_visible: npt.NDArray[np.bool_],
        motions_px: npt.NDArray[np.float32],
        frame_index: int,
        timestamp_s: float,
        is_confirmed: npt.NDArray[np.bool_] | None = None,
    ) -> list[CrossingEvent]:
        """Take over the tracks of one frame and return the crossings; see `Counter.update`.

        `is_visible`, `motions_px` and `is_confirmed` are not looked at: the course counts missing
        objects where they were last, and every object at once.
        """
        del is_visible, motions_px, is_confirmed
        events = []
        histories: dict[int, _History] = {}
        for row, track_id in enumerate(track_ids.tolist()):
            box = boxes_xyxy[row].astype(np.float64)
            centroid = np.trunc((box[:2] + box[2:]) / 2)  # whole pixels, as the course's
            history = self._histories.get(track_id)
            if history is None:
                histories[track_id] = _History(centroid)
                continue
            histories[track_id] = history
            for band in self._entered(history, centroid):
                displacement = centroid - history.centroid_sum / history.centroid_count
                direction = band.direction(displacement)
                class_id = int(class_ids[row])
                events.append(
                    CrossingEvent(
                        frame_index=frame_index,
                        timestamp_s=timestamp_s,
                        track_id=track_id,
                        class_id=class_id,
                        class_name=self._class_names.get(class_id, f"class {class_id}"),
                        geometry=band.geometry.name,
                        kind=band.geometry.kind,
                        direction=direction,
                        direction_name=direction_name(band.geometry, direction),
                        point_px=(float(centroid[0]), float(centroid[1])),
                        box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                    )
                )
            history.centroid_sum = history.centroid_sum + centroid
            history.centroid_count += 1
        self._histories = histories
        for event in events:
            self._totals.add(event)
        return events

    def _entered(self, history: _History, centroid: PointPx) -> list[_Band]:
        """Return the bands that hold the object and have not counted it, and mark them."""
        entered = [
            band
            for band in self._bands
            if band.geometry.name not in history.counted_in and band.holds(centroid)
        ]
        history.counted_in.update(band.geometry.name for band in entered)
        return entered
