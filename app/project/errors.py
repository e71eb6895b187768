"""What can go wrong with a project folder."""

from __future__ import annotations

from app.errors import AppError


class ProjectError(AppError):
    """A project can't be made, opened or changed as asked."""
