"""From the numbers a network puts out to boxes in pixels."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import Boxes, clip

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AnchorDecoder:
    """Decodes the raw outputs of an SSD network.

    Attributes
    ----------
    anchors : ndarray, shape (A, 4), float32
        Centre y, centre x, height, width, fractions of the picture.
    box_scales : ndarray, shape (4,), float32
        Divisors of ty, tx, th, tw (the Object Detection API's ``faster_rcnn_box_coder``).
    is_logit : bool
        Class outputs are logits (a sigmoid is still to be applied), not probabilities.
    """

    anchors: FloatArray
    box_scales: FloatArray
    is_logit: bool

    def decode(
        self,
        encodings: FloatArray,
        outputs: FloatArray,
        *,
        min_score: float,
        class_ids: npt.NDArray[np.int32],
        width: int,
        height: int,
    ) -> Detections:
        """Return the anchors scored at least `min_score`, unsuppressed, best first.

        Parameters
        ----------
        encodings : ndarray, shape (A, 4), float32
            ty, tx, th, tw.
        outputs : ndarray, shape (A, C + 1), float32
            Column 0 is the background.
        min_score : float
            In [0, 1].
        class_ids : ndarray, shape (K,), int32
            Columns to read; no other is touched.
        width, height : int
            Size of the picture, pixels.
        """
        chosen = outputs[:, class_ids]
        # Thousands of outputs, a handful of objects: the cut comes before any exp.
        threshold = _logit(min_score) if self.is_logit else min_score
        rows, columns = np.nonzero(chosen >= threshold)
        values = chosen[rows, columns]
        order = np.argsort(-values, kind="stable")
        rows, values = rows[order], values[order]
        scores = 1 / (1 + np.exp(-values)) if self.is_logit else values
        boxes_norm = self._boxes_yxyx_norm(encodings[rows], self.anchors[rows])
        return Detections(
            to_pixels(boxes_norm, width=width, height=height),
            scores.astype(np.float32, copy=False),
            class_ids[columns[order]],
        )

    def _boxes_yxyx_norm(self, encodings: FloatArray, anchors: FloatArray) -> FloatArray:
        offsets = encodings / self.box_scales
        centers = offsets[:, :2] * anchors[:, 2:] + anchors[:, :2]
        halves = np.exp(offsets[:, 2:]) * anchors[:, 2:] / 2
        return np.hstack([centers - halves, centers + halves])


def to_pixels(boxes_yxyx_norm: FloatArray, *, width: int, height: int) -> Boxes:
    """Return TensorFlow's normalised yxyx as xyxy pixels, cut to the picture."""
    size = np.array([width, height, width, height], dtype=np.float32)
    boxes_xyxy = boxes_yxyx_norm[:, [1, 0, 3, 2]] * size
    return clip(boxes_xyxy, width=width, height=height)


def select_candidates(
    detections: Detections, *, min_score: float, class_ids: Collection[int]
) -> Detections:
    """Return the detections of `class_ids` scored at least `min_score`, best first."""
    wanted = (detections.scores >= min_score) & np.isin(detections.class_ids, list(class_ids))
    index = np.flatnonzero(wanted)
    return detections.select(index[np.argsort(-detections.scores[index], kind="stable")])


def _logit(score: float) -> float:
    if score <= 0:
        return -math.inf
    return math.inf if score >= 1 else math.log(score / (1 - score))
