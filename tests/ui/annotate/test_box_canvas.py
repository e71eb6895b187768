"""A canvas by itself: boxes hidden and locked, proposals, and what the mouse reaches."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.annotation.labels import LabeledBox
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.canvas.canvas_status import CanvasStatus
from app.ui.annotate.pictures.picture_loader import LoadedPicture

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
LARGE = LabeledBox("d1", 20, 20, 180, 130)
SMALL = LabeledBox("d2", 60, 50, 100, 90)
FAR = LabeledBox("d1", 220, 40, 280, 100)
CAR = Proposal("car", 220, 150, 290, 220, 0.87, "starter", "1")
BUS = Proposal("bus", 40, 160, 120, 220, 0.5, "starter", "1")


def picture_of(tmp_path, size=(320, 240), grey=128):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(grey * 0x010101)
    return LoadedPicture(tmp_path / "p.png", (image,), 3, None)


class Canvas(BoxCanvas):
    """A canvas with a mouse that takes pixels of the picture."""

    def point(self, x, y) -> QPoint:
        return self.transform.to_view(x, y).toPoint()

    def click(self, x, y, modifier=NO_KEY):
        QTest.mouseClick(self, LEFT, modifier, self.point(x, y))

    def double_click(self, x, y):
        self.click(x, y)
        QTest.mouseDClick(self, LEFT, NO_KEY, self.point(x, y))

    def drag(self, start, end, modifier=NO_KEY):
        QTest.mousePress(self, LEFT, modifier, self.point(*start))
        for share in (0.5, 1):
            x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
            self.move(x, y, modifier, LEFT)
        QTest.mouseRelease(self, LEFT, modifier, self.point(*end))

    def move(self, x, y, modifier=NO_KEY, button=Qt.MouseButton.NoButton):
        point = self.point(x, y)
        place = QPointF(self.mapToGlobal(point))
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(point), place, button, button, modifier)
        QApplication.sendEvent(self, event)

    def pixels(self):
        """Return what is shown, shape (height, width, 3), RGB, and so the ground too."""
        image = self.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
        return rows[:, : image.width(), 2::-1].astype(int)

    def is_painted(self, box):
        """Whether something is painted on the left edge of a box."""
        at, shown = self.point(box.xmin, (box.ymin + box.ymax) / 2), self.pixels()
        return bool(np.ptp(shown[at.y(), at.x() - 3 : at.x() + 4], axis=0).max() > 30)


@pytest.fixture
def canvas(qtbot, tmp_path):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.set_picture(picture_of(tmp_path))
    canvas.set_boxes([LARGE, SMALL, FAR])
    return canvas


@pytest.fixture
def edits(canvas):
    """Take edits back to the canvas as the tab does."""
    told = []

    def take(boxes, kind):
        told.append((boxes, kind))
        canvas.set_boxes(boxes)

    canvas.boxes_edited.connect(take)
    return told


# -- hidden ---------------------------------------------------------------------------------


def test_a_hidden_box_is_neither_painted_nor_caught(canvas):
    assert canvas.is_painted(SMALL)
    canvas.select([1])
    canvas.hide_selected()
    assert not canvas.is_painted(SMALL)
    assert canvas.selection == []
    canvas.click(80, 70)
    assert canvas.selection == [0]  # the one below


def test_hidden_boxes_are_left_out_by_the_rubber_band_and_by_selecting_all(canvas):
    canvas.select([1])
    canvas.hide_selected()
    canvas.drag((5, 5), (310, 140))
    assert canvas.selection == [0, 2]
    canvas.select(range(3))
    assert canvas.selection == [0, 2]


def test_all_boxes_are_hidden_and_shown_again_and_new_ones_are_seen(canvas):
    canvas.hide_all()
    assert canvas.hidden_count == 3
    new = LabeledBox("d3", 10, 150, 50, 200)
    canvas.set_boxes([LARGE, SMALL, FAR, new])
    assert canvas.is_painted(new)
    assert not canvas.is_painted(FAR)
    canvas.show_all()
    assert canvas.hidden_count == 0
    assert canvas.is_painted(FAR)


def test_hiding_follows_the_box_over_edits_and_undo(canvas):
    canvas.select([1])
    canvas.hide_selected()
    canvas.set_boxes([SMALL, FAR])  # the large one is deleted
    canvas.click(80, 70)
    assert canvas.selection == []
    canvas.set_boxes([LARGE, SMALL, FAR])  # undone
    canvas.set_boxes([LARGE, replace(SMALL, class_name="d3"), FAR])  # renamed
    assert canvas.hidden_count == 1
    canvas.click(80, 70)
    assert canvas.selection == [0]


def test_a_hidden_box_that_goes_and_comes_back_is_hidden(canvas):
    canvas.select([2])
    canvas.hide_selected()
    canvas.set_boxes([LARGE, SMALL])
    assert canvas.hidden_count == 0
    canvas.set_boxes([LARGE, SMALL, FAR])
    assert canvas.hidden_count == 1
    assert not canvas.is_painted(FAR)


def test_only_one_of_two_equal_boxes_is_hidden(canvas):
    canvas.set_boxes([FAR])
    canvas.hide_all()
    canvas.set_boxes([FAR, FAR])
    assert canvas.hidden_count == 1
    canvas.select([])
    assert canvas.is_painted(FAR)


def test_another_picture_hides_and_locks_nothing(canvas, tmp_path):
    canvas.hide_all()
    canvas.set_picture(picture_of(tmp_path))
    canvas.set_boxes([LARGE, SMALL, FAR])
    assert (canvas.hidden_count, len(canvas.locked)) == (0, 0)
    assert canvas.is_painted(LARGE)


# -- locked ---------------------------------------------------------------------------------


def test_one_works_on_what_lies_on_a_locked_box(canvas, edits):
    canvas.set_boxes([SMALL, replace(LARGE, xmin=60, ymin=50, xmax=90, ymax=80)])
    canvas.select([1])  # the smaller one, which lies over the other
    canvas.toggle_lock_selected()
    canvas.select([])
    canvas.drag((75, 65), (85, 75))
    (boxes, kind) = edits[-1]
    assert kind == "move"
    assert boxes[0].box_xyxy == pytest.approx((70, 60, 110, 100), abs=1)
    assert boxes[1].box_xyxy == (60, 50, 90, 80)


def test_a_locked_box_is_not_caught_by_click_handle_band_or_arrow_keys(canvas, edits):
    canvas.select([2])
    canvas.toggle_lock_selected()
    assert canvas.selection == [2]  # so that the same key unlocks it
    canvas.drag((280, 100), (300, 130))  # its handle
    canvas.select([2])
    canvas.nudge(5, 0)
    assert edits == []
    canvas.click(250, 70)
    assert canvas.selection == []
    canvas.drag((200, 10), (310, 140))
    assert canvas.selection == []


def test_of_several_selected_boxes_only_the_free_ones_move(canvas, edits):
    canvas.select([2])
    canvas.toggle_lock_selected()
    canvas.select([0, 2])
    canvas.nudge(7, 0)
    (boxes, _) = edits[-1]
    assert (boxes[0].xmin, boxes[2].xmin) == (LARGE.xmin + 7, FAR.xmin)


def test_a_lock_is_taken_off_by_the_same_command_and_from_all_at_once(canvas):
    canvas.select([0, 1])
    canvas.toggle_lock_selected()
    canvas.select([0, 1, 2])
    canvas.toggle_lock_selected()  # one was free: now all are locked
    assert len(canvas.locked) == 3
    canvas.toggle_lock_selected()
    assert len(canvas.locked) == 0
    canvas.toggle_lock_selected()
    canvas.unlock_all()
    canvas.select([])
    canvas.click(250, 70)
    assert canvas.selection == [2]


def test_a_locked_box_looks_thinner_and_bears_a_mark(canvas):
    free = canvas.pixels()
    canvas.select([2])
    canvas.toggle_lock_selected()
    canvas.select([])
    locked, corner = canvas.pixels(), canvas.point(FAR.xmax, FAR.ymin)
    line = canvas.point(FAR.xmin, 70)

    def width(shown):
        across = shown[line.y(), line.x() - 4 : line.x() + 5]
        return int((np.abs(across - 128).max(axis=1) > 20).sum())

    assert width(locked) < width(free)
    mark = np.s_[corner.y() - 7 : corner.y() + 7, corner.x() - 7 : corner.x() + 7]
    assert (locked[mark].max(axis=2) < 40).sum() > (free[mark].max(axis=2) < 40).sum() + 50


def test_the_status_line_says_what_is_hidden_and_locked(canvas, qtbot):
    status = CanvasStatus()
    qtbot.addWidget(status)
    canvas.visibility_changed.connect(status.show_visibility)
    words = status.findChild(QLabel, "status-visibility")
    assert words.isHidden()
    canvas.select([0, 1])
    canvas.hide_selected()
    canvas.select([2])
    canvas.toggle_lock_selected()
    assert words.text() == "2 hidden, 1 locked"
    canvas.show_all()
    assert words.text() == "1 locked"
    canvas.unlock_all()
    assert words.isHidden()


# -- proposals ------------------------------------------------------------------------------


@pytest.fixture
def proposed(canvas):
    canvas.set_proposals([CAR, BUS])
    return canvas


def test_a_click_selects_a_proposal_and_the_boxes_no_more(proposed, qtbot):
    proposed.select([0])
    with qtbot.waitSignal(proposed.proposal_selection_changed):
        proposed.click(250, 180)
    assert (proposed.selection, proposed.proposal_selection) == ([], [0])
    proposed.click(80, 190, SHIFT)
    assert proposed.proposal_selection == [0, 1]
    proposed.click(250, 180, SHIFT)
    assert proposed.proposal_selection == [1]
    proposed.click(250, 70)
    assert (proposed.selection, proposed.proposal_selection) == ([2], [])
    proposed.click(80, 190)
    proposed.click(310, 10)  # empty ground
    assert (proposed.selection, proposed.proposal_selection) == ([], [])


def test_a_box_on_a_proposal_is_caught_first(proposed):
    proposed.set_proposals([Proposal("car", 50, 40, 110, 95, 0.9, "starter", "1")])
    proposed.click(80, 70)
    assert (proposed.selection, proposed.proposal_selection) == ([1], [])


def test_a_locked_box_lets_the_mouse_through_to_a_proposal(proposed):
    proposed.set_proposals([Proposal("car", 225, 45, 275, 95, 0.9, "starter", "1")])
    proposed.select([2])
    proposed.toggle_lock_selected()
    proposed.click(250, 70)
    assert proposed.proposal_selection == [0]


def test_a_rubber_band_takes_boxes_and_proposals_only_where_no_box_is(proposed):
    proposed.drag((10, 140), (310, 235))
    assert (proposed.selection, proposed.proposal_selection) == ([], [0, 1])
    proposed.drag((5, 5), (310, 235))
    assert (proposed.selection, proposed.proposal_selection) == ([0, 1, 2], [])


def test_a_double_click_accepts_the_proposal_under_the_pointer(proposed, qtbot):
    with qtbot.waitSignal(proposed.proposal_accepted) as accepted:
        proposed.double_click(80, 190)
    assert accepted.args == [1]


def test_a_double_click_on_a_box_asks_for_its_class_and_accepts_nothing(proposed, qtbot):
    proposed.set_proposals([Proposal("car", 50, 40, 110, 95, 0.9, "starter", "1")])
    with (
        qtbot.assertNotEmitted(proposed.proposal_accepted),
        qtbot.waitSignal(proposed.class_wanted),
    ):
        proposed.double_click(80, 70)


def test_a_proposal_can_not_be_moved(proposed, edits):
    before = proposed.pixels()
    proposed.drag((250, 180), (150, 100))
    assert proposed.proposal_selection == [0]
    proposed.select_proposals([])
    proposed.leaveEvent(QEvent(QEvent.Type.Leave))
    assert edits == []
    assert (proposed.pixels() == before).all()


def test_nested_proposals_are_reached_one_after_the_other(proposed):
    proposed.set_proposals([CAR, replace(CAR, xmin=230, ymin=160, score=0.4)])
    proposed.click(260, 190)
    assert proposed.proposal_selection == [1]
    proposed.click(260, 190, ALT)
    assert proposed.proposal_selection == [0]


def test_a_selected_proposal_stays_selected_when_others_are_accepted(proposed):
    proposed.select_proposals([1])
    proposed.set_proposals([BUS])
    assert proposed.proposal_selection == [0]
    proposed.set_proposals([])
    assert proposed.proposal_selection == []


def test_another_picture_has_no_proposals(proposed, tmp_path):
    proposed.select_proposals([0])
    proposed.set_picture(picture_of(tmp_path))
    assert proposed.proposal_selection == []
    proposed.click(250, 180)
    assert proposed.proposal_selection == []


def test_a_proposal_looks_unlike_a_box(proposed):
    """It is dashed in its colour on dark; a box is one line."""
    proposed.set_proposals([replace(CAR, class_name="d1")])
    proposed.move(5, 235)
    shown = proposed.pixels()

    def along(box):
        begin, end = proposed.point(box.xmin, box.ymin + 5), proposed.point(box.xmin, box.ymax - 5)
        return shown[begin.y() : end.y(), begin.x()]

    assert np.ptp(along(FAR), axis=0).max() == 0
    dashes = along(CAR)
    assert (dashes.max(axis=1) < 40).mean() == pytest.approx(3 / 7, abs=0.1)
    assert (dashes.max(axis=1) > 150).mean() == pytest.approx(4 / 7, abs=0.15)


def test_escape_puts_back_what_is_dragged_and_keeps_what_is_hidden(canvas, edits):
    canvas.select([1])
    canvas.hide_selected()
    QTest.mousePress(canvas, LEFT, NO_KEY, canvas.point(250, 70))
    canvas.move(260, 90, button=LEFT)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NO_KEY, canvas.point(260, 90))
    assert edits == []
    assert canvas.hidden_count == 1
    canvas.select([])
    assert canvas.is_painted(FAR)
