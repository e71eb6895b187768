"""Asks for the name and the place of a new project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.project.project import Project
from app.ui.icons import icon
from app.ui.naming import named

FORBIDDEN = '<>:"/\\|?*'  # no file system of the three takes all of these


class NewProjectDialog(QDialog):
    """Makes a project; `project` has it after the dialog was accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("new-project-dialog")
        self.setWindowTitle(self.tr("New project"))
        self.setMinimumWidth(480)
        self.project: Project | None = None
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        self._name = named(QLineEdit(self), "project-name")
        self._name.setPlaceholderText(self.tr("For example: Street corner"))
        self._place = named(QLineEdit(documents, self), "project-place")
        browse = named(QPushButton(icon("folder"), self.tr("Browse…"), self), "project-browse")
        self._folder = named(QLabel(self), "project-folder", role="muted")
        self._folder.setWordWrap(True)
        self._error = named(QLabel(self), "project-error", role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._create = named(QPushButton(self.tr("Create"), self), "project-create", role="primary")
        self._buttons.addButton(self._create, QDialogButtonBox.ButtonRole.AcceptRole)

        place_row = QHBoxLayout()
        place_row.addWidget(self._place, 1)
        place_row.addWidget(browse)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.addRow(self.tr("&Name"), self._name)
        place_label = QLabel(self.tr("&In the folder"), self)
        place_label.setBuddy(self._place)
        form.addRow(place_label, place_row)
        form.addRow("", self._folder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self._error)
        layout.addStretch(1)
        layout.addWidget(self._buttons)

        self._name.textChanged.connect(self._on_changed)
        self._place.textChanged.connect(self._on_changed)
        browse.clicked.connect(self._browse)
        self._buttons.accepted.connect(self._make)
        self._buttons.rejected.connect(self.reject)
        self._on_changed()

    @property
    def folder(self) -> Path | None:
        """Where the project would be made; None while name or place are missing."""
        name = "".join(c for c in self._name.text() if c not in FORBIDDEN).strip(" .")
        place = self._place.text().strip()
        return Path(place).expanduser() / name if name and place else None

    @Slot()
    def _on_changed(self) -> None:
        folder = self.folder
        self._create.setEnabled(folder is not None)
        self._folder.setText(self.tr("Makes {0}").format(folder) if folder else "")
        self._error.hide()

    @Slot()
    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Folder for the new project"), self._place.text()
        )
        if chosen:
            self._place.setText(chosen)

    @Slot()
    def _make(self) -> None:
        folder = self.folder
        if folder is None:
            return
        try:
            self.project = Project.create(folder, name=self._name.text())
        except AppError as error:
            self._error.setText(f"{error.message} {error.hint}")
            self._error.show()
            return
        self.accept()
