"""Progress, time left and Stop of a job in the background."""

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from app.ui import job_strip
from app.ui.job_strip import JobRow, time_left_text


class SilentJob(QObject):
    """A job as the strip knows it."""

    progress_changed = Signal(object)

    def __init__(self):
        super().__init__()
        self.is_cancelled = False

    def cancel(self):
        self.is_cancelled = True


@pytest.fixture
def job():
    return SilentJob()


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now_s = 100.0

    monkeypatch.setattr(job_strip.time, "monotonic", lambda: Clock.now_s)
    return Clock


@pytest.fixture
def row(qtbot, job):
    row = JobRow(job, "Export")
    qtbot.addWidget(row)
    return row


def test_time_left_is_reckoned_from_the_first_progress_on(row, job, clock):
    left = row.findChild(QObject, "job-time-left")
    bar = row.findChild(QObject, "job-progress")
    assert bar.maximum() == 0  # busy, for who knows how long
    job.progress_changed.emit({"done": 100, "total": 1000})
    assert left.text() == ""
    clock.now_s += 10
    job.progress_changed.emit({"done": 200, "total": 1000})
    assert bar.value() / bar.maximum() == 0.2
    assert left.text() == "1 min left"  # 80 s
    clock.now_s += 70
    job.progress_changed.emit({"done": 900, "total": 1000})
    assert left.text() == "10 s left"


def test_progress_without_an_end_shows_no_time(row, job, clock):
    job.progress_changed.emit({"done": 100})
    job.progress_changed.emit({"done": 100, "total": 0})
    assert row.findChild(QObject, "job-progress").maximum() == 0


def test_stop_is_pressed_once(qtbot, row, job, clock):
    button = row.findChild(QObject, "job-stop")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert job.is_cancelled
    assert not button.isEnabled()
    assert row.findChild(QObject, "job-time-left").text() == "Stopping…"


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (0.2, "1 s left"),
        (59.4, "59 s left"),
        (61, "1 min left"),
        (150, "2 min left"),
        (3600, "1 h 0 min left"),
        (3600 * 2 + 65 * 12, "2 h 13 min left"),
    ],
)
def test_time_left_is_as_coarse_as_it_is_uncertain(qapp, left_s, text):
    assert time_left_text(left_s) == text
