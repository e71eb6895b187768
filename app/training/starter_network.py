"""The backbone of the starter detector: its MobileNetV2, read from the TFLite file.

Format: TFLite's flatbuffer, schema version 3. Batch norm is folded into kernels and biases, and
both are kept as float16, each behind a ``DEQUANTIZE``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.detection.registry import STARTER_NAME
from app.paths import resource_path
from app.training.errors import TrainingError

CONVOLUTION_COUNT = 52
# What flatbuffers raises for bytes that are none of its own.
_UNREADABLE = (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError)
_DTYPES: dict[int, type[np.generic]] = {0: np.float32, 1: np.float16}  # TensorType

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Convolution:
    """One convolution, its batch norm folded in.

    Attributes
    ----------
    kernel : ndarray, float32
        (height, width, in, out); depthwise (height, width, channels, 1): as Keras has them.
    bias : ndarray, shape (out,), float32
    stride : int
    is_depthwise, has_relu6 : bool
    source, target : int
        Numbers of the tensors that go in and come out.
    """

    kernel: FloatArray
    bias: FloatArray
    stride: int
    is_depthwise: bool
    has_relu6: bool
    source: int
    target: int


@dataclass(frozen=True)
class Addition:
    """The sum of two tensors: the end of a residual block."""

    sources: tuple[int, int]
    target: int


@dataclass(frozen=True)
class Network:
    """Convolutions and additions in the order in which they run.

    Attributes
    ----------
    steps : tuple of Convolution or Addition
    input : int
        Number of the tensor of the picture, RGB from -1 to 1.
    """

    steps: tuple[Convolution | Addition, ...]
    input: int

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """Only the convolutions."""
        return tuple(step for step in self.steps if isinstance(step, Convolution))


def starter_model_path() -> Path:
    """Return the bundled TFLite file."""
    return resource_path("models", STARTER_NAME, "model.tflite")


def read_backbone(path: Path) -> Network:
    """Read the 52 convolutions of MobileNetV2 and the additions between them.

    Raises
    ------
    TrainingError
        ``backbone-broken``: the file can't be read, or is another network.
    """
    try:
        network = _Reader(path.read_bytes()).network()
    except (OSError, *_UNREADABLE) as error:
        raise _broken(path, "it can't be read as TFLite", repr(error)) from error
    if len(network.convolutions) != CONVOLUTION_COUNT:
        found = len(network.convolutions)
        raise _broken(path, f"it has {found} convolutions, not {CONVOLUTION_COUNT}")
    return network


class _Reader:
    """Walks the operators of the first graph."""

    def __init__(self, data: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema  # slow to import

        self._schema = schema
        self._model = schema.Model.GetRootAs(data, 0)
        self._graph = self._model.Subgraphs(0)
        self._operators = [self._graph.Operators(i) for i in range(self._graph.OperatorsLength())]
        self._packed: dict[int, int] = {}  # tensor by the tensor that is its float32 form
        for operator in self._operators:
            if self._code(operator) == schema.BuiltinOperator.DEQUANTIZE:
                self._packed[int(operator.Outputs(0))] = int(operator.Inputs(0))

    def network(self) -> Network:
        kinds = self._schema.BuiltinOperator
        predictors = {
            int(each.Inputs(0)) for each in self._operators if self._code(each) == kinds.RESHAPE
        }
        steps: list[Convolution | Addition] = []
        count = 0
        for operator in self._operators:
            code, target = self._code(operator), int(operator.Outputs(0))
            if code == kinds.ADD:
                steps.append(Addition((int(operator.Inputs(0)), int(operator.Inputs(1))), target))
            elif code in (kinds.CONV_2D, kinds.DEPTHWISE_CONV_2D) and target not in predictors:
                steps.append(self._convolution(operator, code == kinds.DEPTHWISE_CONV_2D))
                count += 1
            if count == CONVOLUTION_COUNT:
                break
        return Network(tuple(steps), int(self._graph.Inputs(0)))

    def _convolution(self, operator: Any, is_depthwise: bool) -> Convolution:  # noqa: ANN401
        kinds = self._schema
        table = kinds.DepthwiseConv2DOptions() if is_depthwise else kinds.Conv2DOptions()
        options = operator.BuiltinOptions()
        table.Init(options.Bytes, options.Pos)
        kernel = self._constant(int(operator.Inputs(1)))  # OHWI; depthwise 1HWC
        return Convolution(
            np.ascontiguousarray(kernel.transpose(1, 2, 3, 0)),
            self._constant(int(operator.Inputs(2))),
            int(table.StrideH()),
            is_depthwise,
            table.FusedActivationFunction() == kinds.ActivationFunctionType.RELU6,
            int(operator.Inputs(0)),
            int(operator.Outputs(0)),
        )

    def _constant(self, index: int) -> FloatArray:
        tensor = self._graph.Tensors(self._packed.get(index, index))
        data = self._model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes()
        values = np.frombuffer(data, _DTYPES[tensor.Type()])
        return values.reshape(tensor.ShapeAsNumpy()).astype(np.float32)

    def _code(self, operator: Any) -> int:  # noqa: ANN401
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        # Numbers below 127 used to be in a field of one byte.
        return max(int(code.BuiltinCode()), int(code.DeprecatedBuiltinCode()))


def _broken(path: Path, reason: str, detail: str = "") -> TrainingError:
    return TrainingError(
        "backbone-broken",
        f"{path} does not hold the backbone of the starter detector: {reason}.",
        "Install Tallybox again.",
        detail,
    )
