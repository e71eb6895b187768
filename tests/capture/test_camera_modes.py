"""Modes of cameras: what is asked for, what is given, and what a person is told."""

import pytest

from app.capture import cameras
from app.capture.camera_modes import CameraMode, find_modes, mode_warning
from app.capture.cameras import list_modes
from app.capture.errors import SourceError
from app.capture.opening import open_source
from app.jobs.cancel import CancelToken
from tests.support.camera import FakeCamera

WEBCAM = ((640, 480, 30), (640, 480, 15), (1280, 720, 30), (1920, 1080, 29.97))


@pytest.fixture
def webcam(monkeypatch):
    device = FakeCamera(WEBCAM)
    monkeypatch.setattr(cameras, "open_device", lambda number: device)
    return device


def test_exactly_the_modes_that_a_camera_gives_are_found():
    found = find_modes(FakeCamera(WEBCAM), CancelToken())
    assert [str(mode) for mode in found] == [
        "640x480@15",
        "640x480@30",
        "1280x720@30",
        "1920x1080@29.97",
    ]


def test_a_camera_with_an_uncommon_mode_of_its_own_keeps_it():
    assert find_modes(FakeCamera([(1600, 1200, 5)]), CancelToken()) == (CameraMode(1600, 1200, 5),)


def test_a_camera_that_does_not_tell_its_rate_is_taken_for_30():
    found = find_modes(FakeCamera([(640, 480, 0)]), CancelToken())
    assert found == (CameraMode(640, 480, 30.0),)


def test_looking_for_modes_can_be_cancelled_and_lets_go_of_the_camera(webcam):
    token = CancelToken()
    token.cancel()
    assert list_modes(0, token) == (CameraMode(640, 480, 30),)
    assert webcam.asked == 0
    assert webcam.is_released


def test_a_camera_opens_in_the_mode_that_is_asked_for(webcam):
    source = open_source("97", mode=CameraMode(1280, 720, 30))
    frame = source.read(timeout_s=5)
    source.close()
    assert frame.image_bgr.shape == (720, 1280, 3)
    assert (source.info.width, source.info.height, source.info.fps) == (1280, 720, 30)
    assert mode_warning(CameraMode(1280, 720, 30), source.info) is None
    assert webcam.is_released


def test_a_camera_that_comes_back_is_asked_for_the_same_mode(monkeypatch):
    devices = [FakeCamera(WEBCAM), FakeCamera(WEBCAM)]
    left = iter(devices)
    monkeypatch.setattr(cameras, "open_device", lambda number: next(left))
    source = open_source("97", mode=CameraMode(1280, 720, 30))
    devices[0].read = lambda: (False, None)
    while not (frame := source.read(timeout_s=5)).follows_gap:
        pass
    source.close()
    assert frame.image_bgr.shape == (720, 1280, 3)
    assert devices[1].get(3) == 1280


def test_a_camera_that_gives_another_mode_is_told_of(webcam):
    source = open_source("97", mode=CameraMode(3840, 2160, 60))
    source.close()
    told = mode_warning(CameraMode(3840, 2160, 60), source.info)
    assert told == "Camera 97 has no mode 3840x2160@60: it gives 1920x1080@29.97."


def test_what_is_no_camera_can_not_be_asked_for_a_mode(tmp_path):
    with pytest.raises(SourceError, match="has modes") as raised:
        open_source(str(tmp_path), mode=CameraMode(640, 480, 30))
    assert raised.value.code == "mode-not-for-this"


@pytest.mark.parametrize("text", ["1280x720", "0x720@30", "1280x720@0", "-1x2@3", "wide", ""])
def test_a_text_that_is_no_mode_is_refused_with_an_example(text):
    with pytest.raises(SourceError, match="1280x720@30"):
        CameraMode.of_text(text)


@pytest.mark.parametrize("text", ["1280x720@30", "1920x1080@29.97"])
def test_a_mode_is_read_as_it_is_written(text):
    assert str(CameraMode.of_text(text)) == text
