"""Stopping a job: a token that is looked at, never a thread that is killed."""

from __future__ import annotations

import threading


class JobCancelled(Exception):  # noqa: N818 - somebody asked for it: not an error, never shown
    """Unwinds a job that was asked to stop."""


class CancelToken:
    """Set once, from any thread; looked at between steps of the work."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the job has been asked to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the job to stop. Asking again changes nothing."""
        self._event.set()

    def raise_if_cancelled(self) -> None:
        """Leave the job here if it has been asked to stop.

        Raises
        ------
        JobCancelled
        """
        if self._event.is_set():
            raise JobCancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to `timeout_s` seconds; return whether the job was asked to stop."""
        return self._event.wait(timeout_s)
