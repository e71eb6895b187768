"""`Counter`: tracks in, crossing events and totals out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from app.counting.barriers import Barriers
from app.counting.events import CrossingEvent
from app.counting.geometries import Direction, Geometry, Scene, Zone, direction_name
from app.counting.paths import Bools, Floats, Legs, Rows, carry
from app.counting.rules import CrossingRules
from app.counting.totals import Stays, Totals
from app.counting.visits import Transit, Visits

_DEFAULT_RULES = CrossingRules()


class Counter:
    """Counts the tracks of one source over one scene. It remembers only tracks that are alive.

    Parameters
    ----------
    scene : Scene
    width, height : int
        Of the source's frames, pixels.
    class_names : mapping of int to str
        Names by 1-based class id, as events and totals show them.
    rules : CrossingRules, optional
        How far an object must move to be counted.
    """

    def __init__(
        self,
        scene: Scene,
        *,
        width: int,
        height: int,
        class_names: Mapping[int, str],
        rules: CrossingRules = _DEFAULT_RULES,
    ) -> None:
        if width <= 0 or height <= 0:
            raise ValueError(f"a picture cannot be {width} x {height} pixels")
        self._scene, self._rules = scene, rules
        self._width, self._height = width, height
        self._class_names = dict(class_names)
        self._lines = [each for each in scene.geometries if not isinstance(each, Zone)]
        self._zones = [each for each in scene.geometries if isinstance(each, Zone)]
        self._passages = [each.passage(width=width, height=height) for each in self._lines]
        self.reset()

    def reset(self) -> None:
        """Forget every track and every count, as before the first frame; needed after a seek."""
        size = {"width": self._width, "height": self._height}
        self._barriers = Barriers(self._passages, self._rules)
        self._visits = Visits([zone.points_px(**size) for zone in self._zones], self._rules)
        self._totals = Totals(self._scene)
        self._track_ids = np.zeros(0, np.int64)
        self._held_back: dict[int, list[CrossingEvent]] = {}
        self._frame_index: int | None = None
        self._last_seen = np.zeros(
            1,
            [
                ("anchor_px", np.float64, 2),
                ("box_xyxy", np.float64, 4),
                ("frame_index", np.int64),
                ("timestamp_s", np.float64),
                ("is_now", np.bool_),  # seen in the newest update, so that pixel motion joins on
            ],
        )
        self._last_seen["anchor_px"] = np.nan
        self._last_seen["box_xyxy"] = np.nan

    @property
    def totals(self) -> Totals:
        """The sums of all events since the beginning or the last `reset`."""
        for index, zone in enumerate(self._zones):
            stays: dict[str, Stays] = {}
            for class_id, stay in self._visits.stays(index).items():
                name = self._class_name(class_id)
                stays[name] = stays.get(name, Stays()) + stay
            self._totals.set_stays(zone.name, stays)
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
        """Take over the tracks of one frame and return the crossings that are now certain.

        Parameters
        ----------
        track_ids : ndarray, shape (N,), int64
            Unique. A track that is missing is over, and forgotten.
        boxes_xyxy : ndarray, shape (N, 4), float32
            Pixels of the source frame.
        class_ids : ndarray, shape (N,), int32
        is_visible : ndarray, shape (N,), bool
            False while the box is a guess: a side is neither gained nor lost by it.
        motions_px : ndarray, shape (N, 2), float32
            Displacement of the pixels in the box since the last frame; NaN where unknown.
        frame_index : int
            Greater than that of the last update.
        timestamp_s : float
            Time of the frame in the source.
        is_confirmed : ndarray, shape (N,), bool, optional
            The events of a track that is not confirmed are held back until it is, and dropped if
            it ends before. None: all are.

        Raises
        ------
        ValueError
            When the frames do not go forward; `reset` comes before starting over.
        """
        if self._frame_index is not None and frame_index <= self._frame_index:
            raise ValueError(f"frame {frame_index} does not follow frame {self._frame_index}")
        self._frame_index = frame_index
        track_ids = np.asarray(track_ids, np.int64)
        if not len(track_ids) and not len(self._track_ids):
            return []
        transits: list[Transit] = []
        if not np.array_equal(track_ids, self._track_ids):
            rows = self._rows_before(track_ids)
            self._last_seen = carry(self._last_seen, rows)
            self._barriers.carry(rows)
            transits = self._visits.carry(rows)
            self._track_ids = track_ids.copy()
        legs = self._legs(
            boxes_xyxy=np.asarray(boxes_xyxy, np.float64),
            is_visible=np.asarray(is_visible, np.bool_),
            motions_px=np.asarray(motions_px, np.float64),
            frame_index=frame_index,
            timestamp_s=timestamp_s,
        )

        events = []
        if self._lines:
            for crossing in self._barriers.advance(legs):
                passage = self._passages[crossing.barrier]
                events.append(
                    self._event(
                        self._lines[crossing.barrier],
                        passage.forward if crossing.is_forward else passage.backward,
                        int(track_ids[crossing.row]),
                        int(class_ids[crossing.row]),
                        crossing.meeting,
                    )
                )
        if self._zones:
            transits += self._visits.advance(legs, track_ids=track_ids, class_ids=class_ids)
            for transit in transits:
                direction: Direction = "in" if transit.is_entry else "out"
                events.append(
                    self._event(
                        self._zones[transit.zone],
                        direction,
                        transit.track_id,
                        transit.class_id,
                        transit.meeting,
                    )
                )
        if is_confirmed is not None:
            events = self._confirmed(events, track_ids, is_confirmed)
        for event in events:
            self._totals.add(event)
        return events

    def _confirmed(
        self, events: list[CrossingEvent], track_ids: npt.NDArray[np.int64], is_confirmed: Bools
    ) -> list[CrossingEvent]:
        """Return the events of confirmed tracks, those held back before first."""
        if not events and not self._held_back:
            return events
        confirmed = set(track_ids[is_confirmed].tolist())
        waiting = set(track_ids[~is_confirmed].tolist())
        ready = [e for t in self._held_back if t in confirmed for e in self._held_back[t]]
        held_back = {t: held for t, held in self._held_back.items() if t in waiting}
        for event in events:
            if event.track_id in waiting:
                held_back.setdefault(event.track_id, []).append(event)
            elif event.track_id not in self._held_back or event.track_id in confirmed:
                ready.append(event)  # else it ended unconfirmed, as did what came before
        self._held_back = held_back
        return ready

    def _rows_before(self, track_ids: npt.NDArray[np.int64]) -> Rows:
        """Return where each track was in the last update, shape (N,); -1 for a new one."""
        known = self._track_ids
        if not len(known):
            return np.full(len(track_ids), -1, np.intp)
        order = np.argsort(known)
        places = np.searchsorted(known, track_ids, sorter=order)
        candidates = order[np.minimum(places, len(known) - 1)]
        return np.where(known[candidates] == track_ids, candidates, -1)

    def _legs(
        self,
        *,
        boxes_xyxy: Floats,
        is_visible: Bools,
        motions_px: Floats,
        frame_index: int,
        timestamp_s: float,
    ) -> Legs:
        before = self._last_seen[:-1]
        is_seen = is_visible & np.isfinite(boxes_xyxy).all(axis=1)
        seen = is_seen[:, None]
        anchors = (boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2
        if self._scene.anchor == "bottom":
            anchors[:, 1] = boxes_xyxy[:, 3]
        # The follower saw one frame's motion, which is not the whole of a leg across a gap.
        is_joined = is_seen & before["is_now"]
        legs = Legs(
            starts_px=before["anchor_px"].copy(),
            ends_px=np.where(seen, anchors, before["anchor_px"]),
            start_boxes_xyxy=before["box_xyxy"].copy(),
            end_boxes_xyxy=np.where(seen, boxes_xyxy, before["box_xyxy"]),
            start_frames=before["frame_index"].copy(),
            start_times_s=before["timestamp_s"].copy(),
            motions_px=np.where(is_joined[:, None], motions_px, np.nan),
            is_seen=is_seen,
            frame_index=frame_index,
            timestamp_s=timestamp_s,
        )
        before["anchor_px"], before["box_xyxy"] = legs.ends_px, legs.end_boxes_xyxy
        before["frame_index"][is_seen] = frame_index
        before["timestamp_s"][is_seen] = timestamp_s
        before["is_now"] = is_seen
        return legs

    def _event(
        self,
        geometry: Geometry,
        direction: Direction,
        track_id: int,
        class_id: int,
        meeting: np.void,
    ) -> CrossingEvent:
        x, y = meeting["point_px"].tolist()
        x_min, y_min, x_max, y_max = meeting["box_xyxy"].tolist()
        return CrossingEvent(
            frame_index=int(meeting["frame_index"]),
            timestamp_s=float(meeting["timestamp_s"]),
            track_id=track_id,
            class_id=class_id,
            class_name=self._class_name(class_id),
            geometry=geometry.name,
            kind=geometry.kind,
            direction=direction,
            direction_name=direction_name(geometry, direction),
            point_px=(x, y),
            box_xyxy=(x_min, y_min, x_max, y_max),
        )

    def _class_name(self, class_id: int) -> str:
        return self._class_names.get(class_id, f"class {class_id}")
