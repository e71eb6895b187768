"""`SavingElsewhere`: the labels in hand as a file in a place that can be written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.annotation.formats.voc_writer import voc_bytes
from app.errors import AppError
from app.files import atomic_write_bytes
from app.ui.annotate.labeling import Labeling


class SavingElsewhere(QObject):
    """Asks for a file and writes the labels of the current picture to it.

    Signals
    -------
    saved(str)
        Where to, in words. The person may leave the picture then.
    failed(AppError)
    """

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, labeling: Labeling, tab: QWidget) -> None:
        super().__init__(tab)
        self._labeling, self._tab = labeling, tab

    @Slot()
    def save(self) -> None:
        """Ask where to, and write."""
        path = self._labeling.path
        if path is None or self._labeling.annotation is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._tab,
            self.tr("Save the labels of {0}").format(path.name),
            str(Path.home() / f"{path.stem}.xml"),
            self.tr("Pascal VOC (*.xml)"),
        )
        if name:
            self._write(Path(name))

    def _write(self, target: Path) -> None:
        labeling = self._labeling
        path, annotation, file = labeling.path, labeling.annotation, labeling.file
        folder = labeling.folder
        if path is None or annotation is None or file is None or folder is None:
            return  # it was left while the dialog was open
        rule = folder.coordinate_rule
        try:
            data = voc_bytes(
                annotation, image_path=path, original=file.original, coordinate_rule=rule
            )
            atomic_write_bytes(target, data)
        except AppError as error:
            self.failed.emit(error)
            return
        labeling.take_as_saved()
        self.saved.emit(self.tr("The labels of {0} are in {1}.").format(path.name, target))
