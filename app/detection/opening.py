"""`open_detector`: from what a person names to a model that runs."""

from __future__ import annotations

from pathlib import Path

from app.detection.detections import Detector
from app.detection.litert_detector import LiteRtDetector
from app.detection.model_card import CARD_NAME, read_model_card
from app.paths import resource_path

STARTER_NAME = "starter-oidv4"


def open_detector(model: str | None = None) -> Detector:
    """Open `model`; None or an empty text is the starter."""
    folder = Path(model) if model else resource_path("models", STARTER_NAME)
    return LiteRtDetector(folder / "model.tflite", read_model_card(folder / CARD_NAME))
