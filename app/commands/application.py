"""The command line as a whole: the list of commands, errors in words, exit codes.

0 is success, 2 is bad usage, 130 is Ctrl+C, 1 is everything else. Errors are one line on
standard error, ``error: <message> (<hint>)``; a traceback comes only with ``--debug``.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Annotated

import typer

from app.commands.bench import bench
from app.commands.count import count
from app.commands.new import new
from app.commands.output import print_error
from app.commands.worker import worker
from app.errors import AppError
from app.jobs.cancel import JobCancelled

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def run(arguments: list[str], *, open_window: Callable[[bool], int]) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments : list of str
        Without the program's name.
    open_window : callable
        Called with whether to show the bundled sample when no command is given; returns the exit
        code. Given from outside because this room knows nothing of Qt.
    """
    is_debug = "--debug" in arguments
    rest = [argument for argument in arguments if argument != "--debug"]
    try:
        code = _invoke(rest, open_window)
        sys.stdout.flush()
    except (KeyboardInterrupt, JobCancelled):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_FAILED
    except typer.exceptions.TyperException as error:
        print_error(error.format_message(), _usage_hint(error))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the process's top: no traceback for people
        if is_debug:
            traceback.print_exc()
        print_error(*_words(error))
        return EXIT_FAILED
    return code


def _invoke(arguments: list[str], open_window: Callable[[bool], int]) -> int:
    command = typer.main.get_command(application(open_window))
    code = command.main(arguments, prog_name="tallybox", standalone_mode=False)
    return code if isinstance(code, int) else 0


def application(open_window: Callable[[bool], int]) -> typer.Typer:
    """Return the commands that exist, and what happens without one."""
    commands = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="With --debug, any command shows the traceback of an error.",
    )

    @commands.callback(invoke_without_command=True)
    def window(
        context: typer.Context,
        *,
        sample: Annotated[
            bool, typer.Option("--sample", help="Count the bundled sample video.")
        ] = False,
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> None:
        """From labelling to counting in one window. Without a command, the window opens."""
        if version:
            import importlib.metadata  # takes longer than all of the rest

            typer.echo(f"tallybox {importlib.metadata.version('tallybox')}")
        elif context.invoked_subcommand is None:
            raise typer.Exit(open_window(sample))
        elif sample:
            raise typer.BadParameter("--sample goes without a command.")

    for command in (new, count, bench, worker):
        commands.command()(command)
    return commands


def _usage_hint(error: typer.exceptions.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path} --help." if context is not None else ""


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, AppError):
        return error.message, error.hint
    message = f"Something unexpected went wrong: {type(error).__name__}: {error}"
    return message, "This is a fault of Tallybox; --debug shows where."


def _silence_stdout() -> None:
    """Point standard output nowhere, or Python complains of the broken pipe when it flushes."""
    null_fd = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_fd, sys.stdout.fileno())
    os.close(null_fd)
