"""What can go wrong while following objects."""

from __future__ import annotations

from app.errors import AppError


class TrackingError(AppError):
    """A tracker could not be started, or ended in mid-run."""
