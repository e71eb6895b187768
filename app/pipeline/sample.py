"""The sample clip that comes with Tallybox, and how it is counted."""

from __future__ import annotations

import json

from app.counting.geometries import CountingLine, Scene
from app.paths import sample_data_path
from app.pipeline.settings import CountSettings


def sample_settings() -> CountSettings:
    """Return the settings that ``sample_data/sample.json`` describes."""
    sample = json.loads(sample_data_path("sample.json").read_text(encoding="utf-8"))
    x0, y0, x1, y1 = sample["line"]
    return CountSettings(
        str(sample_data_path(sample["video"])),
        class_names=tuple(sample["classes"]),
        scene=Scene((CountingLine("Line", (x0, y0), (x1, y1)),)),
    )
