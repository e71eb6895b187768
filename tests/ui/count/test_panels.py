"""The panels beside the picture, fed with messages as the counting job sends them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QSlider

from app.capture.cameras import CameraDevice
from app.counting.geometries import CountingBand, Scene
from app.pipeline.settings import CountSettings
from app.ui.camera_menu import CameraMenu
from app.ui.count.class_list import ClassList
from app.ui.count.clock_text import clock_text
from app.ui.count.count_actions import CountActions
from app.ui.count.counts_chart import CountsChart
from app.ui.count.events_model import MAX_ROWS, EventsModel
from app.ui.count.events_table import EventsTable
from app.ui.count.overlay import OverlayBuilder
from app.ui.count.scene_panel import ScenePanel
from app.ui.count.settings_panel import SettingsPanel
from app.ui.count.suggestion_bar import SuggestionBar
from app.ui.count.thumbnails import THUMBNAIL_SIZE, cut_thumbnail
from app.ui.count.totals_panel import TotalsPanel
from app.ui.count.transport import Transport
from app.ui.source_panel import SourcePanel

STARTED = {
    "classes": {"1": "Bicycle", "2": "Car", "3": "Person", "4": "Vehicle"},
    "class_names": ["Car", "Vehicle"],
    "score": 0.3,
}


def crossing(number=1, *, frame_index=10, direction="up", direction_name="up"):
    from app.counting.events import CrossingEvent

    return CrossingEvent(
        frame_index=frame_index,
        timestamp_s=frame_index / 10,
        track_id=number,
        class_id=2,
        class_name="Car",
        geometry="Gate",
        kind="line",
        direction=direction,
        direction_name=direction_name,
        point_px=(100.0, 100.0),
        box_xyxy=(80.0, 80.0, 120.0, 120.0),
    )


def widget(parent, kind, name):
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (-3, "0:00"), (61.9, "1:01"), (3725, "1:02:05")]
)
def test_times_read_as_on_a_player(seconds, text):
    assert clock_text(seconds) == text


class TestClasses:
    @pytest.fixture
    def classes(self, qtbot):
        classes = ClassList()
        qtbot.addWidget(classes)
        classes.show_classes({1: "Bicycle", 2: "Car", 3: "Person"}, ["Person"])
        return classes

    def test_what_is_chosen_comes_first(self, classes):
        items = widget(classes, QListWidget, "class-names")
        assert [items.item(row).text() for row in range(3)] == ["Person", "Bicycle", "Car"]
        assert classes.chosen() == ("Person",)

    def test_searching_hides_the_rest(self, qtbot, classes):
        qtbot.keyClicks(classes.findChild(object, "class-search"), "ca")
        items = widget(classes, QListWidget, "class-names")
        shown = [items.item(r).text() for r in range(3) if not items.item(r).isHidden()]
        assert shown == ["Car"]

    def test_a_tick_is_told(self, qtbot, classes):
        items = widget(classes, QListWidget, "class-names")
        with qtbot.waitSignal(classes.changed):
            items.item(2).setCheckState(Qt.CheckState.Checked)
        assert classes.chosen() == ("Car", "Person")


class TestSettings:
    @pytest.fixture
    def panel(self, qtbot):
        panel = SettingsPanel()
        qtbot.addWidget(panel)
        panel.show_settings(CountSettings("a.mp4"))
        panel.show_started(STARTED)
        return panel

    def test_what_the_job_starts_with_is_shown_and_is_no_change(self, qtbot, panel):
        assert panel.classes.chosen() == ("Car", "Vehicle")
        assert widget(panel, QSlider, "score-slider").value() == 30
        with qtbot.assertNotEmitted(panel.settings_changed, wait=400):
            panel.show_in_force({"score": 0.5})
        assert widget(panel, QSlider, "score-slider").value() == 50

    def test_several_changes_are_told_once(self, qtbot, panel):
        told = []
        panel.settings_changed.connect(told.append)
        score = widget(panel, QSlider, "score-slider")
        with qtbot.waitSignal(panel.settings_changed):
            for value in range(40, 50):
                score.setValue(value)
        assert told == [
            {
                "class_names": ["Car", "Vehicle"],
                "score": 0.49,
                "detect_every": "auto",
                "merge_kindred": True,
            }
        ]

    def test_a_suggestion_is_applied_like_a_change_by_hand(self, qtbot, panel):
        with qtbot.waitSignal(panel.settings_changed) as changed:
            panel.apply_suggestion({"class_names": ["Person"], "score": 0.2})
        assert changed.args[0]["class_names"] == ["Person"]
        assert changed.args[0]["score"] == 0.2

    def test_choosing_a_tracker_is_told(self, qtbot, panel):
        box = widget(panel, QComboBox, "tracker-box")
        with qtbot.waitSignal(panel.tracker_chosen) as chosen:
            box.setFocus()
            qtbot.keyClick(box, Qt.Key.Key_Down)
            box.activated.emit(box.currentIndex())
        assert chosen.args == ["classic"]

    def test_a_model_folder_is_asked_for_and_kept_in_the_list(self, qtbot, panel, monkeypatch):
        monkeypatch.setattr(
            "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: "/models/mine"
        )
        box = widget(panel, QComboBox, "model-box")
        with qtbot.waitSignal(panel.model_chosen) as chosen:
            box.activated.emit(box.count() - 1)
        assert chosen.args == ["/models/mine"]
        assert box.currentText() == "mine"

    def test_a_cancelled_dialog_leaves_the_model(self, qtbot, panel, monkeypatch):
        monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: ("", ""))
        box = widget(panel, QComboBox, "model-box")
        with qtbot.assertNotEmitted(panel.model_chosen):
            box.activated.emit(box.count() - 2)
        assert box.currentIndex() == 0


class TestTotals:
    SCENE = Scene((CountingBand("Band", (0.0, 0.4), (1.0, 0.5), {"up": "Subiendo"}),))

    @pytest.fixture
    def panel(self, qtbot):
        panel = TotalsPanel()
        qtbot.addWidget(panel)
        panel.show_scene(self.SCENE, width=640, height=360)
        panel.show()
        return panel

    def totals(self, up, down):
        figures = {"up": up, "down": down, "left": 0, "right": 0}
        return {
            "geometries": [
                {"name": "Band", "kind": "band", "totals": figures, "per_class": {"Car": figures}}
            ]
        }

    def test_large_numbers_per_direction_and_class(self, panel):
        panel.show_totals(self.totals(3, 12))
        assert widget(panel, QLabel, "total-Band-up").text() == "3"
        assert widget(panel, QLabel, "total-Band-down").text() == "12"
        texts = [label.text() for label in panel.findChildren(QLabel)]
        assert "↑ Subiendo" in texts
        assert any("Car" in text and "↓ 12" in text for text in texts)

    def test_totals_of_another_scene_are_not_shown(self, panel):
        panel.show_scene(Scene(()), width=640, height=360)
        panel.show_totals(self.totals(3, 12))
        assert not widget(panel, QLabel, "totals-since").text().startswith("3")

    def test_since_when_they_count_is_said_and_recount_offered(self, qtbot, panel):
        recount = widget(panel, QPushButton, "recount-button")
        panel.show_since(0.0, can_recount=False)
        assert not recount.isVisible()
        panel.show_since(83.0, can_recount=True)
        assert widget(panel, QLabel, "totals-since").text() == "Counting since 1:23"
        with qtbot.waitSignal(panel.recount_requested):
            qtbot.mouseClick(recount, Qt.MouseButton.LeftButton)


class TestEvents:
    @pytest.fixture
    def table(self, qtbot):
        table = EventsTable()
        qtbot.addWidget(table)
        table.show()
        yield table
        table.spool.close()

    def test_newest_first_with_words_for_directions(self, table):
        table.add(crossing(1, frame_index=10).to_json(), QImage())
        table.add(crossing(2, frame_index=650, direction_name="Subiendo").to_json(), QImage())
        model = table.model
        texts = [model.index(row, column).data() for row in range(2) for column in range(4)]
        assert texts[:4] == ["1:05", "Car #2", "Gate", "↑ Subiendo"]
        assert texts[4:] == ["0:01", "Car #1", "Gate", "↑ Up"]

    def test_enter_jumps_to_the_frame(self, qtbot, table):
        table.add(crossing(frame_index=77).to_json(), QImage())
        view = table.findChild(object, "events-table")
        view.setFocus()
        view.selectRow(0)
        with qtbot.waitSignal(table.jump_requested) as jump:
            qtbot.keyClick(view, Qt.Key.Key_Return)
        assert jump.args == [77]

    def test_a_double_click_jumps_to_the_frame(self, qtbot, table):
        table.add(crossing(frame_index=78).to_json(), QImage())
        view = table.findChild(object, "events-table")
        position = view.visualRect(table.model.index(0, 1)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
        with qtbot.waitSignal(table.jump_requested) as jump:
            qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
        assert jump.args == [78]

    def test_rows_are_bounded_but_every_event_is_kept_for_saving(self, table):
        event = crossing().to_json()
        for _ in range(MAX_ROWS + 5):
            table.add(event, QImage())
        assert table.model.rowCount() == MAX_ROWS
        assert len(table.spool.lines()) == MAX_ROWS + 5

    def test_a_new_count_greys_out_what_was_before_and_saves_none_of_it(self, table):
        table.add(crossing(1).to_json(), QImage())
        table.begin_again()
        table.add(crossing(2).to_json(), QImage())
        model = table.model
        role = Qt.ItemDataRole.ForegroundRole
        assert model.index(0, EventsModel.OBJECT).data(role) is None
        assert model.index(1, EventsModel.OBJECT).data(role) is not None
        assert len(table.spool.lines()) == 1

    def test_a_thumbnail_shows_the_object_where_it_is_now(self, gray_picture):
        gray_picture = gray_picture.convertToFormat(QImage.Format.Format_RGB32)
        for x in range(300, 340):
            for y in range(100, 140):
                gray_picture.setPixelColor(x, y, Qt.GlobalColor.red)
        builder = OverlayBuilder()
        builder.start({2: "Car"})
        tracks = {
            "ids": [1],
            "boxes": [[300, 100, 340, 140]],
            "class_ids": [2],
            "scores": [0.5],
            "visible": [True],
        }
        event = crossing(1).to_json()
        moved = cut_thumbnail(gray_picture, event, builder.build({"tracks": tracks}))
        assert moved.pixelColor(moved.rect().center()) == Qt.GlobalColor.red
        assert moved.size() == THUMBNAIL_SIZE
        gone = cut_thumbnail(gray_picture, event, builder.build({}))
        assert gone.pixelColor(gone.rect().center()) != Qt.GlobalColor.red


def test_the_chart_sums_up_by_direction_and_survives_a_new_start(qtbot):
    chart = CountsChart()
    qtbot.addWidget(chart)
    with qtbot.waitExposed(chart):
        chart.show()
    for number, frame_index in enumerate((10, 25, 90), start=1):
        chart.add(crossing(number, frame_index=frame_index))
    chart.set_time(12.0)
    times, counts = chart.curve("up")
    assert counts[-1] == 3
    assert times[-1] == 12.0
    assert len(times) == len(counts)
    assert chart.curve("down")[1][-1] == 0
    chart.clear(5.0)
    assert chart.curve("up")[1] == [0, 0]


def test_a_suggestion_is_followed_or_dismissed(qtbot):
    bar = SuggestionBar()
    qtbot.addWidget(bar)
    suggestion = {"class_names": ["Person"], "score": 0.2}
    bar.suggest({"message": "Nothing detected.", "hint": "Try Person.", "suggestion": suggestion})
    assert bar.isVisible()
    with qtbot.waitSignal(bar.applied) as applied:
        qtbot.mouseClick(widget(bar, QPushButton, "suggestion-apply"), Qt.MouseButton.LeftButton)
    assert applied.args == [suggestion]
    assert not bar.isVisible()
    bar.suggest({"message": "Nothing detected.", "hint": "Nothing to see."})
    assert not widget(bar, QPushButton, "suggestion-apply").isVisible()


class TestTransport:
    @pytest.fixture
    def transport(self, qtbot):
        transport = Transport(CountActions(None))
        qtbot.addWidget(transport)
        transport.resize(700, 40)
        transport.show_source(frame_count=1000, fps=25.0, is_live=False)
        with qtbot.waitExposed(transport):
            transport.show()
        return transport

    def test_a_click_on_the_slider_goes_there(self, qtbot, transport):
        slider = widget(transport, QSlider, "seek-slider")
        middle = QPoint(slider.width() // 2, slider.height() // 2)
        with qtbot.waitSignal(transport.seek_requested) as sought:
            qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=middle)
        assert sought.args[0] == pytest.approx(500, abs=20)

    def test_dragging_does_not_flood_the_job(self, qtbot, transport):
        sought = []
        transport.seek_requested.connect(sought.append)
        slider = widget(transport, QSlider, "seek-slider")
        slider.setSliderDown(True)
        for position in range(100, 400, 3):
            slider.setSliderPosition(position)
        slider.setSliderDown(False)
        qtbot.waitUntil(lambda: bool(sought))
        assert sought[-1] == 397
        assert len(sought) <= 3

    def test_live_sources_have_no_position_and_no_speed(self, transport):
        transport.show_source(frame_count=None, fps=30.0, is_live=True)
        for kind, name in ((QSlider, "seek-slider"), (QComboBox, "speed-box")):
            assert not widget(transport, kind, name).isVisible()
        assert widget(transport, QLabel, "live-label").isVisible()

    def test_speeds_from_a_quarter_to_as_fast_as_it_goes(self, qtbot, transport):
        box = widget(transport, QComboBox, "speed-box")
        speeds = [box.itemData(index) for index in range(box.count())]
        assert speeds == [0.25, 0.5, 1.0, 2.0, 4.0, 0.0]
        with qtbot.waitSignal(transport.speed_changed) as changed:
            box.setCurrentIndex(box.count() - 1)
        assert changed.args == [0.0]


class TestScenePanel:
    @pytest.fixture
    def panel(self, qtbot, editor):
        panel = ScenePanel(editor)
        qtbot.addWidget(panel)
        editor.set_picture_size(640, 360)
        panel.show()
        return panel

    def fill(self, qtbot, panel, name, text):
        field = panel.findChild(object, name)
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    def test_choosing_a_row_selects_it_on_the_picture(self, panel, editor):
        widget(panel, QListWidget, "geometry-list").setCurrentRow(1)
        assert editor.selected == 1

    def test_a_geometry_is_renamed(self, qtbot, panel, editor):
        editor.select(0)
        self.fill(qtbot, panel, "geometry-name", "North gate")
        assert editor.scene.geometries[0].name == "North gate"

    def test_a_name_that_is_taken_is_refused(self, qtbot, panel, editor):
        editor.select(0)
        with qtbot.waitSignal(editor.refused):
            self.fill(qtbot, panel, "geometry-name", "Road")
        assert editor.scene.geometries[0].name == "Gate"
        assert panel.findChild(object, "geometry-name").text() == "Gate"

    def test_directions_are_renamed_and_swapped_and_undone(self, qtbot, panel, editor, scene):
        editor.select(0)
        self.fill(qtbot, panel, "direction-first", "Subiendo")
        assert editor.scene.geometries[0].direction_names == {"up": "Subiendo"}
        qtbot.mouseClick(widget(panel, QPushButton, "swap-directions"), Qt.MouseButton.LeftButton)
        assert editor.scene.geometries[0].is_swapped
        editor.undo()
        editor.undo()
        assert editor.scene == scene

    def test_a_preset_names_both_directions(self, panel, editor):
        editor.select(0)
        menu = widget(panel, QPushButton, "direction-presets").menu()
        menu.aboutToShow.emit()
        next(a for a in menu.actions() if a.text() == "Subiendo / Bajando").trigger()
        names = editor.scene.geometries[0].direction_names
        assert names == {"up": "Subiendo", "down": "Bajando"}

    def test_the_anchor_can_be_the_bottom_of_the_box(self, panel, editor):
        box = widget(panel, QComboBox, "anchor-box")
        box.activated.emit(box.findData("bottom"))
        assert editor.scene.anchor == "bottom"


class TestSources:
    @pytest.fixture
    def panel(self, qtbot):
        actions = CountActions(None)
        panel = SourcePanel(actions, "Count what a camera sees")
        panel.actions_of_tab = actions
        qtbot.addWidget(panel)
        return panel

    def test_a_chosen_video_and_a_stream_are_opened(self, panel, monkeypatch):
        chosen = []
        panel.source_chosen.connect(chosen.append)
        monkeypatch.setattr(
            "PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: ("/videos/a.mp4", "")
        )
        panel.actions_of_tab.open_video.trigger()
        monkeypatch.setattr(
            "PySide6.QtWidgets.QInputDialog.getText", lambda *_: (" rtsp://host/1 ", True)
        )
        panel.actions_of_tab.open_stream.trigger()
        assert chosen == ["/videos/a.mp4", "rtsp://host/1"]

    def test_cameras_are_listed_by_name_without_blocking(self, qtbot, monkeypatch):
        found = [CameraDevice(0, "Front door"), CameraDevice(2, "Desk")]
        monkeypatch.setattr("app.ui.camera_menu.list_cameras", lambda: found)
        menu = CameraMenu()
        qtbot.addWidget(menu)
        menu.refresh()
        assert not menu.actions()[0].isEnabled()  # still looking
        qtbot.waitUntil(lambda: len(menu.actions()) == 2)
        assert [action.text() for action in menu.actions()] == ["Front door", "Desk"]
        with qtbot.waitSignal(menu.camera_chosen) as chosen:
            menu.actions()[1].trigger()
        assert chosen.args == ["2"]

    def test_where_there_is_no_camera_the_menu_says_so(self, qtbot, monkeypatch):
        monkeypatch.setattr("app.ui.camera_menu.list_cameras", list)
        menu = CameraMenu()
        qtbot.addWidget(menu)
        menu.refresh()
        qtbot.waitUntil(lambda: menu.actions()[0].text().startswith("No camera"))
