"""The Capture tab as a person meets it, by keys and eyes."""

import json
import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.capture.errors import SourceError
from app.capture.plan import CapturePlan
from app.files import FileWriteError
from app.ui.capture.capture_banner import CaptureBanner
from tests.support.mjpeg import MjpegServer


def banner_text(tab):
    banner = tab.findChild(CaptureBanner, "capture-banner")
    return "" if banner.isHidden() else banner.findChild(QLabel, "banner-message").text()


def use_plan(person, *, names=("d1", "d2"), examples=2):
    person.tab._sessions.use_plan(CapturePlan(names, examples))


def test_seventy_key_presses_make_five_classes_of_fourteen_named_pictures(
    person, video, number_in_file
):
    person.open(video)
    for press in range(70):
        person.shoot(Qt.Key.Key_S if press % 2 else Qt.Key.Key_Space)
    person.wait_until_saved()
    folder = person.tab._capturing.folder
    wanted = {f"c{number}_e{example}.png" for number in range(1, 6) for example in range(1, 15)}
    assert {path.name for path in person.files} == wanted
    assert {path.parent for path in person.files} == {folder}
    session = json.loads((folder / "session.json").read_text("utf-8"))
    assert session["plan"] == {"classes": ["d1", "d2", "d3", "d4", "d5"], "examples": 14}
    assert session["pictures"]["c3_e7.png"]["class_name"] == "d3"
    for path in person.files:  # saved is the very frame of the video, unmirrored, and only once
        assert number_in_file(path) == session["pictures"][path.name]["frame_index"]
    assert len({number_in_file(path) for path in person.files}) == 70
    assert [item.name for item in person.project.classes] == ["d1", "d2", "d3", "d4", "d5"]
    assert banner_text(person.tab) == "70 of 70: on to Annotate"


def test_next_leads_on_when_the_plan_is_complete(person, video, qtbot):
    use_plan(person, examples=1)
    person.open(video)
    person.shoot()
    person.shoot()
    person.wait(lambda: banner_text(person.tab) == "2 of 2: on to Annotate")
    with qtbot.waitSignal(person.tab.next_requested):
        person.tab.findChild(QPushButton, "banner-answer").click()


def test_progress_is_written_on_the_picture_and_in_the_rings(person, video):
    person.open(video)
    assert person.view.progress_text == "C1/5 E1/14"
    for _ in range(3):
        person.shoot()
    assert person.view.progress_text == "C1/5 E4/14"
    rows = person.tab._side.rings.rows
    assert [row.count_text for row in rows] == ["3/14", "0/14", "0/14", "0/14", "0/14"]
    assert [row.isChecked() for row in rows] == [True, False, False, False, False]


def test_digits_and_clicks_jump_to_any_class(person, video):
    person.open(video)
    person.key(Qt.Key.Key_4)
    person.shoot()
    person.tab._side.rings.rows[1].click()
    person.shoot()
    person.wait_until_saved()
    assert [path.name for path in person.files] == ["c2_e1.png", "c4_e1.png"]
    assert person.tab._view.hasFocus()


def test_a_retaken_picture_gets_the_number_of_the_one_it_replaces(person, video, number_in_file):
    person.open(video)
    person.shoot()
    person.shoot()
    person.wait_until_saved()
    first_take = number_in_file(person.files[1])
    person.key(Qt.Key.Key_R)
    person.wait(lambda: person.taken == 1)
    person.shoot()
    person.wait_until_saved()
    assert [path.name for path in person.files] == ["c1_e1.png", "c1_e2.png"]
    assert number_in_file(person.files[1]) > first_take


def test_a_deleted_picture_comes_back_by_undo(person, video, number_in_file):
    person.open(video)
    for _ in range(3):
        person.shoot()
    person.wait_until_saved()
    before = {path.name: number_in_file(path) for path in person.files}
    strip = person.tab._strip
    strip.setCurrentIndex(strip.model().index(1, 0))
    person.key(Qt.Key.Key_Delete)
    person.wait(lambda: len(strip.pictures.paths) == 2)
    assert [path.name for path in person.files] == ["c1_e1.png", "c1_e3.png"]
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.wait(lambda: len(strip.pictures.paths) == 3)
    assert {path.name: number_in_file(path) for path in person.files} == before


