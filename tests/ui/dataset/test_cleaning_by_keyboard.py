"""The course's own story: 127 mixed pictures, the junk out by keyboard."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.dataset.open_rows import OpenRows
from tests.ui.dataset.conftest import CONTROL, SHIFT

SECONDS_A_KEY = 2.5  # to look at a picture and decide


def names_in(folder):
    return sorted(path.name for path in folder.glob("*.jpg"))


def test_the_junk_of_127_pictures_is_out_in_under_two_minutes(keyboard, mixed):
    assert len(names_in(mixed)) == 127
    keyboard.open(mixed)
    keyboard.scan()
    assert keyboard.counts == "127 pictures, 0 discarded, 70 to decide"
    keyboard.press(Qt.Key.Key_B, SHIFT)  # the best of all duplicates stays
    while keyboard.cleaning.counts[2]:
        is_good = keyboard.current.startswith("good")
        keyboard.press(Qt.Key.Key_K if is_good else Qt.Key.Key_X)
    keyboard.wait_written()
    assert keyboard.counts == "127 pictures, 70 discarded, 57 kept"
    assert keyboard.part("clean-message-title").text() == keyboard.counts
    assert names_in(mixed) == [f"good{number:02}.jpg" for number in range(57)]
    assert keyboard.pressed * SECONDS_A_KEY < 120


def test_a_whole_reason_goes_with_one_key(keyboard, mixed):
    keyboard.open(mixed)
    keyboard.scan()
    keyboard.press(Qt.Key.Key_B, SHIFT)
    while keyboard.cleaning.counts[2]:
        keyboard.press(Qt.Key.Key_X, SHIFT)
    keyboard.wait_written()
    assert names_in(mixed) == [f"good{number:02}.jpg" for number in range(57)]
    assert keyboard.pressed <= 8
    before = keyboard.pressed
    while keyboard.cleaning.decisions.last is not None:
        keyboard.press(Qt.Key.Key_Z, CONTROL)
    keyboard.wait_written()
    assert len(names_in(mixed)) == 127
    assert keyboard.pressed - before <= 8


def test_the_arrows_to_the_sides_go_from_reason_to_reason(keyboard, mixed):
    keyboard.open(mixed)
    keyboard.scan()
    seen = []
    for _ in range(4):
        keyboard.press(Qt.Key.Key_Right)
        seen.append(keyboard.current)
    assert [name[:4] for name in seen] == ["brok", "same", "agai", "dark"]
    keyboard.press(Qt.Key.Key_Left)
    assert keyboard.current.startswith("again")


def test_the_arrows_go_over_the_titles_of_groups(keyboard, mixed):
    keyboard.open(mixed)
    keyboard.scan()
    seen = [keyboard.current]
    for _ in range(5):
        keyboard.press(Qt.Key.Key_Down)
        seen.append(keyboard.current)
    assert [name[:6] for name in seen[:4]] == ["broken"] * 4
    assert (seen[4][:4], seen[5][:4]) == ("good", "same")
    keyboard.press(Qt.Key.Key_Up)
    keyboard.press(Qt.Key.Key_Up)
    assert keyboard.current == seen[3]
    keyboard.press(Qt.Key.Key_End)
    assert keyboard.current.startswith("blur")
    keyboard.press(Qt.Key.Key_Home)
    assert keyboard.current == seen[0]


def test_only_titles_are_low_whichever_reason_is_shown(keyboard, mixed):
    keyboard.open(mixed)
    keyboard.scan()
    gallery = keyboard.part("clean-list")
    keyboard.press(Qt.Key.Key_Right)
    keyboard.press(Qt.Key.Key_Right)
    heights = {gallery.rowHeight(row) for row in range(gallery.model().rowCount())}
    assert heights == {80}


def test_five_thousand_suspects_need_no_widget_and_few_thumbnails(keyboard, mixed, qtbot):
    keyboard.open(mixed)
    keyboard.scan()
    review = keyboard.cleaning.review
    row = next(row for row in review.rows if row.group == "dark")
    many = [replace(row, name=f"dark{number:05}.jpg") for number in range(5000)]
    widgets = len(keyboard.tab.findChildren(QWidget))
    asked = []
    model = keyboard.part("clean-list").model()
    model.thumbnails.get = lambda path: asked.append(path.name)
    keyboard.cleaning._take_rows(OpenRows(many))
    qtbot.waitUntil(lambda: len(asked) > 0)
    assert keyboard.counts.endswith("5000 to decide") or "5,000" in keyboard.counts
    assert len(keyboard.tab.findChildren(QWidget)) == widgets
    assert len(set(asked)) < 40
