"""The pose of the selected boxes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from app.annotation.labels import LabeledBox
from app.ui.annotate.box_panel import BoxPanel

CAR, BUS = LabeledBox("car", 0, 0, 9, 9), LabeledBox("bus", 5, 5, 20, 20, pose="Left")


@pytest.fixture
def panel(qtbot):
    panel = BoxPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def pose(panel):
    return panel.findChild(QComboBox, "box-pose")


def test_a_pose_that_is_chosen_goes_for_all_selected_boxes(panel, pose, qtbot):
    panel.show_boxes([CAR, BUS], (100, 80))
    assert pose.currentText() == ""
    qtbot.keyClick(pose, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.changed) as told:
        qtbot.keyClick(pose, Qt.Key.Key_Down)
    boxes, text = told.args
    assert [(box.class_name, box.pose) for box in boxes] == [("car", "Frontal"), ("bus", "Frontal")]
    assert text == "Change pose"


def test_the_arrow_keys_go_on_from_the_pose_of_the_box(panel, pose, qtbot):
    panel.show_boxes([BUS], (100, 80))
    with qtbot.waitSignal(panel.changed) as told:
        qtbot.keyClick(pose, Qt.Key.Key_Down)
    assert told.args[0][0].pose == "Right"


def test_a_pose_can_be_typed_freely(panel, pose, qtbot):
    panel.show_boxes([CAR], (100, 80))
    assert pose.currentText() == "Unspecified"
    pose.lineEdit().selectAll()
    with qtbot.waitSignal(panel.changed) as told:
        qtbot.keyClicks(pose.lineEdit(), "Sitting")
        qtbot.keyClick(pose.lineEdit(), Qt.Key.Key_Return)
    assert told.args[0][0].pose == "Sitting"


def test_a_pose_left_empty_or_as_it_is_changes_nothing(panel, pose, qtbot):
    panel.show_boxes([BUS], (100, 80))
    with qtbot.assertNotEmitted(panel.changed):
        pose.lineEdit().clear()
        qtbot.keyClick(pose.lineEdit(), Qt.Key.Key_Return)
        qtbot.keyClick(pose.lineEdit(), Qt.Key.Key_Return)
    assert pose.currentText() == "Left"


def test_without_a_box_there_is_no_pose_to_choose(panel, pose):
    panel.show_boxes([], (0, 0))
    assert not pose.isEnabled()
    assert pose.currentText() == ""
