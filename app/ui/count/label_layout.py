"""Where labels go, so that thirty boxes stay readable: none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF


@dataclass(frozen=True)
class LabelRequest:
    """A box that wants a label, in points of the widget.

    Attributes
    ----------
    box : QRectF
    sizes : sequence of QSizeF
        Sizes of its texts, the fullest first; a shorter one is taken where there is no room.
    """

    box: QRectF
    sizes: Sequence[QSizeF]


@dataclass(frozen=True)
class PlacedLabel:
    """Where a label was put, and which of its texts fits there."""

    rect: QRectF
    text_index: int


def place_labels(
    requests: Sequence[LabelRequest], bounds: QRectF, *, obstacles: Sequence[QRectF] = ()
) -> list[PlacedLabel | None]:
    """Place each label above, inside or below its box without covering one placed before.

    Parameters
    ----------
    requests : sequence of LabelRequest
        The most important first.
    bounds : QRectF
        Labels stay inside.
    obstacles : sequence of QRectF
        What no label may cover.

    Returns
    -------
    list of PlacedLabel or None
        In the order of `requests`; None where nothing fits.
    """
    taken = list(obstacles)
    placed: list[PlacedLabel | None] = []
    for request in requests:
        label = _first_free(request, taken, bounds)
        if label is not None:
            taken.append(label.rect)
        placed.append(label)
    return placed


def _first_free(
    request: LabelRequest, taken: Sequence[QRectF], bounds: QRectF
) -> PlacedLabel | None:
    if not request.box.intersects(bounds):
        return None
    for index, size in enumerate(request.sizes):
        # A long text over a small box would belong to its neighbours by the look of it.
        is_last = index == len(request.sizes) - 1
        if not is_last and size.width() > max(request.box.width() * 1.6, 56.0):
            continue
        for rect in _candidates(request.box, size):
            inside = _moved_inside(rect, bounds)
            if abs(inside.y() - rect.y()) > 1 or abs(inside.x() - rect.x()) > size.width():
                continue
            if not any(inside.intersects(other) for other in taken):
                return PlacedLabel(inside, index)
    return None


def _candidates(box: QRectF, size: QSizeF) -> tuple[QRectF, QRectF, QRectF]:
    return (
        QRectF(box.left(), box.top() - size.height(), size.width(), size.height()),
        QRectF(box.left(), box.top(), size.width(), size.height()),
        QRectF(box.left(), box.bottom(), size.width(), size.height()),
    )


def _moved_inside(rect: QRectF, bounds: QRectF) -> QRectF:
    x = min(max(rect.x(), bounds.left()), max(bounds.right() - rect.width(), bounds.left()))
    y = min(max(rect.y(), bounds.top()), max(bounds.bottom() - rect.height(), bounds.top()))
    return QRectF(x, y, rect.width(), rect.height())
