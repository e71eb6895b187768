"""Which tensors of a TFLite model hold its boxes, classes and scores, and how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from app.detection.anchors import make_anchors
from app.detection.decoding import AnchorDecoder, Query, read_finished
from app.detection.detections import Detections
from app.detection.errors import ModelError, output_missing
from app.detection.model_card import OutputSpec

POST_PROCESS = "TFLite_Detection_PostProcess"
_POST_PROCESS_ROLES = ("boxes", "classes", "scores", "count")  # the op's own order
_NAMES = {
    "boxes": "detection_boxes",
    "classes": "detection_classes",
    "scores": "detection_scores",
    "count": "num_detections",
}


class OutputReader(Protocol):
    """Reads the outputs of one invocation."""

    def read(self, interpreter: Interpreter, query: Query) -> Detections:
        """Return what was found, unsuppressed, best first."""
        ...


@dataclass(frozen=True)
class AnchorOutputs:
    """Raw encodings and class outputs against anchors: tensor indices, and their decoder."""

    boxes_index: int
    scores_index: int
    decoder: AnchorDecoder

    def read(self, interpreter: Interpreter, query: Query) -> Detections:
        """Return the decoded anchors; see `OutputReader`."""
        encodings = interpreter.get_tensor(self.boxes_index)[0]
        return self.decoder.decode(encodings, interpreter.get_tensor(self.scores_index)[0], query)


@dataclass(frozen=True)
class FinishedOutputs:
    """Detections the model decoded itself: tensor indices by role.

    Attributes
    ----------
    indices : mapping of str to int
        Of "boxes" (1, N, 4), "classes" (1, N), "scores" (1, N) and, where there is one, "count".
    first_class : int
        The number the model gives class id 1: 0 or 1.
    fed_height, fed_width : int
        Input size of the network, pixels.
    class_count : int or None
        Classes the model tells apart, the background perhaps among them. None when unknown.
    counts_background : bool
        The model numbers all its columns, the background's too if it has one.
    """

    indices: Mapping[str, int]
    first_class: int
    fed_height: int
    fed_width: int
    class_count: int | None = None
    counts_background: bool = False

    def for_labels(self, classes: Mapping[int, str]) -> FinishedOutputs:
        """Return the outputs as the label map `classes` numbers them.

        ``TFLite_Detection_PostProcess`` numbers what its ``num_classes`` says: usually the
        classes without the background, from 0. Where it was told to count all columns and the
        label map names one class less, column 0 is the background and numbers begin at 1.
        """
        if self.counts_background and max(classes) == (self.class_count or 0) - 1:
            return replace(self, first_class=1)
        return self

    def read(self, interpreter: Interpreter, query: Query) -> Detections:
        """Return the model's own detections; see `OutputReader`."""
        scores = interpreter.get_tensor(self.indices["scores"])[0]
        end = len(scores)
        if "count" in self.indices:
            end = int(interpreter.get_tensor(self.indices["count"]).ravel()[0])
        classes = interpreter.get_tensor(self.indices["classes"])[0, :end]
        return read_finished(
            interpreter.get_tensor(self.indices["boxes"])[0, :end],
            (np.rint(classes) + (1 - self.first_class)).astype(np.int32),
            scores[:end],
            fed_height=self.fed_height,
            fed_width=self.fed_width,
            query=query,
        )


def anchor_outputs(interpreter: Interpreter, path: Path, spec: OutputSpec) -> AnchorOutputs:
    """Find the raw outputs that the model card names.

    Raises
    ------
    ModelError
        ``model-output-missing``, or ``model-card-broken`` when shapes and anchors disagree.
    """
    if spec.anchors is None:
        raise ValueError("the layout ssd-anchors needs anchors")
    details = {str(detail["name"]): detail for detail in interpreter.get_output_details()}
    for name in (spec.boxes_name, spec.scores_name):
        if name not in details:
            raise output_missing(path, name, details)
    anchors = make_anchors(spec.anchors)
    count = int(details[spec.boxes_name]["shape"][1])
    if count != len(anchors):
        raise ModelError(
            "model-card-broken",
            f"{path} puts out {count} boxes, but its description lays out {len(anchors)} anchors.",
            "The model and its model.json do not belong together: export the model again.",
        )
    return AnchorOutputs(
        details[spec.boxes_name]["index"],
        details[spec.scores_name]["index"],
        AnchorDecoder(anchors, np.array(spec.box_scales, np.float32), spec.is_logit),
    )


def finished_outputs(interpreter: Interpreter, path: Path) -> FinishedOutputs:
    """Find the outputs of a model that decodes its own detections.

    ``TFLite_Detection_PostProcess`` is found by the op itself: its outputs have an order, while
    their names and their order in the model change from converter to converter. Other models
    must name them as the Object Detection API does.

    Raises
    ------
    ModelError
        ``model-output-missing``, naming the first that is not there.
    """
    _, height, width, _ = (int(side) for side in interpreter.get_input_details()[0]["shape"])
    op = _post_process_op(path)
    if op is not None:
        indices = dict(zip(_POST_PROCESS_ROLES, op.outputs, strict=True))
        return FinishedOutputs(indices, 0, height, width, op.columns, op.numbers_all)
    named = _named_outputs(interpreter)
    indices = {}
    for role, wanted in _NAMES.items():
        found = next((index for name, index in named.items() if wanted in name), None)
        if found is not None:
            indices[role] = found
        elif role != "count":
            raise output_missing(path, wanted, named)
    return FinishedOutputs(indices, 1, height, width)


@dataclass(frozen=True)
class _PostProcessOp:
    outputs: list[int]
    columns: int  # of the class predictions
    numbers_all: bool  # num_classes is the number of columns, not one less


def _post_process_op(path: Path) -> _PostProcessOp | None:
    """Find the custom op in the flatbuffer; the interpreter does not tell."""
    # Imported for models from elsewhere only: it takes as long as the interpreter itself.
    from ai_edge_litert import schema_py_generated as schema
    from flatbuffers import flexbuffers  # comes with ai-edge-litert

    model = schema.Model.GetRootAs(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    for i in range(graph.OperatorsLength()):
        op = graph.Operators(i)
        code = model.OperatorCodes(op.OpcodeIndex()).CustomCode()
        if code == POST_PROCESS.encode():
            outputs = [int(index) for index in op.OutputsAsNumpy()]
            columns = int(graph.Tensors(op.Inputs(1)).ShapeAsNumpy()[-1])
            options = flexbuffers.Loads(op.CustomOptionsAsNumpy().tobytes())
            return _PostProcessOp(outputs, columns, options.get("num_classes") == columns)
    return None


def _named_outputs(interpreter: Interpreter) -> dict[str, int]:
    """Return tensor indices by the names of the signature, where there is one, and of tensors."""
    named = {str(o["name"]): int(o["index"]) for o in interpreter.get_output_details()}
    for key in interpreter.get_signature_list():
        outputs = interpreter.get_signature_runner(key).get_output_details()
        named.update({str(name): int(o["index"]) for name, o in outputs.items()})
    return named
