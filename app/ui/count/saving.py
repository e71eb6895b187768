"""Asks where results go and saves them there; nothing is overwritten without being asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import AppError
from app.ui.count.result_files import (
    ResultSaver,
    free_path,
    save_events,
    save_picture,
    save_totals,
)
from app.ui.error_presenter import ErrorPresenter

if TYPE_CHECKING:
    from PySide6.QtGui import QImage


class Saving(QObject):
    """The dialogs of one tab.

    Parameters
    ----------
    window : QWidget
        The dialogs' parent.
    errors : ErrorPresenter
        Told how it went.
    """

    def __init__(self, window: QWidget, errors: ErrorPresenter) -> None:
        super().__init__(window)
        self._window = window
        self._errors = errors
        self._saver = ResultSaver(self)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_failed)
        self._folder: Path | None = None
        self._stem = "counts"

    def set_source(self, source: str, counts_folder: Path | None) -> None:
        """Suggest names after `source`, in the project's folder for counts if there is one."""
        is_file = "://" not in source and not source.isdecimal()
        self._stem = Path(source).stem if is_file else "live"
        self._folder = counts_folder

    def ask_video(self) -> Path | None:
        """Return where to record to; None when the person thought better of it."""
        return self._ask(
            self.tr("Record video"), f"{self._stem}-counted", ".mp4", self.tr("Video (*.mp4)")
        )

    def save_events(self, lines: list[str]) -> None:
        """Save crossing events, lines of JSON, as CSV."""
        path = self._ask(
            self.tr("Save events"),
            f"{self._stem}-events",
            ".csv",
            self.tr("CSV (*.csv);;JSON Lines (*.jsonl)"),
        )
        if path is not None:
            self._saver.save(path, partial(save_events, path, lines))

    def save_totals(self, summary: dict[str, object]) -> None:
        """Save the totals as JSON."""
        path = self._ask(
            self.tr("Save totals"), f"{self._stem}-totals", ".json", self.tr("JSON (*.json)")
        )
        if path is not None:
            self._saver.save(path, partial(save_totals, path, summary))

    def save_picture(self, image: QImage) -> None:
        """Save the picture with its overlay as PNG."""
        path = self._ask(
            self.tr("Save picture"), f"{self._stem}-picture", ".png", self.tr("PNG (*.png)")
        )
        if path is not None:
            self._saver.save(path, partial(save_picture, path, image))

    def _ask(self, title: str, stem: str, suffix: str, kinds: str) -> Path | None:
        """Return the chosen path; the dialog itself asks before it gives one that exists."""
        suggested = free_path(self._start_folder(), stem, suffix)
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, str(suggested), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        self._folder = path.parent
        if path.suffix:
            return path
        # The dialog asked about the name without the ending: this one must be free.
        return free_path(path.parent, path.name, suffix)

    def _start_folder(self) -> Path:
        if self._folder is not None and self._folder.is_dir():
            return self._folder
        location = QStandardPaths.StandardLocation.DocumentsLocation
        return Path(QStandardPaths.writableLocation(location) or Path.home())

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._errors.notify(self.tr("Saved {0}").format(path))

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._errors.report(error)
