"""The exports that a project has, whole or not; the functions block."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.dataset.errors import DatasetError
from app.dataset.export import exports_folder
from app.dataset.manifest import MANIFEST_NAME, Manifest, damaged_files, read_manifest
from app.errors import AppError
from app.files import partial_path

_PARTIAL = partial_path(Path("x")).name.removeprefix("x")
_REPLACED = ".replaced"

Stamp = tuple[tuple[str, int, int], ...]
"""Name, size in bytes and time of change (ns) of every file: other stamps, other files."""


@dataclass(frozen=True)
class KeptExport:
    """One folder below ``exports``.

    Attributes
    ----------
    folder : Path
    when : datetime
        Of the last change, local time.
    stamp : tuple
    manifest : Manifest or None
        None where it can't be read; `error` says why then.
    error : AppError or None
    """

    folder: Path
    when: datetime
    stamp: Stamp
    manifest: Manifest | None = field(compare=False)  # the stamp tells of any change
    error: AppError | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What the person called it."""
        return self.folder.name

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(size for _name, size, _time in self.stamp)

    @property
    def record_files(self) -> tuple[Path, ...]:
        """Its files of records that are there, by name."""
        names = (name for name, _size, _time in self.stamp)
        return tuple(self.folder / name for name in names if is_record_name(name))


@dataclass(frozen=True)
class Shelf:
    """What is below ``exports``.

    Attributes
    ----------
    exports : tuple of KeptExport
        The newest first.
    partials : tuple of str
        Names of the exports that were interrupted.
    """

    exports: tuple[KeptExport, ...] = ()
    partials: tuple[str, ...] = ()

    def named(self, name: str) -> KeptExport | None:
        """Return the export of a name."""
        return next((each for each in self.exports if each.name == name), None)


def read_shelf(project_folder: Path) -> Shelf:
    """Return the exports of a project; what is in their files is not looked at.

    Raises
    ------
    DatasetError
        ``exports-not-readable``.
    """
    root = exports_folder(project_folder)
    try:
        return _shelf(root)
    except OSError as error:
        message = f"Can't read {root}: {error.strerror or 'reading failed'}."
        hint = "Look whether the folder may be read."
        raise DatasetError("exports-not-readable", message, hint, str(error)) from error


def _shelf(root: Path) -> Shelf:
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    partials = sorted(_name(path) for path in folders if path.name.endswith(_PARTIAL))
    kept = [_kept(path) for path in folders if not path.name.endswith((_PARTIAL, _REPLACED))]
    exports = sorted(kept, key=lambda each: (each.when, each.name), reverse=True)
    return Shelf(tuple(exports), tuple(partials))


def damage_of(kept: KeptExport) -> tuple[str, ...]:
    """Return the names of the files that are not as the manifest says; all bytes are read.

    Raises
    ------
    FileWriteError
        A file can't be read.
    """
    return () if kept.manifest is None else tuple(damaged_files(kept.folder, kept.manifest))


def missing_files(kept: KeptExport) -> tuple[str, ...]:
    """Return the names of the files that are gone or of another size, which is seen at once."""
    said = {} if kept.manifest is None else kept.manifest.files
    sizes = {name: size for name, size, _time in kept.stamp}
    return tuple(name for name, (_digest, size) in said.items() if sizes.get(name) != size)


def is_record_name(name: str) -> bool:
    """Whether a file's name is one of records: ``x.record``, shards and gzip included."""
    return ".record" in name.lower() or ".tfrecord" in name.lower()


def _name(partial: Path) -> str:
    return partial.name.removesuffix(_PARTIAL)


def _kept(folder: Path) -> KeptExport:
    stamp = tuple(
        (path.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for found in (path.stat(),)
    )
    times = {name: time for name, _size, time in stamp}
    newest_ns = times.get(MANIFEST_NAME, folder.stat().st_mtime_ns)
    when = datetime.fromtimestamp(newest_ns / 1e9, tz=UTC).astimezone()
    try:
        return KeptExport(folder, when, stamp, read_manifest(folder))
    except DatasetError as error:
        return KeptExport(folder, when, stamp, None, error)
