"""Finds palms: where a hand is, which way it points, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from app.detection.litert_detector import load_interpreter
from app.detection.suppression import greedy_keep
from app.geometry import iou_matrix

_SIDE_PX = 192
_GRIDS = ((24, 2), (12, 6))  # cells a side, anchors a cell; DESIGN.md section 7
_MAX_IOU = 0.3
_MAX_PALMS = 10
_WRIST, _KNUCKLE = 0, 2  # of the seven key points: the wrist, and the middle finger's base


@dataclass(frozen=True)
class Palm:
    """One palm; pixels of the picture, origin top-left, y down.

    Attributes
    ----------
    center_xy : ndarray, shape (2,), float32
    side_px : float
        The longer side of its box.
    up_xy : ndarray, shape (2,), float32
        Unit vector from the wrist towards the middle finger.
    score : float
        In [0, 1].
    """

    center_xy: npt.NDArray[np.float32]
    side_px: float
    up_xy: npt.NDArray[np.float32]
    score: float


class PalmDetector:
    """Runs the palm network.

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
        boxes, scores = self._interpreter.get_output_details()
        self._boxes, self._scores = int(boxes["index"]), int(scores["index"])
        self._centers = _anchor_centers()

    def find(self, image_rgb: npt.NDArray[np.uint8], *, min_score: float) -> list[Palm]:
        """Return the palms in a picture, best first.

        Parameters
        ----------
        image_rgb : ndarray, shape (H, W, 3), uint8
        min_score : float
            In [0, 1].
        """
        height, width = image_rgb.shape[:2]
        scale = _SIDE_PX / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image_rgb, size, interpolation=cv2.INTER_AREA)
        left, top = (_SIDE_PX - size[0]) // 2, (_SIDE_PX - size[1]) // 2
        square = np.zeros((1, _SIDE_PX, _SIDE_PX, 3), np.float32)
        square[0, top : top + size[1], left : left + size[0]] = small / np.float32(255)
        self._interpreter.set_tensor(self._input, square)
        self._interpreter.invoke()
        values = self._interpreter.get_tensor(self._boxes)[0]
        logits = self._interpreter.get_tensor(self._scores)[0, :, 0]
        found = self._decode(values, logits, min_score)
        return [_palm(row, score, (left, top), scale) for row, score in found]

    def _decode(
        self, values: npt.NDArray[np.float32], logits: npt.NDArray[np.float32], min_score: float
    ) -> list[tuple[npt.NDArray[np.float32], float]]:
        """Return rows of centre, size and key points in input pixels, with their scores."""
        scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
        order = np.argsort(-scores)
        order = order[scores[order] >= min_score][:200]
        rows = values[order].reshape(-1, 9, 2).copy()
        rows[:, [0, *range(2, 9)]] += self._centers[order][:, None] * _SIDE_PX
        boxes = np.concatenate([rows[:, 0] - rows[:, 1] / 2, rows[:, 0] + rows[:, 1] / 2], axis=1)
        keep = np.flatnonzero(greedy_keep(iou_matrix(boxes, boxes) > _MAX_IOU))[:_MAX_PALMS]
        return [(rows[i], float(scores[order[i]])) for i in keep]


def _palm(row: npt.NDArray[np.float32], score: float, shift: tuple[int, int], scale: float) -> Palm:
    points = row[2:]
    up = direction(points[_WRIST], points[_KNUCKLE])
    center = (row[0] - np.array(shift, np.float32)) / np.float32(scale)
    return Palm(center, float(row[1].max()) / scale, up, score)


def direction(
    start_xy: npt.NDArray[np.float32], end_xy: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the unit vector from one point to another, shape (2,); up where they are one."""
    way = end_xy - start_xy
    length = float(np.linalg.norm(way))
    return np.asarray(way / length if length > 0 else (0, -1), np.float32)


def _anchor_centers() -> npt.NDArray[np.float32]:
    """Return the anchors' centres as fractions of the input, shape (2016, 2), x first."""
    parts = []
    for cells, repeats in _GRIDS:
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        parts.append(np.repeat(grid, repeats, axis=0))
    return np.concatenate(parts).astype(np.float32)
