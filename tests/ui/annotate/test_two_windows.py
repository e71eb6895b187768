"""Two windows on one folder, disks that refuse, folders that go, and names of all kinds."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.annotation.formats.voc_reader import read_voc
from app.ui.annotate.annotate_tab import AnnotateTab
from tests.support.small_disk import small_disk  # noqa: F401 - a fixture
from tests.ui.annotate.conftest import Hands

FIRST, SECOND = (40, 40, 140, 120), (160, 40, 220, 100)
LONG = "long name " * 20


def open_tab(qtbot, state, errors, folder, first="p1.png"):
    tab = AnnotateTab(state, errors)
    qtbot.addWidget(tab, before_close_func=AnnotateTab.shutdown)
    tab.resize(1200, 760)
    with qtbot.waitExposed(tab):
        tab.show()
    tab.open_folder(folder, class_names=["d1", "d2"])
    hands = Hands(tab, qtbot)
    hands.wait_for(first)
    return hands


def draw(hands, edges):
    hands.tab._actions.draw.trigger()  # its key is for the active window only
    hands.drag(edges[:2], edges[2:])


def boxes_in(path):
    return [box.box_xyxy for box in read_voc(path).annotation.boxes]


def near(*boxes):
    return [pytest.approx(box, abs=2) for box in boxes]


def bar(hands):
    return hands.tab.findChild(QWidget, "conflict-bar")


def answer(hands, name):
    hands.tab.findChild(QPushButton, f"conflict-{name}").click()


@pytest.fixture
def windows(qtbot, state, errors, pictures):
    """Two windows that both show the first picture; the first one has drawn a box."""
    first, second = (open_tab(qtbot, state, errors, pictures) for _ in range(2))
    draw(first, FIRST)
    first.wait_saved()
    return first, second


class TestTwoWindows:
    @pytest.fixture(autouse=True)
    def both_edited(self, windows, pictures, qtbot):
        self.first, self.second = windows
        self.label_path = pictures / "p1.xml"
        self.theirs = self.label_path.read_bytes()
        draw(self.second, SECOND)
        qtbot.waitUntil(bar(self.second).isVisible)

    def test_the_second_is_asked_and_nothing_is_lost_meanwhile(self):
        assert self.label_path.read_bytes() == self.theirs
        assert [box.box_xyxy for box in self.second.boxes] == near(SECOND)
        assert not bar(self.first).isVisible()

    def test_it_does_not_leave_the_picture_before_it_is_answered(self, qtbot):
        self.second.tab._actions.next.trigger()
        assert self.second.tab._labeling.path.name == "p1.png"
        assert self.second.tab.is_busy

    def test_taking_theirs_shows_the_box_of_the_other_window(self):
        answer(self.second, "reload")
        assert [box.box_xyxy for box in self.second.boxes] == near(FIRST)
        assert self.label_path.read_bytes() == self.theirs

    def test_keeping_mine_is_then_asked_about_in_the_other_window(self, qtbot):
        answer(self.second, "overwrite")
        assert boxes_in(self.label_path) == near(SECOND)
        draw(self.first, (20, 150, 60, 200))
        qtbot.waitUntil(bar(self.first).isVisible)
        assert boxes_in(self.label_path) == near(SECOND)
        assert [box.box_xyxy for box in self.first.boxes] == near(FIRST, (20, 150, 60, 200))


def test_a_folder_that_may_not_be_written_keeps_the_edit_in_hand(
    qtbot, state, errors, pictures, monkeypatch
):
    hands = open_tab(qtbot, state, errors, pictures)
    if os.geteuid() == 0:  # root may write anywhere: the system itself has to refuse
        refuse_to_write(monkeypatch)
    else:
        pictures.chmod(0o500)
    draw(hands, FIRST)
    qtbot.waitUntil(bar(hands).isVisible)
    assert str(pictures / "p1.xml") in hands.tab.findChild(QLabel, "conflict-text").text()
    assert [box.box_xyxy for box in hands.boxes] == near(FIRST)
    monkeypatch.undo()
    pictures.chmod(0o700)
    answer(hands, "overwrite")
    assert boxes_in(pictures / "p1.xml") == near(FIRST)
    assert sorted(path.suffix for path in pictures.iterdir() if path.stem == "p1") == [
        *(".png", ".xml")
    ]


def refuse_to_write(monkeypatch):
    open_path = Path.open

    def refuse(self, mode="r", *arguments, **options):
        if "w" in mode:
            raise PermissionError(13, "Permission denied", str(self))
        return open_path(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)


def test_a_full_disk_keeps_the_edit_in_hand_until_there_is_room(
    qtbot,
    state,
    errors,
    pictures,
    small_disk,  # noqa: F811
):
    shutil.copy(pictures / "p1.png", small_disk)
    hands = open_tab(qtbot, state, errors, small_disk)
    filler = small_disk / "filler"
    fill(filler)
    draw(hands, FIRST)
    qtbot.waitUntil(bar(hands).isVisible)
    assert "full" in hands.tab.findChild(QLabel, "conflict-text").text()
    assert not (small_disk / "p1.xml").exists()
    filler.unlink()
    answer(hands, "overwrite")
    assert boxes_in(small_disk / "p1.xml") == near(FIRST)


def fill(path):
    """Write until there is no more room."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


