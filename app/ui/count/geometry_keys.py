"""Which key edits what on the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.ui.count.geometry_editor import GeometryEditor

FAST_STEP_PX = 10

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_BRACKETS = {Qt.Key.Key_BracketLeft: -1, Qt.Key.Key_BracketRight: 1}
_ERASERS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def wants_key(editor: GeometryEditor, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Return whether `key` edits something now, rather than being a shortcut of the tab."""
    if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return False
    if editor.tool != "select":
        return key in (*_ENTERS, *_ERASERS, Qt.Key.Key_Escape)
    if editor.selected is None:
        return False
    return key in (*_ARROWS, *_BRACKETS, *_ERASERS, Qt.Key.Key_Escape)


def press_key(editor: GeometryEditor, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Edit by keyboard; return whether the key meant anything."""
    if not wants_key(editor, key, modifiers):
        return False
    pressed = Qt.Key(key)
    if pressed in _ARROWS:
        step_px = FAST_STEP_PX if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        x, y = _ARROWS[pressed]
        editor.nudge(x_px=x * step_px, y_px=y * step_px)
    elif pressed in _BRACKETS:
        editor.choose_point(_BRACKETS[pressed])
    elif pressed == Qt.Key.Key_Escape:
        editor.step_back()
    elif pressed in _ERASERS:
        if editor.tool == "select":
            editor.delete_selected()
        else:
            editor.drop_drawn_point()
    elif editor.is_drawing:
        editor.finish_drawing()
    else:
        editor.add_in_the_middle()
    return True
