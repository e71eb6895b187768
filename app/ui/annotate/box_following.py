"""`BoxFollowing`: the boxes of the picture before, moved to where their objects are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.annotation.errors import AnnotationError
from app.annotation.labels import LabeledBox
from app.assist.following import follow_boxes
from app.errors import AppError
from app.imaging import read_image
from app.ui.annotate.canvas.box_geometry import touches_edge
from app.ui.annotate.exchange.exchange_task import ExchangeTask
from app.ui.annotate.labeling import Labeling


@dataclass(frozen=True)
class _Followed:
    """What was found in a picture."""

    picture: Path
    boxes: tuple[LabeledBox, ...]
    lost: tuple[LabeledBox, ...]


class BoxFollowing(QObject):
    """Follows all boxes of the picture before the current one, off the GUI thread.

    Signals
    -------
    told(str)
        How many were followed, or why none was.
    """

    told = Signal(str)

    def __init__(self, labeling: Labeling, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._labeling = labeling
        self._task: ExchangeTask | None = None

    @Slot()
    def follow(self) -> None:
        """Add the boxes to the current picture, a moment later and as one edit."""
        labeling = self._labeling
        folder, picture = labeling.folder, labeling.picture
        if self._task is not None or folder is None or picture is None or not labeling.is_editable:
            return
        if labeling.position < 1:
            self.told.emit(self.tr("There is no picture before this one."))
            return
        before = labeling.pictures[labeling.position - 1]
        file = folder.load(before, size=picture.size)
        boxes = file.annotation.boxes
        if not boxes:
            none = self.tr("The picture before this one has no boxes.")
            self.told.emit(file.error.message if file.error else none)
            return
        now = picture.path
        self._task = ExchangeTask(lambda token, tell: _follow(before, now, boxes), self)
        self._task.ended.connect(self._on_ended)
        self._task.start()

    def stop(self) -> None:
        """Wait for the thread; the window closes."""
        if self._task is not None:
            self._task.stop_and_wait()

    @Slot(object, object)
    def _on_ended(self, found: _Followed | None, error: AppError | None) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.deleteLater()
        if error is not None:
            self.told.emit(f"{error.message} {error.hint}".strip())
        annotation = self._labeling.annotation
        if found is None or annotation is None or self._labeling.path != found.picture:
            return  # the person has gone on to another picture
        if found.boxes:
            text = self.tr("Follow boxes of the previous")
            self._labeling.edit([*annotation.boxes, *found.boxes], text)
        self.told.emit(self._words(found))

    def _words(self, found: _Followed) -> str:
        count = len(found.boxes) + len(found.lost)
        text = self.tr("Followed {0} of {1} boxes.").format(len(found.boxes), count)
        if not found.lost:
            return text
        names = ", ".join(box.class_name for box in found.lost)
        return f"{text} {self.tr('Not found again: {0}.').format(names)}"


def _follow(before: Path, now: Path, boxes: Sequence[LabeledBox]) -> _Followed:
    """Decode both pictures and follow the boxes.

    Raises
    ------
    AnnotationError
        "sizes-differ".
    app.imaging.ImageReadError
    """
    images_bgr = read_image(before), read_image(now)
    (height, width), (now_height, now_width) = (image.shape[:2] for image in images_bgr)
    if (width, height) != (now_width, now_height):
        raise AnnotationError(
            "sizes-differ",
            f"{before.name} has {width} × {height} pixels, {now.name} {now_width} × {now_height}.",
            "Boxes can be followed between pictures of the same size.",
        )
    edges = np.array([box.box_xyxy for box in boxes], np.float32)
    moved, is_found = follow_boxes(*images_bgr, edges)
    size = (width, height)
    pairs = list(zip(boxes, moved, is_found, strict=True))
    return _Followed(
        now,
        tuple(_moved(box, edges.tolist(), size) for box, edges, is_here in pairs if is_here),
        tuple(box for box, _, is_here in pairs if not is_here),
    )


def _moved(box: LabeledBox, edges: Sequence[float], size: tuple[int, int]) -> LabeledBox:
    """Return the object at its new place, on whole pixels; *truncated* follows the edge."""
    xmin, ymin, xmax, ymax = (float(round(edge)) for edge in edges)
    new = replace(box, xmin=xmin, ymin=ymin, xmax=xmax, ymax=ymax, origin=None)
    is_at_edge = touches_edge(new, size)
    return new if is_at_edge == touches_edge(box, size) else replace(new, is_truncated=is_at_edge)
