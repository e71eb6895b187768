"""What is on the screen, pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from tests.ui.annotate.conftest import SIZE


def grabbed(canvas):
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), 2::-1].astype(int)


def middle_grey(hands):
    point = hands.canvas.transform.to_view(SIZE[0] / 2, SIZE[1] / 2).toPoint()
    return grabbed(hands.canvas)[point.y(), point.x()].mean()


def test_brightness_changes_what_is_shown_and_not_the_file(hands, pictures, tab):
    before, shown = (pictures / "p1.png").read_bytes(), middle_grey(hands)
    tab._actions.brighter.trigger()
    assert middle_grey(hands) > shown + 10
    tab._actions.plain_light.trigger()
    assert middle_grey(hands) == pytest.approx(shown, abs=1)
    assert (pictures / "p1.png").read_bytes() == before


def test_contrast_takes_dark_further_from_the_middle(hands, tab):
    shown = middle_grey(hands)  # 60 of 255
    tab._actions.more_contrast.trigger()
    assert middle_grey(hands) < shown - 5


@pytest.mark.parametrize("zooms", [0, 3, 9])
def test_a_box_is_painted_where_its_pixels_are_at_any_zoom(hands, tab, zooms):
    hands.key(Qt.Key.Key_W)
    hands.drag((100, 80), (200, 160))
    hands.canvas.select([])
    for _ in range(zooms):
        hands.canvas.zoom(1.25)
    (box,) = hands.boxes
    color = np.array(QColor(tab._book.color_of("d1")).getRgb()[:3])
    place = hands.canvas.transform.to_view(box.xmin, (box.ymin + box.ymax) / 2).toPoint()
    shown = grabbed(hands.canvas)
    if not (0 <= place.x() < shown.shape[1] and 0 <= place.y() < shown.shape[0]):
        hands.canvas.transform.pan(hands.canvas.rect().center() - place)
        hands.canvas.zoom(1.0)
        place = hands.canvas.transform.to_view(box.xmin, (box.ymin + box.ymax) / 2).toPoint()
        shown = grabbed(hands.canvas)
    near = shown[place.y(), max(0, place.x() - 2) : place.x() + 3]
    assert np.abs(near - color).sum(axis=1).min() < 30


def test_zoom_keeps_the_pixel_under_the_pointer(hands):
    at = hands.canvas.transform.to_view(70, 50)
    hands.canvas.zoom(2.0, at)
    pixel = hands.canvas.transform.to_image(at)
    assert (pixel.x(), pixel.y()) == pytest.approx((70, 50), abs=0.01)
