"""Which box or handle lies under the pointer, and where boxes go when dragged. No widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal

Boxes = npt.NDArray[np.float64]  # (N, 4) xyxy, pixels of the picture
Edges = tuple[float, float, float, float]  # xmin, ymin, xmax, ymax, pixels of the picture
Size = tuple[int, int]
Shown = LabeledBox | Proposal  # what has four edges

# Which edges a handle moves: x of (xmin, xmax), y of (ymin, ymax).
HANDLES: tuple[tuple[int, int], ...] = (
    (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0),
)  # fmt: skip


@dataclass(frozen=True)
class Handle:
    """One of the eight handles of a box: ``side_x`` and ``side_y`` are -1, 0 or 1."""

    box: int
    side_x: int
    side_y: int


def as_array(boxes: Sequence[Shown]) -> Boxes:
    """Return the edges of boxes, shape (N, 4)."""
    edges = [(box.xmin, box.ymin, box.xmax, box.ymax) for box in boxes]
    return np.array(edges, np.float64).reshape(-1, 4)


def boxes_at(boxes: Boxes, x_px: float, y_px: float, *, margin_px: float) -> list[int]:
    """Return the boxes that a point lies in, the smallest first.

    Parameters
    ----------
    margin_px : float
        How far outside an edge still counts, so that thin boxes can be caught.
    """
    inside = (
        (boxes[:, 0] - margin_px <= x_px)
        & (x_px <= boxes[:, 2] + margin_px)
        & (boxes[:, 1] - margin_px <= y_px)
        & (y_px <= boxes[:, 3] + margin_px)
    )
    found = np.flatnonzero(inside)
    area = (boxes[found, 2] - boxes[found, 0]) * (boxes[found, 3] - boxes[found, 1])
    return [int(index) for index in found[np.argsort(area, kind="stable")]]


def boxes_within(boxes: Boxes, area_xyxy: Edges) -> list[int]:
    """Return the boxes that a rubber band touches."""
    x0, y0, x1, y1 = area_xyxy
    touched = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
    return [int(index) for index in np.flatnonzero(touched)]


def handle_points(box: LabeledBox) -> list[tuple[float, float]]:
    """Return where the eight handles of a box lie, in the order of `HANDLES`."""
    xs = {-1: box.xmin, 0: (box.xmin + box.xmax) / 2, 1: box.xmax}
    ys = {-1: box.ymin, 0: (box.ymin + box.ymax) / 2, 1: box.ymax}
    return [(xs[side_x], ys[side_y]) for side_x, side_y in HANDLES]


def handle_at(
    boxes: Sequence[LabeledBox],
    selected: Sequence[int],
    x_px: float,
    y_px: float,
    *,
    reach_px: float,
) -> Handle | None:
    """Return the handle of a selected box within `reach_px` of a point, the nearest.

    In a small box the handles reach less far inwards, so that it can still be moved.
    """
    best, best_distance = None, reach_px
    for index in selected:
        box = boxes[index]
        if _is_in_middle(box, x_px, y_px):
            continue
        points = handle_points(boxes[index])
        for (side_x, side_y), (x, y) in zip(HANDLES, points, strict=True):
            distance = max(abs(x - x_px), abs(y - y_px))
            if distance <= best_distance:
                best, best_distance = Handle(index, side_x, side_y), distance
    return best


def _is_in_middle(box: LabeledBox, x_px: float, y_px: float) -> bool:
    """Whether a point lies in the middle half of a box."""
    width, height = box.xmax - box.xmin, box.ymax - box.ymin
    is_between = abs(x_px - (box.xmin + box.xmax) / 2) < width / 4
    return is_between and abs(y_px - (box.ymin + box.ymax) / 2) < height / 4


def moved(boxes: Sequence[LabeledBox], dx: float, dy: float, size: Size) -> list[LabeledBox]:
    """Return boxes moved together, stopped by the picture's edges and in whole pixels."""
    edges = as_array(boxes)
    if not len(edges):
        return []
    width, height = size
    dx = _whole_step(dx, -edges[:, 0].min(), width - edges[:, 2].max())
    dy = _whole_step(dy, -edges[:, 1].min(), height - edges[:, 3].max())
    return [
        replace(box, xmin=box.xmin + dx, ymin=box.ymin + dy, xmax=box.xmax + dx, ymax=box.ymax + dy)
        for box in boxes
    ]


def _whole_step(step: float, least: float, most: float) -> int:
    """Return a step in whole pixels that goes no further than the room there is."""
    return int(min(max(round(step), math.ceil(least)), math.floor(most)))


def resized(
    box: LabeledBox,
    handle: Handle,
    x_px: float,
    y_px: float,
    size: Size,
    *,
    is_square: bool = False,
) -> LabeledBox:
    """Return a box with the edges of a handle taken to a point; dragged past, it turns over."""
    anchor_x = box.xmax if handle.side_x < 0 else box.xmin
    anchor_y = box.ymax if handle.side_y < 0 else box.ymin
    is_corner = bool(handle.side_x and handle.side_y)
    edges = spanned(anchor_x, anchor_y, x_px, y_px, size, is_square=is_square and is_corner)
    if handle.side_x:
        box = replace(box, xmin=edges[0], xmax=edges[2])
    if handle.side_y:
        box = replace(box, ymin=edges[1], ymax=edges[3])
    return box


def spanned(
    x0: float, y0: float, x1: float, y1: float, size: Size, *, is_square: bool = False
) -> Edges:
    """Return the box between a fixed corner, kept as it is, and the pointer.

    The pointer's corner is kept inside the picture and comes to whole pixels.
    """
    width, height = size
    x1, y1 = float(round(min(max(x1, 0), width))), float(round(min(max(y1, 0), height)))
    if is_square:
        side = min(abs(x1 - x0), abs(y1 - y0))
        x1, y1 = x0 + (side if x1 >= x0 else -side), y0 + (side if y1 >= y0 else -side)
    low_x, high_x = sorted((x0, x1))
    low_y, high_y = sorted((y0, y1))
    return (low_x, low_y, high_x, high_y)


def touches_edge(box: LabeledBox, size: Size) -> bool:
    """Whether a side lies on the picture's edge, as labelImg sets *truncated*."""
    width, height = size
    return box.xmin <= 1 or box.ymin <= 1 or box.xmax >= width or box.ymax >= height
