"""The statistics page: numbers, empty states, jumping to a picture, and the table."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QTreeWidget, QWidget

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.paths import sample_data_path
from app.project.activity import ActivityFile, LabelingTime
from app.ui.annotate.statistics.statistics_bars import DayBars
from app.ui.annotate.statistics.statistics_page import StatisticsPage
from app.ui.annotate.statistics.statistics_words import duration_text
from app.ui.annotate.statistics.statistics_work import StatisticsSource

MONDAY = date(2026, 3, 2)
RED = QColor("#d02040")


class Reader:
    """A person who looks at the page."""

    def __init__(self, page, qtbot):
        self.page, self._qtbot = page, qtbot

    def text(self, name):
        label = self.page.findChild(QLabel, f"statistics-{name}")
        return label.text().replace("\u200b", "") if label.isVisible() else ""

    def sees(self, name):
        return self.page.findChild(QWidget, f"statistics-{name}").isVisible()

    def press(self, name):
        button = self.page.findChild(QPushButton, f"statistics-{name}")
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_counted(self):
        self._qtbot.waitUntil(lambda: not self.sees("progress-bar"))


@pytest.fixture
def page(qtbot):
    page = StatisticsPage()
    page.set_colors(lambda _: RED)
    qtbot.addWidget(page, before_close_func=StatisticsPage.stop)
    page.resize(1000, 640)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def reader(page, qtbot):
    return Reader(page, qtbot)


@pytest.fixture
def source(tmp_path):
    images = tmp_path / "images"
    (images / "trip").mkdir(parents=True)
    for name in ("a.png", "trip/b.png", "c.png"):
        cv2.imwrite(str(images / name), np.zeros((40, 60, 3), np.uint8))
    folder = LabelFolder(images)
    for name, count in (("a.png", 2), ("trip/b.png", 1)):
        boxes = tuple(LabeledBox("cat", 5, 5, 20 + place, 20) for place in range(count))
        known = folder.load(images / name, size=(60, 40))
        folder.save(images / name, ImageAnnotation(60, 40, boxes=boxes), known=known)
    time = LabelingTime(ActivityFile(tmp_path / "activity.sqlite"))
    time.add({("a.png", MONDAY): 12.0, ("trip/b.png", MONDAY): 48.0})
    return StatisticsSource(LabelFolder(images), time)


def test_the_page_says_how_far_the_labelling_is(page, reader, source):
    page.show_source(source)
    reader.wait_counted()

    assert reader.text("percent") == "66 %"
    assert reader.text("done") == "2 of 3 pictures labelled"
    assert "1\xa0unlabelled" in reader.text("legend")
    assert reader.text("total") == "1 min"
    assert reader.text("median") == "30 s"
    bars = page.findChild(QWidget, "statistics-class-bars")
    assert "cat: 3 boxes in 2 pictures" in bars.accessibleDescription()


def test_classes_are_painted_in_their_colour(page, reader, source, qtbot):
    page.show_source(source)
    reader.wait_counted()

    image = page.findChild(QWidget, "statistics-class-bars").grab().toImage()

    shades = {image.pixelColor(x, y).name() for x in range(image.width()) for y in (7, 8, 9)}
    assert RED.name() in shades


def test_a_click_on_a_slow_picture_asks_for_it(page, reader, source, qtbot):
    page.show_source(source)
    reader.wait_counted()
    slowest = page.findChild(QTreeWidget, "statistics-slowest-list")
    assert slowest.topLevelItem(0).text(0) == "trip/b.png"

    with qtbot.waitSignal(page.picture_requested) as asked:
        place = slowest.visualItemRect(slowest.topLevelItem(0)).center()
        qtbot.mouseClick(slowest.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert asked.args == [source.folder.images / "trip" / "b.png"]


def test_an_empty_folder_and_none_at_all_say_what_to_do(page, reader, tmp_path):
    assert "Open a project or a folder" in reader.text("missing")

    page.show_source(StatisticsSource(LabelFolder(tmp_path)))
    reader.wait_counted()

    assert str(tmp_path) in reader.text("missing")
    assert not reader.sees("progress")
    assert not page.findChild(QPushButton, "statistics-copy").isEnabled()


def test_pictures_without_boxes_or_times_say_how_to_begin(page, reader, source, tmp_path):
    (tmp_path / "no-labels").mkdir()
    page.show_source(StatisticsSource(LabelFolder(source.folder.images, tmp_path / "no-labels")))
    reader.wait_counted()

    assert reader.text("percent") == "0 %"
    assert "Draw the first one" in reader.text("classes-note")
    assert "No time yet" in reader.text("time-note")
    assert not reader.sees("slowest")


def test_a_folder_that_can_not_be_read_is_told(page, reader, tmp_path, qtbot):
    with qtbot.waitSignal(page.failed) as failed:
        page.show_source(StatisticsSource(LabelFolder(tmp_path / "gone")))
    reader.wait_counted()

    assert failed.args[0].code == "folder-not-readable"


def test_times_that_can_not_be_read_keep_no_one_from_the_labels(page, reader, source, qtbot):
    broken = ActivityFile(source.folder.images)  # a folder is no database
    with qtbot.waitSignal(page.failed) as failed:
        page.show_source(StatisticsSource(source.folder, LabelingTime(broken)))
    reader.wait_counted()

    assert failed.args[0].code == "activity-not-usable"
    assert reader.text("percent") == "66 %"


def test_new_labels_are_counted_when_the_page_is_shown_again(page, reader, source):
    page.show_source(source)
    reader.wait_counted()
    page.hide()
    (source.folder.images / "a.xml").unlink()
    page.show()
    reader.wait_counted()

    assert reader.text("done") == "1 of 3 pictures labelled"


def test_new_seconds_are_shown_when_they_are_written(page, reader, source, qtbot):
    page.show_source(source)
    reader.wait_counted()
    source.time.add({("c.png", MONDAY): 600.0})

    page.refresh_times()

    qtbot.waitUntil(lambda: reader.text("total") == "11 min")


def test_the_table_goes_to_the_clipboard_with_tabs(page, reader, source, qtbot):
    page.show_source(source)
    reader.wait_counted()
    with qtbot.waitSignal(page.told):
        reader.press("copy")

    lines = QGuiApplication.clipboard().text().splitlines()
    assert "class\tcat\t2\t3\t" in lines
    assert "image\ttrip/b.png\t\t\t48.0" in lines


def test_the_table_is_saved_as_csv(page, reader, source, qtbot, tmp_path, monkeypatch):
    page.show_source(source)
    reader.wait_counted()
    chosen = str(tmp_path / "mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen, ""))
    with qtbot.waitSignal(page.told):
        reader.press("save")

    assert "class,cat,2,3," in (tmp_path / "mine.csv").read_text("utf-8").splitlines()


def test_the_sample_fits_a_small_window_in_one_column(page, reader, qtbot):
    sample = sample_data_path("gestures")
    page.resize(760, 520)
    page.show_source(StatisticsSource(LabelFolder(sample / "images", sample / "annotations")))
    reader.wait_counted()

    left = page.findChild(QWidget, "statistics-progress")
    below = page.findChild(QWidget, "statistics-time")
    assert below.y() > left.y()
    assert page.width() == 760


def test_days_without_work_are_shown_between_others(qtbot):
    bars = DayBars()
    qtbot.addWidget(bars)
    bars.resize(600, 144)
    bars.show_days({MONDAY: 60.0, date(2026, 3, 5): 30.0})

    assert bars.days() == [date(2026, 3, day) for day in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0.4 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3570, "1 h 0 min"),
        (4320, "1 h 12 min"),
    ],
)
def test_durations_are_rounded_to_what_is_worth_saying(qapp, seconds, text):
    assert duration_text(seconds) == text
