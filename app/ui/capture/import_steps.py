"""`ImportSteps`: from the commands and drops of the tab to `ImportDialog`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.app_state import AppState
from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.import_dialog import ImportDialog
from app.ui.capture.options_panel import OptionsPanel


class ImportSteps(QObject):
    """Opens one dialog at a time.

    Signals
    -------
    told(str)
    play_requested(str)
        A file is to stand in for the camera.
    """

    told = Signal(str)
    play_requested = Signal(str)

    def __init__(
        self, state: AppState, actions: CaptureActions, options: OptionsPanel, tab: QWidget
    ) -> None:
        super().__init__(tab)
        self._state, self._options, self._tab = state, options, tab
        self._dialog: ImportDialog | None = None
        actions.import_files.triggered.connect(self._ask_files)
        actions.import_folder.triggered.connect(self._ask_folder)

    @property
    def is_running(self) -> bool:
        """Whether files are being copied."""
        return self._dialog is not None and self._dialog.is_running

    def ask(self, paths: Sequence[Path]) -> None:
        """Show what would be imported."""
        project = self._state.project
        if project is None or not paths or self._dialog is not None:
            return
        folder, form = project.images_folder, self._options.picture_format
        dialog = self._dialog = ImportDialog(paths, folder, form, self._tab)
        dialog.imported.connect(self._on_imported)
        dialog.play_requested.connect(self.play_requested)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def shutdown(self) -> None:
        """Stop what is under way, and wait for it."""
        if self._dialog is not None:
            self._dialog.reject()

    @Slot()
    def _ask_files(self) -> None:
        title = self.tr("Import pictures or videos")
        names, _ = QFileDialog.getOpenFileNames(self._tab, title)
        self.ask([Path(name) for name in names])

    @Slot()
    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._tab, self.tr("Import a folder"))
        if folder:
            self.ask([Path(folder)])

    @Slot(int)
    def _on_imported(self, count: int) -> None:
        if count:
            self.told.emit(self.tr("Pictures imported into the project: {0}.").format(count))

    @Slot()
    def _on_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