def test_a_burst_takes_pictures_by_itself_until_the_class_has_them(person, video):
    use_plan(person, names=("d1",), examples=3)
    person.tab._side.options._interval.setValue(0.1)
    person.open(video)
    person.key(Qt.Key.Key_I)
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.run.is_complete)
    person.wait_until_saved()
    session = json.loads((person.tab._capturing.folder / "session.json").read_text("utf-8"))
    times = sorted(taken["timestamp_s"] for taken in session["pictures"].values())
    assert times[1] - times[0] >= 0.1
    assert times[2] - times[1] >= 0.1
    assert person.tab.findChild(QPushButton, "shutter").text() == "Start"


def test_a_countdown_shows_its_number_and_then_takes_one_picture(person, video):
    person.tab._side.options._countdown.setValue(0.5)
    person.open(video)
    person.key(Qt.Key.Key_T)
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.view.countdown_text == "1")
    assert person.taken == 0
    person.wait(lambda: person.taken == 1)
    assert person.view.countdown_text == ""


def test_escape_stops_a_countdown(person, video):
    person.open(video)
    person.key(Qt.Key.Key_T)
    person.key(Qt.Key.Key_Space)
    person.wait(lambda: person.view.countdown_text == "3")
    person.key(Qt.Key.Key_Escape)
    assert person.view.countdown_text == ""
    assert not person.tab._shooting.trigger.is_running


def test_the_preview_is_a_mirror_and_the_picture_is_not(person, video, number_in_file):
    person.open(video)
    person.key(Qt.Key.Key_M)
    person.shoot()
    person.wait_until_saved()
    path = person.files[0]
    session = json.loads((path.parent / "session.json").read_text("utf-8"))
    assert number_in_file(path) == session["pictures"][path.name]["frame_index"]
    person.wait(lambda: person.view.image.pixelColor(0, 5).value() < 128)  # high bits are 0
    right = person.view.image.width() - 1
    person.wait(lambda: person.view.image.pixelColor(right, 5).value() > 128)


def test_the_end_of_a_video_is_told_and_it_can_be_played_again(person, short_video):
    person.open(short_video)
    person.wait(lambda: "has ended" in banner_text(person.tab))
    person.shoot()  # the last picture is still on show
    person.key(Qt.Key.Key_S)
    assert person.taken == 1  # and is not taken twice
    person.tab.findChild(QPushButton, "banner-answer").click()
    person.wait(lambda: not banner_text(person.tab))


def test_a_lost_camera_is_told_and_capturing_goes_on_by_itself(person):
    with MjpegServer() as camera:
        camera.interval_s = 0.03
        person.open(camera.url)
        person.shoot()
        camera.stop()
        # On a busy machine the silence may be seen before the loss: both say so.
        person.wait(lambda: "s no pictures" in banner_text(person.tab))
        person.key(Qt.Key.Key_S)
        assert person.taken == 1  # what is on show is the past
        camera.start()
        person.wait(lambda: not banner_text(person.tab))
        person.shoot()
        person.wait_until_saved()
        assert [path.name for path in person.files] == ["c1_e1.png", "c1_e2.png"]
        person.tab._show_closed()
        person.tab._preview.shutdown()


def test_a_camera_that_may_not_be_used_is_told_and_opened_once_it_may(person, video, monkeypatch):
    from app.capture.opening import open_source

    refusals = [SourceError("camera-not-allowed", "Camera 0 may not be used.", "Group video.")]

    def reluctant(text, *, on_state, mode):
        if refusals:
            raise refusals[0]
        return open_source(str(video), on_state=on_state)

    monkeypatch.setattr("app.ui.capture.preview_worker.open_source", reluctant)
    person.tab.open_source("0")
    person.wait(lambda: banner_text(person.tab) == "Camera 0 may not be used.")
    refusals.clear()
    person.wait(lambda: not person.view.image.isNull())
    assert banner_text(person.tab) == ""


def test_a_file_that_is_no_video_is_refused_in_words(person, errors, tmp_path, qtbot):
    path = tmp_path / "no.mp4"
    path.write_text("no video")
    with qtbot.waitSignal(errors.error_reported) as reported:
        person.tab.open_source(str(path))
    assert "no.mp4" in reported.args[0].message
    assert person.tab._stack.currentIndex() == 0


