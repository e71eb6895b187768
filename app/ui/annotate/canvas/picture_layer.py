"""The layer of the picture, painted once and then only copied; and how light it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from app.ui.annotate.pictures.picture_loader import LoadedPicture
from app.ui.view_transform import ViewTransform

_NEAREST_FROM_SCALE = 2.0  # from here on a person wants to see the pixels


@dataclass(frozen=True)
class Adjustment:
    """How the picture is shown; the file stays as it is. the defaults change nothing.

    Attributes
    ----------
    brightness : float
        Added, in -1 to 1.
    contrast : float
        Factor round the middle grey.
    gamma : float
        Above 1 the shadows are lighter, below they are darker; black and white stay.
    """

    brightness: float = 0.0
    contrast: float = 1.0
    gamma: float = 1.0

    def table(self) -> npt.NDArray[np.uint8]:
        """Return the new value of each of the 256 grey levels."""
        level = np.linspace(0, 1, 256) ** (1 / self.gamma)
        level = (level - 0.5) * self.contrast + 0.5 + self.brightness
        return np.asarray(np.clip(level * 255, 0, 255).round(), np.uint8)


def picture_layer(
    picture: LoadedPicture,
    transform: ViewTransform,
    size: QSize,
    ratio: float,
    *,
    adjustment: Adjustment,
    ground: QColor,
) -> QPixmap:
    """Return the view with the visible part of the picture, in device pixels.

    Parameters
    ----------
    size : QSize
        Of the view, points.
    ratio : float
        Device pixels per point.
    ground : QColor
        Round the picture.
    """
    image = _scaled(picture, transform, size, ratio, ground)
    if adjustment != Adjustment():
        _adjust(image, adjustment)
    return QPixmap.fromImage(image)


def copy_layer(painter: QPainter, layer: QPixmap, dirty: QRect) -> None:
    """Copy the dirty part of a layer, given in points, pixel by pixel."""
    ratio = layer.devicePixelRatio()
    corner, extent = QPointF(dirty.topLeft()) * ratio, dirty.size().toSizeF() * ratio
    part = QRectF(QRectF(corner, extent).toAlignedRect() & layer.rect())
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)  # whole device pixels: nothing is scaled or blurred
    painter.drawPixmap(part, layer, part)
    painter.restore()


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
