"""Where the picture lies, and what is painted over it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.count.class_colors import class_color, text_color_on
from app.ui.count.label_layout import LabelRequest, place_labels
from app.ui.count.overlay import (
    FORGET_AFTER_FRAMES,
    TRAIL_LENGTH_FRAMES,
    OverlayBuilder,
    OverlayOptions,
)
from app.ui.view_transform import ViewTransform

TOTALS = {
    "geometries": [
        {"name": "Gate", "totals": {"up": 1, "down": 2, "left": 0, "right": 0}},
        {"name": "Road", "totals": {"up": 0, "down": 0, "left": 0, "right": 0}},
        {"name": "Yard", "totals": {"occupancy": 1, "entries": 2, "exits": 1}},
    ]
}


def frame_fields(*boxes, ids=None, visible=True):
    count = len(boxes)
    return {
        "state": "tracking",
        "timestamp_s": 1.0,
        "fps": 25.0,
        "delay_ms": None,
        "recording": None,
        "totals": TOTALS,
        "tracks": {
            "ids": ids or list(range(1, count + 1)),
            "boxes": [list(box) for box in boxes],
            "class_ids": [1] * count,
            "scores": [0.5] * count,
            "visible": [visible] * count,
        },
    }


@pytest.fixture
def builder():
    builder = OverlayBuilder()
    builder.start({1: "Person", 2: "Car"})
    return builder


@pytest.fixture
def transform():
    transform = ViewTransform()
    transform.set_view_size(QSizeF(800, 600))
    transform.set_image_size(QSizeF(1280, 720))
    return transform


class TestTransform:
    def test_a_picture_is_fitted_and_centred(self, transform):
        assert transform.image_rect() == QRectF(0, 75, 800, 450)

    def test_the_point_under_the_cursor_stays_there_while_zooming(self, transform):
        cursor = QPointF(200, 300)
        before = transform.to_image(cursor)
        transform.zoom(4, at=cursor)
        assert transform.to_image(cursor) == before

    def test_the_picture_cannot_be_lost(self, transform):
        transform.zoom(3, at=QPointF(400, 300))
        transform.pan(QPointF(100_000, -100_000))
        assert transform.image_rect().intersects(QRectF(0, 0, 800, 600))

    def test_a_fitted_picture_stays_fitted_when_the_window_grows(self, transform):
        transform.set_view_size(QSizeF(1600, 1200))
        assert transform.image_rect().width() == 1600

    def test_actual_pixels_are_one_point_each(self, transform):
        transform.show_actual_pixels()
        assert transform.scale == pytest.approx(1.0)

    def test_fractions_go_there_and_back_and_stay_inside(self, transform):
        transform.zoom(2, at=QPointF(10, 10))
        assert transform.to_norm(transform.norm_to_view(0.25, 0.75)) == pytest.approx((0.25, 0.75))
        assert transform.to_norm(QPointF(-5000, 9000)) == (0.0, 1.0)


class TestOverlay:
    def test_a_trail_is_bounded_and_goes_with_its_track(self, builder):
        for x in range(3 * TRAIL_LENGTH_FRAMES):
            overlay = builder.build(frame_fields((x, 0, x + 10, 10)))
        points = sum(piece.size() - 1 for piece in overlay.marks[0].trail)
        assert points == TRAIL_LENGTH_FRAMES - 1
        for _ in range(FORGET_AFTER_FRAMES + 1):
            builder.build(frame_fields())
        assert builder.remembered_tracks == 0

    def test_memory_does_not_grow_with_the_number_of_objects_seen(self, builder):
        for track_id in range(2000):
            builder.build(frame_fields((0, 0, 10, 10), ids=[track_id]))
        assert builder.remembered_tracks <= FORGET_AFTER_FRAMES + 2

    def test_boxes_can_be_hidden(self, view, builder, gray_picture):
        overlay = builder.build(frame_fields((100, 200, 200, 260)))
        view.show_frame(gray_picture, overlay)
        edge = view.transform.to_view(200, 230).toPoint()
        assert view.grab().toImage().pixelColor(edge) == class_color(1)
        view.set_options(OverlayOptions(boxes=False))
        assert view.grab().toImage().pixelColor(edge) != class_color(1)

    def test_a_saved_picture_has_the_size_of_the_source_and_no_handles(
        self, view, editor, builder, gray_picture
    ):
        view.show_frame(gray_picture, builder.build(frame_fields((100, 200, 200, 260))))
        plain = view.rendered_picture()
        editor.select(0)
        assert view.rendered_picture() == plain
        assert plain.size() == gray_picture.size()
        assert plain.pixelColor(200, 230) == class_color(1)

    @pytest.mark.parametrize("class_id", range(1, 12))
    def test_labels_contrast_with_their_ground(self, class_id):
        def luminance(color):
            parts = [color.redF(), color.greenF(), color.blueF()]
            linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        ground = class_color(class_id)
        light, dark = sorted((luminance(ground), luminance(text_color_on(ground))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5

    def test_labels_never_cover_each_other_or_a_badge(self):
        bounds, badge = QRectF(0, 0, 400, 300), QRectF(0, 0, 120, 20)
        requests = [
            LabelRequest(QRectF(30 + i * 7, 20 + i * 3, 30, 50), [QSizeF(80, 14), QSizeF(24, 14)])
            for i in range(30)
        ]
        placed = [p.rect for p in place_labels(requests, bounds, obstacles=[badge]) if p]
        assert len(placed) >= 5
        for i, rect in enumerate(placed):
            assert bounds.contains(rect)
            assert not rect.intersects(badge)
            assert not any(rect.intersects(other) for other in placed[:i])


class TestKeysAndWheel:
    def test_the_wheel_zooms_at_the_cursor(self, view):
        at = QPointF(100, 80)
        before = view.transform.to_image(at)
        event = QWheelEvent(
            at,
            view.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
        assert view.transform.scale == pytest.approx(1.25)
        assert view.transform.to_image(at) == before

    def test_a_tap_on_space_is_told_but_not_one_that_panned(self, qtbot, view):
        taps = []
        view.space_tapped.connect(lambda: taps.append(True))
        qtbot.keyClick(view, Qt.Key.Key_Space)
        assert len(taps) == 1
        qtbot.keyPress(view, Qt.Key.Key_Space)
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        QTest.mouseMove(view, QPoint(150, 100))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
        qtbot.keyRelease(view, Qt.Key.Key_Space)
        assert len(taps) == 1
        assert view.transform.image_rect().left() == 50

    def test_without_a_picture_there_is_only_the_surround(self, view):
        view.clear()
        assert view.grab().toImage().pixelColor(320, 180) == QColor("#101317")
