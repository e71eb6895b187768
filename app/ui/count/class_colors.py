"""One colour per class, the same everywhere in the tab, and text that is legible on it."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app.project import colors


def class_color(class_id: int) -> QColor:
    """Return the colour of a 1-based class id."""
    return QColor(colors.class_color(class_id))


def text_color_on(background: QColor) -> QColor:
    """Return black or white, whichever has more contrast on `background` (WCAG luminance)."""
    red, green, blue = (
        _linear(background.redF()),
        _linear(background.greenF()),
        _linear(background.blueF()),
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor("black") if luminance > 0.179 else QColor("white")


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
