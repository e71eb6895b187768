"""What it costs to follow a box from frame to frame: optical flow against dlib."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from app.geometry import Boxes
from app.tracking.dlib_pool import DlibFollower
from app.tracking.follower import Follower
from app.tracking.optical_flow import FlowFollower
from app.tracking.picture import Picture
from tests.support.scenes import TEST_SEEDS, Scene, make_scene

BOXES, FRAMES, START = 16, 15, 60
FLOW_GOAL_MS = 0.6


def run() -> list[dict[str, object]]:
    """Follow the same boxes through the same frames; return milliseconds a box and frame."""
    cv2.setNumThreads(1)
    scene = make_scene(TEST_SEEDS[0], kind="busy_road", frames=START + FRAMES)
    images = [scene.image(index) for index in range(START, START + FRAMES)]
    boxes = _boxes(scene)
    in_process = _in_process_ms(images, boxes)
    flow = _follower_ms(FlowFollower, images, boxes)
    rows = [
        _row("dlib in this process", in_process, None, "for comparison", is_ok=True),
        _row("optical flow", flow, in_process, f"at most {FLOW_GOAL_MS}", flow <= FLOW_GOAL_MS),
    ]
    for count in (1, 2):
        cost = _follower_ms(lambda count=count: DlibFollower(worker_count=count), images, boxes)
        # A second worker helps where there is a second core to spare; none may cost much more.
        is_ok = cost <= 1.5 * in_process
        goal = "at most 1.5 times the baseline"
        rows.append(_row(f"dlib, workers: {count}", cost, in_process, goal, is_ok))
    return rows


def _row(name: str, value: float, baseline: float | None, goal: str, is_ok: bool) -> dict:
    return {
        "name": f"follow a box: {name}",
        "value": round(value, 3),
        "unit": "ms",
        "baseline": baseline,
        "goal": goal,
        "ok": is_ok,
    }


def _boxes(scene: Scene) -> Boxes:
    found = [
        box
        for each in scene.truth
        if (box := each.box_at(START)) is not None
        and (box > 5).all()
        and (box[2:] < (scene.width - 5, scene.height - 5)).all()
    ]
    return np.array(found[:BOXES], np.float32)


def _follower_ms(make: Callable[[], Follower], images: Sequence[np.ndarray], boxes: Boxes) -> float:
    follower, track_ids = make(), list(range(len(boxes)))
    velocities = np.zeros((len(boxes), 2), np.float32)
    start_s = 0.0
    for number, image_bgr in enumerate(images):
        if number == 2:  # the workers have started and learnt the objects
            start_s = time.perf_counter()
        result = follower.follow(
            Picture(image_bgr), boxes_xyxy=boxes, velocities_px=velocities, track_ids=track_ids
        )
        boxes, velocities = result.boxes_xyxy, np.nan_to_num(result.motions_px)
    cost_s = time.perf_counter() - start_s
    follower.close()
    return 1e3 * cost_s / len(track_ids) / (len(images) - 2)


def _in_process_ms(images: Sequence[np.ndarray], boxes: Boxes) -> float:
    trackers = importlib.import_module("app.tracking.dlib_worker").CorrelationTrackers()
    keys = range(len(boxes))
    trackers.start(cv2.cvtColor(images[0], cv2.COLOR_BGR2RGB), keys, boxes)
    start_s = time.perf_counter()
    for image_bgr in images[1:]:
        trackers.update(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), keys)
    return 1e3 * (time.perf_counter() - start_s) / len(keys) / (len(images) - 1)


if __name__ == "__main__":
    for row in run():
        print(row["name"], row["value"], row["unit"])
