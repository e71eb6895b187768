"""The errors of counting that a person may read."""

from __future__ import annotations

from app.errors import AppError


class CountingError(AppError):
    """A line, band, zone or scene that cannot count anything."""
