"""Where the names of boxes are written: beside the box, on no other name and best on no box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF

_CELL_PX = 4  # how finely the view is divided to see what is taken, points


def label_spots(box: QRectF, label: QSizeF, view: QSize) -> list[QRectF]:
    """Return the places a name can have, the best first, all of them in the view.

    Above, below, right and left of the box; inside only where nothing else has room, since a
    name must not hide the object.

    Parameters
    ----------
    box : QRectF
        Points of the view, as all here; at least a part is in the view.
    label : QSizeF
        How large the name is.
    """
    width, height = label.width(), label.height()
    x = min(max(box.left() - 1, 0), max(view.width() - width, 0))
    y = min(max(box.top() - 1, 0), max(view.height() - height, 0))
    corners = (
        QPointF(x, box.top() - height),
        QPointF(x, box.bottom()),
        QPointF(box.right() + 1, y),
        QPointF(box.left() - 1 - width, y),
    )
    room = QRectF(QPointF(), view.toSizeF())
    spots = [QRectF(corner, label) for corner in corners]
    return [spot for spot in spots if room.contains(spot)] or [QRectF(QPointF(x, y), label)]


class LabelPlaces:
    """Gives each name of one painting a place of its own.

    Parameters
    ----------
    view : QSize
        Points.
    boxes : sequence of QRectF
        All boxes in view; their insides are kept clear where there is a choice.
    """

    def __init__(self, view: QSize, boxes: Sequence[QRectF]) -> None:
        self._view = view
        rows, columns = view.height() // _CELL_PX + 1, view.width() // _CELL_PX + 1
        self._is_taken = np.zeros((rows, columns), bool)
        self._is_inside = np.zeros((rows, columns), bool)
        for box in boxes:
            edge = _CELL_PX  # a name may touch the edge
            self._is_inside[_cells(box.adjusted(edge, edge, -edge, -edge))] = True

    def free_spot(self, box: QRectF, label: QSizeF) -> QRectF | None:
        """Return the best place that is not taken and take it; None where all are."""
        spots = label_spots(box, label, self._view)
        free = [spot for spot in spots if not self._is_taken[_cells(spot)].any()]
        if not free:
            return None
        clear = (spot for spot in free if not self._is_inside[_cells(spot)].any())
        spot = next(clear, free[0])
        self.take(spot)
        return spot

    def take(self, spot: QRectF) -> None:
        """Keep a place for a name that is written whatever is there."""
        self._is_taken[_cells(spot)] = True


def _cells(area: QRectF) -> tuple[slice, slice]:
    left, top = int(area.left() // _CELL_PX), int(area.top() // _CELL_PX)
    right, bottom = int(area.right() // _CELL_PX) + 1, int(area.bottom() // _CELL_PX) + 1
    return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
