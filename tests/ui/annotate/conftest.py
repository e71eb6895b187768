"""An Annotate tab on a folder of three pictures."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.annotate.annotate_tab import AnnotateTab

SIZE = (320, 240)


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(1, 4):
        image = np.full((SIZE[1], SIZE[0], 3), 60 * number, np.uint8)
        cv2.imwrite(str(folder / f"p{number}.png"), image)
    (folder / "classes.txt").write_text("d1\nd2\nd3\n", "utf-8")
    return folder


class Hands:
    """A person at the tab: everything goes by mouse and keys."""

    def __init__(self, tab, qtbot):
        self.tab, self._qtbot = tab, qtbot
        self.canvas = tab.findChild(QWidget, "box-canvas")

    @property
    def boxes(self):
        annotation = self.tab._labeling.annotation
        return [] if annotation is None else list(annotation.boxes)

    def wait_for(self, name):
        """Wait until a picture is shown."""
        labeling = self.tab._labeling
        self._qtbot.waitUntil(
            lambda: labeling.picture is not None and labeling.picture.path.name == name
        )

    def wait_saved(self):
        self._qtbot.waitUntil(lambda: not self.tab._labeling.is_unsaved)

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.canvas, key, modifier)

    def click(self, x, y, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, modifier, self._at(x, y))

    def drag(self, start, end, modifier=Qt.KeyboardModifier.NoModifier):
        begin, finish = self._at(*start), self._at(*end)
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, modifier, begin)
        for point in ((begin + finish) / 2, finish):
            self._move(point, modifier)
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, modifier, finish)

    def _move(self, point, modifier):
        # QTest's own move knows no modifiers.
        place = self.canvas.mapToGlobal(point)
        left = Qt.MouseButton.LeftButton
        kind = QEvent.Type.MouseMove
        event = QMouseEvent(kind, QPointF(point), QPointF(place), left, left, modifier)
        QApplication.sendEvent(self.canvas, event)

    def _at(self, x, y) -> QPoint:
        return self.canvas.transform.to_view(x, y).toPoint()


@pytest.fixture
def tab(qtbot, state, errors):
    tab = AnnotateTab(state, errors)
    qtbot.addWidget(tab, before_close_func=AnnotateTab.shutdown)
    tab.resize(1200, 760)
    with qtbot.waitExposed(tab):
        tab.show()
    return tab


@pytest.fixture
def hands(tab, qtbot, pictures):
    hands = Hands(tab, qtbot)
    tab.open_folder(pictures)
    hands.wait_for("p1.png")
    hands.canvas.setFocus()
    return hands
