"""From the numbers a network puts out to boxes in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.detection.detections import Detections
from app.geometry import Boxes, clip

FloatArray = npt.NDArray[np.float32]

MAX_NORMALISED = 2.0  # normalised boxes reach a little past 1; pixels far past 2


@dataclass(frozen=True)
class Query:
    """What is asked of one picture.

    Attributes
    ----------
    min_score : float
        In [0, 1].
    class_ids : ndarray, shape (K,), int32
        The classes to look for, 1-based.
    width, height : int
        Size of the picture, pixels.
    """

    min_score: float
    class_ids: npt.NDArray[np.int32]
    width: int
    height: int


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
        query: Query,
    ) -> Detections:
        """Return the anchors scored high enough, unsuppressed, best first.

        Parameters
        ----------
        encodings : ndarray, shape (A, 4), float32
            ty, tx, th, tw.
        outputs : ndarray, shape (A, C + 1), float32
            Column 0 is the background.
        query : Query
            Only the columns of its classes are touched.
        """
        chosen = outputs[:, query.class_ids]
        # Thousands of outputs, a handful of objects: the cut comes before any exp.
        threshold = _logit(query.min_score) if self.is_logit else query.min_score
        rows, columns = np.nonzero(chosen >= threshold)
        values = chosen[rows, columns]
        order = np.argsort(-values, kind="stable")
        rows, values = rows[order], values[order]
        scores = 1 / (1 + np.exp(-values)) if self.is_logit else values
        boxes_norm = self._boxes_yxyx_norm(encodings[rows], self.anchors[rows])
        return Detections(
            to_pixels(boxes_norm, width=query.width, height=query.height),
            scores.astype(np.float32, copy=False),
            query.class_ids[columns[order]],
        )

    def _boxes_yxyx_norm(self, encodings: FloatArray, anchors: FloatArray) -> FloatArray:
        offsets = encodings / self.box_scales
        centers = offsets[:, :2] * anchors[:, 2:] + anchors[:, :2]
        halves = np.exp(offsets[:, 2:]) * anchors[:, 2:] / 2
        return np.hstack([centers - halves, centers + halves])


def read_finished(
    boxes_yxyx: FloatArray,
    class_ids: npt.NDArray[np.int32],
    scores: FloatArray,
    *,
    fed_height: float,
    fed_width: float,
    query: Query,
) -> Detections:
    """Return the detections a model has decoded itself, best first.

    Parameters
    ----------
    boxes_yxyx : ndarray, shape (N, 4), float32
        Normalised, or in pixels of a picture of `fed_width` by `fed_height`: Model Garden's
        default. Told apart by values above 2, for no box lies two pictures away.
    class_ids : ndarray, shape (N,), int32
        1-based.
    scores : ndarray, shape (N,), float32
    fed_height, fed_width : float
        Size in which box coordinates are given when they are pixels.
    query : Query
    """
    is_wanted = (scores >= query.min_score) & np.isin(class_ids, query.class_ids)
    index = np.flatnonzero(is_wanted)
    index = index[np.argsort(-scores[index], kind="stable")]
    if boxes_yxyx.size and boxes_yxyx.max() > MAX_NORMALISED:
        fed = np.array([fed_height, fed_width, fed_height, fed_width], np.float32)
        boxes_yxyx = np.divide(boxes_yxyx, fed, dtype=np.float32)
    boxes_xyxy = to_pixels(boxes_yxyx[index], width=query.width, height=query.height)
    return Detections(boxes_xyxy, scores[index], class_ids[index])


def to_pixels(boxes_yxyx_norm: FloatArray, *, width: int, height: int) -> Boxes:
    """Return TensorFlow's normalised yxyx as xyxy pixels, cut to the picture."""
    size = np.array([width, height, width, height], dtype=np.float32)
    boxes_xyxy = boxes_yxyx_norm[:, [1, 0, 3, 2]] * size
    return clip(boxes_xyxy, width=width, height=height)


def _logit(score: float) -> float:
    if score <= 0:
        return -math.inf
    return math.inf if score >= 1 else math.log(score / (1 - score))
