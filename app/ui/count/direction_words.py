"""What directions are called on the screen, and the names people choose from."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.counting.geometries import Geometry, Zone

ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "in": "⇥", "out": "↦"}

# Each preset names the direction towards smaller coordinates (up, left) or into a zone first.
_LEVEL_PRESETS = (("Up", "Down"), ("Subiendo", "Bajando"), ("In", "Out"), ("Out", "In"))
_UPRIGHT_PRESETS = (("Left", "Right"), ("Izquierda", "Derecha"), ("In", "Out"), ("Out", "In"))
_ZONE_PRESETS = (("In", "Out"), ("Entradas", "Salidas"))


def default_word(direction: str) -> str:
    """Return the word for a direction key that was not renamed."""
    words = {
        "up": QCoreApplication.translate("Directions", "Up"),
        "down": QCoreApplication.translate("Directions", "Down"),
        "left": QCoreApplication.translate("Directions", "Left"),
        "right": QCoreApplication.translate("Directions", "Right"),
        "in": QCoreApplication.translate("Directions", "In"),
        "out": QCoreApplication.translate("Directions", "Out"),
    }
    return words[direction]


def direction_label(geometry: Geometry, direction: str) -> str:
    """Return what the person calls `direction`, or its usual word."""
    return geometry.direction_names.get(direction) or default_word(direction)


def direction_keys(geometry: Geometry, *, width: int, height: int) -> tuple[str, str]:
    """Return the two directions of a geometry in a picture of that size, pixels.

    The one towards smaller coordinates, or into a zone, comes first.
    """
    if isinstance(geometry, Zone):
        return "in", "out"
    forward = geometry.passage(width=width, height=height).forward
    return ("up", "down") if forward in ("up", "down") else ("left", "right")


def presets_for(keys: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of names to choose from for two direction keys."""
    if keys == ("in", "out"):
        return _ZONE_PRESETS
    return _LEVEL_PRESETS if keys == ("up", "down") else _UPRIGHT_PRESETS
