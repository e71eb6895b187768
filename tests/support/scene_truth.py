"""Exact crossings of true paths, and how well found events match them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

LineNorm = tuple[tuple[float, float], tuple[float, float]]  # ends, fractions of width and height

# In extents of the box along the line's normal. Nearer than HOVER a path may be on either side
# without having been there; an object has been on a side once its centre was CLEAR beyond.
HOVER, BORN, CLEAR = 0.1, 0.6, 1.0


@dataclass(frozen=True)
class Trajectory:
    """The true path of one object.

    Attributes
    ----------
    boxes_xyxy : ndarray, shape (F, 4), float64
        Pixels, in frames `first_frame` to `first_frame` + F - 1; may reach past the picture.
    """

    object_id: int
    class_id: int
    look: str
    first_frame: int
    boxes_xyxy: npt.NDArray[np.float64]

    @property
    def centers(self) -> npt.NDArray[np.float64]:
        """Return the centre in every frame, shape (F, 2)."""
        return (self.boxes_xyxy[:, :2] + self.boxes_xyxy[:, 2:]) / 2

    def box_at(self, frame_index: int) -> npt.NDArray[np.float64] | None:
        """Return the box in a frame, None where the object is not there."""
        position = frame_index - self.first_frame
        return self.boxes_xyxy[position] if 0 <= position < len(self.boxes_xyxy) else None


@dataclass(frozen=True)
class TrueCrossing:
    """One object crossing the line for good.

    Attributes
    ----------
    frame_index : int
        First frame with the centre beyond the line.
    direction : str
        "up", "down" for lines nearer to horizontal, else "left", "right".
    point_px : tuple of float
        Where the centre's path met the line.
    size_px : float
        Diagonal of the box then.
    """

    frame_index: int
    object_id: int
    direction: str
    point_px: tuple[float, float]
    size_px: float


def _sides(
    trajectory: Trajectory, line: LineNorm, *, width: int, height: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the signed distance of the centre from the line, in pixels and in box extents.

    Positive is below a line nearer to horizontal and right of one nearer to vertical.
    """
    start, end = (np.array(point) * (width, height) for point in line)
    along = (end - start) / np.linalg.norm(end - start)
    normal = np.array([-along[1], along[0]])
    if normal[int(abs(normal[1]) >= abs(normal[0]))] < 0:
        normal = -normal
    distance = (trajectory.centers - start) @ normal
    extent = (trajectory.boxes_xyxy[:, 2:] - trajectory.boxes_xyxy[:, :2]) @ np.abs(normal)
    return distance, distance / extent


def is_unambiguous(trajectory: Trajectory, line: LineNorm, *, width: int, height: int) -> bool:
    """Tell whether nobody could argue about the crossings of `trajectory`."""
    _, ratio = _sides(trajectory, line, width=width, height=height)
    if (np.abs(ratio) <= 1.5 * HOVER).all():
        return True  # stands on the line for ever
    if abs(ratio[0]) < BORN:
        return False
    side, farthest_beyond = np.sign(ratio[0]), 0.0
    for value in ratio:
        beyond = -side * value
        if beyond >= CLEAR:
            side, farthest_beyond = -side, 0.0
        elif beyond <= -BORN:
            if farthest_beyond > HOVER:
                return False
            farthest_beyond = 0.0
        else:
            farthest_beyond = max(farthest_beyond, beyond)
    return farthest_beyond <= HOVER


def true_crossings(
    trajectories: Sequence[Trajectory], line: LineNorm, *, width: int, height: int
) -> list[TrueCrossing]:
    """Return every crossing of `line` by a centre that then goes clearly beyond, by frame.

    An object is on the side it started on; it changes sides when its centre gets `CLEAR` extents
    of its box beyond the line, having passed through the segment; the crossing carries the last
    frame before that in which the centre changed sides.
    """
    start, end = (np.array(point) * (width, height) for point in line)
    is_across = abs(end[0] - start[0]) >= abs(end[1] - start[1])
    names = ("up", "down") if is_across else ("left", "right")
    crossings = []
    for trajectory in trajectories:
        distance, ratio = _sides(trajectory, line, width=width, height=height)
        side = np.sign(ratio[0]) if abs(ratio[0]) >= BORN else 0.0
        for position, value in enumerate(ratio):
            if side == 0 or -side * value < CLEAR:
                continue
            side = -side
            first = position
            while first > 1 and side * distance[first - 1] > 0:
                first -= 1
            before, after = trajectory.centers[first - 1], trajectory.centers[first]
            share = distance[first - 1] / (distance[first - 1] - distance[first])
            point = before + share * (after - before)
            along = float((point - start) @ (end - start)) / float((end - start) @ (end - start))
            if not 0 <= along <= 1:
                continue
            box = trajectory.boxes_xyxy[first]
            crossings.append(
                TrueCrossing(
                    frame_index=trajectory.first_frame + first,
                    object_id=trajectory.object_id,
                    direction=names[int(side > 0)],
                    point_px=(float(point[0]), float(point[1])),
                    size_px=float(np.hypot(*(box[2:] - box[:2]))),
                )
            )
    return sorted(crossings, key=lambda crossing: (crossing.frame_index, crossing.object_id))


class FoundEvent(Protocol):
    """What of a crossing event is compared with the truth."""

    @property
    def frame_index(self) -> int: ...
    @property
    def direction(self) -> str: ...
    @property
    def point_px(self) -> tuple[float, float]: ...


@dataclass(frozen=True)
class EventScore:
    """How found events match the truth; scores of several scenes may be added."""

    matched: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: EventScore) -> EventScore:
        return EventScore(
            self.matched + other.matched, self.found + other.found, self.true + other.true
        )

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.matched / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.matched / (self.found + self.true) if self.found + self.true else 1.0


def match_events(
    found: Sequence[FoundEvent],
    truth: Sequence[TrueCrossing],
    *,
    tolerance_frames: int = 25,
    tolerance_sizes: float = 1.0,
) -> EventScore:
    """Pair found events with true ones, one to one, as many as can be.

    A pair has the same direction, at most `tolerance_frames` between them, and points at most
    `tolerance_sizes` times the object's diagonal apart.
    """
    if not found or not truth:
        return EventScore(0, len(found), len(truth))
    cost = np.full((len(found), len(truth)), 1e6)
    for row, event in enumerate(found):
        for column, true in enumerate(truth):
            late = abs(event.frame_index - true.frame_index)
            apart = np.hypot(*np.subtract(event.point_px, true.point_px)) / true.size_px
            is_near = late <= tolerance_frames and apart <= tolerance_sizes
            if event.direction == true.direction and is_near:
                cost[row, column] = late / max(1, tolerance_frames) + apart
    rows, columns = linear_sum_assignment(cost)
    return EventScore(int((cost[rows, columns] < 1e6).sum()), len(found), len(truth))
