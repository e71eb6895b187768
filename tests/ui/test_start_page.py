"""The start page: ways in and recent projects."""

import shutil

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from app.ui.app_state import AppState, window_settings
from app.ui.start_page import StartPage


@pytest.fixture
def page(qtbot, state):
    page = StartPage(state)
    qtbot.addWidget(page)
    page.show()
    return page


def recent(page):
    return page.findChild(QObject, "recent-projects")


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("start-sample", "sample_requested"),
        ("start-video", "video_requested"),
        ("start-pictures", "pictures_requested"),
        ("start-new", "new_requested"),
        ("start-open", "open_requested"),
    ],
)
def test_each_way_in_is_taken_by_mouse_and_keyboard(qtbot, page, button, signal):
    widget = page.findChild(QObject, button)
    with qtbot.waitSignal(getattr(page, signal)):
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    widget.setFocus()
    with qtbot.waitSignal(getattr(page, signal)):
        qtbot.keyClick(widget, Qt.Key.Key_Space)
    assert widget.accessibleName()


def test_without_projects_it_says_where_they_will_be(page):
    assert page.findChild(QObject, "no-recent-projects").isVisible()
    assert not recent(page).isVisible()


def test_recent_projects_are_listed_with_their_folder_and_opened(qtbot, page, state, project):
    state.set_project(project)
    item = recent(page).item(0)
    assert item.text() == f"corner\n{project.folder}"
    with qtbot.waitSignal(page.project_requested) as blocker:
        recent(page).itemActivated.emit(item)
    assert blocker.args == [project.folder]


def test_a_project_that_is_gone_is_greyed_and_not_opened(qtbot, page, state, project):
    state.set_project(project)
    shutil.rmtree(project.folder)
    page.refresh()
    item = recent(page).item(0)
    assert item.text().endswith("(not found)")
    with qtbot.assertNotEmitted(page.project_requested):
        recent(page).itemClicked.emit(item)


def test_a_project_that_is_gone_is_kept_until_it_is_forgotten(qtbot, page, state, project):
    state.set_project(project)
    shutil.rmtree(project.folder)
    again = StartPage(AppState(window_settings()))
    qtbot.addWidget(again)
    again.show()
    recent(again).setCurrentRow(0)
    again.findChild(QAction, "forget-project").trigger()
    assert recent(again).count() == 0
    assert AppState(window_settings()).recent_projects == ()


def test_a_project_is_taken_off_the_list(qtbot, page, state, project):
    state.set_project(project)
    state.forget_project(project.folder)
    assert recent(page).count() == 0
    assert AppState(window_settings()).recent_projects == ()
