"""`PipelineForm`: the configuration of the classic Object Detection API that is to fit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.ui.export.form_column import FormColumn
from app.ui.export.pipeline_update import PipelineChoice
from app.ui.icons import icon
from app.ui.naming import named

_MOST_BATCH = 4096
_TYPES = ("detection", "classification", "fine_tune", "full")


class PipelineForm(FormColumn):
    """The file, and what is to be changed in it beyond classes and records.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("export-pipeline")
        self._config = ""
        self._make_file()
        self._make_batch()
        self._make_checkpoint()
        self.show_choice(PipelineChoice())

    @property
    def choice(self) -> PipelineChoice:
        """What the person asks for."""
        checkpoint = self._checkpoint.text().strip()
        return PipelineChoice(
            self._config,
            self._batch.value() or None,
            checkpoint,
            str(self._type.currentData()) if checkpoint else "",
        )

    def show_choice(self, choice: PipelineChoice) -> None:
        """Show what was chosen."""
        for control in (self._batch, self._checkpoint, self._type):
            control.blockSignals(True)
        self._config = choice.config
        self._batch.setValue(choice.batch_size or 0)
        self._checkpoint.setText(choice.checkpoint)
        self._type.setCurrentIndex(max(0, self._type.findData(choice.checkpoint_type)))
        for control in (self._batch, self._checkpoint, self._type):
            control.blockSignals(False)
        self._refresh()

    @Slot()
    def choose_config(self) -> None:
        """Ask for the file."""
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a pipeline.config"),
            str(Path(self._config).parent) if self._config else "",
            self.tr("Configurations ({0})").format("*.config *.pbtxt")
            + ";;"
            + self.tr("All files (*)"),
        )
        if path:
            self._set_config(path)

    @Slot()
    def leave_out(self) -> None:
        """Make none."""
        self._set_config("")

    def _set_config(self, path: str) -> None:
        self._config = path
        self._refresh()
        self.changed.emit()

    # -- building ---------------------------------------------------------------------------

    def _make_file(self) -> None:
        self.add_heading(self.tr("For the classic Object Detection API"), "export-pipeline")
        self._name = named(QLabel(self), "export-pipeline-name")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._choose = named(
            QPushButton(icon("folder"), self.tr("&pipeline.config…"), self),
            "export-pipeline-choose",
        )
        self._choose.setToolTip(
            self.tr("A copy of it is written beside the export, with its classes and records")
        )
        self._choose.clicked.connect(self.choose_config)
        self._leave_out = named(QPushButton(self), "export-pipeline-leave-out", role="flat")
        self._leave_out.setIcon(icon("close"))
        self._leave_out.setToolTip(self.tr("Make no configuration"))
        self._leave_out.setAccessibleName(self._leave_out.toolTip())
        self._leave_out.clicked.connect(self.leave_out)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._choose)
        row.addWidget(self._name, 1)
        row.addWidget(self._leave_out)
        self.column.addLayout(row)

    def _make_batch(self) -> None:
        self._batch = named(QSpinBox(self), "export-batch-size")
        self._batch.setRange(0, _MOST_BATCH)
        self._batch.setSpecialValueText(self.tr("as it stands"))
        self._batch.valueChanged.connect(self.changed)
        self._batch_line = self.add_line(self.tr("&Batch size"), self._batch, "export-batch-size")

    def _make_checkpoint(self) -> None:
        self._checkpoint = named(QLineEdit(self), "export-checkpoint")
        self._checkpoint.setPlaceholderText(self.tr("Checkpoint: as it stands"))
        self._checkpoint.setAccessibleName(self.tr("Checkpoint to start from"))
        self._checkpoint.setToolTip(self.tr("Path of the checkpoint to start from"))
        self._checkpoint.textChanged.connect(self._on_checkpoint)
        self.column.addWidget(self._checkpoint)
        self._type = named(QComboBox(self), "export-checkpoint-type")
        for name in _TYPES:
            self._type.addItem(name, name)
        self._type.currentIndexChanged.connect(self.changed)
        self._type_line = self.add_line(self.tr("&Type"), self._type, "export-checkpoint-type")

    @Slot()
    def _on_checkpoint(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        is_chosen = bool(self._config)
        self._choose.setText("" if is_chosen else self.tr("&pipeline.config…"))
        self._name.setVisible(is_chosen)
        self._name.setToolTip(self._config)
        self._leave_out.setVisible(is_chosen)
        self._batch_line.setVisible(is_chosen)
        self._checkpoint.setVisible(is_chosen)
        self._type_line.setVisible(is_chosen and bool(self._checkpoint.text().strip()))
        path = Path(self._config)
        self._name.setText(f"{path.parent.name}/{path.name}" if is_chosen else "")
