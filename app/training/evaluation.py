"""How well a model finds what labelled pictures show: COCO's measures, by pycocotools.

The model is run as it is used, by our own detector: what is measured is what counts later.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox
from app.detection.detections import Detections, Detector
from app.errors import AppError
from app.imaging import read_image
from app.jobs.cancel import CancelToken
from app.training.errors import TrainingError

LEAST_SCORE = 0.02
"""Detections below it change no measure worth telling."""

_NO_SCORE = 0.5  # where nothing is right, no threshold is better than another
_HALF_IOU, _ALL_SIZES, _MOST_DETECTIONS = 0, 0, -1  # places in pycocotools' results


@dataclass(frozen=True)
class ClassMeasures:
    """How well one class is found; None where no picture shows it.

    Attributes
    ----------
    name : str
    boxes : int
        That a person has drawn.
    ap, ap50 : float or None
        Average precision, over IoU 0.5 to 0.95, and at 0.5.
    recall, precision : float or None
        At `Measures.best_score` and IoU 0.5.
    """

    name: str
    boxes: int
    ap: float | None
    ap50: float | None
    recall: float | None
    precision: float | None


@dataclass(frozen=True)
class Measures:
    """How well a set's objects are found.

    Attributes
    ----------
    images, boxes : int
    ap, ap50, ap75, ar : float
        COCO's, classes weighing the same; -1 where there is no box at all.
    best_score : float
        Least score at which F1 over all boxes is highest, at IoU 0.5.
    best_f1 : float
    classes : tuple of ClassMeasures
    skipped : tuple of str
        What is wrong with pictures that could not be used, a sentence each.
    """

    images: int
    boxes: int
    ap: float
    ap50: float
    ap75: float
    ar: float
    best_score: float
    best_f1: float
    classes: tuple[ClassMeasures, ...]
    skipped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def evaluate(
    detector: Detector,
    folder: LabelFolder,
    names: Iterable[str],
    classes: Mapping[int, str],
    *,
    token: CancelToken | None = None,
    on_image: Callable[[], None] = lambda: None,
) -> Measures:
    """Run a detector over labelled pictures and measure what it found.

    Parameters
    ----------
    detector : Detector
        Its class ids are those of `classes`.
    folder : LabelFolder
    names : iterable of str
        Of the pictures, relative to the folder's.
    classes : mapping of int to str
        Names by class id; boxes of other classes are left out.
    token : CancelToken, optional
    on_image : callable
        Called after each picture.

    Raises
    ------
    TrainingError
        ``nothing-to-measure``: no picture with its labels can be read.
    JobCancelled
    """
    found = _Found(classes)
    skipped = []
    for name in names:
        (token or CancelToken()).raise_if_cancelled()
        try:
            image_bgr, boxes = _read(folder, name)
        except AppError as error:
            skipped.append(f"{name}: {error.message}")
        else:
            detections = detector.detect(image_bgr, min_score=LEAST_SCORE)
            found.add(image_bgr.shape[1::-1], boxes, detections)
        on_image()
    if not found.count:
        why = f" {skipped[0]}" if skipped else ""
        message = f"There is no picture to measure with.{why}"
        raise TrainingError("nothing-to-measure", message, "Bring them back, or split again.")
    return replace(found.measures(), skipped=tuple(skipped))


class _Found:
    """Drawn boxes and detections, as COCO has them."""

    def __init__(self, classes: Mapping[int, str]) -> None:
        self._classes = classes
        self._ids = {name: class_id for class_id, name in classes.items()}
        self._images: list[dict[str, Any]] = []
        self._drawn: list[dict[str, Any]] = []
        self._detected: list[dict[str, Any]] = []

    @property
    def count(self) -> int:
        return len(self._images)

    def add(
        self, size: tuple[int, ...], boxes: Iterable[LabeledBox], detections: Detections
    ) -> None:
        image_id = len(self._images) + 1
        self._images.append({"id": image_id, "width": size[0], "height": size[1]})
        for box in boxes:
            if box.class_name in self._ids:
                record = _record(image_id, self._ids[box.class_name], box.box_xyxy)
                self._drawn.append({**record, "id": len(self._drawn) + 1})
        places = zip(
            detections.boxes_xyxy.tolist(),
            detections.scores.tolist(),
            detections.class_ids.tolist(),
            strict=True,
        )
        for box_xyxy, score, class_id in places:
            record = _record(image_id, class_id, box_xyxy)
            self._detected.append({**record, "id": len(self._detected) + 1, "score": score})

    def measures(self) -> Measures:
        with contextlib.redirect_stdout(io.StringIO()):  # pycocotools tells of each of its steps
            results = COCOeval(self._coco(self._drawn), self._coco(self._detected), "bbox")
            results.evaluate()
            results.accumulate()
            results.summarize()
        ap, ap50, ap75 = (float(value) for value in results.stats[:3])
        best_score, best_f1 = _best_score(results)
        class_ids = [int(each) for each in results.params.catIds]
        return Measures(
            len(self._images),
            len(self._drawn),
            ap,
            ap50,
            ap75,
            float(results.stats[8]),
            best_score,
            best_f1,
            tuple(self._of_class(results, k, each, best_score) for k, each in enumerate(class_ids)),
        )

    def _coco(self, records: list[dict[str, Any]]) -> COCO:
        coco = COCO()
        categories = [{"id": key, "name": name} for key, name in self._classes.items()]
        coco.dataset = {"images": self._images, "annotations": records, "categories": categories}
        coco.createIndex()
        return coco

    def _of_class(
        self, results: COCOeval, place: int, class_id: int, best_score: float
    ) -> ClassMeasures:
        precisions = results.eval["precision"][:, :, place, _ALL_SIZES, _MOST_DETECTIONS]
        boxes = sum(each["category_id"] == class_id for each in self._drawn)
        name = self._classes[class_id]
        if not boxes:
            return ClassMeasures(name, 0, None, None, None, None)
        scores, is_right = _judged(results, class_id)
        right = int(is_right[scores >= best_score].sum())
        told = int((scores >= best_score).sum())
        precision = right / told if told else None
        ap, ap50 = float(precisions.mean()), float(precisions[_HALF_IOU].mean())
        return ClassMeasures(name, boxes, ap, ap50, right / boxes, precision)


def _record(image_id: int, class_id: int, box_xyxy: Iterable[float]) -> dict[str, Any]:
    xmin, ymin, xmax, ymax = box_xyxy
    width, height = max(0.0, xmax - xmin), max(0.0, ymax - ymin)
    return {
        "image_id": image_id,
        "category_id": class_id,
        "bbox": [xmin, ymin, width, height],
        "area": width * height,
        "iscrowd": 0,
    }


def _judged(
    results: COCOeval, class_id: int | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the scores of the detections, best first, and whether each is right at IoU 0.5."""
    whole = results.params.areaRng[_ALL_SIZES]
    kept = [
        each
        for each in results.evalImgs
        if each is not None and each["aRng"] == whole and class_id in (None, each["category_id"])
    ]
    scores = np.concatenate([[], *(each["dtScores"] for each in kept)])
    right = [np.asarray(each["dtMatches"])[_HALF_IOU].astype(np.bool_) for each in kept]
    is_right = np.concatenate([np.zeros(0, np.bool_), *right])
    order = np.argsort(-scores, kind="stable")
    return scores[order], is_right[order]


def _best_score(results: COCOeval) -> tuple[float, float]:
    scores, is_right = _judged(results)
    boxes = len(results.cocoGt.anns)
    if not boxes or not is_right.any():
        return _NO_SCORE, 0.0
    told = np.arange(1, len(scores) + 1)
    f1 = 2 * np.cumsum(is_right) / (told + boxes)
    place = int(np.argmax(f1))
    return float(scores[place]), float(f1[place])


def _read(folder: LabelFolder, name: str) -> tuple[npt.NDArray[np.uint8], tuple[LabeledBox, ...]]:
    picture = folder.images / name
    image_bgr = read_image(picture)
    labels = folder.load(picture, size=(image_bgr.shape[1], image_bgr.shape[0]))
    if labels.error is not None:
        raise labels.error
    return image_bgr, labels.annotation.boxes
