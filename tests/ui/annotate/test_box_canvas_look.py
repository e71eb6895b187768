"""What the canvas looks like: names that hide nothing, sharp pixels, light."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.canvas.label_places import LabelPlaces, label_spots
from app.ui.annotate.canvas.picture_layer import Adjustment
from app.ui.annotate.pictures.picture_loader import LoadedPicture

VIEW, NAME = QSize(400, 300), QSizeF(50, 18)


# -- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "side"),
    [
        ((100, 100, 80, 60), "above"),
        ((100, 0, 80, 60), "below"),  # at the top edge of the view
        ((100, -20, 80, 60), "below"),  # reaches out of it
        ((100, 0, 80, 300), "right"),
        ((350, 0, 50, 300), "left"),
        ((-30, 100, 60, 60), "above"),
    ],
)
def test_a_name_lies_beside_its_box_and_in_the_view(box, side):
    rect = QRectF(*box)
    spot = label_spots(rect, NAME, VIEW)[0]
    assert QRectF(QPointF(), VIEW.toSizeF()).contains(spot)
    assert not spot.intersects(rect)
    is_there = {
        "above": spot.bottom() <= rect.top(),
        "below": spot.top() >= rect.bottom(),
        "right": spot.left() >= rect.right(),
        "left": spot.right() <= rect.left(),
    }
    assert [name for name, is_true in is_there.items() if is_true] == [side]


def test_a_name_lies_inside_only_where_the_box_fills_the_view():
    (spot,) = label_spots(QRectF(-10, -10, 420, 320), NAME, VIEW)
    assert spot == QRectF(QPointF(0, 0), NAME)


def test_names_that_find_no_place_are_left_out_and_none_lies_on_another():
    places = LabelPlaces(VIEW, [])
    boxes = [QRectF(100 + step, 100 + step, 60, 40) for step in range(0, 40, 2)]
    spots = [spot for box in boxes if (spot := places.free_spot(box, NAME)) is not None]
    assert 4 <= len(spots) < len(boxes)
    for index, one in enumerate(spots):
        assert not any(one.intersects(other) for other in spots[index + 1 :])


def test_a_name_keeps_off_other_boxes_where_there_is_room():
    box, above = QRectF(100, 100, 60, 40), QRectF(90, 60, 80, 36)
    spot = LabelPlaces(VIEW, [box, above]).free_spot(box, NAME)
    assert not spot.intersects(above)
    assert not spot.intersects(box)
    round_it = QRectF(10, 10, 380, 280)  # no place is outside of this one
    assert LabelPlaces(VIEW, [box, round_it]).free_spot(box, NAME).bottom() <= box.top()


def test_the_place_of_a_name_that_is_always_shown_is_left_free():
    box = QRectF(100, 100, 60, 40)
    places = LabelPlaces(VIEW, [])
    places.take(label_spots(box, NAME, VIEW)[0])
    assert places.free_spot(box, NAME).top() >= box.bottom()


@pytest.fixture
def canvas(qtbot, tmp_path):
    canvas = BoxCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.set_picture(plain(tmp_path))
    return canvas


def plain(tmp_path, grey=128):
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(grey * 0x010101)
    return LoadedPicture(tmp_path / "p.png", (image,), 3, None)


def pixels(image):
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), 2::-1].astype(int)


def shown(canvas):
    return pixels(canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))


def test_the_name_of_a_box_at_the_top_does_not_cover_its_inside(canvas):
    box = LabeledBox("thumbs up", 60, 0, 160, 80)
    canvas.set_boxes([box])
    low, high = canvas.transform.to_view(60, 0), canvas.transform.to_view(160, 80)
    inside = shown(canvas)[
        int(low.y()) + 3 : int(high.y()) - 3, int(low.x()) + 3 : int(high.x()) - 3
    ]
    assert (inside == 128).all()


def test_the_hovered_box_always_has_its_name(canvas, qtbot):
    boxes = [LabeledBox(f"d{step}", 100 + step, 100, 150, 150) for step in range(8)]
    canvas.set_boxes(boxes)  # more than there are places round them
    before = shown(canvas)
    inmost = canvas.transform.to_view(148, 148).toPoint()
    qtbot.mouseMove(canvas, inmost)
    qtbot.waitUntil(lambda: (shown(canvas) != before).any())
    changed = np.argwhere((shown(canvas) != before).any(axis=2))
    corner = canvas.transform.to_view(107, 100)
    assert changed[:, 0].max() <= corner.y()  # the name above the box, and nothing else
    assert changed[:, 0].min() >= corner.y() - 24
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert (shown(canvas) == before).all()


def test_a_proposal_says_class_and_score(canvas):
    canvas.set_proposals([Proposal("car", 60, 60, 160, 160, 0.87, "starter", "1")])
    one = shown(canvas)
    canvas.set_proposals([Proposal("car", 60, 60, 160, 160, 0.12, "starter", "1")])
    assert (shown(canvas) != one).any()


# -- light ----------------------------------------------------------------------------------


def test_gamma_lightens_the_shadows_and_keeps_black_and_white():
    table = Adjustment(gamma=2).table()
    assert (table[0], table[255]) == (0, 255)
    assert table[64] == 128  # the root of a quarter
    assert (np.diff(table.astype(int)) >= 0).all()
    assert (Adjustment().table() == np.arange(256)).all()


def test_lighter_shadows_change_dark_pixels_more_than_light_ones(canvas, tmp_path):
    def grey_shown(grey, gamma):
        canvas.set_picture(plain(tmp_path, grey))
        canvas.set_adjustment(Adjustment(gamma=gamma))
        return int(shown(canvas)[240, 320, 0])

    assert grey_shown(40, 1.5) - 40 > 20
    assert 0 <= grey_shown(240, 1.5) - 240 < 8
    assert grey_shown(40, 0.7) < 30


def test_commands_for_the_shadows_change_what_is_shown_and_not_the_file(hands, pictures, tab):
    before = (pictures / "p1.png").read_bytes()
    at = hands.canvas.transform.to_view(160, 120).toPoint()

    def grey():
        return shown(hands.canvas)[at.y(), at.x()].mean()

    plain_grey = grey()
    tab._actions.lighter_shadows.trigger()
    assert grey() > plain_grey + 8
    tab._actions.darker_shadows.trigger()
    tab._actions.darker_shadows.trigger()
    assert grey() < plain_grey - 8
    tab._actions.plain_light.trigger()
    assert grey() == pytest.approx(plain_grey, abs=1)
    assert (pictures / "p1.png").read_bytes() == before


# -- more device pixels than points ---------------------------------------------------------

SCREENSHOT = """
import sys
import numpy as np
from pathlib import Path
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from app.annotation.labels import LabeledBox
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.pictures.picture_loader import LoadedPicture

