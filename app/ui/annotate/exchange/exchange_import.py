"""`ImportDialog`: labels of other tools become those of the pictures that are open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.exchange import ImportReport, Progress, detect_format, import_labels
from app.annotation.formats.registry import FORMATS, Format
from app.annotation.label_folder import LabelFolder
from app.jobs.cancel import CancelToken
from app.ui.annotate.exchange.exchange_dialog import ExchangeDialog
from app.ui.annotate.exchange.exchange_report import ReportRow, class_row, note_rows
from app.ui.icons import icon
from app.ui.naming import named


class ImportDialog(ExchangeDialog):
    """Asks for files and their format, imports them, and reports.

    Signals
    -------
    imported(ImportReport)
        Label files were written; also when it was stopped.
    """

    imported = Signal(object)

    def __init__(self, folder: LabelFolder, parent: QWidget | None = None) -> None:
        super().__init__(folder, self.tr("Import"), parent)
        self.setObjectName("import-dialog")
        self.setWindowTitle(self.tr("Import labels"))
        self.setAcceptDrops(True)
        self._sources: tuple[Path, ...] = ()
        self._source = named(QLabel(self._form), "import-source")
        self._source.setTextFormat(Qt.TextFormat.PlainText)
        self._source.setWordWrap(True)
        self._format = named(QComboBox(self._form), "import-format")
        self._told = named(QLabel(self._form), "import-format-told", role="muted")
        self._keep = named(QRadioButton(self.tr("Keep theirs"), self._form), "import-keep")
        self._replace = named(
            QRadioButton(self.tr("Replace them; a copy is kept"), self._form), "import-replace"
        )
        self._keep.setChecked(True)
        for key, form in FORMATS.items():
            self._format.addItem(form.title, key)
        self._lay_out_form()
        self.set_sources(())

    @Slot(object)
    def set_sources(self, sources: Sequence[Path]) -> None:
        """Take files or one folder, and look what format they are."""
        self._sources = tuple(sources)
        self._start.setEnabled(False)
        self._format.setEnabled(False)
        self._format.setCurrentIndex(-1)
        self._told.clear()
        self._source.setText(
            _names(self._sources) or self.tr("Drop a file or folder of labels here")
        )
        if self._sources:
            chosen = self._sources
            self._run(lambda token, tell: detect_format(chosen), self.tr("Looking at the files…"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, unless others are being read."""
        if not self.is_running and self._form.isVisible() and _paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what was dropped."""
        event.acceptProposedAction()
        self.set_sources(_paths(event))

    # -- the form ----------------------------------------------------------------------------

    def _lay_out_form(self) -> None:
        layout = QVBoxLayout(self._form)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._source_area())
        layout.addSpacing(8)
        layout.addWidget(
            named(QLabel(self.tr("Format"), self), "import-format-title", role="section")
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._format)
        row.addWidget(self._told, 1)
        layout.addLayout(row)
        layout.addSpacing(8)
        question = self.tr("Pictures that have labels already")
        layout.addWidget(named(QLabel(question, self), "import-existing-title", role="section"))
        layout.addWidget(self._keep)
        layout.addWidget(self._replace)

    def _source_area(self) -> QWidget:
        area = named(QFrame(self._form), "import-drop", role="drop-target")
        files = named(
            QPushButton(icon("table"), self.tr("Choose files…"), area), "import-choose-files"
        )
        folder = named(
            QPushButton(icon("folder"), self.tr("Choose folder…"), area), "import-choose-folder"
        )
        files.clicked.connect(self._choose_files)
        folder.clicked.connect(self._choose_folder)
        row = QHBoxLayout(area)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(8)
        row.addWidget(self._source, 1)
        row.addWidget(files)
        row.addWidget(folder)
        return area

    @Slot()
    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Files of labels"),
            "",
            self.tr("Labels (*.json *.xml *.csv *.txt);;All files (*)"),
        )
        if names:
            self.set_sources([Path(name) for name in names])

    @Slot()
    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Folder of labels"))
        if name:
            self.set_sources([Path(name)])

    # -- the work ----------------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        key = self._format.currentData()
        if not self._sources or key is None:
            return
        sources, folder, form = self._sources, self._folder, FORMATS[key]
        replaces = self._replace.isChecked()

        def work(token: CancelToken, tell: Progress) -> ImportReport:
            return import_labels(
                sources, form, folder, replaces=replaces, token=token, on_progress=tell
            )

        self._run(work, self.tr("Reading…"))

    def _on_result(self, result: object) -> None:
        if isinstance(result, Format):
            self._format.setCurrentIndex(self._format.findData(result.key))
            self._told.setText(self.tr("told by content"))
        elif isinstance(result, ImportReport):
            self._report.show_report(self._summary(result), self._rows(result))
            self._show_report()
            if result.changed:
                self.imported.emit(result)
        # A format that could not be told can be chosen.
        self._format.setEnabled(bool(self._sources))
        self._start.setEnabled(bool(self._sources))
        if isinstance(result, Format):
            self._start.setFocus()

    def _summary(self, report: ImportReport) -> list[str]:
        boxes = self.tr("{0} boxes in {1} pictures came in").format(
            report.boxes.total(), report.pictures
        )
        lines = [boxes]
        if report.is_stopped:
            lines.append(self.tr("Stopped before the end; what came in until then stays."))
        if report.kept:
            kept = self.tr("{0} pictures have labels already and kept them.")
            lines.append(kept.format(len(report.kept)))
        if report.backup is not None:
            lines.append(self.tr("The labels that were replaced are in {0}").format(report.backup))
        return lines

    def _rows(self, report: ImportReport) -> list[ReportRow]:
        rows = note_rows(report.notes)
        if report.kept:
            text = self.tr("Pictures with labels of their own")
            rows.append(ReportRow("kept", len(report.kept), text, tuple(report.kept)))
        return [*rows, class_row(report.boxes)]


def _names(sources: Sequence[Path]) -> str:
    shown = ", ".join(path.name for path in sources[:3])
    return f"{shown} … ({len(sources)})" if len(sources) > 3 else shown


def _paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
