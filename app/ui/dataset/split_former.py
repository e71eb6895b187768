"""`SplitFiles`: the split of a project as bytes, so that a former one can come back whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.dataset.errors import DatasetError
from app.dataset.split_files import SPLIT_FILE, split_folder
from app.dataset.split_rule import SET_NAMES, SplitRule
from app.files import atomic_write_bytes, write_error
from app.project.project import Project

# As it is written: the file that tells whether the lists belong to it comes last.
_NAMES = (*(f"{name}.txt" for name in SET_NAMES), SPLIT_FILE)


@dataclass(frozen=True)
class SplitFiles:
    """The files of a split at one time.

    Attributes
    ----------
    contents : mapping of str to (bytes or None)
        By file name; None for a file that is not there.
    rule : dict or None
        The rule in the project's file, as plain values.
    """

    contents: Mapping[str, bytes | None]
    rule: dict[str, Any] | None

    @classmethod
    def of(cls, project: Project) -> SplitFiles:
        """Read what is there now.

        Raises
        ------
        DatasetError
            "split-broken".
        """
        folder = split_folder(project)
        return cls({name: _read(folder / name) for name in _NAMES}, project.split_rule)

    def check_current(self, project: Project) -> None:
        """Refuse to go on when somebody else wrote a split meanwhile.

        Raises
        ------
        DatasetError
            "split-changed", "split-broken".
        """
        if SplitFiles.of(project).contents != self.contents:
            message = f"The split in {split_folder(project)} was changed by another program."
            hint = "Read the pictures again (F5) to see it. Nothing was written."
            raise DatasetError("split-changed", message, hint)

    def put_back(self, project: Project) -> None:
        """Make the project's split what it was.

        Raises
        ------
        app.files.FileWriteError
        app.project.errors.ProjectError
        """
        folder = split_folder(project)
        if self.contents[SPLIT_FILE] is None:
            _remove(folder / SPLIT_FILE)  # first, or it would tell of lists that are gone
        for name in _NAMES:
            content = self.contents[name]
            if content is None:
                _remove(folder / name)
            else:
                atomic_write_bytes(folder / name, content)
        if self.rule != project.split_rule:
            # A rule can't be taken out of the file again; the usual one says the same.
            project.save_split_rule({**SplitRule().to_json(), **(self.rule or {})})


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"Can't read the split in {path}: {error.strerror}."
        hint = "Check the file and its folder."
        raise DatasetError("split-broken", message, hint, detail=str(error)) from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
