"""Boxes in pixels: areas, overlaps, centres. All vectorised, all pure.

Every box is ``x_min, y_min, x_max, y_max`` in pixels of its frame, origin top-left, y down,
maximum edges exclusive.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]  # (N, 4) xyxy, pixels
Points = npt.NDArray[np.float32]  # (N, 2) xy, pixels


def areas(boxes_xyxy: Boxes) -> npt.NDArray[np.float32]:
    """Return the area of each box in square pixels, shape (N,); reversed boxes have none."""
    sides = np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], dtype=np.float32)


def intersections(first_xyxy: Boxes, second_xyxy: Boxes) -> npt.NDArray[np.float32]:
    """Return the intersection area of every pair, shape (len(first), len(second))."""
    # Side by side in columns: ten times faster than pairs of (x, y) at a few hundred boxes.
    left, top, right, bottom = np.ascontiguousarray(first_xyxy.T)[:, :, None]
    other_left, other_top, other_right, other_bottom = np.ascontiguousarray(second_xyxy.T)
    widths = np.minimum(right, other_right) - np.maximum(left, other_left)
    heights = np.minimum(bottom, other_bottom) - np.maximum(top, other_top)
    return np.asarray(np.maximum(widths, 0) * np.maximum(heights, 0), dtype=np.float32)


def iou_matrix(first_xyxy: Boxes, second_xyxy: Boxes) -> npt.NDArray[np.float32]:
    """Return intersection over union of every pair, shape (len(first), len(second)), in [0, 1]."""
    inter = intersections(first_xyxy, second_xyxy)
    union = areas(first_xyxy)[:, None] + areas(second_xyxy)[None, :] - inter
    return np.asarray(inter / np.maximum(union, 1e-9), dtype=np.float32)


def overlap_of_smaller(first_xyxy: Boxes, second_xyxy: Boxes) -> npt.NDArray[np.float32]:
    """Return intersection over the smaller area of every pair: 1 where one contains the other."""
    inter = intersections(first_xyxy, second_xyxy)
    smaller = np.minimum(areas(first_xyxy)[:, None], areas(second_xyxy)[None, :])
    return np.asarray(inter / np.maximum(smaller, 1e-9), dtype=np.float32)


def centers(boxes_xyxy: Boxes) -> Points:
    """Return the centre of each box, shape (N, 2), pixels."""
    return np.asarray((boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2, dtype=np.float32)


def clip(boxes_xyxy: Boxes, *, width: int, height: int) -> Boxes:
    """Return the boxes cut to a frame of `width` by `height` pixels."""
    limit = np.array([width, height, width, height], dtype=np.float32)
    return np.asarray(np.clip(boxes_xyxy, 0, limit), dtype=np.float32)
