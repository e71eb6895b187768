"""`HandAssistant`: boxes round the hands in a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from app.assist.hand_landmarks import Hand, HandLandmarks, HandRegion
from app.assist.palm_detector import Palm, PalmDetector
from app.detection.suppression import greedy_keep
from app.geometry import Boxes, clip, iou_matrix, overlap_of_smaller
from app.paths import resource_path

_MAX_SIDE_PX = 1920  # many times what the networks take; bounds time and memory
_MIN_PALM_SCORE = 0.05  # low, since the landmarks tell what is no hand
_MIN_FIRST_PRESENCE = 0.3
_PALMS_A_LOOK = 3
_TILE_PART = 0.62  # of the longer side: tiles overlap by more than a hand's width
_MAX_OVERLAP = 0.6  # of the smaller box: two looks at one hand
_MAX_IOU = 0.3
_BRIGHTER = (255 * (np.arange(256) / 255) ** 0.5).astype(np.uint8)

Image = npt.NDArray[np.uint8]


class HandAssistant:
    """Finds hands by the palm network and the landmark network.

    A picture in which the first look finds nothing is looked at again in tiles (small hands),
    brighter (dark ones) and from farther away (hands that fill it).

    Raises
    ------
    app.detection.errors.ModelError
        When a network's file can't be run.
    """

    def __init__(self) -> None:
        self._palms = PalmDetector(resource_path("models", "hand", "palm_detection_full.tflite"))
        self._landmarks = HandLandmarks(
            resource_path("models", "hand", "hand_landmark_full.tflite")
        )

    def find(self, image_bgr: Image, *, min_score: float) -> tuple[Boxes, npt.NDArray[np.float32]]:
        """Return boxes round the hands and their scores, best first.

        Parameters
        ----------
        image_bgr : ndarray, shape (H, W, 3), uint8
        min_score : float
            Least certainty that there is a hand, in [0, 1].

        Returns
        -------
        boxes_xyxy : ndarray, shape (N, 4), float32
            Pixels of the picture.
        scores : ndarray, shape (N,), float32
        """
        small_bgr, shrunk_by = _bounded(image_bgr)
        image_rgb = np.asarray(cv2.cvtColor(small_bgr, cv2.COLOR_BGR2RGB), np.uint8)
        for looks in (_whole, _tiles, _brighter, _farther):
            hands = [
                hand
                for palm in self._seen(looks(image_rgb))
                if (hand := self._hand(image_rgb, palm)) and hand.presence >= min_score
            ]
            if hands:
                boxes, scores = _one_each(hands, *image_rgb.shape[1::-1])
                height, width = image_bgr.shape[:2]
                return clip(boxes * np.float32(shrunk_by), width=width, height=height), scores
        return np.zeros((0, 4), np.float32), np.zeros(0, np.float32)

    def _seen(self, looks: Iterator[tuple[Image, tuple[int, int]]]) -> Iterator[Palm]:
        """Yield the palms of every look, in pixels of the picture."""
        for image_rgb, corner in looks:
            for palm in self._palms.find(image_rgb, min_score=_MIN_PALM_SCORE)[:_PALMS_A_LOOK]:
                yield replace(palm, center_xy=palm.center_xy + np.array(corner, np.float32))

    def _hand(self, image_rgb: Image, palm: Palm) -> Hand | None:
        """Look twice: the second time the hand lies where the network expects it."""
        first = self._landmarks.look(image_rgb, HandRegion.of_palm(palm))
        if first.presence < _MIN_FIRST_PRESENCE:
            return None
        return self._landmarks.look(image_rgb, first.region())


def _bounded(image_bgr: Image) -> tuple[Image, float]:
    """Return a picture no larger than the networks gain from, and how much it was shrunk."""
    height, width = image_bgr.shape[:2]
    shrunk_by = max(height, width) / _MAX_SIDE_PX
    if shrunk_by <= 1:
        return image_bgr, 1.0
    size = (max(1, round(width / shrunk_by)), max(1, round(height / shrunk_by)))
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), shrunk_by


def _one_each(hands: list[Hand], width: int, height: int) -> tuple[Boxes, npt.NDArray[np.float32]]:
    hands = sorted(hands, key=lambda hand: -hand.presence)
    boxes = np.concatenate([hand.box(width=width, height=height) for hand in hands])
    is_same = (iou_matrix(boxes, boxes) > _MAX_IOU) | (
        overlap_of_smaller(boxes, boxes) > _MAX_OVERLAP
    )
    keep = greedy_keep(is_same)
    scores = np.array([hand.presence for hand in hands], np.float32)
    return boxes[keep], np.clip(scores[keep], 0, 1)


def _whole(image_rgb: Image) -> Iterator[tuple[Image, tuple[int, int]]]:
    yield image_rgb, (0, 0)


def _tiles(image_rgb: Image) -> Iterator[tuple[Image, tuple[int, int]]]:
    height, width = image_rgb.shape[:2]
    side = max(1, int(max(height, width) * _TILE_PART))
    for top in sorted({0, max(0, (height - side) // 2), max(0, height - side)}):
        for left in sorted({0, max(0, (width - side) // 2), max(0, width - side)}):
            yield image_rgb[top : top + side, left : left + side], (left, top)


def _brighter(image_rgb: Image) -> Iterator[tuple[Image, tuple[int, int]]]:
    yield _BRIGHTER[image_rgb], (0, 0)


def _farther(image_rgb: Image) -> Iterator[tuple[Image, tuple[int, int]]]:
    height, width = image_rgb.shape[:2]
    top, left = height // 2, width // 2
    yield np.pad(image_rgb, ((top, top), (left, left), (0, 0))), (-left, -top)
