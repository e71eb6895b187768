"""`ProposalSteps`: leads the open folder to the assistant, and proposals to canvas and list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.project.activity import activity_path
from app.project.project import Project
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.box_edits import BoxEdits
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.pictures.picture_list import PictureList
from app.ui.annotate.proposals.assistant import Assistant
from app.ui.annotate.proposals.proposal_bar import ProposalBar
from app.ui.annotate.proposals.proposing_child import ProposingFolder
from app.ui.error_presenter import ErrorPresenter


class ProposalSteps(QObject):
    """Connects the assistant with the parts of the tab.

    Signals
    -------
    job_changed(ChildJob | None)
        A whole folder is proposed for in the background.
    """

    job_changed = Signal(object)

    def __init__(
        self,
        actions: AnnotateActions,
        labeling: Labeling,
        book: ClassBook,
        canvas: BoxCanvas,
        edits: BoxEdits,
        pictures: PictureList,
        errors: ErrorPresenter,
    ) -> None:
        super().__init__(canvas)
        self._actions, self._labeling, self._book = actions, labeling, book
        self._canvas, self._edits, self._pictures = canvas, edits, pictures
        self._project: Project | None = None
        self._assistant = Assistant(labeling, book, self)
        self.bar = ProposalBar(self._assistant)
        self._assistant.job_changed.connect(self.job_changed)
        self._assistant.failed.connect(errors.report)
        self._assistant.told.connect(errors.notify)
        self._connect_labels()
        self._connect_actions()

    def open_folder(self, project: Project | None) -> None:
        """Propose for the open folder; `project` is whose pictures it holds, if any's."""
        self._project = project
        folder = self._labeling.folder
        if folder is None:
            self._assistant.open_folder(None)
            return
        self._assistant.open_folder(
            ProposingFolder(
                folder.images,
                folder.labels,
                folder.coordinate_rule,
                activity_path(folder.images, project.folder if project else None),
                self._classes(),
                project.models_folder if project else None,
            )
        )

    def shutdown(self) -> None:
        """End the child process and wait for the threads."""
        self._assistant.shutdown()

    def _connect_labels(self) -> None:
        assistant, labeling = self._assistant, self._labeling
        labeling.picture_changed.connect(assistant.on_picture)
        labeling.labels_changed.connect(assistant.on_labels)
        self._book.changed.connect(self._on_classes)
        assistant.proposals_changed.connect(self._show)
        assistant.pictures_known.connect(self._pictures.model.set_proposed)

    def _connect_actions(self) -> None:
        actions, assistant, canvas = self._actions, self._assistant, self._canvas
        actions.show_assistant.toggled.connect(self._on_shown)
        self.bar.opened.connect(actions.show_assistant.setChecked)
        self.bar.folder_requested.connect(self._propose_all)
        actions.propose.triggered.connect(self._propose)
        actions.propose_all.triggered.connect(self._propose_all)
        actions.accept.triggered.connect(self._accept)
        for widget in (canvas, self._pictures.table):
            widget.addAction(actions.accept)  # its key holds where it has been added
        actions.reject.triggered.connect(self._reject)
        actions.delete.triggered.connect(self._delete)
        canvas.proposal_accepted.connect(self._accept_one)
        canvas.proposal_selection_changed.connect(self._show_actions)
        canvas.selection_changed.connect(self._show_actions)
        assistant.state_changed.connect(self._show_actions)

    def _classes(self) -> dict[int, str]:
        """Return the classes by id; those of a plain folder by place."""
        if self._project is not None:
            return {item.id: item.name for item in self._project.classes}
        return {place: entry.name for place, entry in enumerate(self._book.entries, start=1)}

    @Slot()
    def _on_classes(self) -> None:
        self._assistant.set_classes(self._classes())

    @Slot(bool)
    def _on_shown(self, is_shown: bool) -> None:
        self.bar.set_open(is_open=is_shown)

    # -- showing ----------------------------------------------------------------------------

    @Slot(object)
    def _show(self, path: Path | None) -> None:
        if path is not None and path in self._pictures.model.pictures:
            has_proposals = self._assistant.has_proposals(path)
            self._pictures.model.set_proposed_one(path, has_proposals)
        if path == self._labeling.path and self._labeling.annotation is not None:
            self._canvas.set_proposals(self._assistant.proposals)
            if self._assistant.proposals:
                self.bar.set_open(is_open=True)  # nobody may overlook that these are no labels
        self._show_actions()

    @Slot()
    def _show_actions(self) -> None:
        has_proposals = bool(self._assistant.proposals)
        self._actions.accept.setEnabled(has_proposals)
        self._actions.reject.setEnabled(has_proposals)
        has_chosen = bool(self._canvas.selection or self._canvas.proposal_selection)
        self._actions.delete.setEnabled(has_chosen)

    # -- doing ------------------------------------------------------------------------------

    @Slot()
    def _propose(self) -> None:
        self.bar.set_open(is_open=True)
        self._assistant.propose_current()

    @Slot()
    def _propose_all(self) -> None:
        self.bar.set_open(is_open=True)
        model = self._pictures.model
        self._assistant.propose_folder(
            path for path in model.pictures if model.status_of(path) in ("unlabelled", "proposed")
        )

    def _chosen(self) -> list[int]:
        """Return the selected proposals, or all of them."""
        return self._canvas.proposal_selection or list(range(len(self._assistant.proposals)))

    @Slot()
    def _accept(self) -> None:
        before = len(self._edits.boxes)
        self._assistant.accept(self._chosen())
        self._canvas.select(range(before, len(self._edits.boxes)))  # a digit may still rename them

    @Slot(int)
    def _accept_one(self, index: int) -> None:
        self._canvas.select_proposals([index])
        self._accept()

    @Slot()
    def _reject(self) -> None:
        self._assistant.reject(self._chosen())

    @Slot()
    def _delete(self) -> None:
        """Del drops the proposals that are selected; boxes are the business of `BoxEdits`."""
        if self._canvas.proposal_selection:
            self._assistant.reject(self._canvas.proposal_selection)
