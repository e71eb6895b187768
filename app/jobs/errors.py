"""What can go wrong with a job as such, whatever it does."""

from __future__ import annotations

from app.errors import AppError


class JobError(AppError):
    """A job could not be read, started or followed."""
