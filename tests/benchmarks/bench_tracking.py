"""Associating and counting: time a frame against a plain loop, memory over a million objects.

What following a box by its pixels costs is in `bench_followers`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.counting.counter import Counter
from app.counting.geometries import CountingLine, Scene
from app.detection.detections import Detections
from app.geometry import Boxes, Points
from app.tracking.follower import FollowResult
from app.tracking.picture import Picture
from app.tracking.tracker import Tracker
from app.tracking.tracks import Tracks

WIDTH, HEIGHT, FPS = 1280, 720, 25.0
SCENE = Scene((CountingLine("line", (0.0, 0.5), (1.0, 0.5)),))
CLASSES = {1: "Car", 2: "Vehicle"}
SCORE = 0.3
FRAMES, WARM_UP_FRAMES = 200, 20
GOALS_MS = {50: 0.5, 200: 2.0}
IDS, IDS_A_FRAME, GOAL_MIB = 1_000_000, 100, 10
SLOW_FPS = 4.0  # lost objects are kept for a time: for few frames of a slow camera


class BlindFollower:
    """Sees no pixels: what is left of a step is associating."""

    def follow(
        self,
        picture: Picture,
        *,
        boxes_xyxy: Boxes,
        velocities_px: Points,
        track_ids: Sequence[int],
    ) -> FollowResult:
        count = len(track_ids)
        motions_px = np.full((count, 2), np.nan, np.float32)
        return FollowResult(boxes_xyxy, np.zeros(count, np.float32), motions_px)

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


class LoopTracker:
    """Association as small trackers write it: IoU pair by pair, then an optimal assignment.

    After SORT without its Kalman filter: boxes stay where they were last seen. No second pass, no
    gates but the least IoU, no votes; so it does less than `Tracker`.
    """

    def __init__(self) -> None:
        self._boxes: list[list[float]] = []
        self._ids: list[int] = []
        self._next_id = 1

    def step(self, boxes: list[list[float]]) -> list[int]:
        costs = np.array([[1 - _iou(old, new) for new in boxes] for old in self._boxes])
        ids = [0] * len(boxes)
        if costs.size:
            for row, column in zip(*linear_sum_assignment(costs), strict=True):
                if costs[row, column] < 0.7:
                    ids[column] = self._ids[row]
        for column, track_id in enumerate(ids):
            if track_id == 0:
                ids[column] = self._next_id
                self._next_id += 1
        self._boxes, self._ids = boxes, ids
        return ids


def _iou(first: list[float], second: list[float]) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    both = (first[2] - first[0]) * (first[3] - first[1]) + (second[2] - second[0]) * (
        second[3] - second[1]
    )
    return shared / (both - shared)


def traffic(count: int) -> list[Detections]:
    """Return the detections of every frame: cars in lanes, flickering, a tenth of them weak."""
    rng = np.random.default_rng(count)
    columns = int(np.ceil(np.sqrt(count * WIDTH / HEIGHT)))
    rows = int(np.ceil(count / columns))
    cell = np.array([WIDTH / columns, HEIGHT / rows])
    places = np.stack(np.divmod(np.arange(count), rows), axis=1)
    centers = (places + 0.5) * cell
    sides = 0.7 * cell * rng.uniform(0.8, 1.0, (count, 2))
    speeds = np.where(places[:, :1] % 2, 1.0, -1.0) * (0.0, 3.0)
    frames = []
    for _ in range(FRAMES):
        centers = (centers + speeds) % (WIDTH, HEIGHT)
        seen = centers + rng.normal(0, 0.04, (count, 2)) * sides
        boxes = np.hstack([seen - sides / 2, seen + sides / 2]).astype(np.float32)
        is_weak = rng.random(count) < 0.1
        scores = np.where(is_weak, 0.2, rng.uniform(0.4, 0.9, count)).astype(np.float32)
        class_ids = np.where(rng.random(count) < 0.15, 2, 1).astype(np.int32)
        order = np.argsort(-scores)
        frames.append(Detections(boxes, scores, class_ids).select(order))
    return frames


def count_frame(counter: Counter, tracks: Tracks, *, frame_index: int) -> None:
    """Count one frame of tracks, as `CountingSession` does."""
    counter.update(
        track_ids=tracks.track_ids,
        boxes_xyxy=tracks.boxes_xyxy,
        class_ids=tracks.class_ids,
        is_visible=tracks.is_visible,
        is_confirmed=tracks.is_confirmed,
        motions_px=tracks.motions_px,
        frame_index=frame_index,
        timestamp_s=frame_index / FPS,
    )


def make(*, fps: float = FPS) -> tuple[Picture, Tracker, Counter]:
    """Return a picture nobody looks at, a tracker and a counter."""
    picture = Picture(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    tracker = Tracker(BlindFollower(), fps=fps, score=SCORE)
    return picture, tracker, Counter(SCENE, width=WIDTH, height=HEIGHT, class_names=CLASSES)


def _times_ms(count: int) -> tuple[float, float, float]:
    """Return the median milliseconds a frame of tracker, counter and loop, measured in turn.

    All run in this thread alone, so its own processor time is what they cost.
    """
    picture, tracker, counter = make()
    loop = LoopTracker()
    times = []
    for index, detections in enumerate(traffic(count)):
        begin = time.thread_time()
        tracks = tracker.step(picture, detections)
        associated = time.thread_time()
        count_frame(counter, tracks, frame_index=index)
        counted = time.thread_time()
        boxes = detections.boxes_xyxy.tolist()
        looped = time.thread_time()
        loop.step(boxes)
        end = time.thread_time()
        times.append((associated - begin, counted - associated, end - looped))
    tracker_ms, counter_ms, loop_ms = (
        1e3 * median(column) for column in zip(*times[WARM_UP_FRAMES:], strict=True)
    )
    return tracker_ms, counter_ms, loop_ms


_GROWTH = """
import os
import numpy as np
from app.detection.detections import Detections
from tests.benchmarks.bench_tracking import (
    HEIGHT, IDS, IDS_A_FRAME, SLOW_FPS, WIDTH, count_frame, make
)

