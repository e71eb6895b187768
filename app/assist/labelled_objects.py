"""Objects that a person has labelled need no proposal."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.annotation.labels import LabeledBox
from app.geometry import iou_matrix
from app.project.proposals import SAME_OBJECT_IOU, Proposal


def without_labelled(proposals: Iterable[Proposal], boxes: Iterable[LabeledBox]) -> list[Proposal]:
    """Return the proposals on objects that no box of their class is on."""
    boxes = tuple(boxes)
    return [each for each in proposals if not _is_labelled(each, boxes)]


def _is_labelled(proposal: Proposal, boxes: tuple[LabeledBox, ...]) -> bool:
    own = [box.box_xyxy for box in boxes if box.class_name == proposal.class_name]
    if not own:
        return False
    overlaps = iou_matrix(np.array([proposal.box_xyxy], np.float32), np.array(own, np.float32))
    return bool(overlaps.max() >= SAME_OBJECT_IOU)
