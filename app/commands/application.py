"""The command line as a whole: the list of commands and what the program says of itself."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.annotate import annotate
from app.commands.bench import bench
from app.commands.capture import capture
from app.commands.check import check
from app.commands.clean import clean
from app.commands.count import count
from app.commands.export import export
from app.commands.import_labels import import_command
from app.commands.inspect import inspect
from app.commands.new import new
from app.commands.outcome import UsageError
from app.commands.predict import predict
from app.commands.split import split
from app.commands.train import evaluate, train
from app.commands.worker import worker

COMMANDS = (
    *(new, capture, annotate, check, clean, split, export, inspect),
    *(train, evaluate, predict, count, bench, worker),
)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code.

    Raises
    ------
    UsageError
        When the command line makes no sense.
    app.errors.AppError
        Whatever the command raises.
    """
    command = typer.main.get_command(application())
    try:
        code = command.main(arguments, prog_name="tallybox", standalone_mode=False)
    except typer.exceptions.TyperException as error:
        raise UsageError("usage", error.format_message(), _usage_hint(error)) from error
    return code if isinstance(code, int) else 0


def application() -> typer.Typer:
    """Return the commands that exist."""
    commands = typer.Typer(
        callback=window,
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="With --debug, any command shows the traceback of an error.",
    )
    for command in COMMANDS:
        commands.command()(command)
    commands.command("import")(import_command)  # a keyword of Python's
    return commands


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
    elif sample:  # alone it never comes here: `app.__main__` opens the window without typer
        raise typer.BadParameter("--sample goes alone.")
    elif context.invoked_subcommand is None:
        raise typer.BadParameter("A command is missing.")


def _usage_hint(error: typer.exceptions.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path} --help." if context is not None else ""
