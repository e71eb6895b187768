"""Runs TFLite models with LiteRT on the processor."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from app.detection.anchors import make_anchors
from app.detection.decoding import AnchorDecoder
from app.detection.detections import Detections
from app.detection.errors import ModelError
from app.detection.model_card import ModelCard
from app.detection.suppression import suppress

MAX_THREADS = 4  # a small network gains nothing from more, and the rest of the program needs some


class LiteRtDetector:
    """A `Detector` over one TFLite file.

    Parameters
    ----------
    path : Path
        The ``.tflite`` file.
    card : ModelCard
        How to feed it and read it.

    Raises
    ------
    ModelError
        When the file is no TFLite model, or lacks an output the card names.
    """

    def __init__(self, path: Path, card: ModelCard) -> None:
        self.name = card.name
        self.classes = card.classes
        self.default_score = card.default_score
        self.default_class_names = card.default_class_names
        self._card = card
        self._interpreter = _load(path)
        self._input = self._interpreter.get_input_details()[0]
        _, self._height, self._width, _ = (int(side) for side in self._input["shape"])
        outputs = {str(o["name"]): int(o["index"]) for o in self._interpreter.get_output_details()}
        spec = card.output
        assert spec.anchors is not None
        self._decoder = AnchorDecoder(
            make_anchors(spec.anchors), np.array(spec.box_scales, np.float32), spec.is_logit
        )
        self._boxes_index = outputs[spec.boxes_name]
        self._scores_index = outputs[spec.scores_name]

    def detect(
        self,
        image_bgr: npt.NDArray[np.uint8],
        *,
        min_score: float,
        class_ids: Collection[int] | None = None,
        merge_kindred: bool = True,
    ) -> Detections:
        """Find objects; see `Detector.detect`."""
        self._interpreter.set_tensor(self._input["index"], self._prepare(image_bgr))
        self._interpreter.invoke()
        height, width = image_bgr.shape[:2]
        chosen = np.array(sorted(self.classes if class_ids is None else class_ids), np.int32)
        candidates = self._decoder.decode(
            self._interpreter.get_tensor(self._boxes_index)[0],
            self._interpreter.get_tensor(self._scores_index)[0],
            min_score=min_score,
            class_ids=chosen,
            width=width,
            height=height,
        )
        return suppress(candidates)

    def close(self) -> None:
        """Release the interpreter."""
        self._interpreter = None

    def _prepare(self, image_bgr: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        small = cv2.resize(image_bgr, (self._width, self._height), interpolation=cv2.INTER_LINEAR)
        rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)
        spec = self._card.input
        return ((rgb - spec.mean) / spec.std)[None]


def available_threads() -> int:
    """Return how many threads to give a network on this machine."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MAX_THREADS)
    return min(os.cpu_count() or 1, MAX_THREADS)


def _load(path: Path) -> Interpreter:
    try:
        interpreter = Interpreter(model_path=str(path), num_threads=available_threads())
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelError(
            "model-broken",
            f"{path} is not a TFLite model that can be run here.",
            "The file may be damaged or cut short: export or download it again.",
            str(error),
        ) from error
    return interpreter
