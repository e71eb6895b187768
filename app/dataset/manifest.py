"""``manifest.json``: what an export holds, with a hash of every file. It is written last.

It has no date and no machine's path: the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.dataset.errors import DatasetError
from app.dataset.export_tally import ExportTally
from app.files import atomic_write_text, write_error

MANIFEST_NAME = "manifest.json"
_VERSION = 1


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself.

    Attributes
    ----------
    settings : mapping
        As `ExportSettings.to_json` gives them.
    classes : mapping of int to str
        Names by class id.
    is_split : bool
        Whether the sets are those of a split; else all labelled pictures are one set.
    split_sha256 : str
        A hash of which picture is in which set.
    coordinate_rule : str
        By which the label files were read.
    sets : mapping of str to ExportTally
    files : mapping of str to (str, int)
        SHA-256 and size in bytes of every other file, by POSIX path.
    tool : str
        Name and version of the program that wrote it.
    """

    settings: Mapping[str, Any]
    classes: Mapping[int, str]
    is_split: bool
    split_sha256: str
    coordinate_rule: str
    sets: Mapping[str, ExportTally]
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    tool: str = ""

    def write(self, folder: Path, known: Mapping[str, str]) -> None:
        """Write the manifest of the files in `folder`.

        Parameters
        ----------
        folder : Path
        known : mapping of str to str
            SHA-256 of files that were hashed while they were written, by name.

        Raises
        ------
        FileWriteError
        """
        content = {
            "version": _VERSION,
            "tool": self.tool or _tool(),
            "settings": dict(self.settings),
            "classes": [{"id": key, "name": name} for key, name in self.classes.items()],
            "is_split": self.is_split,
            "split_sha256": self.split_sha256,
            "coordinate_rule": self.coordinate_rule,
            "sets": {name: tally.to_json() for name, tally in self.sets.items()},
            "files": {
                name: {"sha256": digest, "bytes": size}
                for name, (digest, size) in _hashes(folder, known).items()
            },
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        atomic_write_text(folder / MANIFEST_NAME, text + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an export.

    Raises
    ------
    DatasetError
        ``no-manifest``: the folder is no export, or none that is whole; ``manifest-broken``.
    """
    path = folder / MANIFEST_NAME
    try:
        return _from_json(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"{folder} is not a whole export: it has no {MANIFEST_NAME}."
        raise DatasetError("no-manifest", message, "Export again.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"Can't read {path}: it is not a manifest of Tallybox."
        raise DatasetError("manifest-broken", message, "Export again.", repr(error)) from error


def damaged_files(folder: Path, manifest: Manifest) -> list[str]:
    """Return the names of files that are not as the manifest says."""
    found = _hashes(folder)
    return [name for name, said in manifest.files.items() if found.get(name) != said]


def _from_json(values: Mapping[str, Any]) -> Manifest:
    if values["version"] > _VERSION:
        raise ValueError("a newer Tallybox made it")
    return Manifest(
        values["settings"],
        {int(item["id"]): str(item["name"]) for item in values["classes"]},
        bool(values["is_split"]),
        str(values["split_sha256"]),
        str(values["coordinate_rule"]),
        {name: ExportTally.from_json(tally) for name, tally in values["sets"].items()},
        {name: (each["sha256"], each["bytes"]) for name, each in values["files"].items()},
        str(values["tool"]),
    )


def _hashes(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, tuple[str, int]]:
    """Return SHA-256 and size of every file below a folder, by name; of no manifest."""
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    told = known or {}
    return {name: _hash(folder / name, told.get(name)) for name in names if name != MANIFEST_NAME}


def _hash(path: Path, known: str | None) -> tuple[str, int]:
    try:
        if known is not None:
            return known, path.stat().st_size
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    except OSError as error:
        raise write_error(path, error) from error


def _tool() -> str:
    return f"tallybox {importlib.metadata.version('tallybox')}"
