"""Statistics in the Annotate tab: the key shows them, a slow picture is one click away."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget, QWidget

from app.project.activity import ActivityFile, LabelingTime, activity_path
from app.ui.annotate.annotate_tab import AnnotateTab
from app.ui.annotate.statistics.statistics_steps import StatisticsSteps


@pytest.fixture
def page(tab, hands, errors, pictures):
    existing = tab.findChild(QWidget, "statistics-page")
    if existing is not None:
        yield existing
        return
    steps = StatisticsSteps(tab._actions, tab._labeling, tab._book, tab._canvas, tab._stack, errors)
    steps.open_folder(tab._labeling.folder, activity_path(pictures))
    yield tab.findChild(QWidget, "statistics-page")
    steps.stop()


def test_the_key_shows_the_statistics_and_shows_the_pictures_again(tab, hands, page, qtbot):
    hands.key(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert page.isVisible()
    assert not hands.canvas.isVisible()
    done = page.findChild(QLabel, "statistics-done")
    qtbot.waitUntil(lambda: done.text() == "0 of 3 pictures labelled")

    back = page.findChild(QPushButton, "statistics-back")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)

    assert hands.canvas.isVisible()
    assert not tab._actions.statistics.isChecked()


def test_a_box_that_was_just_drawn_is_counted(tab, hands, page, qtbot):
    hands.key(Qt.Key.Key_W)
    hands.drag((20, 20), (90, 90))
    tab._actions.statistics.trigger()

    done = page.findChild(QLabel, "statistics-done")
    qtbot.waitUntil(lambda: done.text() == "1 of 3 pictures labelled")


def test_a_click_on_a_slow_picture_shows_it(tab, hands, page, qtbot, pictures):
    time = LabelingTime(ActivityFile(activity_path(pictures)))
    time.add({("p3.png", date.today()): 5000.0})
    tab._actions.statistics.trigger()
    slowest = page.findChild(QTreeWidget, "statistics-slowest-list")
    qtbot.waitUntil(lambda: slowest.isVisible() and slowest.topLevelItemCount() > 0)

    place = slowest.visualItemRect(slowest.topLevelItem(0)).center()
    qtbot.mouseClick(slowest.viewport(), Qt.MouseButton.LeftButton, pos=place)

    hands.wait_for("p3.png")
    assert hands.canvas.isVisible()


def test_another_folder_closes_the_statistics(tab: AnnotateTab, hands, page, tmp_path, pictures):
    tab._actions.statistics.trigger()
    assert page.isVisible()

    tab.open_folder(pictures)
    hands.wait_for("p1.png")

    assert not page.isVisible()
    assert not tab._actions.statistics.isChecked()


def test_no_key_changes_boxes_that_are_out_of_sight(tab, hands, page, qtbot):
    hands.key(Qt.Key.Key_W)
    hands.drag((20, 20), (90, 90))
    before = hands.boxes
    tab._actions.statistics.trigger()
    done = page.findChild(QLabel, "statistics-done")
    qtbot.waitUntil(lambda: done.text() == "1 of 3 pictures labelled")

    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Right, Qt.Key.Key_2, Qt.Key.Key_D, Qt.Key.Key_Space):
        qtbot.keyClick(tab.focusWidget(), key)
    qtbot.keyClick(tab.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hands.boxes == before

    qtbot.keyClick(tab.focusWidget(), Qt.Key.Key_Escape)
    assert hands.canvas.isVisible()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hands.boxes == []
