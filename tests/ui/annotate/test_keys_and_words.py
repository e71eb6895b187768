"""What a person types, drops or is told at the tab, beside drawing itself."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.annotation.class_changes import ClassChange
from app.annotation.exchange import import_labels
from app.annotation.formats.registry import FORMATS
from app.project.proposals import Proposal
from tests.ui.annotate.test_annotate_tab import CONTROL, draw, objects

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def notices(errors):
    told = []
    errors.notice_reported.connect(lambda message, hint: told.append(message))
    return told


def propose(tab, count=2):
    """Let a model have proposed boxes for the picture in hand."""
    image = tab._labeling.path.name
    shelf = tab._proposing._assistant._shelf
    boxes = [
        Proposal("d2", 20 + 60 * n, 120, 60 + 60 * n, 170, 0.9, "m", "1") for n in range(count)
    ]
    shelf.take_over(image, tuple(boxes))
    shelf.changed.emit(image)


def proposals(tab):
    return tab._proposing._assistant.proposals


class TestReturn:
    @pytest.mark.parametrize("name", ["picture-search", "class-name", "box-pose-text"])
    def test_ends_a_text_and_makes_no_label_of_a_proposal(self, hands, tab, name):
        draw(hands)
        propose(tab)
        field = tab.findChild(QLineEdit, name)
        field.setFocus()
        QTest.keyClicks(field, "p")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert len(hands.boxes) == 1
        assert len(proposals(tab)) == 2

    def test_ends_a_number_and_makes_no_label_of_a_proposal(self, hands, tab):
        draw(hands)
        propose(tab)
        field = tab.findChild(QSpinBox, "box-xmin")
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert len(hands.boxes) == 1
        assert len(proposals(tab)) == 2

    @pytest.mark.parametrize("name", ["box-canvas", "picture-list"])
    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
    def test_accepts_proposals_at_the_canvas_and_in_the_list(self, hands, tab, name, key):
        propose(tab)
        widget = tab.findChild(QWidget, name)
        widget.setFocus()
        QTest.keyClick(widget, key)
        assert len(hands.boxes) == 2
        assert not proposals(tab)


def test_escape_leads_from_a_field_back_to_the_canvas(hands, tab):
    field = tab.findChild(QLineEdit, "picture-search")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is hands.canvas


def test_a_filter_chosen_by_mouse_leaves_the_digits_to_the_classes(hands, tab):
    for name in ("picture-filter", "picture-class-filter"):
        assert not tab.findChild(QComboBox, name).focusPolicy() & Qt.FocusPolicy.ClickFocus


def test_delete_in_the_list_drops_the_chosen_proposal_and_no_picture(hands, tab):
    propose(tab)
    hands.canvas.select_proposals([0])
    table = tab.findChild(QWidget, "picture-list")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert len(proposals(tab)) == 1
    assert len(tab._labeling.pictures) == 3
    assert hands.boxes == []


def test_a_locked_box_is_not_deleted_and_that_is_said(hands, tab, notices):
    draw(hands, (20, 20), (60, 60))
    draw(hands, (100, 20), (140, 60))
    hands.canvas.select([0])
    hands.key(Qt.Key.Key_L)
    hands.canvas.select([0, 1])
    hands.key(Qt.Key.Key_Delete)
    assert [round(box.xmin) for box in hands.boxes] == [20]
    assert "locked" in notices[-1]


def test_keys_that_find_nothing_say_so(hands, tab, notices, qtbot):
    hands.key(Qt.Key.Key_V, CONTROL)
    assert "no picture before" in notices[-1]
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    hands.key(Qt.Key.Key_V, CONTROL)
    assert "no boxes" in notices[-1]
    states = tab.findChild(QComboBox, "picture-filter")
    states.setCurrentIndex(states.findData("verified"))
    hands.key(Qt.Key.Key_D, SHIFT)
    assert "among those shown" in notices[-1]


def test_the_colour_of_a_class_can_be_taken_back_and_made_again_by_keys(hands, tab):
    before = tab._book.color_of("d1").name()
    draw(hands)
    tab._labeling.folder_edits.recolor("d1", "#ff0000")
    hands.key(Qt.Key.Key_Z, CONTROL)
    assert tab._book.color_of("d1").name() == before
    assert len(hands.boxes) == 1
    hands.key(Qt.Key.Key_Y, CONTROL)
    assert tab._book.color_of("d1").name() == "#ff0000"


def test_mixed_steps_are_taken_back_and_made_again_in_their_order(hands, tab, qtbot):
    labeling = tab._labeling

    def settled():
        qtbot.waitUntil(lambda: not labeling.work.is_running and labeling.picture is not None)

    draw(hands)
    labeling.folder_edits.apply(ClassChange("rename", "d1", "fist"))
    settled()
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    draw(hands, (20, 20), (60, 60))
    hands.key(Qt.Key.Key_D, CONTROL | SHIFT)
    hands.wait_for("p3.png")
    for _ in range(4):
        hands.key(Qt.Key.Key_Z, CONTROL)
        settled()
    assert labeling.path.name == "p1.png"
    assert hands.boxes == []
    assert labeling.history.next_undo is None
    for _ in range(4):
        hands.key(Qt.Key.Key_Y, CONTROL)
        settled()
    assert [path.name for path in labeling.pictures] == ["p1.png", "p3.png"]
    assert [item[0] for item in objects(labeling.folder.images / "p1.xml")] == ["fist"]


def test_when_all_pictures_are_deleted_undo_is_offered(hands, tab, qtbot):
    for left in (2, 1, 0):
        tab._actions.delete_picture.trigger()
        qtbot.waitUntil(
            lambda left=left: (
                len(tab._labeling.pictures) == left and not tab._labeling.work.is_running
            )
        )
    undo = tab.findChild(QPushButton, "annotate-undo")
    assert undo.isVisible()
    assert "p3.png" in undo.text()
    assert undo.hasFocus()
    undo.click()
    hands.wait_for("p3.png")
    assert not undo.isVisible()


def test_names_are_shown_as_they_are(hands, tab):
    tab._classes.added.emit("<b>a</b>&c")
    draw(hands)
    hint = tab.findChild(QLabel, "box-hint")
    assert hint.textFormat() == Qt.TextFormat.PlainText
    tab._labeling.folder_edits.recolor("<b>a</b>&c", "#ff0000")
    assert tab._actions.undo.text().endswith("<b>a</b>&&c")


class TestGoneFolder:
    @pytest.fixture
    def bar(self, hands, tab, pictures, qtbot):
        draw(hands)
        hands.wait_saved()
        pictures.rename(pictures.with_name("moved"))
        draw(hands, (120, 40), (180, 100))
        bar = tab.findChild(QWidget, "conflict-bar")
        qtbot.waitUntil(bar.isVisible)
        return bar

    def test_the_labels_can_be_saved_elsewhere(
        self, bar, hands, tab, pictures, tmp_path, monkeypatch, notices
    ):
        assert "is gone" in bar.findChild(QLabel, "conflict-text").text()
        target = tmp_path / "kept.xml"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
        bar.findChild(QPushButton, "conflict-elsewhere").click()
        assert len(objects(target)) == 2
        assert not bar.isVisible()
        assert not tab.is_busy
        assert str(target) in notices[-1]
        assert not pictures.exists()

    def test_they_stay_in_hand_until_then(self, bar, hands, tab, tmp_path, monkeypatch):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
        bar.findChild(QPushButton, "conflict-elsewhere").click()
        assert bar.isVisible()
        assert tab.is_busy
        (tmp_path / "moved").rename(tmp_path / "pictures")
        bar.findChild(QPushButton, "conflict-overwrite").click()
        assert len(objects(tmp_path / "pictures" / "p1.xml")) == 2


def test_another_program_s_labels_are_no_reason_to_save_elsewhere(hands, tab, pictures, qtbot):
    draw(hands)
    hands.wait_saved()
    (pictures / "p1.xml").write_text("<annotation/>", "utf-8")
    draw(hands, (120, 40), (180, 100))
    bar = tab.findChild(QWidget, "conflict-bar")
    qtbot.waitUntil(bar.isVisible)
    assert bar.findChild(QPushButton, "conflict-elsewhere").isHidden()


class TestDrops:
    def drop(self, tab, path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
        enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none.NoModifier)
        enter.ignore()
        QApplication.sendEvent(tab, enter)
        if enter.isAccepted():
            place = QPoint(50, 50).toPointF()
            QApplication.sendEvent(tab, QDropEvent(place, copy, data, left, none.NoModifier))
        return enter.isAccepted()

    def test_a_picture_of_the_open_folder_is_shown(self, hands, tab, pictures):
        assert self.drop(tab, pictures / "p3.png")
        hands.wait_for("p3.png")

    def test_a_picture_of_another_folder_opens_that_at_the_picture(self, hands, tab, pictures):
        other = pictures.with_name("other")
        other.mkdir()
        for name in ("a.png", "b.png"):
            (other / name).write_bytes((pictures / "p1.png").read_bytes())
        assert self.drop(tab, other / "b.png")
        hands.wait_for("b.png")

    def test_a_label_file_begins_an_import(self, hands, tab, pictures, tmp_path, qtbot):
        labels = tmp_path / "labels.csv"
        labels.write_text(
            "filename,width,height,class,xmin,ymin,xmax,ymax\np1.png,320,240,d1,10,10,50,50\n"
        )
        assert self.drop(tab, labels)
        dialog = tab.findChild(QWidget, "import-dialog")
        qtbot.waitUntil(lambda: not dialog.is_running)
        assert "labels.csv" in dialog.findChild(QLabel, "import-source").text()
        dialog.reject()

    def test_a_video_is_left_to_the_window(self, hands, tab, tmp_path):
        assert not self.drop(tab, tmp_path / "cars.mp4")


def test_the_list_of_classes_stays_where_it_was_scrolled_to(hands, tab):
    for number in range(60):
        tab._book.add(f"class {number}")
    bar = tab._classes._list.verticalScrollBar()
    draw(hands)
    bar.setValue(bar.maximum())
    tab._labeling.set_verified(True)
    tab._classes.show_counts(hands.boxes)
    assert bar.value() == bar.maximum()


def test_pasted_boxes_that_lie_outside_the_picture_are_told(hands, tab, pictures, notices):
    small = pictures.with_name("small")
    small.mkdir()
    draw(hands, (20, 20), (60, 60))
    draw(hands, (200, 150), (280, 220))
    hands.canvas.select([0, 1])
    hands.key(Qt.Key.Key_C, CONTROL)
    cv2.imwrite(str(small / "s.png"), np.full((80, 100, 3), 90, np.uint8))
    tab.open_folder(small)
    hands.wait_for("s.png")
    hands.key(Qt.Key.Key_V, CONTROL | SHIFT)
    assert len(hands.boxes) == 1
    assert notices[-1].startswith("1 of 2 boxes lie outside")


def test_the_wheel_over_a_number_nobody_types_in_changes_no_box(hands, tab):
    draw(hands)
    before = hands.boxes
    field = tab.findChild(QSpinBox, "box-xmin")
    hands.canvas.setFocus()
    place = field.rect().center()
    event = QWheelEvent(
        place.toPointF(),
        field.mapToGlobal(place).toPointF(),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert hands.boxes == before


def test_a_class_name_that_no_list_can_hold_is_refused(hands, tab, errors, qtbot):
    with qtbot.waitSignal(errors.error_reported) as signal:
        tab._classes.added.emit("two\nlines")
    assert "printable" in signal.args[0].message
    assert [entry.name for entry in tab._book.entries] == ["d1", "d2", "d3"]


def test_edits_before_an_import_are_past_and_blamed_on_no_other_program(
    hands, tab, pictures, tmp_path, errors, qtbot
):
    draw(hands)
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    draw(hands, (20, 20), (60, 60))
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "filename,width,height,class,xmin,ymin,xmax,ymax\np1.png,320,240,d2,10,10,50,50\n"
    )
    tab._labeling.save()
    report = import_labels([labels], FORMATS["csv"], tab._labeling.folder, replaces=True)
    tab._exchange.imported.emit(report)
    told = []
    errors.error_reported.connect(told.append)
    hands.key(Qt.Key.Key_Z, CONTROL)
    assert hands.boxes == []
    assert tab._labeling.history.next_undo is None
    assert not tab._actions.undo.isEnabled()
    assert told == []


def test_a_low_window_scrolls_the_numbers_instead_of_pressing_them_together(hands, tab):
    tab.resize(740, 400)
    QApplication.processEvents()
    above = tab.findChild(QSpinBox, "box-xmin")
    below = tab.findChild(QLabel, "box-xmax-label")
    assert above.geometry().bottom() < below.geometry().top()
    panels = tab.findChild(QWidget, "annotate-panels")
    assert panels.widget().width() <= panels.viewport().width()


def test_a_box_drawn_on_a_broken_label_file_is_refused_in_words(hands, pictures, notices):
    (pictures / "p2.xml").write_text("<annotation>", "utf-8")
    hands.key(Qt.Key.Key_D)
    hands.wait_for("p2.png")
    draw(hands)
    assert hands.boxes == []
    assert "p2.xml" in notices[-1]
    assert (pictures / "p2.xml").read_text("utf-8") == "<annotation>"
