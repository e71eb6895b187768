"""How the program ends: exit codes, and errors as one line.

0 is success, 2 is bad usage, 130 is Ctrl+C, 1 is everything else. Errors are one line on
standard error, ``error: <message> (<hint>)``; a traceback comes only with ``--debug``. Imports
next to nothing, since the window starts through here too.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from app.errors import AppError
from app.jobs.cancel import JobCancelled

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


class UsageError(AppError):
    """The command line makes no sense."""


def run_to_end(action: Callable[[], int], *, is_debug: bool) -> int:
    """Return the exit code of `action`, after words for whatever it raised."""
    try:
        code = action()
        sys.stdout.flush()
    except (KeyboardInterrupt, JobCancelled):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - the process's top: no traceback for people
        if is_debug:
            traceback.print_exc()
        _print_error(*_words(error))
        return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED
    return code


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, AppError):
        return error.message, error.hint
    message = f"Something unexpected went wrong: {type(error).__name__}: {error}"
    return message, "This is a fault of Tallybox; --debug shows where."


def _print_error(message: str, hint: str) -> None:
    text = f"{message.rstrip('.')} ({hint.rstrip('.')})" if hint else message
    sys.stderr.write(f"error: {text}\n")


def _silence_stdout() -> None:
    """Point standard output nowhere, or Python complains of the broken pipe when it flushes."""
    null_fd = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_fd, sys.stdout.fileno())
    os.close(null_fd)
