"""What can go wrong with proposals."""

from __future__ import annotations

from app.errors import AppError


class AssistError(AppError):
    """A model that can't propose anything here."""
