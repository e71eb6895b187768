"""A person draws, moves, names, undoes; what the files say is what counts."""

from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.project.project import Project

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NEAR = 2  # pixels: the mouse goes by whole points of the screen


def objects(path):
    """Return class name and edges of every object of a label file, by position as scripts do."""
    return [
        (member[0].text, *(int(member[4][place].text) for place in range(4)))
        for member in ElementTree.parse(path).getroot().findall("object")
    ]


def draw(hands, start=(40, 40), end=(140, 120)):
    hands.key(Qt.Key.Key_W)
    hands.drag(start, end)


def test_one_drag_is_one_box_of_the_current_class_and_is_saved_by_itself(hands, pictures):
    draw(hands)
    hands.wait_saved()
    (found,) = objects(pictures / "p1.xml")
    assert found[0] == "d1"
    assert found[1:] == pytest.approx((40, 40, 140, 120), abs=NEAR)


def test_a_digit_names_the_box_that_was_drawn_and_the_next_ones(hands, pictures):
    draw(hands)
    hands.key(Qt.Key.Key_2)
    draw(hands, (160, 40), (220, 100))
    hands.wait_saved()
    assert [name for name, *_ in objects(pictures / "p1.xml")] == ["d2", "d2"]


def test_draw_mode_ends_after_a_box_unless_it_is_kept(hands):
    draw(hands)
    hands.drag((200, 150), (260, 200))  # on empty ground: a rubber band, no box
    assert len(hands.boxes) == 1
    hands.key(Qt.Key.Key_W, SHIFT)
    hands.drag((200, 150), (260, 200))
    hands.drag((200, 40), (260, 90))
    assert len(hands.boxes) == 3
    hands.key(Qt.Key.Key_Escape)
    hands.drag((10, 200), (60, 230))
    assert len(hands.boxes) == 3


def test_a_slip_of_the_mouse_draws_nothing(hands):
    draw(hands, (40, 40), (41, 41))
    assert hands.boxes == []


def test_control_draws_a_square(hands):
    hands.key(Qt.Key.Key_W)
    hands.drag((40, 40), (140, 90), CONTROL)
    (box,) = hands.boxes
    assert box.xmax - box.xmin == box.ymax - box.ymin == pytest.approx(50, abs=NEAR)


def test_a_box_is_moved_resized_and_nudged(hands):
    draw(hands)
    hands.drag((90, 80), (110, 100))
    assert hands.boxes[0].box_xyxy == pytest.approx((60, 60, 160, 140), abs=NEAR)
    hands.drag((160, 140), (200, 180))
    assert hands.boxes[0].box_xyxy == pytest.approx((60, 60, 200, 180), abs=NEAR)
    before = hands.boxes[0]
    hands.key(Qt.Key.Key_Right)
    hands.key(Qt.Key.Key_Down, SHIFT)
    assert hands.boxes[0].xmin == before.xmin + 1
    assert hands.boxes[0].ymin == before.ymin + 10


def test_a_box_at_the_edge_becomes_truncated_and_stops_being_so(hands):
    draw(hands, (40, 40), (400, 120))
    assert hands.boxes[0].is_truncated
    hands.drag((200, 80), (180, 80))
    assert not hands.boxes[0].is_truncated


def test_the_smallest_box_wins_and_alt_goes_through_those_below(hands):
    draw(hands, (20, 20), (220, 200))
    draw(hands, (60, 60), (120, 120))
    hands.click(90, 90)
    assert hands.canvas.selection == [1]
    hands.click(90, 90, ALT)
    assert hands.canvas.selection == [0]
    hands.click(90, 90, ALT)
    assert hands.canvas.selection == [1]


def test_several_boxes_are_selected_and_deleted_at_once(hands):
    draw(hands, (20, 20), (60, 60))
    draw(hands, (100, 20), (160, 60))
    draw(hands, (20, 120), (60, 180))
    hands.click(250, 200)
    assert hands.canvas.selection == []
    hands.drag((5, 5), (200, 80))
    assert hands.canvas.selection == [0, 1]
    hands.click(40, 150, SHIFT)
    assert hands.canvas.selection == [0, 1, 2]
    hands.key(Qt.Key.Key_Delete)
    assert hands.boxes == []


def test_every_edit_can_be_undone_also_in_a_picture_one_has_left(hands, pictures):
    draw(hands)
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    draw(hands, (10, 10), (80, 80))
    hands.key(Qt.Key.Key_Z, CONTROL)
    assert hands.boxes == []
    hands.key(Qt.Key.Key_Z, CONTROL)
    hands.wait_for("p1.png")
    hands.wait_saved()
    assert hands.boxes == []
    assert objects(pictures / "p1.xml") == []
    hands.key(Qt.Key.Key_Y, CONTROL)
    hands.wait_saved()
    assert len(objects(pictures / "p1.xml")) == 1


