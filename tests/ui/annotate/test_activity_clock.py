"""The clock of labelling: it counts work, not idling, and never stands in its way."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.project.activity import ActivityFile, LabelingTime
from app.ui.annotate.statistics.activity_clock import ActivityClock

TODAY = date(2026, 3, 2)


class Desk:
    """A window with a picture, and a clock whose time the test sets."""

    def __init__(self, qtbot, file):
        self.window = QWidget()
        self.canvas = QWidget(self.window)
        self.canvas.resize(100, 100)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window, timeout=10_000):
            self.window.show()
            self.window.activateWindow()
        self.now_s = 1000.0
        self.today = TODAY
        self.file = LabelingTime(ActivityFile(file))
        self.clock = ActivityClock(
            self.canvas, now_s=lambda: self.now_s, today=lambda: self.today, parent=self.window
        )
        self.clock._timer.setInterval(3_600_000)  # ticks come when the test says so
        self.clock.open(self.file)

    def work(self, seconds):
        """Let time pass, then press a key."""
        self.now_s += seconds
        QTest.keyClick(self.window.windowHandle(), Qt.Key.Key_D)

    def counted(self):
        self.clock.stop()
        return self.file.by_image()


@pytest.fixture
def desk(qtbot, tmp_path):
    desk = Desk(qtbot, tmp_path / "activity.sqlite")
    yield desk
    desk.clock.stop()


def test_work_on_a_picture_counts_for_that_picture(desk):
    desk.clock.show_image("a.jpg")
    desk.work(4)
    desk.work(3)
    desk.clock.show_image("b.jpg")
    desk.work(2)

    assert desk.counted() == {"a.jpg": pytest.approx(7), "b.jpg": pytest.approx(2)}


def test_a_moment_of_looking_counts_and_a_long_absence_does_not(desk):
    desk.clock.show_image("a.jpg")
    desk.work(20)
    desk.work(3600)
    desk.work(2)

    assert desk.counted() == {"a.jpg": pytest.approx(20 + 5 + 2)}


def test_a_moving_mouse_is_work_too(desk):
    desk.clock.show_image("a.jpg")
    window = desk.window.windowHandle()
    for place in (QPoint(20, 20), QPoint(40, 20), QPoint(60, 20)):
        desk.now_s += 25
        QTest.mouseMove(window, place)

    assert desk.counted()["a.jpg"] >= 50  # the first may be where the mouse was


def test_nothing_counts_while_the_picture_is_hidden(desk):
    desk.clock.show_image("a.jpg")
    desk.work(5)
    desk.canvas.hide()
    desk.clock.tick()
    desk.work(10)
    desk.canvas.show()
    desk.work(10)
    desk.work(1)

    assert desk.counted() == {"a.jpg": pytest.approx(6)}


def test_nothing_counts_while_another_program_has_the_keyboard(desk, monkeypatch):
    desk.clock.show_image("a.jpg")
    desk.work(5)
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    desk.clock.tick()
    desk.work(10)
    monkeypatch.undo()
    desk.work(10)
    desk.work(1)

    assert desk.counted() == {"a.jpg": pytest.approx(6)}


def test_without_a_picture_or_a_folder_nothing_counts(desk):
    desk.work(5)
    desk.clock.show_image("a.jpg")
    desk.clock.show_image("")
    desk.work(5)
    desk.clock.open(None)
    desk.clock.show_image("b.jpg")
    desk.work(5)

    assert desk.counted() == {}


def test_time_belongs_to_the_day_it_was_spent_on(desk):
    desk.clock.show_image("a.jpg")
    desk.work(5)
    desk.today = date(2026, 3, 3)
    desk.work(2)
    desk.clock.stop()

    assert desk.file.by_day() == {TODAY: pytest.approx(5), date(2026, 3, 3): pytest.approx(2)}


def test_what_was_just_spent_is_written_when_the_picture_is_left(desk, qtbot):
    desk.clock.show_image("a.jpg")
    desk.now_s += 8
    with qtbot.waitSignal(desk.clock.written):
        desk.clock.pause()

    assert desk.file.by_image() == {"a.jpg": pytest.approx(8)}


def test_seconds_are_written_every_ten_ticks_while_the_picture_stays(desk, qtbot):
    desk.clock.show_image("a.jpg")
    desk.work(5)
    with qtbot.waitSignal(desk.clock.written):
        for _ in range(10):
            desk.clock.tick()

    assert desk.file.by_image() == {"a.jpg": pytest.approx(5)}


def test_a_file_that_fails_is_told_once_and_no_second_is_lost_when_it_mends(qtbot, tmp_path):
    desk = Desk(qtbot, tmp_path / "project" / "activity.sqlite")  # no such folder
    told = []
    desk.clock.problem.connect(told.append)
    desk.clock.show_image("a.jpg")
    for _ in range(3):
        desk.work(2)
        with qtbot.waitSignal(desk.clock.batch_ended):
            desk.clock.flush()
    assert [error.code for error in told] == ["activity-not-usable"]

    (tmp_path / "project").mkdir()
    desk.work(2)

    assert desk.counted() == {"a.jpg": pytest.approx(8)}


def test_seconds_that_can_not_be_kept_at_the_end_are_logged(qtbot, tmp_path, caplog):
    desk = Desk(qtbot, tmp_path / "gone" / "activity.sqlite")
    desk.clock.show_image("a.jpg")
    desk.work(7)
    with qtbot.waitSignal(desk.clock.batch_ended):
        desk.clock.stop()

    assert [r.getMessage()[:7] for r in caplog.records if r.levelno == logging.WARNING] == [
        "7 s of "
    ]
    caplog.clear()
