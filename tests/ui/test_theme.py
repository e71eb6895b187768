"""Light and dark: readable, and switched while the window is open."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.paths import resource_path
from app.ui.app_state import AppState, window_settings
from app.ui.icons import icon
from app.ui.theme import DARK, LIGHT, ThemeSwitch, style_sheet

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
CONTROL_CONTRAST = 3.0  # WCAG 2.2, 1.4.11


def luminance(color):
    """Return the relative luminance as WCAG 2.2 defines it."""
    channels = QColor(color).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)
def test_text_is_readable_on_every_ground(colors):
    grounds = [colors.window, colors.surface, colors.raised, colors.accent_soft]
    for text in (colors.text, colors.muted, colors.accent):
        for ground in grounds:
            assert contrast(text, ground) >= TEXT_CONTRAST, (text, ground)
    for text, ground in [
        (colors.on_accent, colors.accent),
        (colors.on_accent, colors.accent_hover),
        (colors.text, colors.danger_soft),
        (colors.danger, colors.surface),
        (colors.danger, colors.window),
        (colors.danger, colors.danger_soft),
    ]:
        assert contrast(text, ground) >= TEXT_CONTRAST, (text, ground)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)
def test_outlines_and_focus_rings_can_be_seen(colors):
    for ground in (colors.window, colors.surface, colors.raised):
        assert contrast(colors.outline, ground) >= CONTROL_CONTRAST, ground
        assert contrast(colors.accent, ground) >= CONTROL_CONTRAST, ground


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)
def test_the_style_sheet_is_complete_and_its_pictures_exist(colors):
    text = style_sheet(colors)
    assert "$" not in text
    for glyph in ("chevron-down", "chevron-up", "check"):
        path = resource_path("themes", colors.name, f"{glyph}.svg")
        assert path.is_file()
        assert f'url("{path.as_posix()}")' in text


@pytest.fixture
def switch(qapp, state):
    sheet, palette = qapp.styleSheet(), qapp.palette()
    switch = ThemeSwitch(qapp, state)
    switch.apply()
    yield switch
    qapp.styleHints().colorSchemeChanged.disconnect(switch.apply)
    switch.setParent(None)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def window_color():
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).name()


def test_the_chosen_theme_is_put_on_at_once(switch, state):
    state.set_theme("dark")
    assert window_color() == DARK.window.lower()
    assert DARK.accent in QApplication.instance().styleSheet()
    state.set_theme("light")
    assert switch.colors is LIGHT
    assert window_color() == LIGHT.window.lower()


def test_auto_follows_the_system(switch, state, monkeypatch):
    hints = QGuiApplication.styleHints()
    state.set_theme("dark")
    state.set_theme("system")
    dark_of = {Qt.ColorScheme.Dark: DARK}
    assert switch.colors is dark_of.get(hints.colorScheme(), LIGHT)
    monkeypatch.setattr(type(hints), "colorScheme", lambda _: Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert switch.colors is DARK
    state.set_theme("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert switch.colors is LIGHT


def test_the_theme_is_chosen_in_the_menu_and_kept(window, part, state):
    assert part("action-theme-system").isChecked()
    part("action-theme-dark").trigger()
    assert state.theme == "dark"
    assert part("action-theme-dark").isChecked()
    assert not part("action-theme-system").isChecked()
    assert AppState(window_settings()).theme == "dark"


def test_an_icon_follows_the_theme(switch, state):
    stop = icon("stop")
    for theme, colors in (("light", LIGHT), ("dark", DARK)):
        state.set_theme(theme)
        picture = stop.pixmap(QSize(48, 48)).toImage()
        strongest = max(
            (picture.pixelColor(x, 24) for x in range(48)), key=lambda color: color.alpha()
        )
        assert contrast(strongest, colors.text) < 1.3
        assert picture.pixelColor(0, 0).alpha() == 0


def test_every_icon_can_be_drawn(qapp):
    for path in resource_path("icons").glob("*.svg"):
        picture = icon(path.stem).pixmap(QSize(24, 24)).toImage()
        assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), path


def test_an_icon_that_is_not_there_is_a_mistake(qapp):
    with pytest.raises(ValueError, match="no icon called 'unicorn'"):
        icon("unicorn")
