"""A window on small stages, with settings of its own."""

import pytest
from PySide6.QtCore import QObject

from app.project.project import Project
from app.ui.app_state import AppState, window_settings
from app.ui.error_presenter import ErrorPresenter
from app.ui.main_window import MainWindow
from tests.support.stage_pages import COUNT_STAGE, LABEL_STAGE


def pytest_itemcollected(item):
    # The offscreen screen has no window manager to hear of a window's smallest size, nor can it
    # raise a popup or give it the keyboard.
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture
def state(qapp):
    return AppState(window_settings())


@pytest.fixture
def errors(qapp):
    return ErrorPresenter()


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "corner", name="Street corner")


@pytest.fixture
def window(qtbot, state, errors):
    window = MainWindow(state, errors, stages=(LABEL_STAGE, COUNT_STAGE))
    qtbot.addWidget(window, before_close_func=MainWindow.close_without_asking)
    with qtbot.waitActive(window, timeout=10_000):
        window.show()
        window.activateWindow()
    return window


@pytest.fixture
def part_of():
    """Return a function that finds a part of a window by its object name."""

    def find(window, name):
        found = window.findChild(QObject, name)
        assert found is not None, f"the window has no {name}"
        return found

    return find


@pytest.fixture
def part(window, part_of):
    """Return a function that finds a part of the window by its object name."""
    return lambda name: part_of(window, name)
