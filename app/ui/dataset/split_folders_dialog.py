"""`SplitFoldersDialog`: the project's split as folders of pictures and labels side by side."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.label_folder import LabelFolder
from app.dataset.scan import Progress
from app.dataset.split_files import Split
from app.dataset.split_folders import write_split_folders
from app.dataset.split_rule import SET_NAMES
from app.jobs.cancel import CancelToken
from app.project.project import Project
from app.ui.annotate.exchange.exchange_dialog import ExchangeDialog
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.icons import icon
from app.ui.naming import named


class SplitFoldersDialog(ExchangeDialog):
    """Asks for a place, and whether files are copied or linked; then makes the folders.

    Parameters
    ----------
    project : Project
    split : Split
    parent : QWidget or None

    Signals
    -------
    made(str)
        The folders are there; what to tell of them.
    """

    made = Signal(str)

    def __init__(self, project: Project, split: Split, parent: QWidget | None = None) -> None:
        super().__init__(LabelFolder.of_project(project), self.tr("Make folders"), parent)
        self.setObjectName("split-folders-dialog")
        self.setWindowTitle(self.tr("Make folders of the split"))
        self._split = split
        self._target = named(QLineEdit(self._form), "split-folders-target")
        self._target.setAccessibleName(self.tr("New folder"))
        self._target.textChanged.connect(self._on_target)
        self._browse = named(
            QPushButton(icon("folder"), self.tr("In folder…"), self._form), "split-folders-browse"
        )
        self._browse.clicked.connect(self._choose_place)
        self._copies = QRadioButton(self.tr("Copies"), self._form)
        self._links = QRadioButton(
            self.tr("Links, which take no room; to edit one is to edit the project's file"),
            self._form,
        )
        named(self._copies, "split-folders-copies").setChecked(True)
        named(self._links, "split-folders-links")
        self._lay_out_form()
        self._propose(project.folder.parent, f"{project.folder.name}-split")

    def _lay_out_form(self) -> None:
        named_sets = [name for name in SET_NAMES if self._split.sets[name]]
        counts = ", ".join(f"{name} ({len(self._split.sets[name])})" for name in named_sets)
        text = self.tr("Folders of the split that the project has: {0}.").format(counts)
        told = named(QLabel(text, self._form), "split-folders-sets", role="muted")
        target = QHBoxLayout()
        target.setSpacing(8)
        target.addWidget(self._target, 1)
        target.addWidget(self._browse)
        layout = QVBoxLayout(self._form)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(told)
        layout.addSpacing(8)
        layout.addWidget(self._section(self.tr("New folder"), "split-folders-target-title"))
        layout.addLayout(target)
        layout.addSpacing(8)
        layout.addWidget(self._section(self.tr("Files"), "split-folders-files-title"))
        layout.addWidget(self._copies)
        layout.addWidget(self._links)

    def _section(self, text: str, name: str) -> QLabel:
        return named(QLabel(text, self._form), name, role="section")

    def _propose(self, place: Path, name: str) -> None:
        """Propose a name that is free there."""
        target, number = place / name, 2
        while target.exists():
            target, number = place / f"{name}-{number}", number + 1
        self._target.setText(str(target))

    @Slot()
    def _on_target(self) -> None:
        self._start.setEnabled(bool(self._target.text().strip()))

    @Slot()
    def _choose_place(self) -> None:
        place = QFileDialog.getExistingDirectory(self, self.tr("Make the new folder in"))
        if place:
            self._propose(Path(place), Path(self._target.text().strip()).name)

    @Slot()
    def _begin(self) -> None:
        target = Path(self._target.text().strip()).expanduser()
        work = partial(_write, self._folder, self._split, target, is_linked=self._links.isChecked())
        self._run(work, self.tr("Making the folders…"))

    def _on_result(self, result: object) -> None:
        if not isinstance(result, int):
            return  # stopped, and nothing is left of it; or the error is shown
        text = self.tr("{0} pictures and their labels are in {1}.")
        self.made.emit(text.format(count_text(result), self._target.text().strip()))
        self.accept()


def _write(
    folder: LabelFolder,
    split: Split,
    target: Path,
    token: CancelToken,
    progress: Progress,
    *,
    is_linked: bool,
) -> int:
    return write_split_folders(
        folder,
        split.sets,
        target,
        is_linked=is_linked,
        on_progress=progress,
        cancel_token=token,
    )
