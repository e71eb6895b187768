"""Where a picture lies on the screen: fit, zoom at a point, pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

MAX_SCALE = 32.0
ZOOM_STEP = 1.25


class ViewTransform:
    """Maps pixels of a picture to points of a widget and back.

    While it *fits*, the whole picture stays in view whatever the sizes become; the first zoom
    or pan ends that until `fit` is called.
    """

    def __init__(self) -> None:
        self._image_size = QSizeF()
        self._view_size = QSizeF()
        self._scale = 1.0
        self._offset = QPointF()
        self._is_fitted = True

    @property
    def scale(self) -> float:
        """Screen points per picture pixel."""
        return self._scale

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is kept in view."""
        return self._is_fitted

    @property
    def has_image(self) -> bool:
        """Whether there is a picture to map."""
        return not self._image_size.isEmpty()

    @property
    def image_size(self) -> QSizeF:
        """Size of the picture, pixels."""
        return self._image_size

    def set_image_size(self, size: QSizeF) -> None:
        """Take the size of the picture, pixels; a picture of another size is fitted."""
        if size != self._image_size:
            self._image_size = QSizeF(size)
            self.fit()

    def set_view_size(self, size: QSizeF) -> None:
        """Take the size of the widget, points."""
        if size == self._view_size:
            return
        grown = QPointF(
            size.width() - self._view_size.width(), size.height() - self._view_size.height()
        )
        self._view_size = QSizeF(size)
        if self._is_fitted:
            self.fit()
        else:
            self._offset += grown / 2
            self._keep_in_view()

    def fit(self) -> None:
        """Show the whole picture, as large as it goes."""
        self._is_fitted = True
        if self._image_size.isEmpty() or self._view_size.isEmpty():
            return
        self._scale = self._fitting_scale()
        self._center()

    def show_actual_pixels(self) -> None:
        """Show one picture pixel as one screen point, keeping the middle of the view."""
        middle = QPointF(self._view_size.width() / 2, self._view_size.height() / 2)
        self.zoom(1.0 / self._scale, at=middle)

    def zoom(self, factor: float, *, at: QPointF) -> None:
        """Scale by `factor`; the picture's point under the widget's point `at` stays there."""
        if not self.has_image:
            return
        smallest = min(self._fitting_scale(), 1.0) / 2
        largest = max(MAX_SCALE, self._fitting_scale())
        scale = min(max(self._scale * factor, smallest), largest)
        self._offset = at - (at - self._offset) * (scale / self._scale)
        self._scale = scale
        self._is_fitted = False
        self._keep_in_view()

    def pan(self, delta: QPointF) -> None:
        """Move the picture by `delta` points."""
        self._is_fitted = False
        self._offset += delta
        self._keep_in_view()

    def to_qt(self) -> QTransform:
        """Return the same mapping for a painter."""
        scale = self._scale
        return QTransform(scale, 0.0, 0.0, scale, self._offset.x(), self._offset.y())

    def to_view(self, x_px: float, y_px: float) -> QPointF:
        """Return the widget's point of a picture's pixel position."""
        return QPointF(x_px * self._scale + self._offset.x(), y_px * self._scale + self._offset.y())

    def to_image(self, point: QPointF) -> QPointF:
        """Return the picture's pixel position of a widget's point; may lie outside of it."""
        return (point - self._offset) / self._scale

    def norm_to_view(self, x_norm: float, y_norm: float) -> QPointF:
        """Return the widget's point of a fraction of the picture."""
        return self.to_view(x_norm * self._image_size.width(), y_norm * self._image_size.height())

    def to_norm(self, point: QPointF) -> tuple[float, float]:
        """Return the fraction of the picture of a widget's point, kept inside the picture."""
        pixel = self.to_image(point)
        x_norm = pixel.x() / max(self._image_size.width(), 1.0)
        y_norm = pixel.y() / max(self._image_size.height(), 1.0)
        return min(max(x_norm, 0.0), 1.0), min(max(y_norm, 0.0), 1.0)

    def image_rect(self) -> QRectF:
        """Return where the whole picture lies, in points of the widget."""
        return QRectF(self._offset, self._image_size * self._scale)

    def _fitting_scale(self) -> float:
        return min(
            self._view_size.width() / self._image_size.width(),
            self._view_size.height() / self._image_size.height(),
        )

    def _center(self) -> None:
        self._offset = QPointF(
            (self._view_size.width() - self._image_size.width() * self._scale) / 2,
            (self._view_size.height() - self._image_size.height() * self._scale) / 2,
        )

    def _keep_in_view(self) -> None:
        """Never lose the picture: its middle stays on the widget or it covers the middle."""
        self._offset = QPointF(
            _kept(
                self._offset.x(), self._image_size.width() * self._scale, self._view_size.width()
            ),
            _kept(
                self._offset.y(), self._image_size.height() * self._scale, self._view_size.height()
            ),
        )


def _kept(offset: float, extent: float, available: float) -> float:
    """Return `offset` limited so that the picture reaches at least the middle of the view."""
    return min(max(offset, available / 2 - extent), available / 2)
