"""`ExportPanel`: what goes out, under which name and in which forms."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from app.dataset.errors import DatasetError
from app.dataset.export_settings import ALSO_FORMATS, ExportSettings
from app.errors import AppError
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.form_column import FormColumn
from app.ui.export.kept_choices import ExportChoice
from app.ui.export.outgoing import Outgoing
from app.ui.export.pipeline_form import PipelineForm
from app.ui.export.set_table import SetTable
from app.ui.naming import named

_PANEL_PX = 280
_MOST_SHARDS = 9999
_FORMAT_NAMES = {"coco": "COCO", "yolo": "YOLO"}


class ExportPanel(QScrollArea):
    """The form at the left of the tab.

    Signals
    -------
    choice_changed()
    split_requested()
        The person wants to split the pictures first.
    """

    choice_changed = Signal()
    split_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_PANEL_PX)
        self._form = named(FormColumn(self), "export-form", role="page")
        self._form.column.setContentsMargins(0, 0, 16, 0)
        self._make_sets()
        self._make_name()
        self._make_records()
        self._make_formats()
        self._make_background()
        self._pipeline = PipelineForm(self._form)
        self._pipeline.changed.connect(self._on_changed)
        self._form.column.addSpacing(8)
        self._form.column.addWidget(self._pipeline)
        self._form.column.addStretch(1)
        self.setWidget(self._form)
        self.show_choice(ExportChoice())

    # -- what is chosen ---------------------------------------------------------------------

    @property
    def choice(self) -> ExportChoice | None:
        """What the person chose; None where no export can be made like this."""
        if self._fault_text():
            return None
        return ExportChoice(self._settings(), self._pipeline.choice)

    def show_choice(self, choice: ExportChoice) -> None:
        """Show what was chosen."""
        settings = choice.settings
        controls = (self._name, self._shards, self._gzip, self._background, *self._also.values())
        for control in controls:
            control.blockSignals(True)
        self._name.setText(settings.name)
        self._shards.setValue(settings.shards)
        self._gzip.setChecked(settings.is_compressed)
        self._background.setCurrentIndex(self._background.findData(settings.background))
        for key, box in self._also.items():
            box.setChecked(key in settings.also)
        for control in controls:
            control.blockSignals(False)
        self._pipeline.show_choice(choice.pipeline)
        self._on_changed()

    def set_name(self, name: str) -> None:
        """Take another name for the export."""
        self._name.setText(name)

    @Slot()
    def focus_name(self) -> None:
        """Let the person write another name."""
        self._name.setFocus()
        self._name.selectAll()

    def _settings(self) -> ExportSettings:
        return ExportSettings(
            self._name.text(),
            self._shards.value(),
            self._gzip.isChecked(),
            self._background.currentData(),
            tuple(key for key, box in self._also.items() if box.isChecked()),
        )

    def _fault_text(self) -> str:
        try:
            self._settings()
        except DatasetError as error:
            return error.message
        if self._gzip.isChecked() and self._pipeline.choice.config:
            return self.tr(
                "The classic API can't read GZIP: untick it, or make no pipeline.config."
            )
        return ""

    @Slot()
    def _on_changed(self) -> None:
        fault = self._fault_text()
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self.choice_changed.emit()

    # -- what goes out ----------------------------------------------------------------------

    def show_outgoing(self, outgoing: Outgoing | None, failure: AppError | None) -> None:
        """Show what goes out, or why nothing does."""
        self._sets.show_outgoing(outgoing)
        self._sets.setVisible(outgoing is not None)
        is_unsplit = outgoing is not None and not outgoing.is_split
        self._split.setVisible(is_unsplit)
        if failure is not None:
            text = f"{failure.message} {failure.hint}".strip()
        elif outgoing is None:
            text = self.tr("Reading the labels…")
        elif is_unsplit:
            text = self.tr("There is no split: all labelled pictures go out as one set.")
        else:
            text = ""
        self._sets_text.setProperty("role", "error" if failure is not None else "muted")
        self._sets_text.style().polish(self._sets_text)
        self._sets_text.setText(text)
        self._sets_text.setVisible(bool(text))
        self._show_background(outgoing)

    def _show_background(self, outgoing: Outgoing | None) -> None:
        count = sum(each.background for each in outgoing.sets) if outgoing is not None else 0
        words = self.tr("Without a box now: {0}").format(count_text(count))
        self._background_text.setText(words)
        self._background_text.setVisible(count > 0)

    # -- building ---------------------------------------------------------------------------

    def _make_sets(self) -> None:
        form = self._form
        form.add_heading(self.tr("What goes out"), "export-sets")
        self._sets = SetTable(form)
        form.column.addWidget(self._sets)
        self._sets_text = form.add_words("export-sets-text")
        self._split = named(QPushButton(self.tr("Split in Dataset"), form), "export-split")
        self._split.clicked.connect(self.split_requested)
        form.column.addWidget(self._split, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_name(self) -> None:
        self._name = named(QLineEdit(self._form), "export-name")
        self._name.textChanged.connect(self._on_changed)
        self._form.add_heading(self.tr("&Name of the export"), "export-name", self._name)
        self._form.column.addWidget(self._name)
        self._fault = self._form.add_words("export-fault", role="error")

    def _make_records(self) -> None:
        form = self._form
        form.add_heading(self.tr("TFRecord"), "export-records")
        self._shards = named(QSpinBox(form), "export-shards")
        self._shards.setRange(1, _MOST_SHARDS)
        self._shards.setToolTip(self.tr("Several files let a training read them side by side"))
        self._shards.valueChanged.connect(self._on_changed)
        form.add_line(self.tr("&Files for each set"), self._shards, "export-shards")
        self._gzip = named(QCheckBox(self.tr("Compressed with &GZIP"), form), "export-gzip")
        self._gzip.setToolTip(self.tr("Whoever reads them must be told; pictures hardly shrink"))
        self._gzip.toggled.connect(self._on_changed)
        form.column.addWidget(self._gzip)

    def _make_formats(self) -> None:
        form = self._form
        form.add_heading(self.tr("Other forms"), "export-formats")
        form.add_words("export-always", self.tr("CSV tables and label maps always go out."))
        self._also: dict[str, QCheckBox] = {}
        for key in ALSO_FORMATS:
            box = QCheckBox(_FORMAT_NAMES[key], form)
            self._also[key] = named(box, f"export-also-{key}")
            self._also[key].toggled.connect(self._on_changed)
            form.column.addWidget(self._also[key])

    def _make_background(self) -> None:
        form = self._form
        self._background = named(QComboBox(form), "export-background")
        self._background.addItem(self.tr("Keep, as background"), "keep")
        self._background.addItem(self.tr("Leave out"), "drop")
        self._background.currentIndexChanged.connect(self._on_changed)
        form.add_heading(self.tr("Pictures &without boxes"), "export-background", self._background)
        form.column.addWidget(self._background)
        self._background_text = form.add_words("export-background-text")
