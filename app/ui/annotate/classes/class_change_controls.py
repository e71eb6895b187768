"""`ClassChangeControls`: joins the menus of the classes with what changes all pictures."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QColorDialog

from app.annotation.class_changes import ClassChange
from app.ui.annotate.classes.class_change_dialog import ClassChangeDialog, Kind
from app.ui.annotate.classes.class_panel import ClassPanel
from app.ui.annotate.labeling import Labeling


class ClassChangeControls(QObject):
    """Opens the dialogs and passes on what was accepted."""

    def __init__(self, labeling: Labeling, panel: ClassPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._labeling, self._panel = labeling, panel
        panel.rename_requested.connect(self._rename)
        panel.merge_requested.connect(self._merge)
        panel.delete_requested.connect(self._delete)
        panel.color_requested.connect(self._recolor)
        panel.key_requested.connect(labeling.folder_edits.set_key)

    @Slot(str)
    def _rename(self, name: str) -> None:
        self._ask("rename", name)

    @Slot(str)
    def _merge(self, name: str) -> None:
        self._ask("merge", name)

    @Slot(str)
    def _delete(self, name: str) -> None:
        self._ask("delete", name)

    def _ask(self, kind: Kind, name: str) -> None:
        book = self._labeling.book
        others = [entry.name for entry in book.entries if entry.name != name]
        dialog = ClassChangeDialog(
            kind, name, others, self._panel.window(), is_kept=book.is_of_project
        )
        self._labeling.folder_edits.previewed.connect(dialog.show_preview)
        dialog.accepted.connect(self._apply)
        dialog.rejected.connect(self._stop_counting)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        # A new name changes nothing of what is counted.
        self._labeling.folder_edits.preview(ClassChange("delete", name))

    @Slot()
    def _stop_counting(self) -> None:
        if not self._labeling.work.is_writing:
            self._labeling.work.stop()

    @Slot()
    def _apply(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, ClassChangeDialog):
            self._labeling.folder_edits.apply(dialog.change)

    @Slot(str)
    def _recolor(self, name: str) -> None:
        before = self._labeling.book.color_of(name)
        title = self.tr("Colour of {0}").format(name)
        color = QColorDialog.getColor(before, self._panel, title)
        if color.isValid():
            self._labeling.folder_edits.recolor(name, color.name())
