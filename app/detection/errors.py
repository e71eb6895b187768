"""What can go wrong with a model."""

from __future__ import annotations

from app.errors import AppError


class ModelError(AppError):
    """A model that cannot be opened, does not fit, or lacks what was asked of it."""
