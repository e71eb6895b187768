"""What a person does in between, too fast, or while something else fails."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.project.project import Project
from app.ui.annotate.classes.class_picker import ClassPicker
from app.ui.annotate.pictures import picture_loader
from tests.ui.annotate.test_annotate_tab import CONTROL, draw, objects


@pytest.fixture
def full_disk(monkeypatch):
    """Let every save fail until the returned function is called."""
    save = LabelFolder.save

    def fail(self, picture, annotation, *, known):
        raise AnnotationError("disk-full", f"Can't write {known.path}: the disk is full.")

    monkeypatch.setattr(LabelFolder, "save", fail)
    return lambda: monkeypatch.setattr(LabelFolder, "save", save)


def test_what_cannot_be_saved_holds_its_picture_until_it_can(
    hands, tab, pictures, qtbot, full_disk
):
    draw(hands)
    bar = tab.findChild(QWidget, "conflict-bar")
    qtbot.waitUntil(bar.isVisible)
    hands.key(Qt.Key.Key_D)
    assert tab._labeling.path.name == "p1.png"
    assert tab.is_busy
    full_disk()
    tab.findChild(QPushButton, "conflict-overwrite").click()
    assert len(objects(pictures / "p1.xml")) == 1
    assert not bar.isVisible()
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")


def test_another_folder_opens_only_once_the_edits_are_saved_or_given_up(
    hands, tab, tmp_path, qtbot, full_disk
):
    draw(hands)
    qtbot.waitUntil(tab.findChild(QWidget, "conflict-bar").isVisible)
    (tmp_path / "other").mkdir()
    tab.open_folder(tmp_path / "other")
    assert len(hands.boxes) == 1
    tab.findChild(QPushButton, "conflict-reload").click()
    assert hands.boxes == []
    tab.open_folder(tmp_path / "other")
    assert tab._labeling.folder.images == tmp_path / "other"


def test_a_project_waits_for_the_edits_of_the_last_folder(
    hands, tab, state, tmp_path, qtbot, full_disk
):
    draw(hands)
    project = Project.create(tmp_path / "hands")
    project.add_class("fist")
    state.set_project(project)
    assert len(hands.boxes) == 1
    full_disk()
    tab.findChild(QPushButton, "conflict-overwrite").click()
    qtbot.waitUntil(lambda: tab._labeling.folder.images == project.images_folder)
    assert tab._book.current == "fist"


def press_and_move(hands, start, end):
    begin, finish = hands._at(*start), hands._at(*end)
    QTest.mousePress(hands.canvas, Qt.MouseButton.LeftButton, pos=begin)
    hands._move((begin + finish) / 2, Qt.KeyboardModifier.NoModifier)
    return finish


def release(hands, at):
    QTest.mouseRelease(hands.canvas, Qt.MouseButton.LeftButton, pos=at)


def test_a_box_deleted_while_it_is_dragged_takes_no_other_with_it(hands, pictures):
    draw(hands, (20, 20), (80, 80))
    draw(hands, (120, 20), (200, 80))
    (first, second) = hands.boxes
    hands.click(50, 50)
    finish = press_and_move(hands, (80, 80), (110, 110))
    hands.key(Qt.Key.Key_Delete)
    release(hands, finish)
    assert hands.boxes == [second]
    hands.key(Qt.Key.Key_Z, CONTROL)
    assert hands.boxes == [first, second]


def test_undo_while_a_box_is_dragged_leaves_the_canvas_as_the_labels_are(hands):
    draw(hands)
    finish = press_and_move(hands, (90, 80), (120, 100))
    hands.key(Qt.Key.Key_Z, CONTROL)
    release(hands, finish)
    assert hands.boxes == []
    hands.key(Qt.Key.Key_Right)
    assert hands.boxes == []


def test_another_mouse_button_does_not_end_a_drag(hands):
    draw(hands)
    before = hands.boxes[0]
    finish = press_and_move(hands, (90, 80), (120, 80))
    QTest.mouseClick(hands.canvas, Qt.MouseButton.RightButton, pos=finish)
    hands._move(finish, Qt.KeyboardModifier.NoModifier)
    release(hands, finish)
    assert hands.boxes[0].xmin == pytest.approx(before.xmin + 30, abs=2)


def test_undo_brings_a_box_back_and_leaves_the_other_one_selected(hands):
    draw(hands, (20, 20), (60, 60))
    draw(hands, (100, 20), (140, 60))
    hands.click(40, 40)
    hands.key(Qt.Key.Key_Delete)
    hands.click(120, 40)
    hands.key(Qt.Key.Key_Z, CONTROL)
    assert hands.canvas.selection == [1]


def test_undo_takes_nothing_back_from_a_file_another_program_wrote(hands, pictures, tab, qtbot):
    draw(hands)
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    theirs = (pictures / "p1.xml").read_text("utf-8").replace("d1", "d3")
    (pictures / "p1.xml").write_text(theirs, "utf-8")
    hands.key(Qt.Key.Key_Z, CONTROL)
    hands.wait_for("p1.png")
    tab._labeling.save()
    assert (pictures / "p1.xml").read_text("utf-8") == theirs
    assert tab._labeling.history.next_undo is None


def test_what_an_own_file_said_survives_keeping_mine(hands, pictures, tab, qtbot):
    draw(hands)
    hands.wait_saved()
    own = (pictures / "p1.xml").read_text("utf-8")
    (pictures / "p1.xml").write_text(
        own.replace("</bndbox>", "</bndbox><extra>mine</extra>"), "utf-8"
    )
    tab.open_folder(pictures)
    hands.wait_for("p1.png")
    (pictures / "p1.xml").write_text(own.replace("d1", "d3"), "utf-8")
    draw(hands, (160, 40), (220, 100))
    qtbot.waitUntil(tab.findChild(QWidget, "conflict-bar").isVisible)
    tab.findChild(QPushButton, "conflict-overwrite").click()
    saved = (pictures / "p1.xml").read_text("utf-8")
    assert "<extra>mine</extra>" in saved
    assert len(objects(pictures / "p1.xml")) == 2


def test_a_filter_does_not_take_the_picture_away_once_it_is_labelled(hands, tab, qtbot):
    qtbot.waitUntil(lambda: tab._pictures.model.counts["unlabelled"] == 3)
    states = tab.findChild(QComboBox, "picture-filter")
    states.setCurrentIndex(states.findData("unlabelled"))
    draw(hands)
    hands.wait_saved()
    assert tab._labeling.path.name == "p1.png"


def test_classes_stay_when_the_labels_go_to_another_folder(
    hands, tab, tmp_path, monkeypatch, qtbot
):
    monkeypatch.setattr(
        "app.ui.annotate.folder_opening.QFileDialog.getExistingDirectory",
        lambda *_: str(tmp_path / "labels"),
    )
    tab._actions.label_folder.trigger()
    hands.wait_for("p1.png")
    assert [entry.name for entry in tab._book.entries] == ["d1", "d2", "d3"]


class TestFirstClass:
    @pytest.fixture(autouse=True)
    def no_classes(self, hands, tab, pictures):
        (pictures / "classes.txt").unlink()
        tab.open_folder(pictures)
        hands.wait_for("p1.png")

    def test_the_first_box_asks_for_its_class(self, hands, tab, pictures):
        draw(hands)
        picker = tab.findChild(ClassPicker)
        assert picker.isVisible()
        assert hands.boxes == []
        field = picker.findChild(QLineEdit, "picker-name")
        QTest.keyClicks(field, "fist")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert [box.class_name for box in hands.boxes] == ["fist"]
        assert not picker.isVisible()

    def test_a_box_nobody_names_is_not_kept_and_never_comes_up_elsewhere(
        self, hands, tab, errors, qtbot
    ):
        draw(hands)
        with qtbot.waitSignal(errors.notice_reported):
            tab.findChild(ClassPicker).hide()
        hands.key(Qt.Key.Key_D)
        hands.wait_for("p2.png")
        tab._classes.added.emit("fist")
        assert hands.boxes == []


def test_adding_a_class_renames_no_box(hands, tab):
    draw(hands)
    tab._classes.added.emit("fist")
    assert [box.class_name for box in hands.boxes] == ["d1"]
    assert tab._book.current == "fist"


@pytest.mark.parametrize(
    ("typed", "picked"), [("cat", "cat"), ("cats", "cats"), ("at", "cats"), ("dog", "dog")]
)
def test_the_picker_takes_what_was_typed_before_what_is_like_it(qtbot, typed, picked):
    parent = QWidget()
    qtbot.addWidget(parent)
    picker = ClassPicker(parent)
    picker.ask(["cats", "cat"], parent.mapToGlobal(parent.rect().center()))
    field = picker.findChild(QLineEdit, "picker-name")
    with qtbot.waitSignal(picker.picked) as signal:
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert signal.args == [picked]


def test_zooming_while_drawing_keeps_the_corner_where_it_was_put(hands):
    hands.key(Qt.Key.Key_W)
    finish = press_and_move(hands, (100, 100), (160, 150))
    hands.canvas.zoom(1.5, hands.canvas.rect().center().toPointF())
    release(hands, hands._at(180, 160))
    hands._move(finish, Qt.KeyboardModifier.NoModifier)
    assert hands.boxes[0].box_xyxy[:2] == pytest.approx((100, 100), abs=2)


def test_a_small_box_can_be_moved_by_its_middle(hands):
    draw(hands, (100, 100), (106, 106))
    hands.drag((103, 103), (143, 103))
    assert hands.boxes[0].box_xyxy == pytest.approx((140, 100, 146, 106), abs=2)


def test_going_fast_decodes_only_the_pictures_one_stays_at(qtbot, pictures, monkeypatch):
    decoded, all_asked = [], threading.Event()
    load = picture_loader.load_picture

    def load_late(path):
        assert all_asked.wait(10)
        decoded.append(path.name)
        return load(path)

    monkeypatch.setattr(picture_loader, "load_picture", load_late)
    loader = picture_loader.PictureLoader()
    loader._pool.setMaxThreadCount(1)
    paths = [pictures / f"p{number}.png" for number in (1, 2, 3)]
    with qtbot.waitSignal(loader.loaded) as signal:
        for path in paths:
            loader.request(path)
        all_asked.set()
    loader.stop()
    assert signal.args[0].path == paths[-1]
    assert decoded[-1] == "p3.png"
    assert "p2.png" not in decoded