class TestFolderGone:
    @pytest.fixture(autouse=True)
    def gone(self, qtbot, state, errors, pictures, tmp_path):
        self.hands = open_tab(qtbot, state, errors, pictures)
        self.away = tmp_path / "moved away"
        pictures.rename(self.away)
        draw(self.hands, FIRST)
        qtbot.waitUntil(bar(self.hands).isVisible)

    def test_it_is_said_and_the_edit_stays_in_hand(self, pictures):
        text = self.hands.tab.findChild(QLabel, "conflict-text").text()
        assert f"The folder {pictures} is gone" in text
        assert "not saved" in text
        assert [box.box_xyxy for box in self.hands.boxes] == near(FIRST)
        self.hands.tab._actions.next.trigger()
        assert self.hands.tab._labeling.path.name == "p1.png"
        assert not pictures.exists(), "no folder is made that holds labels without pictures"

    def test_it_is_saved_once_the_folder_is_back(self, pictures):
        self.away.rename(pictures)
        answer(self.hands, "overwrite")
        assert boxes_in(pictures / "p1.xml") == near(FIRST)

    def test_it_can_be_given_up(self):
        answer(self.hands, "reload")
        assert not self.hands.tab.is_busy


def paint(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, np.full((240, 320, 3), value, np.uint8))[1])


def shows(labeling, path):
    return labeling.picture is not None and labeling.picture.path == path


NAMES = [
    *("a b.png", "a  b.png", "ñandú.png", "图 1.png", "a&b<c>\"d'.png"),
    *(LONG[:196] + ".png", "one/same.png", "two/same.png", "side.jpg", "side.png"),
]


@pytest.mark.skipif(os.name == "nt", reason="some of these names are not allowed on Windows")
def test_names_of_all_kinds_keep_their_own_labels(qtbot, state, errors, tmp_path):
    folder = tmp_path / "names & <folders>"
    for number, name in enumerate(NAMES):
        paint(folder / name, 20 * number)
    hands = open_tab(qtbot, state, errors, folder, first="a  b.png")
    labeling = hands.tab._labeling
    drawn = {}
    for number, path in enumerate(list(labeling.pictures)):
        labeling.go_to(path)
        qtbot.waitUntil(lambda path=path: shows(labeling, path))
        edges = (10 + 10 * number, 20, 60 + 10 * number, 100)
        draw(hands, edges)
        drawn[path] = edges
    hands.wait_saved()
    files = {path: labeling.folder.label_path(path) for path in drawn}
    assert len(drawn) == len(set(files.values())) == len(NAMES)
    again = open_tab(qtbot, state, errors, folder, first="a  b.png").tab._labeling.folder
    for path, edges in drawn.items():
        known = again.load(path, size=(320, 240))
        assert (known.error, known.notes) == (None, ())
        assert [box.box_xyxy for box in known.annotation.boxes] == near(edges)
        assert read_voc(files[path]).filename == path.name
