"""`LabelExchange`: the commands that bring labels in from other tools, and out to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.annotation.errors import AnnotationError
from app.annotation.exchange import ImportReport
from app.errors import AppError
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.exchange.exchange_export import ExportDialog
from app.ui.annotate.exchange.exchange_import import ImportDialog
from app.ui.annotate.labeling import Labeling

_EXPORTS = "exports"


class LabelExchange(QObject):
    """Opens the dialogs on the folder that is labelled.

    Signals
    -------
    imported(ImportReport)
        Label files were written; its `changed` are the pictures.
    failed(AppError)
        It can't begin now, or a class that came in could not be taken up.
    """

    imported = Signal(object)
    failed = Signal(object)

    def __init__(
        self, actions: AnnotateActions, labeling: Labeling, book: ClassBook, tab: QWidget
    ) -> None:
        super().__init__(tab)
        self._actions, self._labeling, self._book, self._tab = actions, labeling, book, tab
        self._dialog: ImportDialog | ExportDialog | None = None
        actions.import_labels.triggered.connect(self.open_import)
        actions.export_labels.triggered.connect(self.open_export)
        labeling.folder_changed.connect(self._on_folder)
        self._on_folder()

    @Slot()
    def open_import(self) -> None:
        """Ask what to import."""
        self.import_from(())

    def import_from(self, sources: Sequence[Path]) -> None:
        """Ask how to import files or a folder, such as those that were dropped on the tab."""
        folder = self._labeling.folder
        if folder is None or not self._may_begin():
            return
        dialog = ImportDialog(folder, self._tab)
        dialog.imported.connect(self._on_imported)
        self._open(dialog)
        if sources:
            dialog.set_sources(sources)

    @Slot()
    def open_export(self) -> None:
        """Ask what to export, and where to."""
        folder = self._labeling.folder
        if folder is None or not self._may_begin():
            return
        names = tuple(entry.name for entry in self._book.entries)
        self._open(ExportDialog(folder, folder.images.parent / _EXPORTS, names, self._tab))

    def shutdown(self) -> None:
        """Stop what is under way, and wait for it; the window closes."""
        if self._dialog is not None:
            self._dialog.shutdown()

    def _may_begin(self) -> bool:
        """Save; a picture that can't be saved, and work on all pictures, go before."""
        self._labeling.save()
        if self._labeling.work.is_writing:
            self.failed.emit(
                AnnotationError(
                    "folder-work",
                    self.tr("All pictures are being changed at the moment."),
                    self.tr("Wait until it is done, or stop it."),
                )
            )
            return False
        return not self._labeling.is_unsaved

    def _open(self, dialog: ImportDialog | ExportDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._on_closed)
        dialog.open()

    @Slot()
    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    @Slot()
    def _on_folder(self) -> None:
        has_pictures = bool(self._labeling.pictures)
        self._actions.import_labels.setEnabled(has_pictures)
        self._actions.export_labels.setEnabled(has_pictures)

    @Slot(object)
    def _on_imported(self, report: ImportReport) -> None:
        for name in report.class_names:
            try:
                self._book.add(name)
            except AppError as error:
                self.failed.emit(error)
                break
        self.imported.emit(report)
