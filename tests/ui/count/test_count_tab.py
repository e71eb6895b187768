"""The Count tab with real videos and real child processes."""

import csv
import json
import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QTableView, QWidget

from app.counting.geometries import CountingLine, Scene
from app.pipeline.settings import CountSettings
from app.ui.count.events_model import FRAME_INDEX_ROLE
from app.ui.count.source_memory import SourceMemory
from app.ui.count.video_view import VideoView

TIMEOUT_MS = 60_000
LINE = Scene((CountingLine("Line", (0.0, 0.5), (1.0, 0.5)),))


class Driver:
    """Uses a tab as a person does: by its visible parts."""

    def __init__(self, qtbot, tab):
        self.qtbot, self.tab = qtbot, tab
        self.view = tab.findChild(VideoView)

    def part(self, kind, name):
        found = self.tab.findChild(kind, name)
        assert found is not None, f"the tab has no {name}"
        return found

    def trigger(self, name):
        action = self.part(QAction, name)
        assert action.isEnabled(), f"{name} is not enabled"
        action.trigger()

    def play_fastest(self):
        box = self.part(QComboBox, "speed-box")
        box.setCurrentIndex(box.count() - 1)

    def total(self, key, name="Line"):
        return int(self.part(QLabel, f"total-{name}-{key}").text())

    @property
    def since(self):
        return self.part(QLabel, "totals-since").text()

    @property
    def events(self):
        return self.part(QTableView, "events-table").model()

    @property
    def has_ended(self):
        return self.tab._playback.has_ended

    @property
    def frame_index(self):
        return self.tab._playback.frame_index

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=TIMEOUT_MS)

    def wait_for_picture(self):
        self.wait(lambda: self.view.painted_frames > 0 and not self.view.image.isNull())


@pytest.fixture
def driver(qtbot, tab):
    return Driver(qtbot, tab)


@pytest.fixture
def cars(reference_data, state):
    """The path of a clip with 2 cars each way, known to be counted across its middle."""
    path = str(reference_data / "videos" / "car-detection.mp4")
    settings = CountSettings(path, class_names=("Car", "Vehicle"), scene=LINE)
    SourceMemory(state).keep(settings)
    return path


@pytest.fixture
def save_as(monkeypatch):
    """Return a function that says what the person enters in the next dialog."""

    def answer(path):
        monkeypatch.setattr(
            "PySide6.QtWidgets.QFileDialog.getSaveFileName", lambda *_: (str(path), "")
        )

    return answer


@pytest.fixture
def notices(errors):
    kept = []
    errors.notice_reported.connect(lambda message, hint: kept.append(message))
    return kept


@pytest.fixture
def reported(errors):
    kept = []
    errors.error_reported.connect(kept.append)
    return kept


def test_without_a_source_the_tab_says_how_to_begin(driver):
    assert driver.part(QPushButton, "try-sample").isVisible()
    assert driver.part(QPushButton, "empty-video").isVisible()
    assert not driver.part(QWidget, "results-panel").isVisible()
    assert not driver.part(QAction, "play").isEnabled()


def test_the_sample_opens_with_its_line(driver):
    driver.tab.open_sample()
    driver.wait_for_picture()
    assert driver.part(QListWidget, "geometry-list").count() == 1
    assert driver.part(QLabel, "source-name").text() == "pedestrians.mp4"


def test_a_video_is_counted_to_its_end_and_saved(driver, cars, save_as, tmp_path, notices):
    driver.play_fastest()
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.has_ended)
    assert (driver.total("up"), driver.total("down")) == (2, 2)
    assert driver.events.rowCount() == 4
    assert driver.since == "Counting since the start"

    save_as(tmp_path / "events.csv")
    driver.trigger("save-csv")
    driver.wait(lambda: len(notices) == 1)
    with (tmp_path / "events.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted(row["direction"] for row in rows) == ["down", "down", "up", "up"]

    save_as(tmp_path / "totals.json")
    driver.trigger("save-json")
    driver.wait(lambda: len(notices) == 2)
    totals = json.loads((tmp_path / "totals.json").read_text("utf-8"))
    assert totals["totals"] == {"up": 2, "down": 2, "left": 0, "right": 0}
    assert totals["events"] == len(rows)
    assert totals["source"] == cars

    save_as(tmp_path / "picture")  # without an ending: it is added
    driver.trigger("save-picture")
    driver.wait(lambda: len(notices) == 3)
    assert QImage(str(tmp_path / "picture.png")).width() == 768


def test_an_event_leads_to_its_frame(driver, cars):
    driver.play_fastest()
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.has_ended)
    table = driver.part(QTableView, "events-table")
    driver.tab._results.tabs.setCurrentIndex(2)
    table.selectRow(2)
    table.setFocus()
    frame_index = table.currentIndex().data(FRAME_INDEX_ROLE)
    driver.qtbot.keyClick(table, Qt.Key.Key_Return)
    driver.wait(lambda: driver.frame_index == frame_index)
    assert driver.events.rowCount() == 4  # still there to look at the others


