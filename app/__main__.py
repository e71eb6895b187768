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
        # Before anything else is imported: what prints on import must not reach the protocol.
        from app.jobs import worker

        return worker.main(Path(arguments[1]))
    from app.commands.outcome import run_to_end

    rest = [argument for argument in arguments if argument != "--debug"]
    # The window does not wait for the libraries of the command line.
    action = _open_window if rest in ([], ["--sample"]) else _run_command
    return run_to_end(lambda: action(rest), is_debug=len(rest) < len(arguments))


def _run_command(arguments: list[str]) -> int:
    from app.commands.application import run

    return run(arguments)


def _open_window(arguments: list[str]) -> int:
    """Open the window; without a screen, count the sample in the terminal instead."""
    from app.screen import check_libraries, check_screen, has_screen

    is_sample = "--sample" in arguments
    if is_sample and not has_screen():
        from app.commands.count import count_sample

        return count_sample(Path("counts", "sample"))
    check_screen()
    check_libraries()
    from app.ui.application import run

    return run(is_sample=is_sample)


if __name__ == "__main__":
    sys.exit(main())
