"""Counting: time a frame against a plain loop over tracks, and memory over a million tracks."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict, deque
from pathlib import Path
from statistics import median

import numpy as np

from app.counting.counter import Counter
from app.counting.geometries import CountingBand, CountingLine, Scene, Zone

WIDTH, HEIGHT = 1280, 720
SCENE = Scene(
    (
        CountingLine("line", (0.0, 0.5), (1.0, 0.5)),
        CountingBand("band", (0.45, 0.0), (0.55, 1.0)),
        Zone("zone", ((0.6, 0.6), (0.9, 0.6), (0.95, 0.9), (0.6, 0.9))),
    )
)
FRAMES = 300


class LoopCounter:
    """A line as counting libraries write it: a loop over tracks, sides by a cross product.

    After supervision's `LineZone` with the box centre as its anchor: a side must hold for two
    frames, and the point must lie between the line's ends. Without travel, bands, zones, event
    frames or pixels, so it does less than `Counter`.
    """

    def __init__(self) -> None:
        edges = [
            edge * (WIDTH, HEIGHT)
            for edge in np.array(
                [[(0, 0.5), (1, 0.5)], [(0.45, 0), (0.45, 1)], [(0.55, 0), (0.55, 1)]]
            )
        ]
        self._lines = [(edge[0].tolist(), edge[1].tolist()) for edge in edges]
        self._sides = [defaultdict(lambda: deque(maxlen=3)) for _ in edges]
        self.count = 0

    def update(self, track_ids: np.ndarray, boxes_xyxy: np.ndarray) -> None:
        for ((x0, y0), (x1, y1)), sides in zip(self._lines, self._sides, strict=True):
            for track_id, box in zip(track_ids, boxes_xyxy, strict=True):
                x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
                along = (x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)
                if not 0 <= along <= (x1 - x0) ** 2 + (y1 - y0) ** 2:
                    continue
                side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0
                history = sides[int(track_id)]
                history.append(side)
                if len(history) == 3 and history[0] != history[1] == history[2]:
                    self.count += 1


def traffic(count: int) -> list[dict[str, np.ndarray]]:
    """Return the tracks of `FRAMES` frames; those that end are followed by new ones."""
    rng = np.random.default_rng(count)
    centers = rng.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    speeds = rng.normal(0, 5, (count, 2))
    sizes = rng.uniform(20, 120, (count, 2))
    ids = np.arange(1, count + 1)
    frames = []
    for _ in range(FRAMES):
        centers = centers + speeds
        is_out = ((centers < 0) | (centers > (WIDTH, HEIGHT))).any(axis=1)
        centers[is_out] %= (WIDTH, HEIGHT)
        is_new = is_out | (rng.random(count) < 0.01)
        ids = np.where(is_new, ids.max() + np.cumsum(is_new), ids)
        boxes = np.hstack([centers - sizes / 2, centers + sizes / 2])
        boxes += rng.normal(0, 1, boxes.shape)
        order = np.argsort(ids)
        frames.append(
            {
                "track_ids": ids[order],
                "boxes_xyxy": boxes[order].astype(np.float32),
                "class_ids": np.ones(count, np.int32),
                "is_visible": rng.random(count) < 0.95,
                "motions_px": speeds[order].astype(np.float32),
            }
        )
    return frames


def _time_a_frame(count: int) -> tuple[float, float]:
    """Return the median milliseconds a frame of `Counter` and of the loop, measured in turn."""
    counter = Counter(SCENE, width=WIDTH, height=HEIGHT, class_names={1: "Car"})
    loop = LoopCounter()
    ours_ms, loop_ms = [], []
    for index, frame in enumerate(traffic(count)):
        begin = time.perf_counter()
        counter.update(**frame, frame_index=index, timestamp_s=index / 30)
        middle = time.perf_counter()
        loop.update(frame["track_ids"], frame["boxes_xyxy"])
        ours_ms.append(1e3 * (middle - begin))
        loop_ms.append(1e3 * (time.perf_counter() - middle))
    return median(ours_ms), median(loop_ms)


_GROWTH = """
import os
import numpy as np
from tests.benchmarks.bench_counting import HEIGHT, SCENE, WIDTH, Counter

def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

counter = Counter(SCENE, width=WIDTH, height=HEIGHT, class_names={1: "Car"})
count = 200
rng = np.random.default_rng(0)
boxes = rng.uniform(100, 700, (count, 2)).repeat(2, 0).reshape(count, 4).astype(np.float32)
for frame in range(10_000):
    if frame == 100:
        before = resident_bytes()
    # Every track lives two frames and half of them are new in each: 1,000,000 in all.
    ids = np.arange(frame * count // 2, frame * count // 2 + count)
    boxes[:, 1::2] = rng.uniform(300, 420, (count, 1)) + (-20, 20)
    counter.update(
        track_ids=ids,
        boxes_xyxy=boxes,
        class_ids=np.ones(count, np.int32),
        is_visible=np.ones(count, bool),
        motions_px=np.full((count, 2), np.nan, np.float32),
        frame_index=frame,
        timestamp_s=frame / 30,
    )
assert counter.totals.event_count > 10_000
print((resident_bytes() - before) / 2**20)
"""


def _growth_mib() -> float:
    """Return how much the resident memory of a fresh process grows over 1,000,000 tracks."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH], cwd=root, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def run() -> list[dict]:
    results = []
    for count, goal_ms in ((50, 0.2), (200, 0.8)):
        ours_ms, loop_ms = _time_a_frame(count)
        results.append(
            {
                "name": f"count a frame of {count} tracks at a line, a band and a zone",
                "value": ours_ms,
                "unit": "ms",
                "baseline": loop_ms,
                "goal": f"at most {goal_ms} ms",
                "ok": ours_ms <= goal_ms,
            }
        )
    if Path("/proc/self/statm").exists():
        growth_mib = _growth_mib()
        results.append(
            {
                "name": "resident memory over 1,000,000 tracks",
                "value": growth_mib,
                "unit": "MiB",
                "baseline": None,
                "goal": "at most 10 MiB",
                "ok": growth_mib <= 10,
            }
        )
    return results


if __name__ == "__main__":
    for result in run():
        print(result)
