"""What can go wrong with a data set."""

from __future__ import annotations

from app.errors import AppError


class DatasetError(AppError):
    """A data set can't be split, read or written as asked."""
