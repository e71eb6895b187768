"""The temporary folder of a job, and the ones that killed windows left behind."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile

from app.files import write_error

_PREFIX = "tallybox-job-"
_LOCK = "owner.lock"


class JobFolder:
    """A new temporary folder that says which process owns it.

    Attributes
    ----------
    path : Path

    Raises
    ------
    app.files.FileWriteError
        When it cannot be made.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        except OSError as error:
            raise write_error(Path(tempfile.gettempdir()), error) from error
        self._lock = _lock_of(self.path)
        self._lock.tryLock(0)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_left_folders() -> None:
    """Remove the folders whose process is gone without having tidied up: it was killed.

    A folder without a lock may just be in the making, and is left alone.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _lock_of(folder)
        # Taken only from a process that no longer runs.
        if (folder / _LOCK).exists() and lock.tryLock(0):
            lock.unlock()
            shutil.rmtree(folder, ignore_errors=True)


def _lock_of(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)  # however long a job takes
    return lock
