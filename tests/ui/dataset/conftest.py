"""A Dataset tab, and folders of good and bad pictures."""

import shutil

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.dataset.dataset_tab import DatasetTab

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def scene(seed, width=480, height=360):
    """Return a sharp picture of its own, (H, W, 3) uint8."""
    random = np.random.default_rng(seed)
    image = np.full((height, width, 3), random.integers(60, 200, 3), np.uint8)
    for _ in range(40):
        x, y = (int(value) for value in random.integers(0, (width, height)))
        color = tuple(int(value) for value in random.integers(0, 256, 3))
        if random.random() < 0.5:
            cv2.rectangle(image, (x, y), (x + 60, y + 40), color, -1)
        else:
            cv2.circle(image, (x, y), int(random.integers(10, 60)), color, -1)
    return np.clip(image + random.normal(0, 8, image.shape), 0, 255).astype(np.uint8)


def write(folder, name, image, *options):
    assert cv2.imwrite(str(folder / name), image, list(options))


def write_good(folder, count):
    for number in range(count):
        write(folder, f"good{number:02}.jpg", scene(number))


def write_copies(folder, numbers):
    for number in numbers:
        content = (folder / f"good{number:02}.jpg").read_bytes()
        (folder / f"same{number:02}.jpg").write_bytes(content)


def write_encoded_again(folder, numbers):
    for number in numbers:
        image = cv2.imread(str(folder / f"good{number:02}.jpg"))
        small = cv2.resize(image, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
        write(folder, f"again{number:02}.jpg", small, cv2.IMWRITE_JPEG_QUALITY, 60)


def write_bad(folder, *, blurred=0, dark=0, bright=0, empty=0, broken=0):
    for number in range(blurred):
        image = cv2.GaussianBlur(scene(1000 + number), (0, 0), 4)
        write(folder, f"blur{number:02}.jpg", image)
    for number in range(dark):
        write(folder, f"dark{number:02}.jpg", (scene(2000 + number) * 0.12).astype(np.uint8))
    for number in range(bright):
        image = (255 - (255.0 - scene(3000 + number)) * 0.1).astype(np.uint8)
        write(folder, f"bright{number:02}.jpg", image)
    for number in range(empty):
        noise = np.random.default_rng(number).normal(80 + 20 * number, 4, (360, 480, 3))
        write(folder, f"empty{number:02}.jpg", noise.clip(0, 255).astype(np.uint8))
    for number in range(broken):
        content = (folder / f"good{number:02}.jpg").read_bytes()
        (folder / f"broken{number:02}.jpg").write_bytes(content[: 400 + number])


@pytest.fixture(scope="session")
def mixed_master(tmp_path_factory):
    """Return 127 pictures, 57 of them good: the course's own story."""
    folder = tmp_path_factory.mktemp("mixed")
    write_good(folder, 57)
    write_copies(folder, range(12))
    write_encoded_again(folder, range(12, 30))
    write_bad(folder, blurred=15, dark=10, bright=5, empty=6, broken=4)
    return folder


@pytest.fixture
def mixed(mixed_master, tmp_path):
    return shutil.copytree(mixed_master, tmp_path / "mixed")


@pytest.fixture
def small(tmp_path):
    """Return 6 good pictures, a copy, a smaller one, a dark one and a blurred one."""
    folder = tmp_path / "small"
    folder.mkdir()
    write_good(folder, 6)
    write_copies(folder, [0])
    write_encoded_again(folder, [1])
    write_bad(folder, blurred=1, dark=1)
    return folder


class Keyboard:
    """A person at the tab who uses nothing but keys."""

    def __init__(self, tab, qtbot):
        self.tab, self._qtbot = tab, qtbot
        self.pressed = 0

    @property
    def cleaning(self):
        return self.tab._clean.cleaning

    def part(self, name):
        found = self.tab.findChild(QWidget, name)
        assert found is not None, f"the tab has no {name}"
        return found

    def action(self, name):
        return self.tab.findChild(QAction, name)

    def press(self, key, modifier=PLAIN):
        """Press a key where the keyboard is."""
        self.pressed += 1
        QTest.keyClick(QApplication.focusWidget(), key, modifier)

    def open(self, folder, labels=None):
        self.tab.open_folder(folder, labels)

    def scan(self):
        """Scan, as Return does on the button that has the keyboard."""
        self.press(Qt.Key.Key_Return)
        self.wait_scanned()

    def wait_scanned(self):
        self._qtbot.waitUntil(lambda: self.cleaning.phase == "review", timeout=60_000)

    def wait_written(self):
        self._qtbot.waitUntil(lambda: not self.cleaning.is_writing, timeout=20_000)

    @property
    def current(self):
        row = self.part("clean-list").current_row
        return row.name if row is not None else ""

    @property
    def counts(self):
        return self.part("clean-counts").text()

    def go_to(self, name):
        self.part("clean-list").go_to_name(name)
        assert self.current == name


@pytest.fixture
def make_tab(qtbot, state, errors):
    """Return a function that opens a tab in a window of its own."""
    made = []

    def make():
        tab = DatasetTab(state, errors)
        qtbot.addWidget(tab, before_close_func=DatasetTab.shutdown)
        made.append(tab)
        tab.resize(1200, 700)
        with qtbot.waitActive(tab, timeout=10_000):
            tab.show()
            tab.activateWindow()
        return Keyboard(tab, qtbot)

    return make


@pytest.fixture
def keyboard(make_tab):
    return make_tab()


@pytest.fixture
def reported(errors):
    """Return the errors that were shown."""
    found = []
    errors.error_reported.connect(found.append)
    return found
