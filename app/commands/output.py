"""What the commands print: words for people, or one JSON object for programs."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")
]


def print_json(fields: dict[str, Any]) -> None:
    """Print the one JSON object of a command run with ``--json``.

    In ASCII: a file's name need not be valid UTF-8, and what is printed must be.
    """
    sys.stdout.write(json.dumps(fields) + "\n")
