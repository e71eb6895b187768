"""A folder of its own for each counting run of a project."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from app.files import write_error


def new_run_folder(counts_folder: Path) -> Path:
    """Make and return a folder named after the time; an older one is never used again.

    Raises
    ------
    app.files.FileWriteError
    """
    name = datetime.now().astimezone().strftime("%Y-%m-%d_%H-%M-%S")
    for number in itertools.count(1):
        folder = counts_folder / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            if not folder.is_dir():  # mkdir says the same where the parent is a file
                raise write_error(folder, error) from error
            continue
        except OSError as error:
            raise write_error(folder, error) from error
        return folder
    raise AssertionError("unreachable")
