"""Leaf module: from a run's last checkpoint to a TFLite model that decodes its own boxes.

Its input is an RGB picture of 0 to 255, squashed to 320 x 320; Model Garden's normalisation is
inside. Its outputs are the best anchors with their boxes, decoded as ``box_ops.decode_boxes``
does, normalised yxyx, and not yet suppressed: that our detectors do themselves, so that the model
needs no operator that LiteRT runs slowly.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import tensorflow as tf  # noqa: TID253 - a leaf, loaded by name in the child process
import tf_keras
from official.vision.modeling import factory  # noqa: TID253
from official.vision.ops import anchor, preprocess_ops  # noqa: TID253

from app.training.errors import TrainingError
from app.training.run_folder import RunFolder
from app.training.tf_run import load_params

CANDIDATES = 300
"""Anchors that go out: several for each of the objects that a picture may have."""

_LARGEST_EXP = 4.135166556742356  # log(1000 / 16), box_ops.BBOX_XFORM_CLIP


def export_tflite(run: RunFolder, experiment: Mapping[str, Any]) -> bytes:
    """Return a TFLite model of the last checkpoint, float32.

    Raises
    ------
    TrainingError
        ``checkpoint-unfit`` or ``bad-experiment``.
    """
    params = load_params(experiment).task.model
    model = _restored(run, params)
    detector = _Detector(model, params)
    # A module of variables only: Keras would trace every layer by itself, for minutes.
    holder = tf.Module()
    holder.weights = model.variables
    holder.detect = detector.detect
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(holder, folder, signatures={"serving_default": holder.detect})
        data: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    return data


def _restored(run: RunFolder, params: Any) -> Any:  # noqa: ANN401
    path = Path(run.checkpoints.name, f"ckpt-{run.last_step}")  # Orbit's name
    specs = tf_keras.layers.InputSpec(shape=[None, *params.input_size])
    model = factory.build_retinanet(specs, params)
    checkpoint = tf.train.Checkpoint(model=model, **model.checkpoint_items)
    try:
        with chdir(run.folder):
            checkpoint.read(str(path)).expect_partial().assert_existing_objects_matched()
    except (tf.errors.OpError, AssertionError, ValueError) as error:
        message = f"The checkpoint {path.name} of the run {run.name} can't be used."
        hint = "It is damaged, or the experiment was changed: start a new training."
        raise TrainingError("checkpoint-unfit", message, hint, str(error)) from error
    return model


class _Detector:
    """The trained network with normalisation before it and decoding behind it."""

    def __init__(self, model: Any, params: Any) -> None:  # noqa: ANN401
        self._model, self._class_count = model, params.num_classes
        height, width, _ = params.input_size
        anchors = anchor.build_anchor_generator(
            params.min_level,
            params.max_level,
            params.anchor.num_scales,
            params.anchor.aspect_ratios,
            params.anchor.anchor_size,
        )(image_size=(height, width))
        corners = tf.concat([tf.reshape(boxes, [-1, 4]) for boxes in anchors.values()], axis=0)
        self._levels = tuple(anchors)
        corners /= tf.constant([height, width, height, width], tf.float32)
        sizes = corners[:, 2:] - corners[:, :2]
        self._anchors = tf.concat([corners[:, :2] + sizes / 2, sizes], axis=1)  # middle, size
        signature = [tf.TensorSpec([1, height, width, 3], tf.float32, name="image_rgb")]
        self.detect = tf.function(self._detect, input_signature=signature)

    def _detect(self, image_rgb: Any) -> dict[str, Any]:  # noqa: ANN401
        mean, std = tf.constant(preprocess_ops.MEAN_RGB), tf.constant(preprocess_ops.STDDEV_RGB)
        features = self._model.decoder(self._model.backbone((image_rgb - mean) / std))
        class_levels, box_levels, _ = self._model.head(features, training=False)
        logits = self._flat(class_levels, self._class_count)[:, 1:]  # 0 is the background
        count = min(CANDIDATES, int(self._anchors.shape[0]))
        best, places = tf.math.top_k(tf.reduce_max(logits, axis=1), count)
        boxes = _decoded(
            tf.gather(self._flat(box_levels, 4), places), tf.gather(self._anchors, places)
        )
        classes = tf.argmax(tf.gather(logits, places), axis=1, output_type=tf.int32) + 1
        return {
            "detection_boxes": boxes[None],
            "detection_classes": tf.cast(classes, tf.float32)[None],
            "detection_scores": tf.sigmoid(best)[None],
        }

    def _flat(self, levels: Mapping[str, Any], depth: int) -> Any:  # noqa: ANN401
        return tf.concat([tf.reshape(levels[key], [-1, depth]) for key in self._levels], axis=0)


def _decoded(encodings: Any, anchors: Any) -> Any:  # noqa: ANN401
    middles = encodings[:, :2] * anchors[:, 2:] + anchors[:, :2]
    halves = tf.exp(tf.minimum(encodings[:, 2:], _LARGEST_EXP)) * anchors[:, 2:] / 2
    return tf.concat([middles - halves, middles + halves], axis=1)
