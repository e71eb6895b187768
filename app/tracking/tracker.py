"""The default tracker: motion model, two-pass assignment, follower between detections.

The second pass with low scores is ByteTrack's idea (Zhang et al., ECCV 2022): a weak box may keep
a known object alive but never starts one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import Boxes, iou_matrix, overlap_of_smaller
from app.tracking.association import assign, association_costs
from app.tracking.follower import Follower
from app.tracking.motion_model import MotionModel
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks


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
    """

    gate: float = 0.55
    max_gate: float = 1.5
    low_overlap: float = 0.3
    lost_s: float = 1.6
    tentative_lost_s: float = 0.5
    confirm_hits: int = 3
    birth_overlap: float = 0.7
    doubt_s: float = 0.3


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
        self._rules = rules or TrackerRules()
        self._follower = follower
        self._lost_frames = max(3, round(self._rules.lost_s * fps))
        self._tentative_frames = max(2, round(self._rules.tentative_lost_s * fps))
        self._doubt_frames = max(2, round(self._rules.doubt_s * fps))
        self._next_id = 1
        self._clear()

    def _clear(self) -> None:
        self.motion = MotionModel()
        self._ids: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._scores: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._hits: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._unseen_frames: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._misses: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._rejected: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._votes: list[dict[int, float]] = []

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
        followed = self._follow(picture)
        self._unseen_frames += 1
        is_visible = ~np.isnan(followed[:, 0]) & (self._misses < 2)
        if detections is not None:
            is_visible = self._take(detections, is_visible)
        height, width = picture.image_bgr.shape[:2]
        alive = self._alive(width, height)
        self._keep(alive)
        motions = np.concatenate(
            [followed, np.full((len(is_visible) - len(followed), 2), np.nan, np.float32)]
        )
        return Tracks(
            self._ids.copy(),
            self.motion.boxes_xyxy,
            self._scores.copy(),
            np.array([max(v, key=lambda k: (v[k], -k)) for v in self._votes], np.int32),
            is_visible[alive],
            motions[alive],
        )

    def _follow(self, picture: Picture) -> npt.NDArray[np.float32]:
        """Advance every track by what the follower saw; return the motions, NaN where unseen."""
        result = self._follower.follow(
            picture,
            boxes_xyxy=self.motion.boxes_xyxy,
            velocities_px=self.motion.velocities.astype(np.float32),
            track_ids=self._ids.tolist(),
        )
        motions = result.motions_px.copy()
        # An object that walks behind a pole leaves the follower holding the pole: a standstill
        # where the model is sure of motion is doubted for a while before it is believed.
        speed = np.linalg.norm(self.motion.velocities, axis=1)
        is_still = np.linalg.norm(motions, axis=1) < 0.25 * speed
        is_sure = speed > 3 * self.motion.velocity_std_px + 0.02 * self.motion.sizes_px
        is_doubtful = is_still & is_sure & (self._hits >= self._rules.confirm_hits)
        self._rejected = np.where(is_doubtful, self._rejected + 1, 0)
        motions[is_doubtful & (self._rejected <= self._doubt_frames)] = np.nan
        self.motion.advance(motions)
        return motions

    def _take(
        self, detections: Detections, is_visible: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """Match, correct, give birth; return which tracks are visible now, newborn included."""
        strong = detections.select(detections.scores >= self.score)
        weak = detections.select(detections.scores < self.score)
        rows, columns = self._match_strong(strong)
        self._correct(rows, strong.select(columns), is_strong=True)
        rest = np.setdiff1d(np.arange(len(self._ids)), rows)
        weak_rows, weak_columns = self._match_weak(rest, weak)
        self._correct(weak_rows, weak.select(weak_columns), is_strong=False)
        matched = np.zeros(len(self._ids), np.bool_)
        matched[rows] = matched[weak_rows] = True
        self._misses = np.where(matched, 0, self._misses + 1)
        is_visible = (is_visible & (self._misses < 2)) | matched
        born = self._births(strong, columns, rows)
        return np.concatenate([is_visible, np.ones(born, np.bool_)])

    def _match_strong(
        self, strong: Detections
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        size = np.maximum(self.motion.sizes_px, 1.0)
        gates = self._rules.gate + 2 * self.motion.position_std_px / size
        classes = self._class_ids()
        penalties = 0.2 * (classes[:, None] != strong.class_ids[None]).astype(np.float64)
        penalties += 0.15 * (self._misses > 0)[:, None]
        costs = association_costs(
            self.motion.boxes_xyxy,
            strong.boxes_xyxy,
            gates=np.minimum(gates, self._rules.max_gate),
            penalties=penalties,
        )
        return assign(costs)

    def _match_weak(
        self, rows: npt.NDArray[np.intp], weak: Detections
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        overlap = iou_matrix(self.motion.boxes_xyxy[rows], weak.boxes_xyxy)
        costs = np.where(overlap >= self._rules.low_overlap, 1.0 - overlap, 1e6)
        chosen, columns = assign(costs.astype(np.float64))
        return rows[chosen], columns

    def _correct(self, rows: npt.NDArray[np.intp], found: Detections, *, is_strong: bool) -> None:
        noise = self.motion.noise
        std = np.full(len(rows), noise.detection if is_strong else noise.low_detection)
        gain = np.maximum(1 / (self._hits[rows] + 1), 0.3 if is_strong else 0.1)
        self.motion.correct(rows, found.boxes_xyxy, detection_std=std, size_gain=gain)
        self._hits[rows] += 1
        self._unseen_frames[rows] = 0
        self._scores[rows] = found.scores
        for row, class_id, score in zip(rows, found.class_ids, found.scores, strict=True):
            votes = self._votes[row]
            votes[int(class_id)] = votes.get(int(class_id), 0.0) + float(score)

    def _births(
        self,
        strong: Detections,
        used: npt.NDArray[np.intp],
        matched_rows: npt.NDArray[np.intp],
    ) -> int:
        """Start a track for every strong detection that is nobody's, duplicates left out."""
        free = np.setdiff1d(np.arange(len(strong)), used)
        if len(free) and len(matched_rows):
            shared = overlap_of_smaller(
                strong.boxes_xyxy[free], self.motion.boxes_xyxy[matched_rows]
            )
            free = free[shared.max(axis=1) < self._rules.birth_overlap]
        newborn = strong.select(free)
        count = len(newborn)
        self.motion.add(newborn.boxes_xyxy, self._birth_velocities(newborn.boxes_xyxy))
        self._ids = np.concatenate([self._ids, self._next_id + np.arange(count)])
        self._next_id += count
        self._scores = np.concatenate([self._scores, newborn.scores])
        self._hits = np.concatenate([self._hits, np.ones(count, np.int64)])
        for name in ("_unseen_frames", "_misses", "_rejected"):
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros(count, np.int64)]))
        self._votes += [
            {int(class_id): float(score)}
            for class_id, score in zip(newborn.class_ids, newborn.scores, strict=True)
        ]
        return count

    def _birth_velocities(self, boxes_xyxy: Boxes) -> npt.NDArray[np.float32]:
        return np.zeros((len(boxes_xyxy), 2), np.float32)

    def _class_ids(self) -> npt.NDArray[np.int32]:
        return np.array([max(v, key=lambda k: (v[k], -k)) for v in self._votes], np.int32)

    def _alive(self, width: int, height: int) -> npt.NDArray[np.bool_]:
        is_confirmed = self._hits >= self._rules.confirm_hits
        patience = np.where(is_confirmed, self._lost_frames, self._tentative_frames)
        chances = np.where(is_confirmed, 3, 1)
        centers = self.motion.centers
        inside = ((centers > 0) & (centers < (width, height))).all(axis=1)
        in_time = (self._unseen_frames <= patience) | (self._misses <= chances)
        return np.asarray(in_time & (inside | (self._misses == 0)), np.bool_)

    def _keep(self, alive: npt.NDArray[np.bool_]) -> None:
        self.motion.keep(alive)
        for name in ("_ids", "_scores", "_hits", "_unseen_frames", "_misses", "_rejected"):
            setattr(self, name, getattr(self, name)[alive])
        self._votes = [votes for votes, keep in zip(self._votes, alive, strict=True) if keep]
