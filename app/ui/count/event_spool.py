"""Every crossing event of a run, on disk, so that memory stays bounded however long it counts."""

from __future__ import annotations

import json
import tempfile
from typing import Any


class EventSpool:
    """An unnamed temporary file of JSON lines; gone when it is closed or forgotten."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - see close
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def lines(self) -> list[str]:
        """Return all events as lines of JSON, in the order in which they came."""
        self._file.seek(0)
        lines = self._file.read().splitlines()
        self._file.seek(0, 2)
        return lines

    def add(self, event: dict[str, Any]) -> None:
        """Keep one event."""
        self._file.write(json.dumps(event) + "\n")
        self._count += 1

    def clear(self) -> None:
        """Forget all events."""
        self._file.seek(0)
        self._file.truncate()
        self._count = 0

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
