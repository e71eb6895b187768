"""Boxes proposed from the picture before: each object is followed by the pixels inside its box.

What optical flow loses, because it went too far, is looked for near by; the flow then has to agree.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points, areas, clip
from app.tracking.optical_flow import FlowFollower
from app.tracking.picture import Picture

_MIN_LIKENESS = 0.6  # correlation of two places that show one object
_MIN_PATTERN_PX = 8  # less of it is like anything
_MIN_INSIDE_SHARE = 0.5  # of the area: with less of it in the picture, the object has left


def follow_boxes(
    previous_bgr: npt.NDArray[np.uint8],
    picture_bgr: npt.NDArray[np.uint8],
    boxes_xyxy: Boxes,
) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """Find the objects of one picture in the next one of the same camera.

    Parameters
    ----------
    previous_bgr, picture_bgr : ndarray, shape (H, W, 3), uint8
        Of the same size.
    boxes_xyxy : ndarray, shape (N, 4), float32
        Where the objects are in `previous_bgr`, pixels.

    Returns
    -------
    boxes_xyxy : ndarray, shape (N, 4), float32
        Where they are in `picture_bgr`, inside of it. A lost one stands where it was.
    is_found : ndarray, shape (N,), bool

    Raises
    ------
    ValueError
        When the pictures differ in size.
    """
    if previous_bgr.shape != picture_bgr.shape:
        raise ValueError(f"pictures of {previous_bgr.shape} and {picture_bgr.shape}")
    pictures = Picture(previous_bgr), Picture(picture_bgr)
    boxes, is_found = _flow(pictures, boxes_xyxy, np.zeros((len(boxes_xyxy), 2), np.float32))
    lost = np.flatnonzero(~is_found)
    leaps_px = np.array([_leap(pictures, box) for box in boxes_xyxy[lost]], np.float32)
    boxes[lost], is_found[lost] = _flow(pictures, boxes_xyxy[lost], leaps_px.reshape(-1, 2))
    return boxes, is_found


def _flow(
    pictures: tuple[Picture, Picture], boxes_xyxy: Boxes, expected_px: Points
) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """Follow by optical flow, which starts from a move that is expected."""
    follower = FlowFollower()
    ids = range(len(boxes_xyxy))
    for picture in pictures:  # the first is only remembered
        followed = follower.follow(
            picture, boxes_xyxy=boxes_xyxy, velocities_px=expected_px, track_ids=ids
        )
    inside = clip(followed.boxes_xyxy, width=pictures[1].width, height=pictures[1].height)
    share = areas(inside) / np.maximum(areas(boxes_xyxy), 1)
    is_found = (followed.scores > 0) & (share >= _MIN_INSIDE_SHARE)
    return np.where(is_found[:, None], inside, boxes_xyxy).astype(np.float32), is_found


def _leap(pictures: tuple[Picture, Picture], box_xyxy: npt.NDArray[np.float32]) -> Points:
    """Return the move, shape (2,), after which the picture is most like the inside of a box.

    Not further than its own size; (0, 0) where nothing is like it.
    """
    before, now = (picture.gray for picture in pictures)
    scale = pictures[0].scale
    xmin, ymin, xmax, ymax = (max(0, round(float(edge) * scale)) for edge in box_xyxy)
    pattern = before[ymin:ymax, xmin:xmax]
    left, top = max(0, 2 * xmin - xmax), max(0, 2 * ymin - ymax)
    around = now[top : 2 * ymax - ymin, left : 2 * xmax - xmin]
    nowhere = np.zeros(2, np.float32)
    if min(pattern.shape) < _MIN_PATTERN_PX:
        return nowhere
    likeness = cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(likeness)
    if not best >= _MIN_LIKENESS:
        return nowhere
    return np.array([left + x - xmin, top + y - ymin], np.float32) / np.float32(scale)
