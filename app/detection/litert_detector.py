"""Runs TFLite models with LiteRT on the processor."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from app.detection.card_detector import CardDetector
from app.detection.decoding import Query
from app.detection.detections import Detections
from app.detection.errors import ModelError
from app.detection.model_card import InputSpec, ModelCard
from app.detection.tflite_outputs import OutputReader, anchor_outputs, finished_outputs

INPUT_TYPES = (np.float32, np.uint8, np.int8)
MAX_THREADS = 4  # a small network gains nothing from more, and the rest of the program needs some


class LiteRtDetector(CardDetector):
    """A `Detector` over one TFLite file.

    Parameters
    ----------
    interpreter : Interpreter
        From `load_interpreter`.
    outputs : OutputReader
    card : ModelCard
    """

    def __init__(self, interpreter: Interpreter, outputs: OutputReader, card: ModelCard) -> None:
        super().__init__(card)
        self._interpreter: Interpreter | None = interpreter
        self._outputs = outputs
        detail = interpreter.get_input_details()[0]
        self._input_index = int(detail["index"])
        self._input = _InputPicture(detail, card.input)

    def _find_candidates(self, image_bgr: npt.NDArray[np.uint8], query: Query) -> Detections:
        if self._interpreter is None:
            raise ValueError("the detector is closed")
        self._interpreter.set_tensor(self._input_index, self._input.prepare(image_bgr))
        self._interpreter.invoke()
        return self._outputs.read(self._interpreter, query)

    def close(self) -> None:
        """Release the interpreter and its memory."""
        self._interpreter = None


def open_tflite(path: Path, card: ModelCard) -> LiteRtDetector:
    """Open the TFLite model at `path`, described by `card`.

    Raises
    ------
    ModelError
        When the file is no TFLite model, takes no picture, or lacks an output.
    """
    interpreter = load_interpreter(path)
    if card.output.layout == "ssd-anchors":
        return LiteRtDetector(interpreter, anchor_outputs(interpreter, path, card.output), card)
    outputs = finished_outputs(interpreter, path).for_labels(card.classes)
    return LiteRtDetector(interpreter, outputs, card)


def load_interpreter(path: Path) -> Interpreter:
    """Load a TFLite file that takes one RGB picture.

    Raises
    ------
    ModelError
        ``model-broken`` or ``model-input-unfit``.
    """
    try:
        interpreter = Interpreter(model_path=str(path), num_threads=available_threads())
        interpreter.allocate_tensors()
        detail = interpreter.get_input_details()[0]
        # The signature says -1 where a size is open; the shape has 1 there.
        shape = [int(side) for side in detail["shape_signature"]]
    except (OSError, ValueError, RuntimeError, IndexError) as error:
        raise ModelError(
            "model-broken",
            f"{path} is not a TFLite model that can be run here.",
            "The file may be damaged or cut short: export or download it again.",
            str(error),
        ) from error
    is_picture = len(shape) == 4 and shape[0] == 1 and shape[3] == 3 and min(shape) > 0
    if not is_picture or detail["dtype"] not in INPUT_TYPES:
        raise ModelError(
            "model-input-unfit",
            f"{path} does not take one colour picture: its input is "
            f"{np.dtype(detail['dtype'])} {shape}.",
            "A detector with an input of 1 x height x width x 3 of a fixed size is needed, in "
            "float32, uint8 or int8.",
        )
    return interpreter


def available_threads() -> int:
    """Return how many threads to give a network: the processors this process may use, capped."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MAX_THREADS)
    return min(os.cpu_count() or 1, MAX_THREADS)


class _InputPicture:
    """Makes the network's input of a frame, in one buffer that is used again and again."""

    def __init__(self, detail: dict[str, npt.NDArray[np.int32]], spec: InputSpec) -> None:
        _, self._height, self._width, _ = (int(side) for side in detail["shape"])
        self._dtype = detail["dtype"]
        self._factor, self._offset = 1 / spec.std, -spec.mean / spec.std
        self._buffer = np.empty((1, self._height, self._width, 3), np.float32)

    def prepare(
        self, image_bgr: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.float32 | np.uint8 | np.int8]:
        rgb = cv2.cvtColor(self._shrink(image_bgr), cv2.COLOR_BGR2RGB)
        if self._dtype == np.uint8:  # quantised models take pixels as they are
            return np.asarray(rgb[None], np.uint8)
        if self._dtype == np.int8:  # ... or centred
            return np.bitwise_xor(rgb[None], 128, dtype=np.uint8).view(np.int8)
        np.multiply(rgb, np.float32(self._factor), out=self._buffer[0])
        self._buffer += np.float32(self._offset)
        return self._buffer

    def _shrink(self, image_bgr: npt.NDArray[np.uint8]) -> cv2.typing.MatLike:
        """Resize to the input; as good as area averaging at a quarter of its time.

        Bilinear alone reads four pixels a target pixel and skips the rest: on pedestrians at
        768x576 it lost 1 % of recall and gave 7 % more false boxes. Twice the size first, then
        the mean of 2x2, reads sixteen.
        """
        height, width = image_bgr.shape[:2]
        if width > self._width and height > self._height:
            double = cv2.resize(image_bgr, (2 * self._width, 2 * self._height))
            return cv2.resize(double, (self._width, self._height), interpolation=cv2.INTER_AREA)
        return cv2.resize(image_bgr, (self._width, self._height))