def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

picture, tracker, counter = make(fps=SLOW_FPS)
rng = np.random.default_rng(0)
scores = np.full(IDS_A_FRAME, 0.9, np.float32)
class_ids = np.ones(IDS_A_FRAME, np.int32)
frame = last_id = 0
while last_id < IDS:
    if frame == 500:
        before = resident_bytes()
    # Small boxes somewhere else in every frame: nearly each is an object of its own.
    corners = rng.uniform((0, 0), (WIDTH - 3, HEIGHT - 3), (IDS_A_FRAME, 2)).astype(np.float32)
    found = Detections(np.hstack([corners, corners + 3]), scores, class_ids)
    tracks = tracker.step(picture, found)
    count_frame(counter, tracks, frame_index=frame)
    last_id = int(tracks.track_ids.max())
    frame += 1
print((resident_bytes() - before) / 2**20)
"""


def _growth_mib() -> float:
    """Return how much the resident memory of a fresh process grows over a million objects."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH], cwd=root, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def run() -> list[dict[str, object]]:
    """Measure; the loop's time in the same run is the baseline."""
    rows: list[dict[str, object]] = []
    for count, goal_ms in GOALS_MS.items():
        tracker_ms, counter_ms, loop_ms = _times_ms(count)
        both_ms = tracker_ms + counter_ms
        goal, is_ok = f"at most {goal_ms} ms", both_ms <= goal_ms
        parts = f"tracker {tracker_ms:.2f}, counter {counter_ms:.2f}"
        name = f"associate and count {count} objects ({parts})"
        rows.append(_row(name, both_ms, "ms", loop_ms, goal, is_ok))
    if Path("/proc/self/statm").exists():
        growth_mib = _growth_mib()
        name, goal = f"resident memory over {IDS:,} objects", f"at most {GOAL_MIB} MiB"
        rows.append(_row(name, growth_mib, "MiB", None, goal, growth_mib <= GOAL_MIB))
    return rows


def _row(
    name: str, value: float, unit: str, baseline: float | None, goal: str, is_ok: bool
) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": baseline,
        "goal": goal,
        "ok": is_ok,
    }


if __name__ == "__main__":
    for row in run():
        print(row)
