"""`export_dataset`: records, tables and label maps of a data set, whole or not at all.

Everything is written into ``exports/<name>.partial``, the manifest last; then the folder gets its
name. What an interrupted export has finished is used by the next one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.annotation.folder_lock import folder_lock
from app.annotation.formats.label_set import make_folder
from app.dataset.csv_file import csv_header
from app.dataset.errors import DatasetError
from app.dataset.export_formats import write_formats
from app.dataset.export_part import PartWork
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings, Part, parts_of, record_name
from app.dataset.export_tally import ExportTally
from app.dataset.export_writer import PartFiles
from app.dataset.label_map_files import write_label_maps
from app.dataset.manifest import MANIFEST_NAME, Manifest, read_manifest
from app.files import partial_path, publish, write_error
from app.jobs.cancel import CancelToken

NOTES_NAME = "notes.csv"
_NOTES_HEADER = "set,kind,place,text\n"
_PARTS = "parts"
_REPLACED = ".replaced"

Progress = Callable[[int, int], None]
"""Called with the number of pictures done, and of all."""


@dataclass(frozen=True)
class ExportResult:
    """A whole export.

    Attributes
    ----------
    folder : Path
    manifest : Manifest
    """

    folder: Path
    manifest: Manifest


def exports_folder(project_folder: Path) -> Path:
    """Return where the exports of a project, or of a plain folder of pictures, are."""
    return project_folder / "exports"


def export_dataset(
    source: ExportSource,
    settings: ExportSettings,
    exports: Path,
    *,
    replaces: bool = False,
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> ExportResult:
    """Write an export; proposals of a machine never go out, they are in no label file.

    Stopped or killed, it leaves ``<name>.partial``: the next export of that name keeps the parts
    in it that are whole and of the same input.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    exports : Path
        The folder that the export's own folder is made in.
    replaces : bool
        Whether an export of that name is replaced once the new one is whole.
    token : CancelToken, optional
    on_progress : callable, optional

    Raises
    ------
    DatasetError
        ``export-exists``; ``export-busy``: another process writes it; ``nothing-exported``: no
        picture could go out.
    FileWriteError
    JobCancelled
    """
    target = exports / settings.name
    make_folder(exports)
    with _lock(target):
        _settle(target)
        if target.exists():
            _check_replaceable(target, replaces=replaces)
        work = _Export(source, settings, target, token or CancelToken(), on_progress)
        work.run()
        _publish(target)
    return ExportResult(target, read_manifest(target))


def discard_partial(exports: Path, name: str) -> None:
    """Remove what an interrupted export has left.

    Raises
    ------
    DatasetError
        ``export-busy``.
    FileWriteError
    """
    target = exports / name
    with _lock(target):
        _remove(partial_path(target))


class _Export:
    """One export under way."""

    def __init__(
        self,
        source: ExportSource,
        settings: ExportSettings,
        target: Path,
        token: CancelToken,
        on_progress: Progress | None,
    ) -> None:
        self._source, self._settings, self._token = source, settings, token
        self._folder = partial_path(target)
        self._on_progress = on_progress
        self._done = 0

    def run(self) -> None:
        """Write everything into the partial folder, the manifest last."""
        parts = list(parts_of(self._source, self._settings))
        self._sweep(parts)
        work = PartWork(self._source, self._settings, self._token, self._count)
        tallies = {name: ExportTally() for name in self._source.sets}
        hashes = {}
        for written in work.write(PartFiles(self._folder / _PARTS, part) for part in parts):
            tallies[written.part.set_name].add(written.tally)
            hashes[record_name(written.part, self._settings)] = written.record_sha256
        if not any(tally.images for tally in tallies.values()):
            raise _nothing_exported(tallies)
        # Before the parts are moved: until then they are kept.
        write_formats(self._source, self._settings, self._folder, self._token)
        self._assemble(parts)
        self._manifest(tallies).write(self._folder, hashes)

    def _count(self) -> None:
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(self._done, self._source.image_count)

    def _sweep(self, parts: Iterable[Part]) -> None:
        """Remove all of an earlier try but its parts of the same names."""
        folder = self._folder / _PARTS
        make_folder(folder)
        stems = {part.stem for part in parts}
        for path in sorted(self._folder.iterdir()):
            if path != folder:
                _remove(path)
        for path in sorted(folder.iterdir()):
            if path.name.partition(".")[0] not in stems:
                _remove(path)

    def _assemble(self, parts: list[Part]) -> None:
        """Move the records to their places and join the tables."""
        files = [PartFiles(self._folder / _PARTS, part) for part in parts]
        write_label_maps(self._source.classes, self._folder)
        for set_name in self._source.sets:
            own = [each.of("csv") for each in files if each.part.set_name == set_name]
            _join(self._folder / f"{set_name}.csv", csv_header(), own)
        _join(self._folder / NOTES_NAME, _NOTES_HEADER, [each.of("notes.csv") for each in files])
        for each in files:
            _move(each.of("record"), self._folder / record_name(each.part, self._settings))
        _remove(self._folder / _PARTS)

    def _manifest(self, tallies: dict[str, ExportTally]) -> Manifest:
        source = self._source
        return Manifest(
            self._settings.to_json(),
            source.classes,
            source.is_split,
            source.split_sha256,
            source.folder.coordinate_rule,
            tallies,
        )


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    try:
        with folder_lock(target.with_name(f".{target.name}.lock")):
            yield
    except AnnotationError as error:
        if error.code != "folder-busy":
            raise
        message = f"Another window or command is writing the export {target}."
        raise DatasetError("export-busy", message, "Wait until it is done.") from error


def _settle(target: Path) -> None:
    """Finish or undo what a process was killed in while it changed the folders' names."""
    replaced = target.with_name(target.name + _REPLACED)
    if target.exists():
        _remove(replaced)
    elif (partial_path(target) / MANIFEST_NAME).is_file() and replaced.exists():
        publish(target)
        _remove(replaced)
    elif replaced.exists():
        _move(replaced, target)


def _publish(target: Path) -> None:
    """Give the whole export its name; the old one is out of the way only for a moment."""
    replaced = target.with_name(target.name + _REPLACED)
    if target.exists():
        _move(target, replaced)
    publish(target)
    _remove(replaced)


def _check_replaceable(target: Path, *, replaces: bool) -> None:
    if not (target / MANIFEST_NAME).is_file():
        message = f"{target} is there, and it is not an export of Tallybox."
        raise DatasetError("export-exists", message, "Choose another name.")
    if not replaces:
        message = f"There is an export {target.name} already."
        hint = "Choose another name, or say that it is to be replaced."
        raise DatasetError("export-exists", message, hint)


def _join(path: Path, header: str, pieces: Iterable[Path]) -> None:
    try:
        with path.open("wb") as file:
            file.write(header.encode())
            for piece in pieces:
                with piece.open("rb") as text:
                    shutil.copyfileobj(text, file)
    except OSError as error:
        raise write_error(path, error) from error


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except OSError as error:
        raise write_error(target, error) from error


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise write_error(path, error) from error


def _nothing_exported(tallies: dict[str, ExportTally]) -> DatasetError:
    notes = [note for tally in tallies.values() for note in tally.first_notes]
    why = f" {notes[0].place}: {notes[0].text}" if notes else ""
    return DatasetError(
        "nothing-exported",
        f"None of the pictures could be exported.{why}",
        "See what is wrong with: tallybox check",
    )
