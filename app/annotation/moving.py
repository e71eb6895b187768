"""Moving single files without ever writing over another or losing the bytes half-way."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.files import FileWriteError, partial_path, publish, remove_quietly, write_error


def move(source: Path, target: Path) -> None:
    """Move a file; across disks it is copied, compared and only then removed.

    Raises
    ------
    AnnotationError
        "place-taken" when there is a file at `target`, unless it is the very copy that an
        interrupted move left; "copy-differs" when the disk did not keep what was written.
    FileWriteError
    """
    try:
        if os.path.lexists(target):
            _finish_copy(source, target)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise _told(source, target, error) from error
        _copy(source, target)


def remove_empty_folders(folder: Path) -> None:
    """Remove a folder and those in it as far as they hold nothing but half copies."""
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            if name.endswith(".partial"):
                remove_quietly(Path(path, name))
        try:
            Path(path).rmdir()
        except OSError:
            continue  # something is in it: it stays


def _copy(source: Path, target: Path) -> None:
    partial = partial_path(target)
    try:
        shutil.copy2(source, partial, follow_symlinks=False)
        is_same = partial.is_symlink() or filecmp.cmp(source, partial, shallow=False)
    except OSError as error:
        remove_quietly(partial)
        raise _told(source, target, error) from error
    if not is_same:
        remove_quietly(partial)
        message = f"The copy of {source} at {target} is not the same: the file was not moved."
        raise AnnotationError("copy-differs", message, "Check the disk.")
    publish(target)
    try:
        source.unlink()
    except OSError as error:
        remove_quietly(target)  # else there would be two
        raise _told(source, target, error) from error


def _finish_copy(source: Path, target: Path) -> None:
    """Remove the source of a move between disks that was killed after it had copied."""
    if not (source.is_file() and target.is_file() and filecmp.cmp(source, target, shallow=False)):
        raise AnnotationError(
            "place-taken",
            f"{source} can't be moved: there is already a file {target}.",
            "Move that one away first.",
        )
    source.unlink()


def _told(source: Path, target: Path, error: OSError) -> FileWriteError:
    told = write_error(target, error)
    message = f"Can't move {source}. {told.message}"
    return FileWriteError(told.code, message, told.hint, told.detail)
