"""`RecordPicture`: the picture of an example with its boxes as the records have them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.annotation.labels import LabeledBox
from app.dataset.record_contents import RecordedBox
from app.project.colors import class_color
from app.ui.annotate.canvas.box_layer import BoxLayer
from app.ui.annotate.canvas.canvas_boxes import CanvasBoxes
from app.ui.annotate.canvas.canvas_painting import BoxLook
from app.ui.annotate.canvas.zoomed_picture import ZoomedPicture
from app.ui.export.record_reading import ShownExample

_SMALLEST_PX = (160, 120)


class RecordPicture(ZoomedPicture):
    """Is zoomed and panned as in Annotate; nothing can be changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(*_SMALLEST_PX)
        self._boxes = CanvasBoxes()
        self._colors: dict[str, QColor] = {}
        self._layer: BoxLayer | None = None

    def show_example(self, shown: ShownExample | None) -> None:
        """Show an example; None: nothing."""
        self._boxes.clear()
        self._colors.clear()
        if shown is not None:
            size = shown.picture.size
            self._boxes.take([self._box(each, size) for each in shown.example.boxes])
        self.set_picture(None if shown is None else shown.picture)

    def _box(self, box: RecordedBox, size: tuple[int, int]) -> LabeledBox:
        """Return a box in pixels; one without a name is called by its number."""
        name = f"{box.class_id} {box.class_name}".strip()
        self._colors[name] = QColor(class_color(max(1, box.class_id)))
        xmin, ymin, xmax, ymax = box.edges_norm
        width, height = size
        return LabeledBox(name, xmin * width, ymin * height, xmax * width, ymax * height)

    def _drop_layers(self) -> None:
        self._layer = None
        super()._drop_layers()

    def _paint_over(self, painter: QPainter, dirty: QRect) -> None:
        ratio = self.devicePixelRatioF()
        if self._layer is None or self._layer.pixmap.devicePixelRatio() != ratio:
            look = BoxLook(self._colors.__getitem__, self.font())
            self._layer = BoxLayer(self._boxes, self._transform, self.size(), ratio, look)
        painter.drawPixmap(0, 0, self._layer.pixmap)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which boxes are not told apart."""
        return QSize(*_SMALLEST_PX)
