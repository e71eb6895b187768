"""What new geometries are called, and why some make no sense."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.counting.geometries import Scene

translate = QCoreApplication.translate


def free_name(kind: str, scene: Scene) -> str:
    """Return a name for a new "line", "band" or "zone" that none in `scene` has."""
    stem = {
        "line": translate("GeometryWords", "Line"),
        "band": translate("GeometryWords", "Band"),
        "zone": translate("GeometryWords", "Zone"),
    }[kind]
    taken = {geometry.name for geometry in scene.geometries}
    if stem not in taken:
        return stem
    return next(f"{stem} {n}" for n in range(2, len(taken) + 3) if f"{stem} {n}" not in taken)


def too_small_text(kind: str) -> str:
    """Return why a "line", "band" or "zone" without extent is not taken."""
    return {
        "line": translate(
            "GeometryWords", "That line is too short for anything to cross. Drag it longer."
        ),
        "band": translate(
            "GeometryWords", "That band is too small for anything to cross. Drag it larger."
        ),
        "zone": translate(
            "GeometryWords",
            "That zone is too small. Set at least three points, further apart.",
        ),
    }[kind]
