"""The picture list: states, filters, counts, and pictures that go and come back."""

import threading

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QTableView

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.annotation.picture_index import PictureIndex
from app.ui.annotate.pictures.picture_list import PictureList
from app.ui.annotate.pictures.picture_model import PictureModel
from app.ui.annotate.pictures.roles import STATUS_ROLE, THUMBNAIL_ROLE

SIZE = (64, 48)
PLAN = {  # classes of the boxes of each picture; None: no label file
    "a1.png": ["cat"],
    "a2.png": None,
    "b1.png": ["cat", "dog", "dog"],
    "b2.png": None,
    "b10.png": ["dog"],
}


def label(folder, name, classes, *, is_verified=False):
    path = folder.images / name
    boxes = tuple(LabeledBox(class_name, 1, 2, 30, 40) for class_name in classes)
    known = folder.load(path, size=SIZE)
    folder.save(path, ImageAnnotation(*SIZE, 3, boxes, is_verified), known=known)
    return path


@pytest.fixture
def folder(tmp_path):
    folder = LabelFolder(tmp_path)
    for name, classes in PLAN.items():
        cv2.imwrite(str(tmp_path / name), np.full((*SIZE[::-1], 3), 90, np.uint8))
        if classes is not None:
            label(folder, name, classes, is_verified=name == "b10.png")
    return folder


@pytest.fixture
def pictures(qtbot, folder):
    pictures = PictureList()
    qtbot.addWidget(pictures, before_close_func=lambda widget: widget.model.stop())
    pictures.resize(240, 500)
    pictures.show()
    pictures.model.open(folder, folder.images, folder.pictures())
    qtbot.waitUntil(lambda: pictures.model.counts.total() == len(PLAN))
    return pictures


def shown(pictures):
    model = pictures.findChild(QTableView, "picture-list").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def choose(pictures, name, data):
    box = pictures.findChild(QComboBox, name)
    row = box.findData(data)
    assert row >= 0, f"{data} is not offered"
    box.setCurrentIndex(row)


def counts(pictures):
    return pictures.findChild(QLabel, "picture-counts").text()


def test_states_classes_and_text_narrow_the_list_together(pictures):
    choose(pictures, "picture-class-filter", "dog")
    assert shown(pictures) == ["b1.png", "b10.png"]
    choose(pictures, "picture-filter", "labelled")
    assert shown(pictures) == ["b1.png"]
    choose(pictures, "picture-filter", "")
    QTest.keyClicks(pictures.findChild(QLineEdit, "picture-search"), "B10")
    assert shown(pictures) == ["b10.png"]
    assert pictures.findChild(QLabel, "picture-shown").text() == "1 of 5 shown"
    pictures.findChild(QPushButton, "picture-show-all").click()
    assert shown(pictures) == ["a1.png", "a2.png", "b1.png", "b2.png", "b10.png"]


def test_only_the_classes_that_have_boxes_are_offered(pictures, folder):
    box = pictures.findChild(QComboBox, "picture-class-filter")
    assert [box.itemData(row) for row in range(box.count())] == ["", "cat", "dog"]
    choose(pictures, "picture-class-filter", "cat")
    for name in ("a1.png", "b1.png"):
        pictures.model.refresh(label(folder, name, ["dog"]))
    assert [box.itemData(row) for row in range(box.count())] == ["", "dog"]
    assert len(shown(pictures)) == 5, "a class without boxes is no filter any more"


def test_a_proposal_shows_only_on_a_picture_without_labels_of_its_own(pictures, folder):
    label_free, labelled = folder.images / "a2.png", folder.images / "a1.png"
    pictures.model.set_proposed([label_free, labelled])
    assert pictures.model.status_of(label_free) == "proposed"
    assert pictures.model.status_of(labelled) == "labelled"
    assert "1 proposed" in counts(pictures)
    choose(pictures, "picture-filter", "proposed")
    assert shown(pictures) == ["a2.png"]
    choose(pictures, "picture-filter", "unlabelled")
    assert shown(pictures) == ["a2.png", "b2.png"], "it still has no labels"
    pictures.model.set_proposed_one(label_free, False)
    assert pictures.model.status_of(label_free) == "unlabelled"
    assert "proposed" not in counts(pictures)


def test_proposals_known_before_the_folder_is_listed_are_shown(pictures, folder):
    pictures.model.open(folder, folder.images, [])
    pictures.model.set_proposed([folder.images / "b2.png"])
    pictures.model.open(folder, folder.images, folder.pictures())
    assert pictures.model.counts.total() == 0
    model = pictures.model
    model.refresh(folder.images / "b2.png")
    assert model.status_of(folder.images / "b2.png") == "proposed"


def test_the_boxes_of_the_data_set_are_counted_and_kept_up_to_date(pictures, folder, qtbot):
    assert pictures.model.class_counts() == {"cat": 2, "dog": 3}
    path = label(folder, "b1.png", ["dog"])
    with qtbot.waitSignal(pictures.model.class_counts_changed):
        pictures.model.refresh(path)
    assert pictures.model.class_counts() == {"cat": 1, "dog": 2}


def test_many_pictures_changed_at_once_are_looked_at_again(pictures, folder, qtbot):
    changed = [label(folder, name, ["fist"]) for name in ("a1.png", "b1.png", "b2.png")]
    pictures.model.refresh_many(changed)
    qtbot.waitUntil(lambda: pictures.model.class_counts() == {"fist": 3, "dog": 1})
    assert pictures.model.counts == {"labelled": 3, "verified": 1, "unlabelled": 1}


