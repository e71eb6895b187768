"""``tallybox worker``: what the window starts for long work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.jobs import worker as child


def worker(
    job: Annotated[Path, typer.Argument(help="JSON file that says what to do.")],
) -> int:
    """Run one job of the window, talking JSON lines (for programs, not for people)."""
    return child.main(job)
