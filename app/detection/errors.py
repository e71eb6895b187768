"""What can go wrong with a model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.errors import AppError


class ModelError(AppError):
    """A model that cannot be opened, does not fit, or lacks what was asked of it."""


def output_missing(path: Path, name: str, present: Iterable[str]) -> ModelError:
    """Return the error for a model that does not put out `name`."""
    return ModelError(
        "model-output-missing",
        f'{path} has no output "{name}"; it has {", ".join(sorted(present)) or "none"}.',
        "A detector is needed: boxes, classes and scores. Export the model for detection, "
        "with its post-processing.",
    )
