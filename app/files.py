"""Writing files so that a crash, a full disk or a kill never leaves half of one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from app.errors import AppError

_REASONS = {
    errno.ENOSPC: ("disk-full", "the disk is full", "Free some space or choose another folder."),
    errno.EDQUOT: ("disk-full", "the disk quota is used up", "Free some space."),
    errno.EROFS: ("not-writable", "the disk is read-only", "Choose another folder."),
    errno.EACCES: ("not-writable", "writing is not allowed there", "Choose another folder."),
    errno.EPERM: ("not-writable", "writing is not allowed there", "Choose another folder."),
    errno.ENOENT: ("no-such-folder", "its folder does not exist", "Make the folder first."),
    errno.ENOTDIR: ("no-such-folder", "its folder is a file", "Choose another name."),
    errno.EISDIR: ("is-a-folder", "a folder has that name", "Choose another name."),
    errno.ENAMETOOLONG: ("name-too-long", "the name is too long", "Choose a shorter name."),
}


class FileWriteError(AppError):
    """A file could not be written; the one that was there before is untouched."""


def partial_path(path: Path) -> Path:
    """Return the neighbour ``<name>.partial`` that is written before it takes the name `path`."""
    return path.with_name(f"{path.name}.partial")


def publish(path: Path) -> None:
    """Give the finished neighbour ``<name>.partial`` its name `path`, replacing what is there.

    Raises
    ------
    FileWriteError
    """
    try:
        partial_path(path).replace(path)
    except OSError as error:
        raise write_error(path, error) from error


def atomic_write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`: all of it or nothing.

    Raises
    ------
    FileWriteError
        Naming `path` and the reason (disk full, read-only, no such folder).
    """
    partial = partial_path(path)
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may keep the new name and lose the bytes
        partial.replace(path)
    except OSError as error:
        remove_quietly(partial)
        raise write_error(path, error) from error


def atomic_write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with its line ends as they are: all of it or nothing.

    Raises
    ------
    FileWriteError
    """
    atomic_write_bytes(path, text.encode("utf-8"))


def remove_quietly(path: Path) -> None:
    """Remove a file of ours if it is there; failing to tidy up hides no earlier error."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def write_error(path: Path, error: OSError) -> FileWriteError:
    """Return `error` in plain words, for code that writes by other means than this module."""
    fallback = ("not-writable", error.strerror or "writing failed", "Choose another folder.")
    code, reason, hint = _REASONS.get(error.errno or 0, fallback)
    return FileWriteError(code, f"Can't write {path}: {reason}.", hint, detail=str(error))
