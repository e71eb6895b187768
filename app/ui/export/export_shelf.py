"""`ExportShelf`: the exports that are there, listed and looked through in a thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.errors import AppError
from app.ui.dataset.task_line import TaskLine
from app.ui.export.kept_exports import (
    KeptExport,
    Shelf,
    Stamp,
    damage_of,
    missing_files,
    read_shelf,
)

_READ_AT_ONCE_BYTES = 256 * 2**20
"""Of larger exports all bytes are read only when the person asks for it."""


class ExportShelf(QObject):
    """Knows the exports of the open project.

    Attributes
    ----------
    shelf : Shelf

    Signals
    -------
    changed()
    problem(AppError)
    """

    changed = Signal()
    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shelf = Shelf()
        self._project_folder: Path | None = None
        self._damage: dict[Stamp, tuple[str, ...]] = {}
        self._verifying: set[Stamp] = set()
        self._line = TaskLine(self)

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is known."""
        return not self._line.is_running

    def open(self, project_folder: Path | None) -> None:
        """Show the exports of another project."""
        self._project_folder = project_folder
        self.shelf = Shelf()
        self._verifying.clear()
        self.changed.emit()
        self.read()

    @Slot()
    def read(self) -> None:
        """Look again what is there."""
        folder = self._project_folder
        if folder is not None:
            self._line.cancel()
            self._verifying.clear()
            self._line.add(lambda _token, _progress: read_shelf(folder), self._take_shelf)

    def damage(self, kept: KeptExport) -> tuple[str, ...] | None:
        """Return the damaged files of an export; None: not all its bytes were read yet."""
        return missing_files(kept) or self._damage.get(kept.stamp)

    def is_verifying(self, kept: KeptExport) -> bool:
        """Whether an export is being looked through."""
        return kept.stamp in self._verifying

    def verify(self, kept: KeptExport) -> None:
        """Read all files of an export."""
        if kept.manifest is None or kept.stamp in self._damage or self.is_verifying(kept):
            return
        self._verifying.add(kept.stamp)
        self._line.add(
            lambda _token, _progress: damage_of(kept), partial(self._take_damage, kept.stamp)
        )
        self.changed.emit()

    def stop(self) -> None:
        """Wait for the thread; the window closes."""
        self._line.finish()

    def _take_shelf(self, result: object, error: AppError | None) -> None:
        if error is not None:
            self.problem.emit(error)
        if not isinstance(result, Shelf):
            return
        self.shelf = result
        self.changed.emit()
        for kept in result.exports:
            if kept.size_bytes <= _READ_AT_ONCE_BYTES:
                self.verify(kept)

    def _take_damage(self, stamp: Stamp, result: object, error: AppError | None) -> None:
        self._verifying.discard(stamp)
        if error is not None:
            self.problem.emit(error)
        if isinstance(result, tuple):
            self._damage[stamp] = result
        self.changed.emit()
