from __future__ import annotations

import sys

import pytest

from app import screen
from app.errors import AppError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the wheel has it all")


@pytest.fixture
def environment(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_of_three_variables_means_a_screen(environment, name):
    assert not screen.has_screen()
    with pytest.raises(AppError, match="no screen"):
        screen.check_screen()
    environment.setenv(name, ":0")
    assert screen.has_screen()
    screen.check_screen()


def test_what_is_missing_is_named_with_the_line_that_installs_it(environment):
    environment.setattr(screen, "_QT_LIBRARIES", {"libc.so.6": "libc6", "libnone.so.1": "libnone1"})
    with pytest.raises(AppError) as caught:
        screen.check_libraries()
    assert "libnone.so.1" in caught.value.message
    assert caught.value.hint.endswith("sudo apt install libnone1")


def test_x11_libraries_are_asked_for_only_on_x11(environment):
    environment.setattr(screen, "_QT_LIBRARIES", {})
    environment.setattr(screen, "_X11_LIBRARIES", {"libnone.so.1": "libnone1"})
    environment.setenv("QT_QPA_PLATFORM", "offscreen")
    screen.check_libraries()
    environment.delenv("QT_QPA_PLATFORM")
    environment.setenv("DISPLAY", ":0")
    with pytest.raises(AppError):
        screen.check_libraries()