def test_a_full_disk_is_told_and_nothing_is_lost_once_there_is_room(person, video, monkeypatch):
    from app.files import atomic_write_bytes

    is_full = [True]

    def write(path, data):
        if is_full[0]:
            raise FileWriteError("disk-full", f"Can't write {path}: the disk is full.", "Free it.")
        atomic_write_bytes(path, data)

    person.open(video)
    monkeypatch.setattr("app.capture.run.atomic_write_bytes", write)
    person.shoot()
    person.wait(lambda: "the disk is full" in banner_text(person.tab))
    assert person.tab.is_busy
    person.shoot()
    is_full[0] = False
    person.tab.findChild(QPushButton, "banner-answer").click()
    person.wait(lambda: not banner_text(person.tab))
    person.wait_until_saved()
    assert [path.name for path in person.files] == ["c1_e1.png", "c1_e2.png"]
    assert not person.tab.is_busy


def test_a_session_goes_on_where_it_stopped_with_later_frames(person, video, number_in_file):
    person.open(video)
    for _ in range(2):
        person.shoot()
    person.wait_until_saved()
    folder = person.tab._capturing.folder
    person.tab._show_closed()
    person.wait(lambda: person.run is None)
    person.open(video)
    assert person.tab._capturing.folder == folder
    assert person.view.progress_text == "C1/5 E3/14"
    assert len(person.tab._strip.pictures.paths) == 2
    person.shoot()
    person.wait_until_saved()
    numbers = [number_in_file(path) for path in person.files]
    assert numbers == sorted(set(numbers))


def test_the_ghost_is_the_last_picture_of_the_class(person, video):
    person.open(video)
    person.key(Qt.Key.Key_G)
    assert person.view._ghost.isNull()
    person.shoot()
    person.wait(lambda: not person.view._ghost.isNull())
    person.key(Qt.Key.Key_5)
    person.wait(lambda: person.view._ghost.isNull())
    person.key(Qt.Key.Key_1)
    person.wait(lambda: not person.view._ghost.isNull())


def test_another_plan_begins_another_session(person, video):
    person.open(video)
    person.shoot()
    person.wait_until_saved()
    first = person.tab._capturing.folder
    use_plan(person, names=("left", "right"), examples=1)
    person.wait(lambda: person.run is not None)
    assert person.view.progress_text == "C1/2 E1/1"
    person.shoot()
    person.wait_until_saved()
    assert person.tab._capturing.folder != first
    assert person.project.capture_plan == {"classes": ["left", "right"], "examples": 1}


def test_pictures_can_be_jpeg(person, video):
    person.tab._side.options._format.setCurrentIndex(1)
    person.open(video)
    person.shoot()
    person.wait_until_saved()
    assert [path.name for path in person.files] == ["c1_e1.jpg"]


def test_opening_a_source_and_taking_nothing_leaves_nothing(person, video):
    person.open(video)
    person.tab._show_closed()
    person.tab._capturing.shutdown()
    assert list(person.project.images_folder.iterdir()) == []
    assert person.project.classes == ()


def test_a_tab_that_is_not_in_front_lets_go_of_its_source_and_takes_it_up_again(
    person, video, real_window, part_of
):
    person.open(video)
    person.shoot()
    person.wait_until_saved()
    tabs = part_of(real_window, "stages")
    tabs.setCurrentIndex(0)
    assert person.tab._preview.text == ""
    tabs.setCurrentIndex(1)
    person.wait(lambda: person.run is not None)
    assert person.view.progress_text == "C1/5 E2/14"


def test_pictures_of_a_class_that_is_full_are_refused_in_words(person, video):
    use_plan(person, examples=1)
    person.open(video)
    person.key(Qt.Key.Key_A)  # no next class by itself
    person.shoot()
    person.key(Qt.Key.Key_S)
    person.wait(lambda: "all its 1 examples" in person.tab._row.word)
    assert person.taken == 1


def test_a_refusal_stays_to_be_read_when_an_earlier_picture_is_saved(person, video, monkeypatch):
    from app.capture import run as capture_run

    may_save, encode = threading.Event(), capture_run.encoded

    def slow(*arguments):
        may_save.wait(10)
        return encode(*arguments)

    monkeypatch.setattr(capture_run, "encoded", slow)
    use_plan(person, examples=1)
    person.open(video)
    person.key(Qt.Key.Key_A)  # no next class by itself
    person.shoot()
    person.key(Qt.Key.Key_S)
    person.wait(lambda: "all its 1 examples" in person.tab._row.word)
    may_save.set()
    person.wait_until_saved()
    assert "all its 1 examples" in person.tab._row.word