def test_a_save_is_not_undone_by_what_the_scan_read_before_it(qtbot, folder, monkeypatch):
    pictures = PictureList()
    qtbot.addWidget(pictures, before_close_func=lambda widget: widget.model.stop())
    path, was_read, may_go_on = folder.images / "a2.png", threading.Event(), threading.Event()
    read, main = LabelFolder.state, threading.get_ident()

    def read_slowly(self, picture):
        state = read(self, picture)
        if picture == path and threading.get_ident() != main:
            was_read.set()
            assert may_go_on.wait(10)
        return state

    monkeypatch.setattr(LabelFolder, "state", read_slowly)
    pictures.model.open(folder, folder.images, folder.pictures())
    assert was_read.wait(10)
    pictures.model.refresh(label(folder, "a2.png", ["cat"]))
    may_go_on.set()
    qtbot.waitUntil(lambda: pictures.model.counts.total() == len(PLAN))
    assert pictures.model.status_of(path) == "labelled"


def test_the_next_unlabelled_picture_is_one_that_the_filter_shows(pictures, folder):
    def following(place):
        path = pictures.next_unlabelled(place)
        return path and path.name

    assert [following(place) for place in (0, 1, 3)] == ["a2.png", "b2.png", "a2.png"]
    QTest.keyClicks(pictures.findChild(QLineEdit, "picture-search"), "b")
    assert [following(place) for place in (0, 1, 3)] == ["b2.png", "b2.png", "b2.png"]
    choose(pictures, "picture-filter", "labelled")
    assert following(0) is None


def test_pictures_that_go_and_come_back_keep_states_thumbnails_and_the_place(
    pictures, folder, qtbot
):
    everything = folder.pictures()
    model = pictures.model
    model.set_proposed([folder.images / "b2.png"])
    pictures.show_current(folder.images / "b1.png")
    qtbot.waitUntil(lambda: model.index(2).data(THUMBNAIL_ROLE) is not None)
    model.set_pictures([path for path in everything if path.name != "a1.png"])
    assert shown(pictures) == ["a2.png", "b1.png", "b2.png", "b10.png"]
    assert [model.index(row).data(STATUS_ROLE) for row in range(4)] == [
        *("unlabelled", "labelled", "proposed", "verified")
    ]
    assert model.index(1).data(THUMBNAIL_ROLE) is not None
    assert pictures.findChild(QTableView, "picture-list").currentIndex().data() == "b1.png"
    assert model.class_counts() == {"cat": 1, "dog": 3}
    model.set_pictures(everything)
    qtbot.waitUntil(lambda: model.status_of(everything[0]) == "labelled")
    assert model.class_counts() == {"cat": 2, "dog": 3}


def test_a_state_that_changes_under_a_filter_chooses_no_other_picture(pictures, folder, qtbot):
    choose(pictures, "picture-filter", "unlabelled")
    pictures.show_current(folder.images / "a2.png")
    chosen = []
    pictures.chosen.connect(chosen.append)
    pictures.model.refresh(label(folder, "a2.png", ["cat"]))
    assert shown(pictures) == ["b2.png"]
    assert chosen == []


def test_the_keys_of_the_list_move_through_it(pictures, folder, qtbot):
    view = pictures.findChild(QTableView, "picture-list")
    pictures.show_current(folder.images / "a1.png")
    for key, name in (
        (Qt.Key.Key_Down, "a2.png"),
        (Qt.Key.Key_End, "b10.png"),
        (Qt.Key.Key_Home, "a1.png"),
    ):
        with qtbot.waitSignal(pictures.chosen) as signal:
            QTest.keyClick(view, key)
        assert signal.args[0].name == name


def test_a_click_opens_the_picture(pictures, qtbot):
    view = pictures.findChild(QTableView, "picture-list")
    place = view.visualRect(view.model().index(2, 0)).center()
    with qtbot.waitSignal(pictures.chosen) as signal:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args[0].name == "b1.png"


def test_a_hundred_thousand_pictures_are_shown_without_asking_for_every_row(
    qtbot, tmp_path, monkeypatch
):
    asked = set()
    ask = PictureModel.data

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        asked.add(index.row())
        return ask(self, index, role)

    monkeypatch.setattr(PictureModel, "data", data)
    pictures = PictureList()
    qtbot.addWidget(pictures, before_close_func=lambda widget: widget.model.stop())
    with qtbot.waitExposed(pictures):
        pictures.show()
    names = (f"p{number:06}.jpg" for number in range(100_000))
    pictures.model.open(None, tmp_path, PictureIndex(tmp_path, names))
    pictures.show_current(tmp_path / "p070000.jpg")
    qtbot.waitUntil(lambda: 70_000 in asked)
    assert len(asked) < 200
    QTest.keyClicks(pictures.findChild(QLineEdit, "picture-search"), "p0700")
    assert pictures.findChild(QLabel, "picture-shown").text() == "100 of 100000 shown"


def test_a_picture_index_is_a_sequence_of_paths(tmp_path):
    index = PictureIndex(tmp_path, ["a.jpg", "b/c.jpg"])
    assert list(index) == index == [tmp_path / "a.jpg", tmp_path / "b" / "c.jpg"]
    assert index.place_of(tmp_path / "b" / "c.jpg") == 1
    assert index.place_of(tmp_path / "b") == index.place_of(tmp_path.parent / "a.jpg") == -1
    assert tmp_path / "a.jpg" in index
    assert index[-1:] == [tmp_path / "b" / "c.jpg"]
