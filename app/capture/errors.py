"""What can go wrong between a lens or a file and a picture in memory, or on the way to disk."""

from __future__ import annotations

from app.errors import AppError


class CaptureError(AppError):
    """The family of this room."""


class SourceError(CaptureError):
    """A source could not be opened, or was lost for good."""


class RecordingError(CaptureError):
    """A recording could not be started, or could not go on."""
