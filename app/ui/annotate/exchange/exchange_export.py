"""`ExportDialog`: the labels of the pictures that are open, in a format of another tool."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.exchange import Choice, ExportReport, Progress, export_labels
from app.annotation.formats.registry import FORMATS, Format
from app.annotation.label_folder import LabelFolder
from app.jobs.cancel import CancelToken
from app.ui.annotate.exchange.exchange_dialog import ExchangeDialog
from app.ui.annotate.exchange.exchange_report import class_row, note_rows
from app.ui.icons import icon
from app.ui.naming import named

_CHOICES: tuple[Choice, ...] = ("all", "labelled", "verified")


class ExportDialog(ExchangeDialog):
    """Asks for format, place and pictures, exports, and says what the format can't hold.

    Parameters
    ----------
    folder : LabelFolder
    place : Path
        Folder in which a name for the export is proposed.
    class_names : tuple of str
        In the order of their ids.
    parent : QWidget or None
    """

    def __init__(
        self,
        folder: LabelFolder,
        place: Path,
        class_names: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(folder, self.tr("Export"), parent)
        self.setObjectName("export-dialog")
        self.setWindowTitle(self.tr("Export labels"))
        self._place, self._class_names = place, class_names
        self._proposed = ""
        self._format = named(QComboBox(self._form), "export-format")
        for key, form in FORMATS.items():
            if form.write is not None:
                self._format.addItem(form.title, key)
        self._target = named(QLineEdit(self._form), "export-target")
        self._browse = named(
            QPushButton(icon("folder"), self.tr("Browse…"), self._form), "export-browse"
        )
        texts = (
            self.tr("All"),
            self.tr("Those with a box, and verified ones"),
            self.tr("Only verified ones"),
        )
        self._choices = {
            choice: named(QRadioButton(text, self._form), f"export-{choice}")
            for choice, text in zip(_CHOICES, texts, strict=True)
        }
        self._choices["all"].setChecked(True)
        self._lay_out_form()
        self._format.currentIndexChanged.connect(self._propose)
        self._target.textChanged.connect(self._on_target)
        self._browse.clicked.connect(self._choose_target)
        self._propose()

    @property
    def _chosen(self) -> Format:
        return FORMATS[self._format.currentData()]

    def _lay_out_form(self) -> None:
        target = QHBoxLayout()
        target.setSpacing(8)
        target.addWidget(self._target, 1)
        target.addWidget(self._browse)
        layout = QVBoxLayout(self._form)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._section(self.tr("Format"), "export-format-title"))
        layout.addWidget(self._format)
        layout.addSpacing(8)
        layout.addWidget(self._section(self.tr("New file or folder"), "export-target-title"))
        layout.addLayout(target)
        layout.addSpacing(8)
        layout.addWidget(self._section(self.tr("Pictures"), "export-pictures-title"))
        for button in self._choices.values():
            layout.addWidget(button)

    def _section(self, text: str, name: str) -> QLabel:
        return named(QLabel(text, self._form), name, role="section")

    @Slot()
    def _propose(self) -> None:
        """Propose a name that is free, unless the person has given one."""
        if self._target.text() not in ("", self._proposed):
            return
        form = self._chosen
        stem, ending = f"labels-{form.key}", "" if form.is_folder else form.suffixes[0]
        target, number = self._place / f"{stem}{ending}", 2
        while target.exists():
            target, number = self._place / f"{stem}-{number}{ending}", number + 1
        self._proposed = str(target)
        self._target.setText(self._proposed)

    @Slot()
    def _on_target(self) -> None:
        self._start.setEnabled(bool(self._target.text().strip()))

    @Slot()
    def _choose_target(self) -> None:
        if self._chosen.is_folder:
            name = QFileDialog.getExistingDirectory(self, self.tr("Empty folder to export into"))
        else:
            name, _ = QFileDialog.getSaveFileName(
                self, self.tr("File to export into"), self._target.text()
            )
        if name:
            self._target.setText(name)

    @Slot()
    def _begin(self) -> None:
        folder, form, names = self._folder, self._chosen, self._class_names
        target = Path(self._target.text().strip()).expanduser()
        choice = next(key for key, button in self._choices.items() if button.isChecked())

        def work(token: CancelToken, tell: Progress) -> ExportReport:
            return export_labels(
                folder,
                form,
                target,
                class_names=names,
                choice=choice,
                token=token,
                on_progress=tell,
            )

        self._run(work, self.tr("Reading…"))

    def _on_result(self, result: object) -> None:
        if not isinstance(result, ExportReport):
            return
        summary = [
            self.tr("{0} boxes of {1} pictures were written").format(
                result.boxes.total(), result.pictures
            ),
            self.tr("{0}: {1}").format(self._chosen.title, self._target.text().strip()),
        ]
        self._report.show_report(summary, [*note_rows(result.notes), class_row(result.boxes)])
        self._show_report()
