"""What the canvas paints once and then only copies: the picture, and the boxes at rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap

from app.annotation.labels import LabeledBox
from app.ui.annotate.box_geometry import as_array
from app.ui.annotate.canvas_painting import paint_label
from app.ui.annotate.picture_loader import LoadedPicture
from app.ui.view_transform import ViewTransform

_NEAREST_FROM_SCALE = 2.0  # from here on a person wants to see the pixels
_MAX_LABELS = 150  # more would be a carpet; zoom in to read them

ColorOf = Callable[[str], QColor]


@dataclass(frozen=True)
class Adjustment:
    """How the picture is shown; the file stays as it is. 0 and 1 change nothing.

    Attributes
    ----------
    brightness : float
        Added, in -1 to 1.
    contrast : float
        Factor round the middle grey.
    """

    brightness: float = 0.0
    contrast: float = 1.0

    def table(self) -> npt.NDArray[np.uint8]:
        """Return the new value of each of the 256 grey levels."""
        level = (np.linspace(0, 1, 256) - 0.5) * self.contrast + 0.5 + self.brightness
        return np.asarray(np.clip(level * 255, 0, 255).round(), np.uint8)


class CanvasLayers:
    """Two pixmaps as large as the view; `drop` makes them be painted anew when next needed."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._boxes: QPixmap | None = None

    def drop(self) -> None:
        """Forget both: the view moved, or another picture is shown."""
        self._picture = self._boxes = None

    def drop_boxes(self) -> None:
        """Forget the boxes: other ones are at rest."""
        self._boxes = None

    def picture(
        self,
        picture: LoadedPicture,
        transform: ViewTransform,
        size: QSize,
        ratio: float,
        *,
        adjustment: Adjustment,
        ground: QColor,
    ) -> QPixmap:
        """Return the visible part of the picture; `ratio` is device pixels per point."""
        if self._picture is None:
            image = _scaled(picture, transform, size, ratio, ground)
            if adjustment != Adjustment():
                _adjust(image, adjustment)
            self._picture = QPixmap.fromImage(image)
        return self._picture

    def boxes(
        self,
        boxes: Sequence[LabeledBox],
        transform: ViewTransform,
        size: QSize,
        ratio: float,
        *,
        color_of: ColorOf,
        font: QFont,
        has_labels: bool,
    ) -> QPixmap:
        """Return the boxes at rest on a clear ground."""
        if self._boxes is None:
            pixmap = QPixmap(size * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setFont(font)
            visible = _visible(boxes, transform, size)
            _paint_boxes(painter, visible, color_of)
            if has_labels and len(visible) <= _MAX_LABELS:
                for box, _ in visible:
                    paint_label(painter, box, transform, color_of(box.class_name))
            painter.end()
            self._boxes = pixmap
        return self._boxes


def _visible(
    boxes: Sequence[LabeledBox], transform: ViewTransform, size: QSize
) -> list[tuple[LabeledBox, QRectF]]:
    """Return the boxes in view, and where; all at once, since there may be thousands."""
    corner = transform.to_view(0, 0)
    offset = (corner.x(), corner.y())
    edges = as_array(boxes) * transform.scale + np.tile(offset, 2)
    low, high = edges[:, :2], edges[:, 2:]
    is_in_view = ((high >= 0) & (low <= (size.width(), size.height()))).all(axis=1)
    sides = high - low
    return [
        (boxes[index], QRectF(*low[index].tolist(), *sides[index].tolist()))
        for index in np.flatnonzero(is_in_view).tolist()
    ]


def _paint_boxes(
    painter: QPainter, boxes: Sequence[tuple[LabeledBox, QRectF]], color_of: ColorOf
) -> None:
    # One call a class: 1,000 single ones take twenty times as long.
    by_class: dict[tuple[str, bool], list[QRectF]] = {}
    for box, rect in boxes:
        by_class.setdefault((box.class_name, box.is_occluded), []).append(rect)
    for (class_name, is_dashed), rects in by_class.items():
        pen = QPen(color_of(class_name), 2)
        if is_dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRects(rects)


def _scaled(
    picture: LoadedPicture, transform: ViewTransform, size: QSize, ratio: float, ground: QColor
) -> QImage:
    """Return the view with the picture in it; smooth scaling starts from the nearest level."""
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(ground)
    index, scale = 0, transform.scale * ratio
    while index + 1 < len(picture.levels) and scale <= 0.5:
        index, scale = index + 1, scale * 2
    level = picture.levels[index]
    target = transform.image_rect()
    visible = target.intersected(QRectF(QPointF(), size.toSizeF()))
    if visible.isEmpty():
        return image
    per_point = level.width() / target.width()
    source = QRectF(
        (visible.left() - target.left()) * per_point,
        (visible.top() - target.top()) * level.height() / target.height(),
        visible.width() * per_point,
        visible.height() * level.height() / target.height(),
    )
    painter = QPainter(image)
    is_smooth = transform.scale * ratio < _NEAREST_FROM_SCALE
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
    painter.drawImage(visible, level, source)
    painter.end()
    return image


def _adjust(image: QImage, adjustment: Adjustment) -> None:
    """Send the shown pixels through the table, in place."""
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    cv2.LUT(rows, adjustment.table(), dst=rows)
