"""A simulated detector with the faults of a small real one, from the true boxes of a scene."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import clip, iou_matrix
from tests.support.scene_paths import CAR, CLASSES, VEHICLE, Layout, Occluder
from tests.support.scene_truth import Trajectory

MIN_VISIBLE = 0.4  # about where the simulated detector begins to miss an object
MAX_HIDDEN_FRAMES = 25


@dataclass(frozen=True)
class DetectorFaults:
    """How bad the simulated detector is; sizes are fractions of the box.

    Attributes
    ----------
    center_flicker, size_flicker : tuple of float
        Lowest and highest standard deviation over objects, as a fraction of the box.
    dropout, burst_dropout, burst_frames : float
        Chance a frame that an object is missed once; that a run of misses starts; its mean length.
    false_positives, persistent_clutter : float
        Random false boxes a frame; how many fixed places that look like an object at times.
    duplicates : float
        Chance an object that a second box lies inside its own, or round it and a neighbour.
    label_flips : float
        Chance a frame that a car is called Vehicle.
    """

    center_flicker: tuple[float, float] = (0.03, 0.08)
    size_flicker: tuple[float, float] = (0.03, 0.08)
    dropout: float = 0.05
    burst_dropout: float = 0.006
    burst_frames: float = 7.0
    false_positives: float = 0.04
    persistent_clutter: float = 2.0
    duplicates: float = 0.04
    label_flips: float = 0.15


PERFECT = DetectorFaults((0.0, 0.0), (0.0, 0.0), 0, 0, 1, 0, 0, 0, 0)


def visible_shares(
    boxes_xyxy: npt.NDArray[np.float64], occluders: Sequence[Occluder]
) -> npt.NDArray[np.float64]:
    """Return which share of each box nothing nearer hides, shape (N,); what is nearer is lower."""
    grid = (np.arange(8) + 0.5) / 8
    size = boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]
    x = (boxes_xyxy[:, 0, None] + size[:, 0, None] * grid)[:, None, :, None]  # (N, 1, 8, 1)
    y = (boxes_xyxy[:, 1, None] + size[:, 1, None] * grid)[:, :, None, None]  # (N, 8, 1, 1)
    fixed = np.array([item.box_xyxy for item in occluders]).reshape(-1, 4)
    hiding = np.concatenate([boxes_xyxy, fixed])
    ground_y = np.concatenate([boxes_xyxy[:, 3], [item.ground_y_px for item in occluders]])
    is_nearer = (ground_y > boxes_xyxy[:, 3, None])[:, None, None]  # (N, 1, 1, M)
    is_in_x = (x > hiding[:, 0]) & (x < hiding[:, 2])
    is_in_y = (y > hiding[:, 1]) & (y < hiding[:, 3])
    return np.asarray(1 - (is_in_x & is_in_y & is_nearer).any(axis=3).mean(axis=(1, 2)))


def shares_in_picture(
    boxes_xyxy: npt.NDArray[np.float64], *, width: int, height: int
) -> npt.NDArray[np.float64]:
    """Return which share of each box is inside the picture, shape (N,)."""
    inside = np.clip(boxes_xyxy, 0, [width, height, width, height])
    sides = inside[:, 2:] - inside[:, :2]
    return np.asarray(sides.prod(axis=1) / (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]).prod(axis=1))


def drop_hidden(layout: Layout) -> None:
    """Take out the objects that something hides for longer than anyone could bridge."""
    hidden_frames: dict[int, int] = {}
    unseen: set[int] = set()
    for index in range(layout.frames):
        present = [
            (item.object_id, box)
            for item in layout.trajectories
            if (box := item.box_at(index)) is not None
        ]
        boxes = np.array([box for _, box in present]).reshape(-1, 4)
        shares = visible_shares(boxes, layout.occluders)
        for (object_id, _), share in zip(present, shares, strict=True):
            is_hidden = share < MIN_VISIBLE
            hidden_frames[object_id] = hidden_frames.get(object_id, 0) + 1 if is_hidden else 0
            if hidden_frames[object_id] > MAX_HIDDEN_FRAMES:
                unseen.add(object_id)
    layout.trajectories[:] = [item for item in layout.trajectories if item.object_id not in unseen]


class SimulatedDetector:
    """All detections of a scene, drawn once; see `DetectorFaults`."""

    def __init__(self, layout: Layout, faults: DetectorFaults, seed: int) -> None:
        self._layout = layout
        self._faults = faults
        self._rng = np.random.default_rng((seed, 1))
        self._noise = {item.object_id: self._object_noise(item) for item in layout.trajectories}
        self._clutter = self._fixed_clutter()
        self._by_frame = [self._frame(index) for index in range(layout.frames)]

    def __call__(self, frame_index: int) -> Detections:
        """Return the detections in a frame, best score first, down to a score of 0.1."""
        return self._by_frame[frame_index]

    def _object_noise(self, trajectory: Trajectory) -> dict[str, npt.NDArray[np.float64]]:
        rng, faults, count = self._rng, self._faults, len(trajectory.boxes_xyxy)
        score = np.clip(rng.normal(0.56, 0.07), 0.42, 0.75)
        wave = np.empty(count)
        wave[0] = rng.normal()
        steps = rng.normal(size=count)
        for t in range(1, count):
            wave[t] = 0.8 * wave[t - 1] + 0.6 * steps[t]
        missed = rng.random(count) < faults.dropout
        for start in np.flatnonzero(rng.random(count) < faults.burst_dropout):
            missed[start : start + 1 + rng.geometric(1 / faults.burst_frames)] = True
        return {
            "center": rng.normal(size=(count, 2)) * rng.uniform(*faults.center_flicker),
            "size": np.exp(rng.normal(size=(count, 2)) * rng.uniform(*faults.size_flicker)),
            "score": score + 0.07 * wave,
            "missed": missed,
            "luck": rng.random(count),
        }

    def _fixed_clutter(self) -> npt.NDArray[np.float64]:
        count = self._rng.poisson(self._faults.persistent_clutter)
        return np.array([self._random_box() for _ in range(count)]).reshape(-1, 4)

    def _random_box(self) -> npt.NDArray[np.float64]:
        layout, rng = self._layout, self._rng
        width, height = layout.car_size() if rng.random() < 0.5 else layout.person_size()
        x, y = rng.uniform(0, layout.width), rng.uniform(0.1, 1.0) * layout.height
        return np.array([x - width / 2, y - height, x + width / 2, y])

    def _frame(self, index: int) -> Detections:
        layout, rng, faults = self._layout, self._rng, self._faults
        here = [(t, t.box_at(index)) for t in layout.trajectories]
        present = [(t, box) for t, box in here if box is not None]
        truth = np.array([box for _, box in present]).reshape(-1, 4)
        shares = visible_shares(truth, layout.occluders)
        shares *= shares_in_picture(truth, width=layout.width, height=layout.height)
        boxes: list[npt.NDArray[np.float64]] = []
        scores: list[float] = []
        classes: list[int] = []

        def report(box: npt.NDArray[np.float64], score: float, class_id: int) -> None:
            if score >= 0.1:
                boxes.append(box)
                scores.append(min(score, 0.98))
                classes.append(class_id)

        for (trajectory, box), share in zip(present, shares, strict=True):
            position = index - trajectory.first_frame
            noise = self._noise[trajectory.object_id]
            if noise["missed"][position] or noise["luck"][position] > (share - 0.15) / 0.45:
                continue
            size = box[2:] - box[:2]
            center = (box[:2] + box[2:]) / 2 + noise["center"][position] * size
            half = size * noise["size"][position] / 2
            seen = np.concatenate([center - half, center + half])
            score = float(noise["score"][position]) - 0.35 * (1 - share)
            is_flipped = trajectory.class_id == CAR and rng.random() < faults.label_flips
            class_id = VEHICLE if is_flipped else trajectory.class_id
            report(seen, score, class_id)
            if rng.random() < faults.duplicates:
                report(self._duplicate(seen, truth), score * rng.uniform(0.5, 0.95), class_id)
        for _ in range(rng.poisson(faults.false_positives)):
            report(self._random_box(), rng.uniform(0.15, 0.5), int(rng.choice(list(CLASSES))))
        for place in self._clutter:
            if rng.random() < 0.35:
                shift = np.tile(rng.normal(size=2) * 0.05 * (place[2:] - place[:2]), 2)
                report(place + shift, rng.normal(0.27, 0.07), int(rng.choice(list(CLASSES))))
        return _sorted(boxes, scores, classes, width=layout.width, height=layout.height)

    def _duplicate(
        self, box: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Return a part of `box`, or a box round it and its nearest neighbour if that is near."""
        size = box[2:] - box[:2]
        middle = (box[:2] + box[2:]) / 2
        apart = np.hypot(*((truth[:, :2] + truth[:, 2:]) / 2 - middle).T)
        neighbours = truth[(apart > 0.5 * size.max()) & (apart < 1.3 * size.max())]
        if len(neighbours) and self._rng.random() < 0.5:
            other = neighbours[0]
            return np.concatenate([np.minimum(box[:2], other[:2]), np.maximum(box[2:], other[2:])])
        low = box[:2] + self._rng.uniform(0, 0.4, 2) * size
        return np.concatenate([low, low + self._rng.uniform(0.5, 0.6, 2) * size])


def _sorted(
    boxes: list[npt.NDArray[np.float64]],
    scores: list[float],
    classes: list[int],
    *,
    width: int,
    height: int,
) -> Detections:
    """Return what survives non-maximum suppression at IoU 0.55, clipped, best first."""
    if not boxes:
        return Detections.empty()
    order = np.argsort(-np.array(scores), kind="stable")
    clipped = clip(np.array(boxes, np.float32)[order], width=width, height=height)
    iou = iou_matrix(clipped, clipped)
    kept: list[int] = []
    for candidate in range(len(clipped)):
        if not kept or iou[candidate, kept].max() < 0.55:
            kept.append(candidate)
    return Detections(
        clipped[kept],
        np.array(scores, np.float32)[order][kept],
        np.array(classes, np.int32)[order][kept],
    )


def select_detections(
    detections: Detections, *, min_score: float, class_ids: Collection[int] | None
) -> Detections:
    """Return the detections a caller of `Detector.detect` asked for."""
    is_wanted = detections.scores >= min_score
    if class_ids is not None:
        is_wanted &= np.isin(detections.class_ids, list(class_ids))
    return detections.select(is_wanted)
