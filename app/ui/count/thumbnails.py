"""Small pictures of what crossed, cut from the frame on show."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage

from app.ui.count.overlay import Overlay

THUMBNAIL_SIZE = QSize(60, 40)
MARGIN_SHARE = 0.25  # of the box, around it: an object is recognised by its surroundings too


def cut_thumbnail(image: QImage, event: dict[str, Any], overlay: Overlay) -> QImage:
    """Return the picture of an event's object, at most `THUMBNAIL_SIZE`.

    Parameters
    ----------
    image : QImage
        The frame that came with the event. An event may have happened some frames before, so
        the box of its track in `overlay` is taken where it is still there.
    event : dict
        A crossing event as JSON.
    overlay : Overlay
        Of the same frame as `image`.
    """
    box = next(
        (mark.box for mark in overlay.marks if mark.track_id == event["track_id"]),
        _box_of(event["box_xyxy"]),
    )
    margin = MARGIN_SHARE * max(box.width(), box.height())
    around = _widened(box.adjusted(-margin, -margin, margin, margin))
    part = around.intersected(QRectF(image.rect())).toAlignedRect()
    if part.isEmpty():
        return QImage()
    return image.copy(part).scaled(
        THUMBNAIL_SIZE,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _box_of(box_xyxy: list[float]) -> QRectF:
    left, top, right, bottom = box_xyxy
    return QRectF(left, top, right - left, bottom - top)


def _widened(rect: QRectF) -> QRectF:
    """Return the smallest rectangle of a thumbnail's shape around `rect`."""
    shape = THUMBNAIL_SIZE.width() / THUMBNAIL_SIZE.height()
    width = max(rect.width(), rect.height() * shape)
    height = width / shape
    center = rect.center()
    return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)
