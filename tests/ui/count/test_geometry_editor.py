"""Drawing and changing lines, bands and zones with a real mouse and keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.counting.geometries import CountingBand, CountingLine, Zone

LEFT = Qt.MouseButton.LeftButton


def names(editor):
    return [geometry.name for geometry in editor.scene.geometries]


def near(point, expected, *, tolerance=0.004):
    return point == pytest.approx(expected, abs=tolerance)


class TestDrawing:
    def test_a_drag_with_the_line_tool_adds_a_line_and_selects_it(self, editor, drag):
        editor.set_tool("line")
        drag((0.3, 0.2), (0.6, 0.35))
        line = editor.scene.geometries[-1]
        assert isinstance(line, CountingLine)
        assert near(line.start_norm, (0.3, 0.2))
        assert near(line.end_norm, (0.6, 0.35))
        assert editor.selected == 3
        assert editor.tool == "select"

    def test_a_nearly_level_line_becomes_level(self, editor, drag):
        editor.set_tool("line")
        drag((0.3, 0.4), (0.7, 0.41))
        line = editor.scene.geometries[-1]
        assert line.start_norm[1] == line.end_norm[1]

    def test_a_band_can_be_dragged_from_any_corner(self, editor, drag):
        editor.set_tool("band")
        drag((0.7, 0.6), (0.5, 0.4))
        band = editor.scene.geometries[-1]
        assert isinstance(band, CountingBand)
        assert near(band.top_left_norm, (0.5, 0.4))
        assert near(band.bottom_right_norm, (0.7, 0.6))

    def test_a_zone_is_clicked_point_by_point_and_closed_by_a_double_click(
        self, qtbot, editor, view, at
    ):
        editor.set_tool("zone")
        for point in ((0.5, 0.1), (0.7, 0.1), (0.7, 0.3)):
            qtbot.mouseClick(view, LEFT, pos=at(*point))
        qtbot.mouseClick(view, LEFT, pos=at(0.5, 0.3))
        qtbot.mouseDClick(view, LEFT, pos=at(0.5, 0.3))
        zone = editor.scene.geometries[-1]
        assert isinstance(zone, Zone)
        assert len(zone.points_norm) == 4

    def test_a_click_on_the_first_point_closes_a_zone_too(self, qtbot, editor, view, at):
        editor.set_tool("zone")
        for point in ((0.5, 0.1), (0.7, 0.1), (0.7, 0.3), (0.5, 0.1)):
            qtbot.mouseClick(view, LEFT, pos=at(*point))
        assert len(editor.scene.geometries[-1].points_norm) == 3

    @pytest.mark.parametrize("tool", ["line", "band"])
    def test_what_nothing_could_cross_is_refused_with_a_word(self, qtbot, editor, drag, tool):
        editor.set_tool(tool)
        with qtbot.waitSignal(editor.refused) as refused:
            drag((0.3, 0.2), (0.305, 0.2))
        assert "larger" in refused.args[0] or "longer" in refused.args[0]
        assert len(editor.scene.geometries) == 3
        assert editor.tool == tool  # to try again

    def test_new_names_are_free(self, editor, drag):
        for _ in range(2):
            editor.set_tool("line")
            drag((0.3, 0.2), (0.6, 0.3))
        assert names(editor)[-2:] == ["Line", "Line 2"]

    def test_escape_first_abandons_the_points_then_puts_the_tool_down(
        self, qtbot, editor, view, at
    ):
        editor.set_tool("zone")
        qtbot.mouseClick(view, LEFT, pos=at(0.5, 0.1))
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert not editor.is_drawing
        assert editor.tool == "zone"
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert editor.tool == "select"

    @pytest.mark.parametrize("tool", ["line", "band", "zone"])
    def test_enter_puts_one_in_the_middle_without_a_mouse(self, qtbot, editor, view, tool):
        editor.set_tool(tool)
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert editor.scene.geometries[-1].kind == tool
        assert editor.selected == 3


class TestMouse:
    def test_a_line_is_moved_by_its_body(self, editor, drag):
        drag((0.5, 0.5), (0.6, 0.4))
        line = editor.scene.geometries[0]
        assert near(line.start_norm, (0.3, 0.4))
        assert near(line.end_norm, (0.9, 0.4))

    def test_a_line_is_reshaped_by_its_end(self, editor, drag):
        drag((0.8, 0.5), (0.7, 0.3))
        line = editor.scene.geometries[0]
        assert near(line.start_norm, (0.2, 0.5))
        assert near(line.end_norm, (0.7, 0.3))

    def test_the_corner_of_a_band_moves_two_sides(self, editor, drag):
        drag((0.1, 0.7), (0.2, 0.65))
        band = editor.scene.geometries[1]
        assert near(band.top_left_norm, (0.2, 0.65))
        assert near(band.bottom_right_norm, (0.9, 0.8))

    def test_a_double_click_on_an_edge_of_a_zone_adds_a_point(self, qtbot, editor, view, at):
        qtbot.mouseDClick(view, LEFT, pos=at(0.2, 0.1))
        zone = editor.scene.geometries[2]
        assert len(zone.points_norm) == 5
        assert near(zone.points_norm[1], (0.2, 0.1))

    def test_nothing_leaves_the_picture(self, editor, drag):
        drag((0.5, 0.5), (0.99, 0.5))
        assert editor.scene.geometries[0].end_norm[0] <= 1.0

    def test_a_drag_is_one_edit(self, qtbot, editor, drag):
        scenes = []
        editor.scene_changed.connect(scenes.append)
        drag((0.5, 0.5), (0.6, 0.4))
        assert len(scenes) == 1

    def test_dragging_an_end_onto_the_other_is_refused_and_the_line_stays(
        self, qtbot, editor, scene, drag
    ):
        with qtbot.waitSignal(editor.refused):
            drag((0.8, 0.5), (0.2, 0.5))
        assert editor.scene == scene

    def test_a_click_on_free_ground_selects_nothing(self, qtbot, editor, view, at):
        editor.select(0)
        qtbot.mouseClick(view, LEFT, pos=at(0.95, 0.05))
        assert editor.selected is None

    def test_the_middle_button_pans_and_edits_nothing(self, qtbot, editor, scene, view):
        before = view.transform.image_rect()
        qtbot.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(320, 180))
        QTest.mouseMove(view, QPoint(350, 170))
        qtbot.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(350, 170))
        moved = view.transform.image_rect().topLeft() - before.topLeft()
        assert (moved.x(), moved.y()) == (30, -10)
        assert editor.scene == scene


class TestKeyboard:
    def test_tab_goes_through_all_geometries_and_then_on(self, qtbot, editor, view):
        seen = []
        for _ in range(3):
            QTest.keyClick(view, Qt.Key.Key_Tab)
            seen.append(editor.selected)
        assert seen == [0, 1, 2]
        QTest.keyClick(view, Qt.Key.Key_Tab)
        assert editor.selected is None

    @pytest.mark.parametrize(
        ("modifier", "step_px"),
        [(Qt.KeyboardModifier.NoModifier, 1), (Qt.KeyboardModifier.ShiftModifier, 10)],
    )
    def test_arrows_move_by_pixels_of_the_picture(self, qtbot, editor, view, modifier, step_px):
        editor.select(0)
        qtbot.keyClick(view, Qt.Key.Key_Down, modifier)
        assert editor.scene.geometries[0].start_norm[1] == pytest.approx(0.5 + step_px / 360)

    def test_brackets_choose_a_point_for_the_arrows(self, qtbot, editor, view):
        editor.select(0)
        qtbot.keyClick(view, Qt.Key.Key_BracketRight)
        qtbot.keyClick(view, Qt.Key.Key_BracketRight)
        qtbot.keyClick(view, Qt.Key.Key_Up)
        line = editor.scene.geometries[0]
        assert line.start_norm == (0.2, 0.5)
        assert line.end_norm[1] == pytest.approx(0.5 - 1 / 360)

    def test_delete_removes_the_selected_geometry(self, qtbot, editor, view):
        editor.select(1)
        qtbot.keyClick(view, Qt.Key.Key_Delete)
        assert names(editor) == ["Gate", "Yard"]
        assert editor.selected is None

    def test_delete_with_a_point_chosen_removes_only_that_down_to_a_triangle(
        self, qtbot, editor, view
    ):
        editor.select(2)
        editor.choose_point(1)
        qtbot.keyClick(view, Qt.Key.Key_Delete)
        assert len(editor.scene.geometries[2].points_norm) == 3
        editor.choose_point(1)
        with qtbot.waitSignal(editor.refused):
            qtbot.keyClick(view, Qt.Key.Key_Delete)
        assert len(editor.scene.geometries[2].points_norm) == 3


class TestUndo:
    def test_undo_and_redo_go_through_every_edit(self, editor, scene, drag):
        drag((0.5, 0.5), (0.6, 0.4))
        editor.select(1)
        editor.delete_selected()
        after = editor.scene
        editor.undo()
        editor.undo()
        assert editor.scene == scene
        assert not editor.can_undo
        editor.redo()
        editor.redo()
        assert editor.scene == after
        assert not editor.can_redo

    def test_an_edit_after_undo_forgets_what_was_undone(self, editor):
        editor.select(0)
        editor.delete_selected()
        editor.undo()
        editor.select(1)
        editor.delete_selected()
        assert not editor.can_redo
        assert names(editor) == ["Gate", "Yard"]

    def test_loading_another_scene_begins_a_new_history(self, editor, scene):
        editor.select(0)
        editor.delete_selected()
        editor.load(scene)
        assert not editor.can_undo
