"""Leaf module: the starter's backbone as a checkpoint that Model Garden starts from.

The convolutions go one to one, in order, onto Model Garden's ``MobileNetV2``. There each has a
batch norm, which is filled so that it does nothing in inference and, on pictures like those of
`calibration`, next to nothing in training: mean and variance of what the convolution puts out,
``gamma = sqrt(variance + epsilon)``, ``beta = bias + mean``. The starter was trained on
``pixel / 127.5 - 1``, Model Garden feeds ``(pixel / 255 - mean) / std``: that goes into the first
kernel, exactly but for the padding at the lower and right edge of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf  # noqa: TID253 - a leaf, loaded by name in the child process
import tf_keras
from official.vision.modeling.backbones import mobilenet  # noqa: TID253
from official.vision.ops import preprocess_ops  # noqa: TID253

from app.training.starter_network import Addition, Convolution, FloatArray, Network

_BATCH = 8


@dataclass(frozen=True)
class Moments:
    """Mean and variance of what a convolution puts out before its bias; shape (out,), float32."""

    mean: FloatArray
    variance: FloatArray


def write_backbone(network: Network, calibration: FloatArray, target: Path) -> None:
    """Write the checkpoint ``<target>.index`` and its data.

    Parameters
    ----------
    network : Network
        Of the starter, for pictures from -1 to 1.
    calibration : ndarray, shape (N, height, width, 3), float32
        RGB pictures, 0 to 255, at the size of training.
    target : Path
        What ``task.init_checkpoint`` is to say.
    """
    folded = fold_normalisation(network)
    backbone = build_backbone(folded, measure(folded, normalised(calibration)))
    tf.train.Checkpoint(backbone=backbone).write(str(target))


def normalised(images: FloatArray) -> FloatArray:
    """Return pictures of 0 to 255 as Model Garden feeds them (``preprocess_ops``)."""
    mean = np.array(preprocess_ops.MEAN_RGB, np.float32)
    std = np.array(preprocess_ops.STDDEV_RGB, np.float32)
    result: FloatArray = (images - mean) / std
    return result


def fold_normalisation(network: Network) -> Network:
    """Return the network for pictures as Model Garden normalises them."""
    first = network.convolutions[0]
    scale = np.array(preprocess_ops.STDDEV_RGB, np.float32) / np.float32(127.5)
    shift = np.array(preprocess_ops.MEAN_RGB, np.float32) / np.float32(127.5) - 1
    bias = first.bias + np.einsum("hwio,i->o", first.kernel, shift)
    folded = replace(first, kernel=first.kernel * scale[:, None], bias=bias.astype(np.float32))
    steps = tuple(folded if step is first else step for step in network.steps)
    return replace(network, steps=steps)


def measure(network: Network, images: FloatArray) -> list[Moments]:
    """Return the moments of each convolution over normalised pictures (N, height, width, 3)."""
    sums = [np.zeros((2, len(each.bias))) for each in network.convolutions]
    counts = [0] * len(sums)
    for start in range(0, len(images), _BATCH):
        tensors = {network.input: tf.constant(images[start : start + _BATCH])}
        place = 0
        for step in network.steps:
            if isinstance(step, Addition):
                tensors[step.target] = tensors[step.sources[0]] + tensors[step.sources[1]]
                continue
            raw = _convolved(step, tensors[step.source])
            values = raw.numpy().reshape(-1, len(step.bias)).astype(np.float64)
            sums[place] += (values.sum(axis=0), np.square(values).sum(axis=0))
            counts[place] += len(values)
            place += 1
            biased = raw + step.bias
            tensors[step.target] = tf.nn.relu6(biased) if step.has_relu6 else biased
    return [_moments(each, count) for each, count in zip(sums, counts, strict=True)]


def build_backbone(network: Network, moments: list[Moments]) -> Any:  # noqa: ANN401
    """Return Model Garden's MobileNetV2 with the network's weights."""
    specs = tf_keras.layers.InputSpec(shape=[None, None, None, 3])
    backbone = mobilenet.MobileNet("MobileNetV2", input_specs=specs)
    layers = [layer for layer in backbone.layers if layer.weights]
    places = iter(zip(network.convolutions, moments, strict=True))
    for layer in layers:
        epsilon = layer.get_config()["norm_epsilon"]
        count = len(layer.trainable_weights) // 3  # kernel, gamma, beta
        parts = [_weights(*next(places), epsilon) for _ in range(count)]
        trainable = [array for part in parts for array in part[:3]]
        moving = [array for part in parts for array in part[3:]]
        _assign(layer.trainable_weights, trainable)
        _assign(layer.non_trainable_weights, moving)
    if next(places, None) is not None:
        raise ValueError("MobileNetV2 has fewer convolutions than the starter")
    return backbone


def _convolved(step: Convolution, tensor: Any) -> Any:  # noqa: ANN401
    if step.is_depthwise:
        strides = [1, step.stride, step.stride, 1]
        return tf.nn.depthwise_conv2d(tensor, step.kernel, strides, "SAME")
    return tf.nn.conv2d(tensor, step.kernel, step.stride, "SAME")


def _moments(sums: npt.NDArray[np.float64], count: int) -> Moments:
    mean, mean_square = sums / count
    variance = np.maximum(mean_square - mean**2, 0)
    return Moments(mean.astype(np.float32), variance.astype(np.float32))


def _weights(
    convolution: Convolution, moments: Moments, epsilon: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return kernel, gamma, beta, moving mean and moving variance."""
    gamma = np.sqrt(moments.variance + np.float32(epsilon))
    beta = convolution.bias + moments.mean
    return convolution.kernel, gamma, beta, moments.mean, moments.variance


def _assign(variables: list[Any], arrays: list[FloatArray]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)  # refuses another shape
