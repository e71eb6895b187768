"""Light and dark: one table of colours, one style sheet, switched while the window is open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.paths import resource_path
from app.ui.app_state import AppState


@dataclass(frozen=True)
class ThemeColors:
    """The colours of one theme, as ``#RRGGBB``; text on its ground has a contrast of 4.5 or more.

    Attributes
    ----------
    name : str
        "light" or "dark"; also the folder of its glyphs.
    window, surface, raised : str
        Grounds, from the back to the front.
    border, outline : str
        Lines between things; lines round what can be used (contrast 3 or more).
    text, muted : str
        Text, and text that matters less.
    accent, accent_hover, on_accent, accent_soft : str
        The one accent colour, under the pointer, text on it, a ground that hints at it.
    danger, danger_soft : str
        Errors and what can't be undone, and their ground.
    """

    name: str
    window: str
    surface: str
    raised: str
    border: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    danger: str
    danger_soft: str


LIGHT = ThemeColors(
    name="light",
    window="#F3F4F6",
    surface="#FFFFFF",
    raised="#FFFFFF",
    border="#D9DDE3",
    outline="#868E9B",
    text="#1B1F26",
    muted="#586070",
    accent="#1D5FD1",
    accent_hover="#174EB0",
    on_accent="#FFFFFF",
    accent_soft="#E1ECFD",
    danger="#B3261E",
    danger_soft="#FCE9E7",
)
DARK = ThemeColors(
    name="dark",
    window="#16181C",
    surface="#1E2126",
    raised="#282C33",
    border="#363B44",
    outline="#777F8D",
    text="#E9EBEE",
    muted="#A6AEBB",
    accent="#7DB1FF",
    accent_hover="#A3C8FF",
    on_accent="#0A1A33",
    accent_soft="#20344F",
    danger="#FF8F85",
    danger_soft="#40211F",
)

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}

# Multiples of 4 px, so that edges of neighbours meet.
SPACING = {"xs": "4px", "s": "8px", "m": "12px", "l": "16px", "xl": "24px", "radius": "6px"}


class ThemeSwitch(QObject):
    """Dresses the application as chosen, or as the system is, at once when either changes.

    Attributes
    ----------
    colors : ThemeColors
        Of the theme that is on.
    """

    def __init__(self, application: QApplication, state: AppState) -> None:
        super().__init__(application)
        self._application = application
        self._state = state
        self.colors = LIGHT
        state.theme_changed.connect(self.apply)
        application.styleHints().colorSchemeChanged.connect(self.apply)

    @Slot()
    def apply(self) -> None:
        """Dress the application."""
        # For what is not ours to paint: title bars, file dialogs.
        self._application.styleHints().setColorScheme(_SCHEMES[self._state.theme])
        self.colors = self._wanted()
        self._application.setPalette(palette(self.colors))
        self._application.setStyleSheet(style_sheet(self.colors))

    def _wanted(self) -> ThemeColors:
        if self._state.theme != "system":
            return DARK if self._state.theme == "dark" else LIGHT
        scheme = self._application.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def palette(colors: ThemeColors) -> QPalette:
    """Return Qt's palette, for what Fusion and our own widgets paint."""
    role = QPalette.ColorRole
    result = QPalette()
    for color_role, value in {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.surface,
        role.AlternateBase: colors.window,
        role.Text: colors.text,
        role.PlaceholderText: colors.muted,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.danger,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Light: colors.raised,
        role.Midlight: colors.border,
        role.Mid: colors.border,
        role.Dark: colors.outline,
        role.Shadow: colors.border,
    }.items():
        result.setColor(color_role, QColor(value))
    for color_role in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, color_role, QColor(colors.outline))
    return result


def style_sheet(colors: ThemeColors) -> str:
    """Return ``resources/themes/tallybox.qss`` with the colours and spacings put in."""
    template = Template(resource_path("themes", "tallybox.qss").read_text(encoding="utf-8"))
    glyphs = resource_path("themes", colors.name).as_posix()
    return template.substitute(asdict(colors), **SPACING, glyphs=glyphs)
