"""The page *Clean*: what it finds, what a decision does, and the way back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from app.annotation.trash import Trash
from tests.ui.dataset.conftest import CONTROL, SHIFT, scene, write, write_good

LABEL = (
    "<annotation><filename>{0}</filename><size><width>480</width><height>360</height>"
    "<depth>3</depth></size></annotation>\n"
)


def label(folder, stem):
    path = folder / f"{stem}.xml"
    path.write_text(LABEL.format(f"{stem}.jpg"), "utf-8")
    return path


def test_without_a_folder_the_tab_says_how_to_begin(keyboard):
    assert keyboard.part("clean-message-open").isVisible()
    assert keyboard.part("clean-message-open").hasFocus()
    assert not keyboard.action("clean-scan").isEnabled()
    assert not keyboard.action("clean-discard").isEnabled()


def test_a_folder_without_pictures_says_so(keyboard, tmp_path):
    keyboard.open(tmp_path)
    keyboard.scan()
    assert keyboard.part("clean-message-title").text() == "No pictures"


def test_good_pictures_are_not_suspicious(keyboard, tmp_path):
    write_good(tmp_path, 4)
    keyboard.open(tmp_path)
    keyboard.scan()
    assert keyboard.part("clean-message-title").text() == "Nothing suspicious"
    assert keyboard.counts == "4 pictures, 0 discarded, 4 kept"


def test_a_dark_picture_is_shown_once_with_all_its_measures(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    rows = [row for row in keyboard.cleaning.review.rows if row.name == "dark00.jpg"]
    assert len(rows) == 1
    assert rows[0].group == "dark"
    keyboard.go_to("dark00.jpg")
    index = keyboard.part("clean-list").currentIndex()
    told = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "brightest parts" in told
    assert "limit 60" in told


def test_a_blurred_picture_is_told_with_the_measure_and_the_limit(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("blur00.jpg")
    told = keyboard.part("clean-list").currentIndex().data(Qt.ItemDataRole.ToolTipRole)
    assert "of the session's median; limit 0.78" in told


def test_a_duplicate_stands_beside_the_best_and_differs_in_words(keyboard, small, qtbot):
    label(small, "good01")
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("again01.jpg")
    difference = keyboard.part("clean-difference")
    qtbot.waitUntil(lambda: difference.text().startswith("Smaller (288 × 216 for 480 × 360)"))
    assert "no labels, the best has some" in difference.text()
    assert keyboard.part("clean-best-title").text() == "Best: good01.jpg"
    for name in ("clean-best-picture", "clean-current-picture"):
        qtbot.waitUntil(lambda name=name: keyboard.part(name)._picture is not None)


def test_a_single_picture_stands_alone(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("blur00.jpg")
    qtbot.waitUntil(lambda: not keyboard.part("clean-best").isVisible())


def test_labels_travel_to_the_trash_and_back_byte_for_byte(keyboard, small):
    path = label(small, "dark00")
    before = path.read_bytes(), (small / "dark00.jpg").read_bytes()
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    assert not path.exists()
    assert not (small / "dark00.jpg").exists()
    entries = Trash(keyboard.cleaning.source.folder, keyboard.cleaning.source.trash.root).entries()
    assert [entry.reason for entry in entries] == ["clean: blur, dark, empty"]
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    assert keyboard.current == "dark00.jpg"
    keyboard.wait_written()
    assert (path.read_bytes(), (small / "dark00.jpg").read_bytes()) == before


def test_what_is_kept_does_not_come_again_even_under_another_name(make_tab, small):
    first = make_tab()
    first.open(small)
    first.scan()
    first.go_to("dark00.jpg")
    first.press(Qt.Key.Key_K)
    first.wait_written()
    first.tab.shutdown()
    first.tab.close()
    (small / "dark00.jpg").rename(small / "night.jpg")
    second = make_tab()
    second.open(small)
    second.scan()
    shown = {row.name for row in second.cleaning.review.rows}
    assert "blur00.jpg" in shown
    assert "night.jpg" not in shown


def test_another_picture_of_a_kept_name_is_asked_about(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    keyboard.press(Qt.Key.Key_K)
    keyboard.wait_written()
    write(small, "dark00.jpg", (scene(77) * 0.1).astype("uint8"))
    keyboard.open(small)
    keyboard.press(Qt.Key.Key_F5)
    keyboard.wait_scanned()
    assert "dark00.jpg" in {row.name for row in keyboard.cleaning.review.rows}


def test_keeping_can_be_taken_back(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    before = keyboard.counts
    keyboard.press(Qt.Key.Key_K)
    assert keyboard.counts != before
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    assert keyboard.counts == before
    keyboard.wait_written()
    keyboard.open(small)
    keyboard.scan()
    assert keyboard.counts == before


def test_moving_a_limit_shows_at_once_how_many_pictures_it_touches(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_L)
    count = keyboard.part("clean-limit-count-dark")
    assert count.text() == "Pictures: 1"
    slider = keyboard.tab.findChild(QSlider, "clean-limit-dark")
    slider.setValue(slider.maximum())
    qtbot.waitUntil(lambda: count.text() == "Pictures: 10")
    slider.setValue(0)
    qtbot.waitUntil(lambda: count.text() == "Pictures: 0")


def test_the_usual_limits_come_back_with_one_button(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    before = keyboard.counts
    keyboard.press(Qt.Key.Key_L)
    keyboard.tab.findChild(QSlider, "clean-limit-dark").setValue(255)
    qtbot.waitUntil(lambda: keyboard.counts != before)
    keyboard.part("clean-limits-reset").click()
    qtbot.waitUntil(lambda: keyboard.counts == before)
    assert keyboard.part("clean-limit-value-dark").text() == "60"


def test_when_the_best_goes_the_next_best_stands_for_the_cluster(keyboard, small, qtbot):
    (small / "other00.jpg").write_bytes((small / "good00.jpg").read_bytes())
    keyboard.open(small)
    keyboard.scan()
    keyboard.part("clean-reasons").choose("exact")
    keyboard.press(Qt.Key.Key_Up)
    best = keyboard.current
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    assert not (small / best).exists()

    def shown():
        rows = keyboard.cleaning.review.rows
        return [row for row in rows if row.group == "exact"]

    qtbot.waitUntil(lambda: best not in {row.name for row in shown()})
    assert [row.is_best for row in shown()] == [True, False]
    keyboard.go_to(shown()[1].name)
    keyboard.press(Qt.Key.Key_B)
    keyboard.wait_written()
    left = [name for name in ("good00", "same00", "other00") if (small / f"{name}.jpg").exists()]
    assert len(left) == 1


def test_k_on_the_best_keeps_all_of_the_cluster(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.part("clean-reasons").choose("exact")
    keyboard.press(Qt.Key.Key_Up)
    keyboard.press(Qt.Key.Key_K)
    assert keyboard.cleaning.review.counts["exact"] == 0
    keyboard.wait_written()
    assert (small / "same00.jpg").exists()
    assert (small / "good00.jpg").exists()


def test_a_picture_that_another_program_took_away_is_told(keyboard, small, reported, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    (small / "dark00.jpg").unlink()
    before = keyboard.counts
    keyboard.press(Qt.Key.Key_X)
    qtbot.waitUntil(lambda: [error.code for error in reported] == ["picture-gone"])
    keyboard.wait_written()
    assert keyboard.counts == before
    assert keyboard.cleaning.decisions.last is None


def test_a_place_that_is_taken_is_told_and_the_picture_stays_in_the_trash(
    keyboard, small, reported, qtbot
):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    after = keyboard.counts
    write(small, "dark00.jpg", scene(5))
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: [error.code for error in reported] == ["trash-place-taken"])
    keyboard.wait_written()
    assert keyboard.counts == after
    assert keyboard.cleaning.decisions.last is not None


def test_undo_right_after_discarding_brings_the_picture_back(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    keyboard.press(Qt.Key.Key_X)
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    keyboard.wait_written()
    assert (small / "dark00.jpg").exists()
    assert keyboard.cleaning.source.trash.entries() == []


def test_what_was_discarded_before_the_window_closed_is_in_the_trash(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_B, SHIFT)
    keyboard.press(Qt.Key.Key_X, SHIFT)
    keyboard.press(Qt.Key.Key_X, SHIFT)
    assert keyboard.tab.is_busy
    keyboard.tab.shutdown()
    assert sorted(path.name for path in small.glob("*.jpg")) == [
        f"good{number:02}.jpg" for number in range(6)
    ]


def test_a_stopped_scan_goes_on_where_it_was(keyboard, tmp_path, qtbot):
    write_good(tmp_path, 40)
    keyboard.open(tmp_path)
    keyboard.cleaning.progressed.connect(keyboard.cleaning.stop_scan)
    keyboard.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: keyboard.cleaning.phase == "ready", timeout=20_000)
    keyboard.cleaning.progressed.disconnect(keyboard.cleaning.stop_scan)
    keyboard.scan()
    assert keyboard.counts == "40 pictures, 0 discarded, 40 kept"
    assert keyboard.cleaning.scanned.scan.measured < 40


def test_undo_after_a_new_scan_shows_the_picture_again(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("dark00.jpg")
    keyboard.press(Qt.Key.Key_X)
    keyboard.press(Qt.Key.Key_F5)
    keyboard.wait_scanned()
    assert keyboard.counts == "10 pictures, 1 discarded, 3 to decide"
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: keyboard.counts == "10 pictures, 0 discarded, 4 to decide")
    qtbot.waitUntil(lambda: keyboard.current == "dark00.jpg")


def test_other_files_are_told_but_not_our_own_trash(keyboard, small):
    (small / "notes.txt").write_text("x", "utf-8")
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_X)
    keyboard.press(Qt.Key.Key_F5)
    keyboard.wait_scanned()
    assert keyboard.part("clean-left-out").text() == "Other files, no pictures: 1"
    assert "notes.txt" in keyboard.part("clean-left-out").toolTip()


def test_a_project_s_pictures_go_into_its_own_trash(keyboard, state, project):
    project.images_folder.mkdir(exist_ok=True)
    write_good(project.images_folder, 3)
    write(project.images_folder, "dark.jpg", (scene(9) * 0.1).astype("uint8"))
    state.set_project(project)
    keyboard.part("clean-message-scan").setFocus()
    keyboard.scan()
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    assert (project.trash_folder / "000001" / "images" / "dark.jpg").exists()


def test_space_looks_closely_and_back(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.go_to("blur00.jpg")
    picture = keyboard.part("clean-current-picture")
    qtbot.waitUntil(lambda: picture._picture is not None)
    whole = picture.transform.scale
    keyboard.press(Qt.Key.Key_Space)
    assert picture.transform.scale == pytest.approx(1)
    keyboard.press(Qt.Key.Key_Space)
    assert picture.transform.scale == pytest.approx(whole)


def test_a_folder_changed_in_another_tab_is_looked_at_again(keyboard, small, qtbot):
    keyboard.open(small)
    keyboard.scan()
    keyboard.tab.hide()
    (small / "dark00.jpg").unlink()
    keyboard.tab.show()
    qtbot.waitUntil(lambda: "dark00.jpg" not in {row.name for row in keyboard.cleaning.review.rows})
    assert keyboard.cleaning.phase == "review"
