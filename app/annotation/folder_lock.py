"""One window at a time may change a whole folder; the lock ends with its process, even killed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.annotation.errors import AnnotationError
from app.files import remove_quietly, write_error


@contextmanager
def folder_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, which is made and removed again.

    Raises
    ------
    AnnotationError
        "folder-busy" when another window or process holds it.
    FileWriteError
        The disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise write_error(path, error) from error
    with file:
        if not _is_taken(file):
            raise AnnotationError(
                "folder-busy",
                f"Another window is changing the pictures or labels of {path.parent}.",
                "Wait until it is done, then try again.",
            )
        try:
            yield
        finally:
            remove_quietly(path)


if sys.platform == "win32":
    import msvcrt

    def _is_taken(file: IO[bytes]) -> bool:
        """Whether we have the lock now; closing the file gives it back."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _is_taken(file: IO[bytes]) -> bool:
        """Whether we have the lock now; closing the file gives it back."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
