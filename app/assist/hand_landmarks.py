"""Finds the 21 points of one hand: wrist, knuckles, joints and tips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from app.assist.palm_detector import Palm, direction
from app.detection.litert_detector import load_interpreter
from app.geometry import Boxes, clip

_SIDE_PX = 224
_SHIFT = 0.5  # of the palm's side, towards the fingers; DESIGN.md section 7
_SCALE = 2.6
_WRIST = 0
_KNUCKLES = [5, 9, 13]
_MIDDLE_KNUCKLE = 9
_CLOSER_SCALE = 1.6  # of the points' extent: fingers that the first look cut off fit in
_WRIST_LENGTH = 0.5  # of wrist to knuckle; people draw some of the wrist into the box
_MARGIN = 0.06  # of the box's mean side: skin lies round the points; both found on train images


@dataclass(frozen=True)
class HandRegion:
    """A turned square of a picture; pixels, origin top-left, y down.

    Attributes
    ----------
    center_xy : ndarray, shape (2,), float32
    side_px : float
    up_xy : ndarray, shape (2,), float32
        Unit vector that points up in the cut-out.
    """

    center_xy: npt.NDArray[np.float32]
    side_px: float
    up_xy: npt.NDArray[np.float32]

    @classmethod
    def of_palm(cls, palm: Palm) -> HandRegion:
        """Return the square in which the whole hand of a palm should be."""
        center = palm.center_xy + palm.up_xy * np.float32(_SHIFT * palm.side_px)
        return cls(center, palm.side_px * _SCALE, palm.up_xy)

    def to_picture(self) -> npt.NDArray[np.float32]:
        """Return the affine map from pixels of the cut-out to the picture, shape (2, 3)."""
        step = self.side_px / _SIDE_PX
        down = -self.up_xy * np.float32(step)
        right = np.array([down[1], -down[0]], np.float32)
        origin = self.center_xy - (right + down) * np.float32(_SIDE_PX / 2)
        return np.stack([right, down, origin], axis=1).astype(np.float32)


@dataclass(frozen=True)
class Hand:
    """One hand.

    Attributes
    ----------
    points_xy : ndarray, shape (21, 2), float32
        Pixels of the picture.
    presence : float
        How sure it is that there is a hand, in [0, 1].
    """

    points_xy: npt.NDArray[np.float32]
    presence: float

    def region(self) -> HandRegion:
        """Return the square round the hand as its points tell it, for another, closer look."""
        up = direction(self.points_xy[_WRIST], self.points_xy[_KNUCKLES].mean(axis=0))
        axes = np.stack([np.array([-up[1], up[0]], np.float32), up], axis=1)
        turned = self.points_xy @ axes
        low, high = turned.min(axis=0), turned.max(axis=0)
        center = axes @ ((low + high) / 2)
        return HandRegion(center.astype(np.float32), float((high - low).max()) * _CLOSER_SCALE, up)

    def box(self, *, width: int, height: int) -> Boxes:
        """Return the box that a person would draw, shape (1, 4), inside the picture."""
        wrist, knuckle = self.points_xy[_WRIST], self.points_xy[_MIDDLE_KNUCKLE]
        arm = wrist + (wrist - knuckle) * np.float32(_WRIST_LENGTH)
        points = np.vstack([self.points_xy, arm])
        low, high = points.min(axis=0), points.max(axis=0)
        margin = np.float32(np.sqrt(np.prod(high - low)) * _MARGIN)
        return clip(np.concatenate([low - margin, high + margin])[None], width=width, height=height)


class HandLandmarks:
    """Runs the landmark network.

    Parameters
    ----------
    path : Path
        The TFLite file.

    Raises
    ------
    app.detection.errors.ModelError
        When the file can't be run.
    """

    def __init__(self, path: Path) -> None:
        self._interpreter = load_interpreter(path)
        self._input = int(self._interpreter.get_input_details()[0]["index"])
        points, presence, *_ = self._interpreter.get_output_details()
        self._points, self._presence = int(points["index"]), int(presence["index"])

    def look(self, image_rgb: npt.NDArray[np.uint8], region: HandRegion) -> Hand:
        """Return the hand in a region; `Hand.presence` says whether to believe it."""
        to_picture = region.to_picture()
        crop = cv2.warpAffine(
            image_rgb,
            to_picture,
            (_SIDE_PX, _SIDE_PX),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        self._interpreter.set_tensor(self._input, (crop / np.float32(255))[None])
        self._interpreter.invoke()
        points = self._interpreter.get_tensor(self._points)[0].reshape(21, 3)[:, :2]
        presence = float(self._interpreter.get_tensor(self._presence)[0, 0])
        in_picture = points @ to_picture[:, :2].T + to_picture[:, 2]
        return Hand(in_picture.astype(np.float32), presence)