def test_dragging_the_line_counts_anew_and_says_since_when(driver, cars):
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.frame_index > 15)
    view = driver.view
    start = view.transform.norm_to_view(0.5, 0.5).toPoint()
    end = view.transform.norm_to_view(0.5, 0.6).toPoint()
    QTest.mouseMove(view, start)
    driver.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, end)
    driver.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    driver.wait(lambda: driver.since not in ("Counting since the start", "Totals"))
    recount = driver.part(QPushButton, "recount-button")
    assert recount.isVisible()
    driver.play_fastest()
    driver.qtbot.mouseClick(recount, Qt.MouseButton.LeftButton)
    driver.wait(lambda: driver.since == "Counting since the start")
    driver.wait(lambda: driver.has_ended)
    assert driver.total("up") + driver.total("down") == driver.events.rowCount()


def test_seeking_says_since_when_and_play_at_the_end_begins_anew(driver, cars):
    driver.play_fastest()
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    driver.tab._stage.transport.seek_requested.emit(250)
    driver.wait(lambda: driver.since.endswith("0:20"))
    driver.wait(lambda: driver.has_ended)
    driver.trigger("play")
    driver.wait(lambda: driver.since == "Counting since the start")


def test_play_pause_and_step_by_keyboard(driver, cars):
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.frame_index > 3)
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Space)
    assert driver.part(QAction, "play").toolTip() == "Play (Space)"
    stopped_at = 100
    driver.tab._playback.seek(stopped_at)  # shows this frame and no other
    driver.wait(lambda: driver.frame_index == stopped_at)
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_S)
    driver.wait(lambda: driver.frame_index == stopped_at + 1)
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Space)
    driver.wait(lambda: driver.frame_index > stopped_at + 3)


def test_space_presses_a_focused_button_rather_than_playing(driver, cars):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    tool = driver.part(QWidget, "tool-zone-tool")
    tool.setFocus()
    driver.qtbot.keyClick(tool, Qt.Key.Key_Space)
    assert driver.part(QAction, "tool-zone").isChecked()
    assert driver.tab._playback.is_playing


def test_recording_starts_and_stops_visibly(driver, cars, save_as, tmp_path, notices):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    save_as(tmp_path / "counted.mp4")
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_R)
    record = driver.part(QAction, "record")
    driver.wait(record.isChecked)
    assert driver.view.overlay.is_recording
    first = driver.frame_index
    driver.wait(lambda: driver.frame_index > first + 10)
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_R)
    driver.wait(lambda: any("counted.mp4" in notice for notice in notices))
    assert not record.isChecked()
    assert (tmp_path / "counted.mp4").stat().st_size > 1000


def test_a_cancelled_dialog_records_nothing(driver, cars, save_as):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    save_as("")
    driver.trigger("record")
    assert not driver.part(QAction, "record").isChecked()


@pytest.mark.parametrize("has_project", [False, True])
def test_lines_and_settings_are_found_again(driver, state, cars, project, has_project):
    if has_project:
        state.set_project(project)
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    before = driver.part(QListWidget, "geometry-list").count()
    driver.trigger("tool-band")
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Return)
    box = driver.part(QComboBox, "tracker-box")
    box.setCurrentIndex(box.findData("classic"))
    box.activated.emit(box.currentIndex())
    driver.trigger("close-source")
    driver.wait(lambda: driver.part(QPushButton, "try-sample").isVisible())
    kept = SourceMemory(state).recall(cars)
    assert len(kept.scene.geometries) == before + 1
    assert kept.tracker == "classic"
    driver.tab.open_source(cars)
    assert driver.part(QListWidget, "geometry-list").count() == before + 1


def test_changing_the_score_counts_anew(driver, cars):
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.frame_index > 5)
    driver.tab._panel.apply_suggestion({"score": 0.5})
    driver.wait(lambda: driver.since not in ("Counting since the start", "Totals"))
    assert driver.part(QWidget, "score-slider").value() == 50


