"""Ctrl+C: a clean end at the first, the program's end at the second."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.jobs.cancel import CancelToken


@contextmanager
def stop_on_interrupt(token: CancelToken) -> Iterator[None]:
    """Cancel `token` at Ctrl+C, so that what was done is kept; a second one ends the program."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
