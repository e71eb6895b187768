"""The motion model: one small Kalman filter per axis and object, all objects at once.

State per axis is position and velocity in pixels and pixels a frame. A constant-velocity filter as
in SORT (Bewley et al., ICIP 2016), with noise in proportion to the object's size as in DeepSORT
(Wojke et al., ICIP 2017). Where the follower saw how the pixels moved, that displacement replaces
the constant velocity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points

Floats = npt.NDArray[np.float64]


_LOOSE_OF_SIZE = 0.15  # twice the flicker of a detection


@dataclass(frozen=True)
class MotionNoise:
    """Standard deviations, as shares of the object's size (the root of its area)."""

    detection: float = 0.07  # flicker of a detected centre
    low_detection: float = 0.15  # the same for a detection below the score
    flow_drift: float = 0.006  # what one frame of flow loses
    flow_velocity: float = 0.005
    acceleration: float = 0.008
    birth_velocity: float = 0.12


class MotionModel:
    """Positions, velocities and sizes of N objects.

    Attributes
    ----------
    centers, velocities : ndarray, shape (N, 2), float64
        Pixels, and pixels a frame.
    sides : ndarray, shape (N, 2), float64
        Width and height, pixels.
    """

    def __init__(self, noise: MotionNoise | None = None) -> None:
        self.noise = noise or MotionNoise()
        self.centers: Floats = np.zeros((0, 2))
        self.velocities: Floats = np.zeros((0, 2))
        self.sides: Floats = np.zeros((0, 2))
        self._position_var: Floats = np.zeros((0, 2))
        self._cross_var: Floats = np.zeros((0, 2))
        self._velocity_var: Floats = np.zeros((0, 2))

    def __len__(self) -> int:
        return len(self.centers)

    @property
    def boxes_xyxy(self) -> Boxes:
        """Boxes as the model believes them, shape (N, 4), pixels."""
        half = self.sides / 2
        return np.concatenate([self.centers - half, self.centers + half], axis=1).astype(np.float32)

    @property
    def sizes_px(self) -> Floats:
        """Root of each box's area, shape (N,)."""
        return np.asarray(np.sqrt(self.sides.prod(axis=1)))

    @property
    def position_std_px(self) -> Floats:
        """Uncertainty of the centre, shape (N,), the larger of both axes."""
        return np.asarray(np.sqrt(self._position_var.max(axis=1)))

    @property
    def velocity_std_px(self) -> Floats:
        """Uncertainty of the velocity, shape (N,), the larger of both axes."""
        return np.asarray(np.sqrt(self._velocity_var.max(axis=1)))

    def add(self, boxes_xyxy: Boxes) -> None:
        """Append newly born objects, standing until seen to move."""
        boxes = boxes_xyxy.astype(np.float64)
        sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1.0)
        size = np.sqrt(sides.prod(axis=1))[:, None] * np.ones((1, 2))
        self.centers = np.concatenate([self.centers, (boxes[:, :2] + boxes[:, 2:]) / 2])
        self.velocities = np.concatenate([self.velocities, np.zeros_like(sides)])
        self.sides = np.concatenate([self.sides, sides])
        self._position_var = np.concatenate(
            [self._position_var, (self.noise.detection * size) ** 2]
        )
        self._cross_var = np.concatenate([self._cross_var, np.zeros_like(size)])
        self._velocity_var = np.concatenate(
            [self._velocity_var, (self.noise.birth_velocity * size) ** 2]
        )

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        """Drop the objects where `mask` (N,) is False."""
        for name in ("centers", "velocities", "sides", "_position_var", "_cross_var",
                     "_velocity_var"):  # fmt: skip
            setattr(self, name, getattr(self, name)[mask])

    def loosen(self, rows: npt.NDArray[np.intp]) -> None:
        """Make the positions of `rows` so unsure that the next correction all but replaces them."""
        self._position_var[rows] = (_LOOSE_OF_SIZE * self.sizes_px[rows, None]) ** 2
        self._cross_var[rows] = 0

    def advance(self, motions_px: Points) -> None:
        """Go one frame on, by the motion seen (N, 2), or by the velocity where that is NaN."""
        size = self.sizes_px[:, None]
        seen = ~np.isnan(motions_px)
        motion = np.where(seen, motions_px, 0).astype(np.float64)
        noise = self.noise

        coasting_var = self._position_var + 2 * self._cross_var + self._velocity_var
        self.centers = self.centers + np.where(seen, motion, self.velocities)
        self._cross_var = np.where(seen, self._cross_var, self._cross_var + self._velocity_var)
        self._position_var = np.where(
            seen,
            self._position_var + (noise.flow_drift * size) ** 2,
            coasting_var + (noise.acceleration * size) ** 2 / 4,
        )
        self._velocity_var = self._velocity_var + (noise.acceleration * size) ** 2
        self._correct_velocity(motion, seen, size)

    def _correct_velocity(self, motion: Floats, seen: npt.NDArray[np.bool_], size: Floats) -> None:
        variance = (self.noise.flow_velocity * size + 0.25) ** 2
        gain = np.where(seen, self._velocity_var / (self._velocity_var + variance), 0)
        self.velocities = self.velocities + gain * (motion - self.velocities)
        self._velocity_var = (1 - gain) * self._velocity_var
        self._cross_var = (1 - gain) * self._cross_var

    def correct(
        self,
        rows: npt.NDArray[np.intp],
        boxes_xyxy: Boxes,
        *,
        detection_std: npt.NDArray[np.float64],
        size_gain: npt.NDArray[np.float64],
    ) -> None:
        """Take detected boxes in.

        Parameters
        ----------
        rows : ndarray, shape (M,)
            Which objects were detected.
        boxes_xyxy : ndarray, shape (M, 4), float32
        detection_std : ndarray, shape (M,)
            Standard deviation of the detected centre, as a share of the size.
        size_gain : ndarray, shape (M,)
            How much of the new width and height to take, in [0, 1].
        """
        boxes = boxes_xyxy.astype(np.float64)
        sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1.0)
        centers = (boxes[:, :2] + boxes[:, 2:]) / 2
        variance = (detection_std * np.sqrt(sides.prod(axis=1)))[:, None] ** 2
        innovation = centers - self.centers[rows]
        total = self._position_var[rows] + variance
        gain, velocity_gain = self._position_var[rows] / total, self._cross_var[rows] / total
        self.centers[rows] += gain * innovation
        self.velocities[rows] += velocity_gain * innovation
        self._velocity_var[rows] -= velocity_gain * self._cross_var[rows]
        self._cross_var[rows] *= 1 - gain
        self._position_var[rows] *= 1 - gain
        self.sides[rows] += size_gain[:, None] * (sides - self.sides[rows])