def test_where_nothing_is_detected_the_tab_suggests_what_would_be(driver, reference_data, state):
    path = str(reference_data / "videos" / "car-detection.mp4")
    SourceMemory(state).keep(CountSettings(path, class_names=("Bottle",), scene=LINE))
    driver.play_fastest()
    driver.tab.open_source(path)
    bar = driver.part(QWidget, "suggestion-bar")
    driver.wait(bar.isVisible)
    text = driver.part(QLabel, "suggestion-text").text()
    assert "Bottle" in text
    apply = driver.part(QPushButton, "suggestion-apply")
    if apply.isVisible():  # the frame five seconds in has something to offer
        driver.qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
        driver.wait(lambda: driver.tab._settings.current.class_names != ("Bottle",))


def test_a_missing_file_is_told_and_the_tab_is_as_before(driver, tmp_path, reported, caplog):
    driver.tab.open_source(str(tmp_path / "gone.mp4"))
    driver.wait(lambda: bool(reported))
    assert "gone.mp4" in reported[0].message
    assert driver.part(QPushButton, "try-sample").isVisible()
    caplog.clear()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_when_the_child_is_killed_results_stay_and_play_opens_it_again(
    driver, cars, reported, caplog
):
    driver.tab.open_source(cars)
    driver.wait(lambda: driver.frame_index > 3)
    pid = driver.tab._run.job._process._process.processId()
    os.kill(pid, signal.SIGKILL)
    driver.wait(lambda: bool(reported))
    assert reported[0].code == "job-crashed"
    assert not driver.view.image.isNull()
    driver.trigger("play")
    driver.wait(lambda: driver.tab._run.job is not None and driver.tab._playback.is_playing)
    caplog.clear()


def test_opening_another_source_lets_go_of_the_first(driver, cars, reference_data):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    driver.tab.open_source(str(reference_data / "videos" / "suburban-road.mp4"))
    driver.wait(lambda: driver.view.image.width() == 640)
    assert driver.part(QLabel, "source-name").text() == "suburban-road.mp4"


def test_the_picture_fills_the_screen_and_comes_back(driver, cars):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    stage = driver.part(QWidget, "picture-stage")
    driver.trigger("full-screen")
    driver.wait(stage.isFullScreen)
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Space)
    assert not driver.tab._playback.is_playing
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Escape)
    assert not stage.isWindow()
    assert stage.isVisible()


def test_every_control_has_a_name_and_says_what_it_does(driver, cars):
    driver.tab.open_source(cars)
    driver.wait_for_picture()
    from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox

    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
    controls = [
        control
        for kind in kinds
        for control in driver.tab.findChildren(kind)
        if not control.objectName().startswith("qt_") and control.isVisibleTo(driver.tab)
        if not type(control).__name__.startswith(("QScrollBar", "ScrollBar", "QTableCorner"))
    ]
    nameless = [type(each).__name__ for each in controls if not each.objectName()]
    assert not nameless
    silent = [
        each.objectName()
        for each in controls
        if not (each.accessibleName() or getattr(each, "text", str)())
    ]
    assert not silent


class TestAnotherSource:
    def test_nothing_of_the_last_source_stays_when_the_next_cannot_be_opened(
        self, driver, cars, tmp_path
    ):
        driver.tab.open_source(cars)
        driver.wait_for_picture()
        driver.play_fastest()
        driver.wait(lambda: driver.has_ended)
        broken = tmp_path / "broken.mp4"
        broken.write_text("no video")
        with driver.qtbot.waitSignal(driver.tab._run.ended, timeout=TIMEOUT_MS):
            driver.tab.open_source(str(broken))
            assert driver.total("up") == 0
            assert driver.events.rowCount() == 0
        assert driver.part(QWidget, "count-empty").isVisible()

    def test_while_one_is_on_its_way_out_its_frames_are_not_shown(self, driver, cars):
        driver.tab.open_source(cars)
        driver.wait_for_picture()
        driver.tab.open_sample()
        assert driver.view.image.isNull()
        started = driver.tab._run.started
        with driver.qtbot.waitSignal(started, timeout=TIMEOUT_MS) as blocker:
            pass
        assert blocker.args[0]["source"]["uri"].endswith("pedestrians.mp4")


class TestClosing:
    def test_a_file_can_be_closed_at_any_time_unless_it_is_recorded(self, driver, cars, tmp_path):
        driver.tab.open_source(cars)
        driver.wait_for_picture()
        assert not driver.tab.is_busy
        driver.tab._run.send("record", output=str(tmp_path / "out.mp4"), exists_ok=False)
        driver.wait(lambda: driver.tab.is_busy)
