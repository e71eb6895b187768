"""The Capture tab in the real window, on a project and short made videos."""

import av
import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.main_window import MainWindow
from app.ui.stages import STAGES

SIZE = (160, 120)


def made_video(path, *, frames, fps=30):
    """Write a video whose frame i carries i in black and white stripes."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=fps)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "bgr0"
        for index in range(frames):
            picture = av.VideoFrame.from_ndarray(striped(index), format="bgr24")
            for packet in stream.encode(picture.reformat(format="bgr0")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def striped(number):
    """Return a picture that carries a number: 16 stripes, the lowest bit at the left."""
    bits = [255 if number >> bit & 1 else 0 for bit in range(16)]
    row = np.repeat(np.array(bits, np.uint8), SIZE[0] // 16)
    return np.repeat(np.repeat(row[None, :, None], SIZE[1], axis=0), 3, axis=2)


def number_of(path):
    """Return the number that a picture file carries."""
    row = cv2.imread(str(path))[SIZE[1] // 2, :, 0].reshape(16, -1).mean(axis=1)
    return sum(1 << bit for bit, value in enumerate(row) if value > 128)


class Person:
    """Somebody at the tab: everything goes by keys."""

    def __init__(self, tab, project, qtbot):
        self.tab, self.project, self._qtbot = tab, project, qtbot
        self.view = tab._view

    @property
    def run(self):
        return self.tab._capturing.run

    @property
    def files(self):
        found = self.project.images_folder.rglob("c*_e*.*")
        return sorted(path for path in found if path.suffix in (".png", ".jpg"))

    @property
    def taken(self):
        return sum(self.run.counts())

    def wait(self, condition):
        self._qtbot.waitUntil(condition, timeout=15_000)

    def open(self, source):
        self.tab.open_source(str(source))
        self.wait(lambda: self.run is not None and not self.view.image.isNull())

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.view, key, modifier)

    def shoot(self, key=Qt.Key.Key_S):
        before = self.taken
        self.key(key)
        self.wait(lambda: self.taken == before + 1)

    def wait_until_saved(self):
        self.wait(lambda: self.run.wait_until_saved(0))
        self.wait(lambda: len(self.tab._strip.pictures.paths) == self.taken)


@pytest.fixture
def real_window(qtbot, state, errors):
    window = MainWindow(state, errors, stages=STAGES[:2])
    qtbot.addWidget(window, before_close_func=MainWindow.close_without_asking)
    window.resize(900, 640)
    with qtbot.waitActive(window, timeout=10_000):
        window.show()
        window.activateWindow()
    return window


@pytest.fixture
def person(qtbot, state, project, real_window):
    state.set_project(project)
    person = Person(real_window.show_stage("capture"), project, qtbot)
    person.view.setFocus()
    return person


@pytest.fixture
def video(tmp_path):
    return made_video(tmp_path / "clip.mkv", frames=240)


@pytest.fixture
def short_video(tmp_path):
    return made_video(tmp_path / "short.mkv", frames=5)


@pytest.fixture
def number_in_file():
    return number_of
