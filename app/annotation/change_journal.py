"""`ChangeJournal`: what a change of many label files needs to be taken back after a kill."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.errors import AppError
from app.files import (
    FileWriteError,
    atomic_write_bytes,
    atomic_write_text,
    remove_quietly,
    write_error,
)

SAVED_AT_ONCE = 16  # the disk confirms many files in the time of one

_JOURNAL = ".tallybox-class-change.json"
_LOCK = ".tallybox-class-change.lock"


@dataclass(frozen=True)
class LabelRewrite:
    """The bytes of one label file before and after a change."""

    path: Path
    before: bytes
    after: bytes


class ChangeJournal:
    """A hidden file beside the labels, there from before the first file is written to the end.

    The end is `close`, once the classes themselves have changed. Found at the next opening it
    means that the change was interrupted.

    Parameters
    ----------
    folder : LabelFolder
    """

    def __init__(self, folder: LabelFolder) -> None:
        self._labels = folder.labels or folder.images
        self.path = self._labels / _JOURNAL
        self.lock_path = self._labels / _LOCK

    def begin(self, rewrites: Iterable[LabelRewrite], *, class_gone: str, class_come: str) -> None:
        """Write down what is going to happen.

        Parameters
        ----------
        rewrites : iterable of LabelRewrite
        class_gone, class_come : str
            The class that the project loses and gains when all is done; "" for none.

        Raises
        ------
        AnnotationError
            "change-unfinished" when there is a journal already.
        FileWriteError
        """
        if self.path.exists():
            raise AnnotationError(
                "change-unfinished",
                f"An earlier change of the labels in {self._labels} was interrupted.",
                "Open the folder again: then it is taken back.",
            )
        lines = [json.dumps({"version": 1, "gone": class_gone, "come": class_come})]
        lines += [  # a line a file: in one piece it would hold the interpreter for half a second
            json.dumps(_fields(rewrite, self._labels)) for rewrite in rewrites
        ]
        atomic_write_text(self.path, "\n".join(lines) + "\n")

    def close(self) -> None:
        """Remove the journal: the change is whole, or taken back.

        Raises
        ------
        FileWriteError
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise write_error(self.path, error) from error

    def take_back(self) -> list[AppError]:
        """Give every file that was written its old bytes again.

        Files that another program has changed since are left and told. The journal goes, unless
        the disk refuses: then the next opening tries again.
        """
        journal = self._read()
        if isinstance(journal, AppError):
            return [journal]
        with ThreadPoolExecutor(SAVED_AT_ONCE) as pool:
            found = list(pool.map(self._take_back_one, journal["files"]))
        errors = [error for error in found if error is not None]
        if not any(isinstance(error, FileWriteError) for error in errors):
            remove_quietly(self.path)
        return errors

    def settle(self, class_names: Collection[str]) -> list[AppError]:
        """Finish or take back what was interrupted; the first thing told is that it happened.

        Parameters
        ----------
        class_names : collection of str
            The classes that the project has now: they are changed last, so they tell whether all
            label files were written. Empty for a plain folder.
        """
        if not self.path.exists():
            return []
        journal = self._read()
        if isinstance(journal, AppError):
            return [journal]
        if _is_whole(journal, class_names):
            remove_quietly(self.path)
            return []
        told = AnnotationError(
            "change-taken-back",
            f"A change of a class in {self._labels} was interrupted; it was taken back.",
            "All labels are as they were before it. Make the change again.",
        )
        return [told, *self.take_back()]

    def _read(self) -> dict[str, Any] | AppError:
        try:
            head, *lines = self.path.read_text("utf-8").splitlines()
            journal: dict[str, Any] = json.loads(head)
            journal["files"] = [json.loads(line) for line in lines]
            _check(journal)
        except (OSError, ValueError, TypeError, KeyError) as error:
            return AnnotationError(
                "journal-broken",
                f"Can't read {self.path}: a change of a class may be half done.",
                "Look whether the labels have two names for one class; then remove the file.",
                detail=repr(error),
            )
        return journal

    def _take_back_one(self, fields: dict[str, str]) -> AppError | None:
        path = self._labels / fields["label"]
        before = base64.b64decode(fields["before"])
        try:
            now = path.read_bytes()
            if now not in (before, b"") and _sha256(now) != fields["after_sha256"]:
                return _left(path, "another program has changed it")
            if now != before:  # an empty one: the power went before the disk had it
                atomic_write_bytes(path.resolve(), before)
        except OSError as error:
            return _left(path, error.strerror or "it can't be read")
        except FileWriteError as error:
            return error
        return None


def _fields(rewrite: LabelRewrite, labels: Path) -> dict[str, str]:
    return {
        "label": rewrite.path.relative_to(labels).as_posix(),
        "before": base64.b64encode(rewrite.before).decode("ascii"),
        "after_sha256": _sha256(rewrite.after),
    }


def _check(journal: dict[str, Any]) -> None:
    """Raise what a missing field raises, before any file is touched."""
    named = [journal["gone"], journal["come"]]
    for fields in journal["files"]:
        named += [fields["label"], fields["after_sha256"]]
        base64.b64decode(fields["before"], validate=True)
    if not all(isinstance(text, str) for text in named):
        raise TypeError


def _is_whole(journal: dict[str, Any], class_names: Collection[str]) -> bool:
    gone, come = journal["gone"], journal["come"]
    if not (gone or come) or not class_names:
        return False
    return gone not in class_names and (not come or come in class_names)


def _left(path: Path, reason: str) -> AnnotationError:
    return AnnotationError(
        "label-left", f"{path} is left as it is: {reason}.", "Look at its classes by hand."
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
