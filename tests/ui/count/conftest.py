"""A Count tab and a picture to draw on."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.counting.geometries import CountingBand, CountingLine, Scene, Zone
from app.ui.count.count_tab import CountTab
from app.ui.count.geometry_editor import GeometryEditor
from app.ui.count.overlay import Overlay
from app.ui.count.video_view import VideoView
from app.ui.live_frame import image_of

PICTURE_SIZE = (640, 360)


@pytest.fixture
def gray_picture(qapp) -> QImage:
    return image_of(np.full((PICTURE_SIZE[1], PICTURE_SIZE[0], 3), 128, np.uint8))


@pytest.fixture
def scene():
    return Scene(
        (
            CountingLine("Gate", (0.2, 0.5), (0.8, 0.5)),
            CountingBand("Road", (0.1, 0.7), (0.9, 0.8)),
            Zone("Yard", ((0.1, 0.1), (0.3, 0.1), (0.3, 0.3), (0.1, 0.3))),
        )
    )


@pytest.fixture
def editor(qapp, scene):
    return GeometryEditor(scene)


@pytest.fixture
def view(qtbot, editor, gray_picture):
    """A view that shows the picture at exactly one point per pixel."""
    view = VideoView(editor)
    qtbot.addWidget(view)
    view.resize(*PICTURE_SIZE)
    with qtbot.waitExposed(view):
        view.show()
    view.show_frame(gray_picture, Overlay())
    view.setFocus()
    return view


@pytest.fixture
def at(view):
    """Return a function from a fraction of the picture to a point of the view."""
    return lambda x, y: view.transform.norm_to_view(x, y).toPoint()


@pytest.fixture
def drag(qtbot, view, at):
    """Return a function that drags the mouse between two fractions of the picture."""

    def go(start, end):
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        QTest.mouseMove(view, at(*start))
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(*start))
        for point in (middle, end):
            QTest.mouseMove(view, at(*point))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(*end))

    return go


@pytest.fixture
def tab(qtbot, state, errors):
    """A Count tab in a window of its own; its child process ends with the test."""
    tab = CountTab(state, errors)
    qtbot.addWidget(tab, before_close_func=CountTab.shutdown)
    tab.resize(1000, 600)
    with qtbot.waitActive(tab, timeout=10_000):
        tab.show()
        tab.activateWindow()
    return tab