def test_leaving_a_picture_saves_it_at_once(hands, pictures):
    draw(hands)
    hands.key(Qt.Key.Key_D)
    assert len(objects(pictures / "p1.xml")) == 1


def test_space_verifies_and_the_file_says_so(hands, pictures):
    draw(hands)
    hands.key(Qt.Key.Key_Space)
    hands.wait_saved()
    assert ElementTree.parse(pictures / "p1.xml").getroot().get("verified") == "yes"


def test_boxes_of_the_previous_picture_are_taken_over(hands):
    draw(hands)
    first = hands.boxes
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    hands.key(Qt.Key.Key_V, CONTROL)
    assert [box.box_xyxy for box in hands.boxes] == [box.box_xyxy for box in first]


def test_copied_boxes_go_to_another_picture(hands):
    draw(hands)
    hands.key(Qt.Key.Key_C, CONTROL)
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    hands.key(Qt.Key.Key_V, CONTROL | SHIFT)
    assert len(hands.boxes) == 1


def test_a_broken_label_file_is_shown_as_such_and_never_overwritten(hands, pictures, errors, qtbot):
    broken = b"<annotation><object><name>d1</name>"
    (pictures / "p2.xml").write_bytes(broken)
    with qtbot.waitSignal(errors.error_reported):
        hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    draw(hands)
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p3.png")
    assert (pictures / "p2.xml").read_bytes() == broken


def test_a_file_changed_by_another_program_is_asked_about(hands, pictures, tab, qtbot):
    draw(hands)
    hands.wait_saved()
    theirs = (pictures / "p1.xml").read_text("utf-8").replace("d1", "d3")
    (pictures / "p1.xml").write_text(theirs, "utf-8")
    draw(hands, (160, 40), (220, 100))
    bar = tab.findChild(QWidget, "conflict-bar")
    qtbot.waitUntil(bar.isVisible)
    assert (pictures / "p1.xml").read_text("utf-8") == theirs
    tab.findChild(QPushButton, "conflict-overwrite").click()
    assert [name for name, *_ in objects(pictures / "p1.xml")] == ["d1", "d1"]
    assert not bar.isVisible()


def test_theirs_can_be_taken_instead(hands, pictures, tab, qtbot):
    draw(hands)
    hands.wait_saved()
    theirs = (pictures / "p1.xml").read_text("utf-8").replace("d1", "d3")
    (pictures / "p1.xml").write_text(theirs, "utf-8")
    draw(hands, (160, 40), (220, 100))
    qtbot.waitUntil(tab.findChild(QWidget, "conflict-bar").isVisible)
    tab.findChild(QPushButton, "conflict-reload").click()
    assert [box.class_name for box in hands.boxes] == ["d3"]
    assert (pictures / "p1.xml").read_text("utf-8") == theirs


def test_a_picture_that_cannot_be_read_says_why_and_the_rest_goes_on(tab, hands, pictures, qtbot):
    (pictures / "p2.png").write_bytes(b"no picture at all")
    tab.open_folder(pictures)
    hands.wait_for("p1.png")
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    assert "not a picture" in tab.findChild(QLabel, "status-picture").text()
    draw(hands)
    assert not (pictures / "p2.xml").exists()
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p3.png")


def test_labels_can_be_kept_in_a_folder_of_their_own(tab, hands, pictures, tmp_path):
    labels = tmp_path / "labels"
    tab.open_folder(pictures, labels=labels)
    hands.wait_for("p1.png")
    draw(hands)
    hands.key(Qt.Key.Key_D)
    assert (labels / "p1.xml").is_file()
    assert not (pictures / "p1.xml").exists()


def test_the_list_tells_how_far_each_picture_is(tab, hands, qtbot):
    counts = tab.findChild(QLabel, "picture-counts")
    qtbot.waitUntil(lambda: counts.text().startswith("0 of 3"))
    draw(hands)
    hands.wait_saved()
    assert counts.text().startswith("1 of 3 labelled (33 %)")


def test_a_project_is_opened_with_its_own_classes(tab, state, pictures, tmp_path, qtbot):
    project = Project.create(tmp_path / "hands")
    project.add_class("fist")
    for picture in pictures.glob("*.png"):
        picture.rename(project.images_folder / picture.name)
    state.set_project(project)
    qtbot.waitUntil(lambda: tab._labeling.picture is not None)
    assert tab._book.current == "fist"
    assert tab._labeling.folder.labels == project.annotations_folder
    state.set_project(None)
    assert tab.findChild(QWidget, "annotate-empty").isVisible()
