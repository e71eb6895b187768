"""Runs TensorFlow SavedModels: a leaf module, loaded by its dotted name, imported by nobody.

It speaks the signatures of the classic Object Detection API (``exporter_main_v2``) and of Model
Garden (``official.vision.serving``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.detection.card_detector import CardDetector
from app.detection.decoding import Query, read_finished
from app.detection.detections import Detections
from app.detection.errors import ModelError, output_missing
from app.detection.model_card import ModelCard

SIGNATURE = "serving_default"
OUTPUTS = ("detection_boxes", "detection_classes", "detection_scores")
_CLASS_SCORES = ("detection_multiclass_scores", "raw_detection_scores")  # (1, N, classes)


class SavedModelDetector(CardDetector):
    """A `Detector` over a SavedModel's signature.

    Parameters
    ----------
    model : loaded SavedModel
        Kept, for its signatures hold its variables weakly.
    input_name : str
    input_spec : tf.TensorSpec
        (1 or None, H or None, W or None, 3), uint8 or a float type.
    card : ModelCard
    """

    def __init__(self, model: Any, input_name: str, input_spec: Any, card: ModelCard) -> None:  # noqa: ANN401 - TensorFlow has no types
        super().__init__(card)
        self._input = card.input
        self._model: Any = model
        self._input_name = input_name
        self._dtype = input_spec.dtype.as_numpy_dtype
        _, self._height, self._width, _ = input_spec.shape.as_list()

    def _find_candidates(self, image_bgr: npt.NDArray[np.uint8], query: Query) -> Detections:
        if self._model is None:
            raise ValueError("the detector is closed")
        fed = self._prepare(image_bgr)
        run = self._model.signatures[SIGNATURE]
        outputs = {name: value.numpy() for name, value in run(**{self._input_name: fed}).items()}
        fed_height, fed_width = _box_frame(fed, outputs)
        end = int(outputs["num_detections"].ravel()[0]) if "num_detections" in outputs else None
        boxes, classes, scores = (outputs[name][0, :end] for name in OUTPUTS)
        return read_finished(
            boxes.astype(np.float32),
            np.rint(classes).astype(np.int32),
            scores.astype(np.float32),
            fed_height=fed_height,
            fed_width=fed_width,
            query=query,
        )

    def close(self) -> None:
        """Let the model go."""
        self._model = None

    def _prepare(self, image_bgr: npt.NDArray[np.uint8]) -> Any:  # noqa: ANN401
        import tensorflow as tf

        height, width = self._height or image_bgr.shape[0], self._width or image_bgr.shape[1]
        if image_bgr.shape[:2] != (height, width):
            image_bgr = np.asarray(
                cv2.resize(image_bgr, (width, height), interpolation=cv2.INTER_AREA), np.uint8
            )
        rgb = image_bgr[None, :, :, ::-1]
        if self._dtype == np.uint8:
            return tf.constant(np.ascontiguousarray(rgb))
        normalised = (rgb - np.float32(self._input.mean)) / np.float32(self._input.std)
        return tf.constant(normalised, self._dtype)


def open_saved_model(
    folder: Path, describe: Callable[[int | None], ModelCard]
) -> SavedModelDetector:
    """Open the SavedModel in `folder`.

    Parameters
    ----------
    folder : Path
    describe : callable
        Gives the card for the number of classes the model tells apart (None when it does not
        say; the background may be among them).

    Raises
    ------
    ModelError
        When it cannot be loaded, takes no picture, or lacks an output, with its name.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read once, at the import
    import tensorflow as tf

    try:
        model = tf.saved_model.load(str(folder))
    # AttributeError and KeyError: ops that this TensorFlow does not know.
    except (OSError, ValueError, AttributeError, KeyError, tf.errors.OpError) as error:
        raise ModelError(
            "model-broken",
            f"{folder} is not a SavedModel that can be run here.",
            "The folder may be incomplete: it needs saved_model.pb and variables. Copy or "
            "download it again.",
            str(error),
        ) from error
    if SIGNATURE not in model.signatures:
        raise output_missing(folder, SIGNATURE, model.signatures)
    signature = model.signatures[SIGNATURE]
    outputs: Mapping[str, Any] = signature.structured_outputs
    for name in OUTPUTS:
        if name not in outputs:
            raise output_missing(folder, name, outputs)
    input_name, input_spec = _picture_input(folder, signature.structured_input_signature[1])
    return SavedModelDetector(model, input_name, input_spec, describe(_class_count(outputs)))


def _picture_input(folder: Path, inputs: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the one input, if it is a picture."""
    if len(inputs) == 1:
        ((name, spec),) = inputs.items()
        is_number = spec.dtype.is_floating or spec.dtype.name == "uint8"
        shape = spec.shape.as_list() if spec.shape.rank == 4 else []
        if is_number and shape and shape[0] in (None, 1) and shape[3] in (None, 3):
            return name, spec
    found = ", ".join(f"{name} {spec.dtype.name} {spec.shape}" for name, spec in inputs.items())
    raise ModelError(
        "model-input-unfit",
        f"{folder} does not take one colour picture: its input is {found or 'nothing'}.",
        'Export it with the input type "image_tensor".',
    )


def _class_count(outputs: Mapping[str, Any]) -> int | None:
    for name in _CLASS_SCORES:
        if name in outputs and outputs[name].shape.rank == 3:
            count: int | None = outputs[name].shape.as_list()[-1]
            return count
    return None


def _box_frame(
    fed: Any,  # noqa: ANN401
    outputs: Mapping[str, npt.NDArray[Any]],
) -> tuple[float, float]:
    """Return height and width of the frame in which pixel boxes are given.

    Model Garden's are pixels of the picture as its own preprocessing scaled it; ``image_info``
    row 2 has the factors (``preprocess_ops.resize_and_crop_image``).
    """
    height, width = float(fed.shape[1]), float(fed.shape[2])
    if "image_info" in outputs:
        scale_y, scale_x = outputs["image_info"].reshape(-1, 4, 2)[0, 2]
        return height * float(scale_y), width * float(scale_x)
    return height, width
