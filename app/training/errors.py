"""What can go wrong with a training, in words."""

from __future__ import annotations

from app.errors import AppError


class TrainingError(AppError):
    """A training can't be prepared, run, evaluated or exported."""
