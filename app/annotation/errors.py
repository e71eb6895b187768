"""Errors of labels and their files."""

from __future__ import annotations

from app.errors import AppError


class AnnotationError(AppError):
    """Labels that can't be read, kept or written as they are."""
