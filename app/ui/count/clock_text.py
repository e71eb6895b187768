"""Times of a video as people read them."""

from __future__ import annotations


def clock_text(seconds: float) -> str:
    """Return ``m:ss``, or ``h:mm:ss`` from an hour on; negative times are 0."""
    whole = int(max(seconds, 0.0))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
