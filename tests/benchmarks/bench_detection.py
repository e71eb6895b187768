"""What finding objects costs beyond the network itself, against a plain loop, in one run."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from app.detection.anchors import make_anchors
from app.detection.class_names import resolve_class_names
from app.detection.decoding import AnchorDecoder, Query
from app.detection.kinship import Kinship
from app.detection.litert_detector import LiteRtDetector, load_interpreter
from app.detection.model_card import read_model_card
from app.detection.opening import open_detector
from app.detection.suppression import suppress
from app.detection.tflite_outputs import anchor_outputs
from app.paths import resource_path

VIDEO = Path(__file__).resolve().parents[3] / "shared" / "data" / "videos" / "suburban-road.mp4"
STARTER = resource_path("models", "starter-oidv4")
GOAL_MS = 1.5
SCORES = (0.3, 0.1)  # births alone, and with the tracker's second pass
ROUNDS = 40

Frame = npt.NDArray[np.uint8]
Outputs = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def read_frames(count: int) -> list[Frame]:
    """Return frames of a busy street, or noise where the reference data is absent."""
    if not VIDEO.is_file():
        random = np.random.default_rng(1)
        return [random.integers(0, 256, (352, 640, 3), dtype=np.uint8) for _ in range(count)]
    capture = cv2.VideoCapture(str(VIDEO))
    frames = [np.asarray(capture.read()[1], np.uint8) for _ in range(count)]
    capture.release()
    return frames


def network_outputs(frames: list[Frame]) -> list[Outputs]:
    """Return encodings and class outputs of each frame, as the network puts them out."""
    interpreter = load_interpreter(STARTER / "model.tflite")
    card = read_model_card(STARTER / "model.json")
    reader = anchor_outputs(interpreter, STARTER / "model.tflite", card.output)
    index = interpreter.get_input_details()[0]["index"]
    outputs = []
    for frame in frames:
        rgb = cv2.cvtColor(cv2.resize(frame, (300, 300)), cv2.COLOR_BGR2RGB)
        interpreter.set_tensor(index, rgb[None].astype(np.float32) / 127.5 - 1)
        interpreter.invoke()
        encodings = interpreter.get_tensor(reader.boxes_index)[0]
        outputs.append((encodings, interpreter.get_tensor(reader.scores_index)[0]))
    return outputs


def plain_loop(outputs: Outputs, anchors: npt.NDArray[np.float32], query: Query) -> int:
    """Decode and suppress box by box, as tutorials do; the number of boxes kept."""
    encodings, logits = outputs
    found = []
    for row, anchor in enumerate(anchors.tolist()):
        for class_id in query.class_ids.tolist():
            score = 1 / (1 + math.exp(-float(logits[row, class_id])))
            if score < query.min_score:
                continue
            ty, tx, th, tw = encodings[row].tolist()
            y, x = ty / 10 * anchor[2] + anchor[0], tx / 10 * anchor[3] + anchor[1]
            h, w = math.exp(th / 5) * anchor[2], math.exp(tw / 5) * anchor[3]
            found.append((score, x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    kept: list[tuple[float, ...]] = []
    for candidate in sorted(found, reverse=True):
        if all(overlap(candidate[1:], other[1:]) <= 0.6 for other in kept):
            kept.append(candidate)
    return len(kept)


def overlap(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return width * height / min(areas)


def median_ms(work: Callable[[Outputs], object], outputs: list[Outputs]) -> float:
    """Return the median time of `work` on one frame's outputs, after a round to warm up."""
    times = []
    for round_index in range(2 * len(outputs)):
        start = time.perf_counter()
        work(outputs[round_index % len(outputs)])
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[len(outputs) :])


def run() -> list[dict[str, object]]:
    frames = read_frames(ROUNDS)
    outputs = network_outputs(frames)
    card = read_model_card(STARTER / "model.json")
    assert card.output.anchors is not None
    anchors = make_anchors(card.output.anchors)
    decoder = AnchorDecoder(anchors, np.array(card.output.box_scales, np.float32), is_logit=True)
    kinship = Kinship(card.classes)
    detector = open_detector()
    class_ids = resolve_class_names(detector, detector.default_class_names)
    rows: list[dict[str, object]] = []
    for score in SCORES:
        query = Query(score, np.array(sorted(class_ids), np.int32), 640, 352)

        def ours(outputs: Outputs, query: Query = query) -> int:
            found = decoder.decode(*outputs, query)
            return len(suppress(found, kinship, merge_kindred=True, confident_score=0.3))

        def plain(outputs: Outputs, query: Query = query) -> int:
            return plain_loop(outputs, anchors, query)

        value = median_ms(ours, outputs)
        rows.append(
            {
                "name": f"decode and suppress, score {score}",
                "value": value,
                "unit": "ms a frame",
                "baseline": median_ms(plain, outputs),
                "goal": f"at most {GOAL_MS} ms for {len(anchors)} anchors",
                "ok": value <= GOAL_MS,
            }
        )
    detector.close()
    rows.append(beyond_the_network(frames, class_ids))
    return rows


class TimedInterpreter:
    """The interpreter, telling how long its last invocation took."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self.network_ms = 0.0

    def invoke(self) -> None:
        start = time.perf_counter()
        self._interpreter.invoke()
        self.network_ms = (time.perf_counter() - start) * 1000

    def __getattr__(self, name: str) -> object:
        return getattr(self._interpreter, name)


def beyond_the_network(frames: list[Frame], class_ids: frozenset[int]) -> dict[str, object]:
    """Measure a detection less the network in it: resizing, colours, decoding, suppression."""
    interpreter = TimedInterpreter(load_interpreter(STARTER / "model.tflite"))
    card = read_model_card(STARTER / "model.json")
    outputs = anchor_outputs(interpreter, STARTER / "model.tflite", card.output)
    detector = LiteRtDetector(interpreter, outputs, card)
    beyond_ms, network_ms = [], []
    for frame in frames:
        start = time.perf_counter()
        detector.detect(frame, min_score=SCORES[0], class_ids=class_ids)
        beyond_ms.append((time.perf_counter() - start) * 1000 - interpreter.network_ms)
        network_ms.append(interpreter.network_ms)
    value, network = statistics.median(beyond_ms), statistics.median(network_ms)
    return {
        "name": f"a whole detection beyond the network, score {SCORES[0]}",
        "value": value,
        "unit": "ms a frame",
        "baseline": network,
        "goal": "at most a quarter of the network's own time, the picture's resizing included",
        "ok": value <= network / 4,
    }
