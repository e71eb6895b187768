"""The default tracker: motion model, two-pass assignment, follower between detections.

The second pass with low scores is ByteTrack's idea (Zhang et al., ECCV 2022): a weak box may keep
a known object alive but never starts one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import Boxes, areas, intersections, iou_matrix, overlap_of_smaller
from app.tracking.association import Pairs, assign, association_costs
from app.tracking.doubt import MotionDoubt
from app.tracking.follower import Follower
from app.tracking.motion_model import MotionModel
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_TRUSTED_MISSES = 2

_STATE = np.dtype(
    [
        ("track_id", np.int64),
        ("class_id", np.int32),
        ("score", np.float32),  # of the last detection
        ("hits", np.int64),  # detections so far
        ("evidence", np.float64),  # sum of their scores
        ("unseen_frames", np.int64),  # since the last detection
        ("misses", np.int64),  # detector runs since the last detection
        ("is_astray", np.bool_),  # the last detection showed that the pixels had led it astray
    ]
)


@dataclass(frozen=True)
class TrackerRules:
    """How the tracker decides. Times are in seconds of the source.

    Attributes
    ----------
    gate : float
        Largest distance between a track and its detection, in widths and heights, before the
        uncertainty of the motion model is added.
    max_gate : float
        The same with all uncertainty added.
    size_gate, lost_size_gate : float
        Largest change of size (sum of the absolute log ratios of width and height) of an object
        seen lately, which may come closer fast, and of a lost one.
    low_overlap : float
        Least IoU for a detection below the score to keep a track alive.
    lost_s : float
        How long a lost object coasts and may be found again.
    tentative_lost_s : float
        The same for an object detected fewer than `confirm_hits` times.
    confirm_hits : int
    birth_overlap : float
        A detection that shares this much with an object just detected is a duplicate, not a birth
        (intersection over the smaller).
    cover_share : float
        A track not detected last time, with this share of its box inside one that was, is hidden:
        the pixels there belong to the other.
    confirm_evidence : float
        An object counts once its detections' scores sum up to so many times the least score.
    class_penalty, lost_penalty : float
        Added to the cost of a match that changes the class, or of an object missed last time.
    """

    gate: float = 0.55
    max_gate: float = 1.5
    size_gate: float = 1.6
    lost_size_gate: float = 0.8
    low_overlap: float = 0.3
    lost_s: float = 1.6
    tentative_lost_s: float = 0.5
    confirm_hits: int = 3
    birth_overlap: float = 0.5
    cover_share: float = 0.5
    confirm_evidence: float = 2.5
    class_penalty: float = 0.2
    lost_penalty: float = 0.15


class Tracker:
    """Follows objects from frame to frame.

    Parameters
    ----------
    follower : Follower
        Moves the boxes between detections; closed with the tracker.
    fps : float
        Rate of the source.
    score : float
        Detections from this score on may start a track.
    """

    def __init__(
        self, follower: Follower, *, fps: float, score: float, rules: TrackerRules | None = None
    ) -> None:
        self.score = score
        self._fps = fps
        self._rules = rules or TrackerRules()
        self._follower = follower
        self._lost_frames = max(3, round(self._rules.lost_s * fps))
        self._tentative_frames = max(2, round(self._rules.tentative_lost_s * fps))
        self._next_id = 1
        self._clear()

    def _clear(self) -> None:
        self.motion = MotionModel()
        self._doubt = MotionDoubt(fps=self._fps)
        self._state = np.zeros(0, _STATE)
        self._votes: list[dict[int, float]] = []  # summed scores by class id

    def reset(self) -> None:
        """Forget all objects, as after a seek or a gap; ids go on counting."""
        self._clear()
        self._follower.reset()

    def close(self) -> None:
        """Close the follower."""
        self._follower.close()

    def step(self, picture: Picture, detections: Detections | None) -> Tracks:
        """Take one frame in.

        Parameters
        ----------
        picture : Picture
        detections : Detections or None
            None on frames where the detector did not run.
        """
        motions = self._follow(picture)
        if not len(self._state) and not detections:
            return Tracks.empty()
        self._state["unseen_frames"] += 1
        is_matched = np.zeros(len(self._state), np.bool_)
        if detections is not None:
            is_matched = self._take(detections)
            motions = np.concatenate(
                [motions, np.full((len(is_matched) - len(motions), 2), np.nan, np.float32)]
            )
            motions[self._state["is_astray"] & is_matched] = np.nan
        # Pixels alone may carry a track over one missed detection; one that was only ever detected
        # once needs a second look before anybody believes that it moved.
        is_known = self._state["misses"] < np.minimum(self._state["hits"], _TRUSTED_MISSES)
        is_followed = ~np.isnan(motions[:, 0]) & is_known
        alive = self._alive(picture.width, picture.height)
        self._keep(alive)
        return Tracks(
            self._state["track_id"].copy(),
            self.motion.boxes_xyxy,
            self._state["score"].copy(),
            self._state["class_id"].copy(),
            (is_followed | is_matched)[alive],
            self._state["evidence"] >= self._rules.confirm_evidence * self.score,
            motions[alive],
        )

    def _follow(self, picture: Picture) -> npt.NDArray[np.float32]:
        """Advance every track by what the follower saw; return the motions, NaN where unseen."""
        result = self._follower.follow(
            picture,
            boxes_xyxy=self.motion.boxes_xyxy,
            velocities_px=self.motion.velocities.astype(np.float32),
            track_ids=self._state["track_id"].tolist(),
        )
        if not len(self._state):
            return result.motions_px
        motions = result.motions_px.copy()
        motions[self._is_covered()] = np.nan
        motions[self._doubt.judge(motions, self.motion)] = np.nan
        self.motion.advance(motions)
        self._doubt.learn(self.motion, ~np.isnan(motions[:, 0]))
        return motions

    def _is_covered(self) -> Mask:
        """Return which tracks lie behind a surer one, whose pixels their boxes show now."""
        is_sure = self._state["misses"] == 0
        is_covered = np.zeros(len(is_sure), np.bool_)
        if is_sure.any() and not is_sure.all():
            boxes = self.motion.boxes_xyxy
            unsure = boxes[~is_sure]
            share = intersections(unsure, boxes[is_sure]) / np.maximum(areas(unsure), 1.0)[:, None]
            is_covered[~is_sure] = share.max(axis=1) > self._rules.cover_share
        return is_covered

    def _take(self, detections: Detections) -> Mask:
        """Match, correct, give birth; return which tracks were detected, the newborn included."""
        is_strong = detections.scores >= self.score
        strong = detections.select(is_strong)
        rows, columns = self._match_strong(strong)
        is_matched = np.zeros(len(self._state), np.bool_)
        is_matched[rows] = True
        weak = self._apart(detections, is_strong)
        weak_rows, weak_columns = self._match_weak(
            np.flatnonzero(~is_matched), detections.boxes_xyxy[weak]
        )
        is_matched[weak_rows] = True
        places = np.concatenate([np.flatnonzero(is_strong)[columns], weak[weak_columns]])
        self._correct(np.concatenate([rows, weak_rows]), detections.select(places))
        self._state["misses"] = np.where(is_matched, 0, self._state["misses"] + 1)
        born = self._births(strong, columns, rows)
        return np.concatenate([is_matched, np.ones(born, np.bool_)])

    def _apart(self, detections: Detections, is_strong: Mask) -> Rows:
        """Return which detections are weak and not mere parts of strong ones."""
        weak = np.flatnonzero(~is_strong)
        if not len(weak) or not is_strong.any():
            return weak
        boxes = detections.boxes_xyxy
        shared = overlap_of_smaller(boxes[weak], boxes[is_strong])
        return np.asarray(weak[shared.max(axis=1) < self._rules.cover_share], np.intp)

    def _match_strong(self, strong: Detections) -> Pairs:
        rules = self._rules
        size = np.maximum(self.motion.sizes_px, 1.0)
        gates = rules.gate + 2 * self.motion.position_std_px / size
        is_other_class = self._state["class_id"][:, None] != strong.class_ids[None]
        is_late = self._state["misses"] > 0
        is_lost = self._state["misses"] >= _TRUSTED_MISSES
        costs = association_costs(
            self.motion.boxes_xyxy,
            strong.boxes_xyxy,
            gates=np.minimum(gates, rules.max_gate),
            size_gates=np.where(is_lost, rules.lost_size_gate, rules.size_gate),
            penalties=rules.class_penalty * is_other_class + rules.lost_penalty * is_late[:, None],
        )
        return assign(costs)

    def _match_weak(self, rows: Rows, boxes_xyxy: Boxes) -> Pairs:
        overlap = iou_matrix(self.motion.boxes_xyxy[rows], boxes_xyxy)
        costs = np.where(overlap >= self._rules.low_overlap, 1.0 - overlap, np.inf)
        chosen, columns = assign(costs.astype(np.float64))
        return rows[chosen], columns

    def _correct(self, rows: Rows, found: Detections) -> None:
        noise = self.motion.noise
        is_strong = found.scores >= self.score
        std = np.where(is_strong, noise.detection, noise.low_detection)
        least_gain = np.where(is_strong, 0.3, 0.1)
        gain = np.maximum(1 / (self._state["hits"][rows] + 1), least_gain)
        gap_frames = np.maximum(self._state["unseen_frames"][rows], 1)
        is_astray = self._doubt.settle(rows, found.boxes_xyxy, self.motion, gap_frames=gap_frames)
        self.motion.loosen(rows[is_astray])
        self._state["is_astray"][rows] = is_astray
        self.motion.correct(rows, found.boxes_xyxy, detection_std=std, size_gain=gain)
        self._state["hits"][rows] += 1
        self._state["evidence"][rows] += found.scores
        self._state["unseen_frames"][rows] = 0
        self._state["score"][rows] = found.scores
        for row, class_id, score in zip(
            rows.tolist(), found.class_ids.tolist(), found.scores.tolist(), strict=True
        ):
            self._vote(row, class_id, score)

    def _vote(self, row: int, class_id: int, score: float) -> None:
        """Count a detection's class; a track has the class with most votes, on a tie the first."""
        votes = self._votes[row]
        votes[class_id] = votes.get(class_id, 0.0) + score
        current = int(self._state["class_id"][row])
        if class_id != current and votes[class_id] > votes[current]:
            self._state["class_id"][row] = class_id

    def _births(self, strong: Detections, used: Rows, matched_rows: Rows) -> int:
        """Start a track for every strong detection that is nobody's, duplicates left out."""
        is_free = np.ones(len(strong), np.bool_)
        is_free[used] = False
        free = np.flatnonzero(is_free)
        if not len(free):
            return 0
        if len(matched_rows):
            shared = overlap_of_smaller(
                strong.boxes_xyxy[free], self.motion.boxes_xyxy[matched_rows]
            )
            free = free[shared.max(axis=1) < self._rules.birth_overlap]
        newborn = strong.select(free)
        state = np.zeros(len(newborn), _STATE)
        state["class_id"] = newborn.class_ids
        state["track_id"] = self._next_id + np.arange(len(newborn))
        state["score"], state["evidence"], state["hits"] = newborn.scores, newborn.scores, 1
        self._next_id += len(newborn)
        self._state = np.concatenate([self._state, state])
        self.motion.add(newborn.boxes_xyxy)
        self._doubt.add(len(newborn))
        self._votes += [
            {class_id: score}
            for class_id, score in zip(
                newborn.class_ids.tolist(), newborn.scores.tolist(), strict=True
            )
        ]
        return len(newborn)

    def _alive(self, width: int, height: int) -> Mask:
        state, rules = self._state, self._rules
        is_confirmed = state["hits"] >= rules.confirm_hits
        patience = np.where(is_confirmed, self._lost_frames, self._tentative_frames)
        chances = np.where(is_confirmed, 3, 1)
        in_time = (state["unseen_frames"] <= patience) | (state["misses"] <= chances)
        centers = self.motion.centers
        is_inside = ((centers > 0) & (centers < (width, height))).all(axis=1)
        return np.asarray(in_time & (is_inside | (state["misses"] == 0)), np.bool_)

    def _keep(self, alive: Mask) -> None:
        if alive.all():
            return
        self.motion.keep(alive)
        self._doubt.keep(alive)
        self._state = self._state[alive]
        self._votes = [votes for votes, keep in zip(self._votes, alive, strict=True) if keep]
