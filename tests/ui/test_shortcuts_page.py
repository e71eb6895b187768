"""The page of keyboard shortcuts is made from the actions."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel

from app.ui.shortcuts_page import ShortcutsPage


@pytest.fixture
def page(qtbot, window, part):
    part("stages").setCurrentWidget(part("stage-count"))
    qtbot.keyClick(window, Qt.Key.Key_F1)
    page = window.findChild(ShortcutsPage)
    yield page
    page.close()


def shown(page):
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_f1_lists_the_window_s_and_the_stages_actions(page):
    texts = shown(page)
    for text in ("File", "Open video", "Ctrl+O", "Keyboard shortcuts", "F1", "Full screen"):
        assert text in texts
    at = texts.index("Count", texts.index("Help") - 3)
    assert texts[at : at + 3] == ["Count", "Do something", "Ctrl+J"]
    assert "About Tallybox" not in texts  # it has no shortcut


def test_search_leaves_what_was_meant(page):
    page.findChild(QObject, "shortcuts-search").setText("video")
    texts = shown(page)
    assert "Open video" in texts
    assert "Quit" not in texts
    page.findChild(QObject, "shortcuts-search").clear()
    assert "Quit" in shown(page)
