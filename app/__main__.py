"""Entry point of the command ``tallybox`` and of ``python -m app``.

Nothing heavy is imported here: the window has 1.5 s to appear, a worker has less.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run what `argv` (without the program's name; None: the process's own) asks for."""
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) == 2 and arguments[0] == "worker":
        from app.jobs import worker

        return worker.main(Path(arguments[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