application = QApplication([])
canvas = BoxCanvas()
canvas.resize(320, 240)
ratio = canvas.devicePixelRatioF()
width, height = round(320 * ratio), round(240 * ratio)
stripes = np.zeros((height, width, 4), np.uint8)
stripes[:, ::2] = 255  # as fine as the screen can show
image = QImage(stripes.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
canvas.set_picture(LoadedPicture(Path("p.png"), (image,), 3, None))
canvas.set_colors(lambda name: QColor("#ff0000"))
canvas.set_boxes([LabeledBox("box", *(ratio * edge for edge in (40, 60, 200, 180)))])
canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32).save(sys.argv[1])
print(ratio)
"""


@pytest.mark.parametrize("ratio", [1.5, 2])
def test_on_a_finer_screen_the_picture_is_sharp_and_boxes_are_in_place(tmp_path, ratio):
    file = tmp_path / "shown.png"
    surroundings = {**os.environ, "QT_SCALE_FACTOR": str(ratio)}
    done = subprocess.run(
        [sys.executable, "-c", SCREENSHOT, str(file)],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert float(done.stdout) == ratio
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    assert image.size() == QSize(320, 240) * ratio
    rows = pixels(image)
    ground = rows[int(200 * ratio) :, :, 0]  # below the box: white and black take turns
    assert (np.abs(np.diff(ground, axis=1)) == 255).all()
    is_red = (rows[..., 0] > 200) & (rows[..., 1] < 60)
    across = np.flatnonzero(is_red[int(120 * ratio)])
    for edge in (40, 200):
        line = across[np.abs(across - edge * ratio) < 8]
        assert len(line) == pytest.approx(2 * ratio, abs=1)
        assert line.mean() + 0.5 == pytest.approx(edge * ratio, abs=1)
