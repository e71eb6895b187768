"""What ``tallybox predict`` leaves in its output folder: pictures, JSON or Pascal VOC."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.annotation.formats.voc_writer import voc_bytes
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.files import atomic_write_bytes, atomic_write_text, write_error
from app.project.colors import class_color
from app.project.proposals import Proposal

FORMATS = ("picture", "json", "voc")
_ENDINGS = {"picture": ".png", "json": ".json", "voc": ".xml"}
_FONT = cv2.FONT_HERSHEY_SIMPLEX

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Prediction:
    """What was found in one picture.

    Attributes
    ----------
    picture : Path
    name : PurePosixPath
        Where its output goes below the output folder, but for the suffix; no two share one.
    width, height : int
        Of the upright picture, pixels.
    found : tuple of Proposal
    """

    picture: Path
    name: PurePosixPath
    width: int
    height: int
    found: tuple[Proposal, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the picture and its boxes as plain values."""
        size = {"picture": str(self.picture), "width": self.width, "height": self.height}
        return {**size, "boxes": [_plain(each) for each in self.found]}


def write_prediction(folder: Path, prediction: Prediction, image_bgr: Image, form: str) -> Path:
    """Write one picture's output and return its path.

    Parameters
    ----------
    folder : Path
    prediction : Prediction
    image_bgr : ndarray, shape (height, width, 3), uint8
    form : {"picture", "json", "voc"}

    Raises
    ------
    app.files.FileWriteError
    app.annotation.errors.AnnotationError
        A class name that XML can't hold.
    """
    path = folder / prediction.name.with_suffix(_ENDINGS[form])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path.parent, error) from error
    if form == "json":
        text = json.dumps(prediction.to_json(), ensure_ascii=False, indent=1)
        atomic_write_text(path, text + "\n")
    elif form == "voc":
        atomic_write_bytes(path, _voc(prediction))
    else:
        atomic_write_bytes(path, _drawn(image_bgr, prediction.found))
    return path


def _plain(proposal: Proposal) -> dict[str, Any]:
    fields = asdict(proposal)
    del fields["model"], fields["version"]  # told once for all pictures
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in fields.items()
    }


def _voc(prediction: Prediction) -> bytes:
    boxes = tuple(LabeledBox(each.class_name, *each.box_xyxy) for each in prediction.found)
    annotation = ImageAnnotation(prediction.width, prediction.height, boxes=boxes)
    return voc_bytes(annotation, image_path=prediction.picture)


def _drawn(image_bgr: Image, found: Sequence[Proposal]) -> bytes:
    canvas = image_bgr.copy()
    pen = max(2, round(min(canvas.shape[:2]) / 240))
    names = sorted({each.class_name for each in found})
    for each in found:
        color = _bgr(class_color(names.index(each.class_name) + 1))
        xmin, ymin, xmax, ymax = (round(edge) for edge in each.box_xyxy)
        cv2.rectangle(canvas, (xmin, ymin), (xmax, ymax), color, pen)
        _write_text(canvas, f"{each.class_name} {each.score:.2f}", (xmin, ymin), color, pen)
    return bytes(cv2.imencode(".png", canvas)[1])


def _write_text(
    canvas: Image, text: str, corner: tuple[int, int], color: tuple[int, int, int], pen: int
) -> None:
    """Write black on the class's colour above a corner, or below it at the picture's top."""
    scale, thickness = 0.22 * pen + 0.1, max(1, pen // 2)
    (width, height), below = cv2.getTextSize(text, _FONT, scale, thickness)
    left, bottom = corner[0], max(corner[1], height + below + pen)
    cv2.rectangle(canvas, (left, bottom - height - below), (left + width, bottom), color, -1)
    cv2.putText(canvas, text, (left, bottom - below), _FONT, scale, (0, 0, 0), thickness)


def _bgr(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return (blue, green, red)
