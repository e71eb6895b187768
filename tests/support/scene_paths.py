"""Where everything is in a rendered scene: true paths, occluders and the line to count at.

All layouts are drawn from one seeded generator, in pixels of the frame, and hold only objects
for which the truth is beyond doubt (see `tests.support.scene_truth.is_unambiguous`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from tests.support.scene_truth import LineNorm, Trajectory, is_unambiguous

PERSON, CAR, VEHICLE = 1, 2, 3
CLASSES = {PERSON: "Person", CAR: "Car", VEHICLE: "Vehicle"}
ACROSS: LineNorm = ((0.0, 0.5), (1.0, 0.5))
UPRIGHT: LineNorm = ((0.5, 0.0), (0.5, 1.0))
WARM_UP_FRAMES = 500
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Occluder:
    """Something fixed that hides what stands behind it.

    Attributes
    ----------
    box_xyxy : tuple of float
        Pixels.
    ground_y_px : float
        Objects whose lower edge is above this are behind it.
    """

    box_xyxy: tuple[float, float, float, float]
    ground_y_px: float
    look: Literal["pole", "tree", "sign"]


@dataclass
class Layout:
    """All that a scene is made of, before pictures and detections."""

    rng: np.random.Generator
    width: int
    height: int
    frames: int
    line: LineNorm = ACROSS
    ground: Literal["road", "plaza"] = "road"
    trajectories: list[Trajectory] = field(default_factory=list)
    occluders: list[Occluder] = field(default_factory=list)
    jitter_px: float = 0.0
    has_motion_blur: bool = False

    def __post_init__(self) -> None:
        self.vanish_x = self.width * self.rng.uniform(0.42, 0.58)
        self.horizon_y = -self.height * self.rng.uniform(0.5, 0.8)
        self.unit = self.width / 1280

    @property
    def mid_depth(self) -> float:
        """Return the scale of what stands on the ground at half the height."""
        return (self.height / 2 - self.horizon_y) / self.height

    def ground_y(self, scale: Values) -> Values:
        """Return where the ground is seen, for a perspective scale (1 / distance)."""
        return self.horizon_y + self.height * scale

    def scale_at(self, ground_y: Values) -> Values:
        """Return the perspective scale of the ground at `ground_y`; 1 at half the height."""
        return (ground_y - self.horizon_y) / self.height / self.mid_depth

    def add(self, x: Values, ground_y: Values, size: tuple[float, float], look: str) -> bool:
        """Add an object by its foot point in every frame (NaN: not there), if its truth is clear.

        `size` is width and height in pixels of the object when it stands at half the height.
        """
        scale = self.scale_at(ground_y)
        width, height = size[0] * scale, size[1] * scale
        boxes = np.stack([x - width / 2, ground_y - height, x + width / 2, ground_y], axis=1)
        with np.errstate(invalid="ignore"):
            inside = (
                (boxes[:, 2] > 0)
                & (boxes[:, 0] < self.width)
                & (boxes[:, 3] > 0)
                & (boxes[:, 1] < self.height)
            )
        seen = np.flatnonzero(inside)
        if len(seen) < 5:
            return False
        first, last = seen[0], seen[-1] + 1
        trajectory = Trajectory(
            object_id=len(self.trajectories) + 1,
            class_id=PERSON if look == "person" else CAR,
            look=look,
            first_frame=int(first),
            boxes_xyxy=boxes[first:last],
        )
        if np.isnan(trajectory.boxes_xyxy).any():
            raise ValueError("an object may not vanish in mid-scene")
        if not is_unambiguous(trajectory, self.line, width=self.width, height=self.height):
            return False
        self.trajectories.append(trajectory)
        return True

    def car_size(self) -> tuple[float, float]:
        """Return the width and height of a car seen from the front, pixels at half height."""
        width = self.rng.uniform(70, 105) * self.unit
        return width, width * self.rng.uniform(0.78, 1.0)

    def person_size(self) -> tuple[float, float]:
        """Return the width and height of a person, pixels at half height."""
        height = self.rng.uniform(85, 120) * self.unit
        return height * self.rng.uniform(0.36, 0.46), height


def add_lane(
    layout: Layout,
    *,
    lane_x: float,
    is_downward: bool,
    speed_px: float,
    headway_px: float,
    red_frames: int = 0,
) -> None:
    """Fill one lane with cars that follow each other without touching.

    `lane_x` is the lane's distance from the vanishing point's vertical, pixels at half height;
    `speed_px` and `headway_px` hold there too. With `red_frames` a light beyond the line stops
    the lane for that long in every 2.5 times that long.
    """
    rng, depth = layout.rng, layout.mid_depth
    per_px = 1 / (layout.height * depth**2)  # inverse-scale travelled for a pixel at half height
    far, near = 1 / (depth * 0.42), 1 / (depth * 1.75)
    length = far - near
    light = length * rng.uniform(0.68, 0.8)
    total = layout.frames + WARM_UP_FRAMES
    position: list[float] = []
    speed: list[float] = []
    wanted: list[float] = []
    traces: list[list[tuple[int, float]]] = []
    first_active, next_gap, phase = 0, 0.0, int(rng.integers(0, 1000))
    for frame in range(total):
        last = position[-1] if position else np.inf
        if last > next_gap:
            position.append(0.0)
            wanted.append(speed_px * per_px * rng.uniform(0.9, 1.12))
            speed.append(wanted[-1])
            traces.append([])
            next_gap = per_px * headway_px * (1 + rng.exponential(0.5))
        is_red = red_frames > 0 and (frame + phase) % int(2.5 * red_frames) < red_frames
        for car in range(first_active, len(position)):
            gap = position[car - 1] - position[car] if car > first_active else np.inf
            if is_red and position[car] < light:
                gap = min(gap, light - position[car] + headway_px * per_px * 0.8)
            room = (gap - 0.8 * headway_px * per_px) / 12
            target = min(wanted[car], max(0.0, room))
            speed[car] += np.clip(target - speed[car], -0.3 * wanted[car], 0.04 * wanted[car])
            position[car] += max(0.0, speed[car])
            traces[car].append((frame, position[car]))
        while first_active < len(position) and position[first_active] > length:
            first_active += 1
    for trace in traces:
        _add_car_on_lane(layout, trace, lane_x, far if is_downward else near, is_downward)


def _add_car_on_lane(
    layout: Layout,
    trace: list[tuple[int, float]],
    lane_x: float,
    entry: float,
    is_downward: bool,
) -> None:
    distance = np.full(layout.frames, np.nan)
    for frame, travelled in trace:
        if frame >= WARM_UP_FRAMES:
            distance[frame - WARM_UP_FRAMES] = entry + (-travelled if is_downward else travelled)
    scale = 1 / distance
    x = layout.vanish_x + lane_x * scale / layout.mid_depth
    layout.add(x, layout.ground_y(scale), layout.car_size(), "car_front" if is_downward else "car")


def add_parked_car(layout: Layout, *, x: float, center_y: float) -> None:
    """Add a car that stands still with its centre at `center_y` for the whole scene."""
    width, height = layout.car_size()
    # The centre depends on the height, which depends on where it stands: solve the two at once.
    share = height / layout.height / layout.mid_depth / 2
    ground = (center_y - share * layout.horizon_y) / (1 - share)
    layout.add(
        np.full(layout.frames, x), np.full(layout.frames, ground), (width, height), "car_front"
    )


def add_walker(layout: Layout, *, start_frame: float, ground_y: float, speed_px: float) -> bool:
    """Add a person walking across the picture; a negative speed goes left."""
    t = np.arange(layout.frames) - start_frame
    size = layout.person_size()
    margin = 0.6 * size[0] * float(layout.scale_at(np.asarray(ground_y)))
    start = -margin if speed_px > 0 else layout.width + margin
    stride = layout.rng.uniform(0.25, 0.4)
    sway = layout.rng.uniform(0, 6.3)
    x = np.where(t >= 0, start + speed_px * t + 1.5 * np.sin(stride * t + sway), np.nan)
    drift = layout.rng.uniform(-0.15, 0.15)
    y = np.where(t >= 0, ground_y + drift * t + 1.2 * np.sin(2 * stride * t), np.nan)
    gone = (x < -2 * margin) | (x > layout.width + 2 * margin)
    x[gone] = y[gone] = np.nan
    return layout.add(x, y, size, "person")


def add_visitor(layout: Layout, *, stops: list[tuple[float, float, float]], look: str) -> bool:
    """Add an object that goes smoothly through `stops`: (frame, x, ground y), in order."""
    frames, xs, ys = np.array(stops).T
    t = np.arange(layout.frames, dtype=float)
    x = PchipInterpolator(frames, xs, extrapolate=False)(t)
    y = PchipInterpolator(frames, ys, extrapolate=False)(t)
    size = layout.person_size() if look == "person" else layout.car_size()
    return layout.add(x, y, size, look)
