"""Choosing the mode of a camera in the real window, with a camera that is not there."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.capture.cameras import CameraDevice
from app.capture.errors import SourceError
from app.ui.capture.capture_tab import CaptureTab
from tests.support.camera import FakeCamera

MODES = [(640, 480, 30), (640, 480, 15), (1280, 720, 30)]


class Cameras:
    """One camera that only one may hold at a time."""

    def __init__(self):
        self.devices, self.modes, self.asking_s = [], MODES, 0.0

    def open(self, number):
        if self.devices and not self.devices[-1].is_released:
            raise SourceError("camera-busy", f"Camera {number} gives no pictures.", "Close it.")
        self.devices.append(FakeCamera(self.modes, asking_s=self.asking_s))
        return self.devices[-1]


@pytest.fixture
def cameras(monkeypatch):
    made = Cameras()
    monkeypatch.setattr("app.capture.cameras.open_device", made.open)
    desk = [CameraDevice(97, "Desk")]
    monkeypatch.setattr("app.ui.capture.preview_worker.list_cameras", lambda: desk)
    return made


@pytest.fixture
def at_camera(person, cameras, qtbot):
    """A person whose camera is open; it is closed again before the test is over."""
    person.open("97")
    person.menu = person.tab._modes._menu
    person.button = person.tab.findChild(type(person.tab._sources._mode), "source-mode-button")
    yield person
    person.menu.close()
    person.tab._show_closed()
    person.tab._modes.shutdown()
    person.tab._preview.shutdown()


def open_menu(person):
    person.menu.popup(QPoint(100, 100))
    person.wait(lambda: person.menu.actions()[0].isEnabled())


def choose(person, words):
    """Choose by keys, as the menu is used: it is hidden first, and then says what was chosen."""
    wanted = next(action for action in person.menu.actions() if words in action.text())
    person.menu.setActiveAction(wanted)
    QTest.keyClick(person.menu, Qt.Key.Key_Return)


def test_the_size_of_a_camera_is_a_button_that_lists_its_modes(at_camera):
    assert at_camera.button.isVisible()
    assert at_camera.button.text() == "640 × 480 · 30 fps"
    open_menu(at_camera)
    words = [action.text() for action in at_camera.menu.actions() if action.text()]
    assert words == [
        "As the camera likes",
        "640 × 480 · 15 fps",
        "640 × 480 · 30 fps",
        "1280 × 720 · 30 fps",
    ]
    assert [action.text() for action in at_camera.menu.actions() if action.isChecked()] == [
        "640 × 480 · 30 fps"
    ]


def test_the_chosen_mode_is_used_at_once_and_the_next_time(at_camera, state, errors, qtbot):
    open_menu(at_camera)
    choose(at_camera, "1280")
    at_camera.wait(lambda: at_camera.button.text() == "1280 × 720 · 30 fps")
    at_camera.wait(lambda: at_camera.run is not None)
    at_camera.shoot()
    at_camera.wait_until_saved()
    at_camera.tab._show_closed()
    at_camera.open("97")
    assert at_camera.button.text() == "1280 × 720 · 30 fps"
    assert at_camera.view.progress_text == "C1/5 E2/14"  # the session goes on
    another = CaptureTab(state, errors)
    qtbot.addWidget(another)
    assert {name: str(mode) for name, mode in another._modes.kept.items()} == {
        "Desk": "1280x720@30"
    }
    another.shutdown()


def test_a_menu_that_is_left_gives_the_camera_back_and_is_filled_at_once_the_next_time(
    at_camera, cameras
):
    open_menu(at_camera)
    assert at_camera.tab._preview.text == ""
    assert at_camera.view.progress_text == "C1/5 E1/14"  # the session stays on show
    QTest.keyClick(at_camera.menu, Qt.Key.Key_Escape)
    at_camera.wait(lambda: at_camera.tab._preview.info is not None)
    at_camera.wait(lambda: at_camera.run is not None)
    assert at_camera.button.text() == "640 × 480 · 30 fps"
    opened = len(cameras.devices)
    at_camera.menu.popup(QPoint(100, 100))
    assert at_camera.menu.actions()[0].isEnabled()
    assert at_camera.run is not None  # nothing had to be asked: the preview goes on
    assert len(cameras.devices) == opened


def test_a_menu_that_is_left_before_the_answer_gives_the_camera_back_too(at_camera, cameras):
    cameras.asking_s = 0.05
    at_camera.menu.popup(QPoint(100, 100))
    at_camera.wait(lambda: len(cameras.devices) == 2 and cameras.devices[1].asked > 2)
    QTest.keyClick(at_camera.menu, Qt.Key.Key_Escape)
    at_camera.wait(lambda: at_camera.tab._preview.info is not None)
    at_camera.wait(lambda: at_camera.run is not None)
    assert cameras.devices[1].asked < 40  # not asked to the end
    cameras.asking_s = 0.0
    open_menu(at_camera)  # what was left is asked anew, and whole
    assert any("1280" in action.text() for action in at_camera.menu.actions())


def test_a_video_that_is_opened_meanwhile_is_not_closed_for_the_camera(at_camera, cameras, video):
    cameras.asking_s = 0.05
    at_camera.menu.popup(QPoint(100, 100))
    at_camera.wait(lambda: len(cameras.devices) == 2)
    at_camera.menu.close()
    at_camera.open(video)
    at_camera.wait(lambda: cameras.devices[1].is_released)
    at_camera.wait(lambda: at_camera.tab._modes._menu._token is None)
    assert at_camera.tab._preview.text == str(video)
    assert not at_camera.button.isVisible()


def test_a_camera_that_gives_another_mode_than_was_kept_is_told_of(
    at_camera, cameras, errors, qtbot
):
    open_menu(at_camera)
    choose(at_camera, "1280")
    at_camera.wait(lambda: at_camera.button.text() == "1280 × 720 · 30 fps")
    at_camera.tab._show_closed()
    cameras.modes = MODES[:2]
    with qtbot.waitSignal(errors.notice_reported) as told:
        at_camera.open("97")
    assert told.args[0] == "Camera 97 has no mode 1280x720@30: it gives 640x480@30."
