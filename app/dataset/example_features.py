"""The features of one picture in a record: their names in one place, written and read.

The twelve classic keys of ``generate_tfrecord.py``, and what Model Garden's ``TfExampleDecoder``
and the Object Detection API's ``dataset_util`` know beyond them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.annotation.labels import LabeledBox
from app.dataset.example_proto import Feature, encode_example
from app.dataset.picture_payload import Payload

HEIGHT, WIDTH = "image/height", "image/width"
FILENAME, SOURCE_ID = "image/filename", "image/source_id"
ENCODED, FORMAT, SHA256 = "image/encoded", "image/format", "image/key/sha256"
XMIN, XMAX = "image/object/bbox/xmin", "image/object/bbox/xmax"
YMIN, YMAX = "image/object/bbox/ymin", "image/object/bbox/ymax"
CLASS_TEXT, CLASS_LABEL = "image/object/class/text", "image/object/class/label"
DIFFICULT, TRUNCATED = "image/object/difficult", "image/object/truncated"
IS_CROWD, AREA = "image/object/is_crowd", "image/object/area"

EDGES = (XMIN, YMIN, XMAX, YMAX)
"""Edges as shares of width and height, in the order of `LabeledBox.box_xyxy`."""


@dataclass(frozen=True)
class ExamplePicture:
    """What one record says.

    Attributes
    ----------
    name : str
        POSIX path relative to the folder of pictures.
    source_id : int
        Unique in the whole export, from 1: Model Garden's evaluation takes only numbers.
    payload : Payload
    boxes : sequence of LabeledBox
        Pixels of the picture in `payload`.
    """

    name: str
    source_id: int
    payload: Payload
    boxes: Sequence[LabeledBox]


def example_bytes(picture: ExamplePicture, class_ids: Mapping[str, int]) -> bytes:
    """Return the ``tf.train.Example`` of a picture; the same input gives the same bytes.

    The area is in square pixels, as in COCO. Nothing is a crowd: our boxes have one object each.
    """
    payload, boxes = picture.payload, picture.boxes
    features: dict[str, Feature] = {
        HEIGHT: [payload.height],
        WIDTH: [payload.width],
        FILENAME: [picture.name.encode()],
        SOURCE_ID: [str(picture.source_id).encode()],
        ENCODED: [payload.content],
        FORMAT: [payload.format.encode()],
        SHA256: [payload.sha256.encode()],
        XMIN: [box.xmin / payload.width for box in boxes],
        XMAX: [box.xmax / payload.width for box in boxes],
        YMIN: [box.ymin / payload.height for box in boxes],
        YMAX: [box.ymax / payload.height for box in boxes],
        CLASS_TEXT: [box.class_name.encode() for box in boxes],
        CLASS_LABEL: [class_ids[box.class_name] for box in boxes],
        DIFFICULT: [int(box.is_difficult) for box in boxes],
        TRUNCATED: [int(box.is_truncated) for box in boxes],
        IS_CROWD: [0 for _box in boxes],
        AREA: [float(box.area_px) for box in boxes],
    }
    return encode_example(features)
