"""Feed whole paths, many at once, to a counter."""

from __future__ import annotations

import numpy as np

from app.counting.counter import Counter
from app.counting.events import CrossingEvent
from app.counting.geometries import Geometry, Scene
from app.counting.rules import CrossingRules

CLASSES = {1: "Car", 2: "Person"}


def counter_of(*geometries: Geometry, size=(1000, 1000), anchor="center", **rules) -> Counter:
    return Counter(
        Scene(geometries, anchor),
        width=size[0],
        height=size[1],
        class_names=CLASSES,
        rules=CrossingRules(**rules),
    )


def drive(
    counter: Counter,
    anchors_px: np.ndarray,
    *,
    sizes_px: np.ndarray | tuple[float, float] = (40, 40),
    is_visible: np.ndarray | None = None,
    motions_px: np.ndarray | None = None,
    track_ids: np.ndarray | None = None,
    class_ids: np.ndarray | None = None,
    first_frame: int = 0,
) -> list[CrossingEvent]:
    """Return all events of paths of box centres, shape (T, N, 2) or (T, 2), at 10 frames a second.

    `sizes_px` is one size, or (T, N, 2); `is_visible` (T, N); `motions_px` (T, N, 2), NaN if None.
    """
    anchors = np.asarray(anchors_px, np.float64)
    if anchors.ndim == 2:
        anchors = anchors[:, None]
    frames, count, _ = anchors.shape
    sizes = np.broadcast_to(np.asarray(sizes_px, np.float64), anchors.shape)
    boxes = np.concatenate([anchors - sizes / 2, anchors + sizes / 2], axis=2).astype(np.float32)
    seen = np.ones((frames, count), bool) if is_visible is None else np.asarray(is_visible)
    motions = np.full(anchors.shape, np.nan) if motions_px is None else np.asarray(motions_px)
    events = []
    for index in range(frames):
        events += counter.update(
            track_ids=np.arange(1, count + 1) if track_ids is None else track_ids,
            boxes_xyxy=boxes[index],
            class_ids=np.ones(count, np.int32) if class_ids is None else class_ids,
            is_visible=seen[index].reshape(count),
            motions_px=motions[index].reshape(count, 2).astype(np.float32),
            frame_index=first_frame + index,
            timestamp_s=(first_frame + index) / 10,
        )
    return events
