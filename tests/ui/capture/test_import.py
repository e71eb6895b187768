"""Pictures, folders and videos brought into the project."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.png"), np.full((20, 30, 3), 40 * number, np.uint8))
    (folder / "notes.txt").write_text("no picture")
    return folder


def drop(tab, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    held = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(20, 20), *held)
    enter.ignore()
    QApplication.sendEvent(tab, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(tab, QDropEvent(QPointF(20, 20), *held))
    dialog = tab._imports._dialog
    assert dialog is not None
    return dialog


def press(dialog, name):
    dialog.findChild(QPushButton, name).click()


def test_a_dropped_folder_is_copied_and_every_file_accounted_for(person, photos):
    dialog = drop(person.tab, photos)
    press(dialog, "import-start")
    person.wait(lambda: bool(dialog.report))
    copies = sorted(path.name for path in (person.project.images_folder / "photos").iterdir())
    assert copies == ["0.png", "1.png", "2.png"]
    assert dialog.report.splitlines()[0] == "New pictures: 3."
    assert "notes.txt: It is not a picture." in dialog.report
    assert len(list(photos.iterdir())) == 4
    press(dialog, "import-close")


def test_frames_of_a_video_are_taken_every_so_many(person, video):
    dialog = drop(person.tab, video)
    dialog._rule.setCurrentIndex(1)
    dialog._amount.setValue(60)
    press(dialog, "import-start")
    person.wait(lambda: bool(dialog.report))
    names = sorted(path.name for path in person.project.images_folder.rglob("*.png"))
    assert names == [f"clip_f{index:06d}.png" for index in (0, 60, 120, 180)]
    assert "4 of 240 frames" in dialog.findChild(QPlainTextEdit, "import-report").toPlainText()
    press(dialog, "import-close")


def test_a_stopped_import_keeps_what_it_has_and_says_so(person, video):
    dialog = drop(person.tab, video)
    dialog._rule.setCurrentIndex(1)
    dialog._amount.setValue(1)
    press(dialog, "import-start")
    person.wait(lambda: any(person.project.images_folder.rglob("*.png")))
    press(dialog, "import-stop")
    person.wait(lambda: bool(dialog.report))
    assert 0 < len(list(person.project.images_folder.rglob("*.png"))) < 240
    assert "Stopped." in dialog.report
    press(dialog, "import-close")


def test_closing_the_window_stops_an_import(person, video, real_window):
    dialog = drop(person.tab, video)
    press(dialog, "import-start")
    assert person.tab.is_busy
    person.tab.shutdown()
    assert not dialog._pool.activeThreadCount()


def test_a_dropped_video_can_stand_in_for_the_camera(person, video):
    press(drop(person.tab, video), "import-play")
    person.wait(lambda: person.run is not None)
    assert person.tab._preview.text == str(video)


def test_what_is_dropped_a_second_time_is_not_copied_again(person, photos):
    for _ in range(2):
        dialog = drop(person.tab, photos / "1.png")
        press(dialog, "import-start")
        person.wait(lambda dialog=dialog: bool(dialog.report))
        report = dialog.report
        press(dialog, "import-close")
        person.wait(lambda: person.tab._imports._dialog is None)
    assert "There already: 1." in report
    assert [path.name for path in person.project.images_folder.iterdir()] == ["1.png"]
