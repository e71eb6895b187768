"""The page *Clean* after something came in between: a restart, a lost folder, another folder."""

import shutil

from PySide6.QtCore import Qt

from app.annotation.label_folder import LabelFolder
from app.annotation.trash import open_trash
from tests.ui.dataset.conftest import CONTROL, SHIFT, scene, write, write_bad, write_good


def names_in(folder):
    return sorted(path.name for path in folder.rglob("*.jpg") if ".tallybox-trash" not in str(path))


def closed_after_discarding(keyboard, folder):
    """Discard all duplicates, then all of the first reason, and close the tab."""
    keyboard.open(folder)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_B, SHIFT)
    keyboard.press(Qt.Key.Key_X, SHIFT)
    keyboard.wait_written()
    keyboard.tab.shutdown()
    keyboard.tab.close()


def test_what_was_discarded_before_a_restart_comes_back_step_by_step(make_tab, small, qtbot):
    before = names_in(small)
    closed_after_discarding(make_tab(), small)
    left = names_in(small)
    again = make_tab()
    again.open(small)
    again.scan()
    assert again.counts.startswith(f"{len(left)} pictures, 0 discarded")
    assert again.action("clean-undo").isEnabled()
    again.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: again.counts.startswith(f"{len(left) + 1} pictures, 0 discarded"))
    again.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: again.counts == "10 pictures, 0 discarded, 4 to decide")
    assert names_in(small) == before
    assert not again.action("clean-undo").isEnabled()


def test_the_end_says_what_lies_in_the_trash_since_an_earlier_time(make_tab, tmp_path):
    write_good(tmp_path, 3)
    write_bad(tmp_path, dark=2)
    closed_after_discarding(make_tab(), tmp_path)
    again = make_tab()
    again.open(tmp_path)
    again.scan()
    assert again.part("clean-message-title").text() == "Nothing suspicious"
    assert "Discarded earlier: 2. Ctrl+Z" in again.part("clean-message-text").text()


def test_what_was_just_discarded_comes_back_before_what_was_discarded_earlier(make_tab, small):
    closed_after_discarding(make_tab(), small)
    again = make_tab()
    again.open(small)
    again.scan()
    last = again.current
    again.press(Qt.Key.Key_X)
    again.press(Qt.Key.Key_F5)
    again.wait_scanned()
    again.press(Qt.Key.Key_Z, CONTROL)
    again.wait_written()
    again.wait_scanned()
    assert (small / last).exists()
    assert not (small / "same00.jpg").exists()


def test_what_another_tab_deleted_is_not_brought_back(keyboard, small):
    write(small, "wanted_gone.jpg", scene(50))
    open_trash(LabelFolder(small), None).discard([small / "wanted_gone.jpg"], reason="deleted")
    keyboard.open(small)
    keyboard.scan()
    assert not keyboard.action("clean-undo").isEnabled()


def test_an_earlier_discard_whose_place_is_taken_stays_in_the_trash(
    make_tab, small, reported, qtbot
):
    closed_after_discarding(make_tab(), small)
    again = make_tab()
    again.open(small)
    again.scan()
    gone = again.cleaning.decisions.last.names[0]
    write(small, gone, scene(60))
    mine = (small / gone).read_bytes()
    again.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: [error.code for error in reported] == ["trash-place-taken"])
    again.wait_written()
    assert (small / gone).read_bytes() == mine
    assert gone in again.cleaning.decisions.last.names


def test_a_folder_that_vanished_is_told_and_not_made_anew(keyboard, small, reported, qtbot):
    keyboard.open(small)
    keyboard.scan()
    before = keyboard.counts
    elsewhere = shutil.move(small, small.with_name("elsewhere"))
    for count, key in enumerate((Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_F5), start=1):
        keyboard.press(key)
        qtbot.waitUntil(lambda count=count: len(reported) == count)
        keyboard.wait_scanned()
        assert keyboard.counts == before
    assert {error.code for error in reported} == {"folder-not-readable"}
    assert not small.exists()
    shutil.move(elsewhere, small)
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    assert len(reported) == 3
    assert keyboard.cleaning.counts[1] == 1


def test_the_keyboard_is_at_the_scan_button_of_every_folder_that_is_opened(
    keyboard, small, tmp_path
):
    other = tmp_path / "other"
    other.mkdir()
    keyboard.open(small)
    keyboard.scan()
    keyboard.part("clean-reasons").choose("dark")
    for folder in (other, small, other):
        keyboard.open(folder)
        assert keyboard.part("clean-message-scan").hasFocus()


def test_all_files_that_are_left_out_can_be_read_by_keyboard(keyboard, tmp_path):
    write_good(tmp_path, 1)
    for number in range(100):
        (tmp_path / f"notes{number:03}.txt").touch()
    keyboard.open(tmp_path)
    keyboard.scan()
    keyboard.part("clean-left-out").setFocus()
    keyboard.press(Qt.Key.Key_Return)
    dialog = keyboard.part("left-out-dialog")
    lines = keyboard.part("left-out-list").toPlainText().splitlines()
    assert len(lines) == 100
    assert lines[99] == "notes099.txt: not a picture"
    dialog.reject()


def brought_back_elsewhere(folder):
    trash = open_trash(LabelFolder(folder), None)
    trash.restore(trash.entries()[-1])
    return trash


def test_undo_goes_on_after_a_step_that_somebody_else_took_back(keyboard, small, reported, qtbot):
    before = names_in(small)
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_X)
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    brought_back_elsewhere(small)
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: [error.code for error in reported] == ["not-in-trash"])
    qtbot.waitUntil(lambda: keyboard.counts == "10 pictures, 1 discarded, 3 to decide")
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    keyboard.wait_written()
    assert names_in(small) == before
    assert len(reported) == 1


def test_undo_leaves_alone_what_somebody_else_discarded_under_the_same_number(
    keyboard, small, reported, qtbot
):
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    trash = brought_back_elsewhere(small)
    entry = trash.discard([small / "good05.jpg"], reason="deleted")
    keyboard.press(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: [error.code for error in reported] == ["not-in-trash"])
    # It looks again at the folder, and at the trash, which only one may do at a time.
    qtbot.waitUntil(lambda: not keyboard.cleaning._line.is_running, timeout=20_000)
    assert trash.restore(entry) == [small / "good05.jpg"]


def test_a_new_scan_forgets_steps_that_somebody_else_took_back(keyboard, small):
    keyboard.open(small)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_X)
    keyboard.wait_written()
    brought_back_elsewhere(small)
    keyboard.press(Qt.Key.Key_F5)
    keyboard.wait_scanned()
    assert not keyboard.action("clean-undo").isEnabled()
