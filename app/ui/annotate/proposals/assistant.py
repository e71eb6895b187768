"""`Assistant`: proposes boxes for the pictures of the open folder; a person takes or rejects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.annotation.history import Edit
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.assist.hand_card import HAND_NAME
from app.assist.labelled_objects import without_labelled
from app.errors import AppError
from app.project.proposals import Proposal
from app.ui.annotate.canvas.box_geometry import touches_edge
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.proposals.labels_in_hand import LabelsInHand
from app.ui.annotate.proposals.proposal_shelf import Proposals, ProposalShelf
from app.ui.annotate.proposals.proposing_child import ProposingChild, ProposingFolder


@dataclass(frozen=True)
class _Taking:
    """Proposals that became boxes in one edit."""

    picture: Path
    after: ImageAnnotation
    proposals: Proposals

    def is_made_by(self, step: object) -> bool:
        """Whether `step` of the history is that edit."""
        own = (self.picture, self.after)
        return isinstance(step, Edit) and (step.picture, step.after) == own


class Assistant(QObject):
    """Owns the child process and the proposals; shows nothing.

    Call `on_picture` when another picture is current, and `on_labels` when its labels changed.

    Signals
    -------
    proposals_changed(Path)
        The picture whose proposals are others now.
    pictures_known(object)
        All pictures that have open proposals, a list of paths, once the folder is open.
    state_changed()
        Model, switches, or whether an answer is awaited.
    job_changed(ChildJob | None)
        A folder is worked on in the background; None when it is done.
    told(str)
    failed(AppError)
    """

    proposals_changed = Signal(object)
    pictures_known = Signal(object)
    state_changed = Signal()
    job_changed = Signal(object)
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self, labels: LabelsInHand, book: ClassBook, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._labels, self._book = labels, book
        self._folder: ProposingFolder | None = None
        self._shelf: ProposalShelf | None = None
        self._left_shelves: list[ProposalShelf] = []
        self._model = HAND_NAME
        self._takes_other_classes = False
        self._is_automatic = False
        self._picture: Path | None = None
        self._asked: set[str] = set()  # by itself, of this model
        self._empty: set[str] = set()  # images in which it found nothing
        self._takings: list[_Taking] = []
        self._undone: list[_Taking] = []
        self._rejected: Proposals = ()  # of the current picture, to be brought back
        self._covered: tuple[str, Proposals] = ("", ())  # by boxes that a person drew
        self._child = ProposingChild(self)
        self._child.proposed.connect(self._on_proposed)
        self._child.answered.connect(self.state_changed)
        self._child.job_changed.connect(self.job_changed)
        self._child.told.connect(self.told)
        self._child.failed.connect(self.failed)

    # -- what is there ----------------------------------------------------------------------

    @property
    def folder(self) -> ProposingFolder | None:
        """The open folder."""
        return self._folder

    @property
    def model(self) -> str:
        """Who proposes: ``hand``, a name of `list_models`, or a path."""
        return self._model

    @property
    def takes_other_classes(self) -> bool:
        """Whether classes are proposed that the project lacks."""
        return self._takes_other_classes

    @property
    def is_automatic(self) -> bool:
        """Whether every picture that is opened is proposed for."""
        return self._is_automatic

    @property
    def is_waiting(self) -> bool:
        """Whether an answer for a single picture is awaited."""
        return self._child.is_waiting

    @property
    def is_at_folder(self) -> bool:
        """Whether a folder is worked on."""
        return self._child.is_at_folder

    @property
    def found_nothing(self) -> bool:
        """Whether this model looked at the current picture and found nothing new."""
        return self._image(self._labels.path) in self._empty

    @property
    def can_bring_back(self) -> bool:
        """Whether proposals of the current picture were rejected just now."""
        return bool(self._rejected)

    @property
    def proposals(self) -> Proposals:
        """The open proposals of the current picture, best first; none on labelled objects."""
        image = self._image(self._labels.path)
        if image is None or self._shelf is None:
            return ()
        annotation = self._labels.annotation
        boxes = annotation.boxes if annotation is not None else ()
        return tuple(without_labelled(self._shelf.of(image), boxes))

    def has_proposals(self, path: Path) -> bool:
        """Whether there are open proposals for a picture that was looked at."""
        image = self._image(path)
        return image is not None and self._shelf is not None and bool(self._shelf.of(image))

    # -- folder, model and switches ---------------------------------------------------------

    def open_folder(self, folder: ProposingFolder | None) -> None:
        """Work on another folder, or on none."""
        if folder == self._folder:
            return
        self._close()
        self._folder = folder
        if folder is not None:
            self._shelf = ProposalShelf(folder.activity, self)
            self._shelf.changed.connect(self._on_shelf)
            self._shelf.images_read.connect(self._on_images)
            self._shelf.failed.connect(self.failed)
            self._shelf.fetch_images()
        self.on_picture()
        self.state_changed.emit()

    def set_classes(self, classes: Mapping[int, str]) -> None:
        """Propose these classes from the next question on."""
        if self._folder is not None and classes != self._folder.classes:
            self._folder = replace(self._folder, classes=classes)
            self._child.renew()

    def set_model(self, model: str) -> None:
        """Let another model propose from now on."""
        if model != self._model:
            self._model = model
            self._start_anew()

    @Slot(bool)
    def set_takes_other_classes(self, takes: bool) -> None:
        """Choose whether classes are proposed that the project lacks."""
        if takes != self._takes_other_classes:
            self._takes_other_classes = takes
            self._start_anew()

    @Slot(bool)
    def set_automatic(self, is_automatic: bool) -> None:
        """Choose whether every picture that is opened is proposed for."""
        self._is_automatic = is_automatic
        self.state_changed.emit()
        if is_automatic:
            self._propose_by_itself()

    def shutdown(self) -> None:
        """End the child, and wait for it and for the store's thread."""
        self._child.shutdown()
        for shelf in (*self._left_shelves, self._shelf):
            if shelf is not None:
                shelf.stop()

    # -- proposing --------------------------------------------------------------------------

    @Slot()
    def propose_current(self) -> None:
        """Ask for the current picture."""
        image = self._image(self._labels.path)
        if image is not None:
            self._asked.add(image)
            self._child.ask(self._config(), image, self._book.current)
            self.state_changed.emit()

    def propose_folder(self, pictures: Iterable[Path]) -> None:
        """Ask for many pictures in the background; the order given is kept."""
        images = [image for path in pictures if (image := self._image(path)) is not None]
        if images and not self.is_at_folder:
            self._child.ask_folder(self._config(), images, self._book.current)
            self.state_changed.emit()

    @Slot()
    def stop(self) -> None:
        """Stop proposing; what was found so far stays."""
        self._child.stop()

    # -- deciding ---------------------------------------------------------------------------

    def accept(self, indexes: Iterable[int]) -> None:
        """Make boxes of the `proposals` at `indexes`, in one edit."""
        before, image = self._labels.annotation, self._image(self._labels.path)
        chosen = _at(self.proposals, indexes)
        if before is None or image is None or not chosen or not self._labels.is_editable:
            return
        if not self._learn_classes(chosen):
            return
        boxes = [_box(each, (before.width, before.height)) for each in chosen]
        one, many = self.tr("Accept proposal"), self.tr("Accept {0} proposals").format(len(chosen))
        self._labels.edit((*before.boxes, *boxes), one if len(chosen) == 1 else many)
        after = self._labels.annotation
        if after is None or after == before or self._labels.path is None:
            return
        self._takings.append(_Taking(self._labels.path, after, chosen))
        self._settle(image, taken=chosen)

    @Slot()
    def accept_all(self) -> None:
        """Make boxes of all proposals."""
        self.accept(range(len(self.proposals)))

    def reject(self, indexes: Iterable[int]) -> None:
        """Drop the `proposals` at `indexes`; this model does not propose them here again."""
        image = self._image(self._labels.path)
        chosen = _at(self.proposals, indexes)
        if image is not None and chosen:
            self._rejected = (*self._rejected, *chosen)
            self._settle(image, rejected=chosen)

    @Slot()
    def reject_all(self) -> None:
        """Drop all proposals of the picture."""
        self.reject(range(len(self.proposals)))

    @Slot()
    def bring_back(self) -> None:
        """Take the rejections in the current picture back."""
        image = self._image(self._labels.path)
        back, self._rejected = self._rejected, ()
        if image is not None and self._shelf is not None and back:
            self._shelf.reopen(image, back)

    # -- following the person ---------------------------------------------------------------

    @Slot()
    def on_picture(self) -> None:
        """Follow to another picture."""
        path = self._labels.path
        if path == self._picture:
            return
        self._picture, self._rejected = path, ()
        self._settle_covered()
        image = self._image(path)
        if image is not None and self._shelf is not None:
            self._shelf.fetch(image)
            self._propose_by_itself()
        self.proposals_changed.emit(path)
        self.state_changed.emit()

    @Slot()
    def on_labels(self) -> None:
        """See whether proposals were taken by hand, or whether taking them was undone."""
        path, annotation = self._labels.path, self._labels.annotation
        if path is None or annotation is None:
            return
        history = self._labels.history
        for taking in [each for each in self._takings if each.is_made_by(history.next_redo)]:
            self._move(taking, self._takings, self._undone)
        for taking in [each for each in self._undone if each.is_made_by(history.next_undo)]:
            self._move(taking, self._undone, self._takings)
        self._note_covered(path, annotation)
        self.proposals_changed.emit(path)
        self.state_changed.emit()

    def _note_covered(self, path: Path, annotation: ImageAnnotation) -> None:
        """Note what is labelled by hand by now; it is settled when the picture is left."""
        image = self._image(path)
        if image is not None and self._shelf is not None:
            there = self._shelf.of(image)
            still = without_labelled(there, annotation.boxes)
            self._covered = (image, tuple(each for each in there if each not in still))

    def _settle_covered(self) -> None:
        (image, covered), self._covered = self._covered, ("", ())
        if covered and self._shelf is not None:
            self._shelf.settle(image, taken=covered)

    def _move(self, taking: _Taking, source: list[_Taking], target: list[_Taking]) -> None:
        source.remove(taking)
        target.append(taking)
        image = self._image(taking.picture)
        if image is None or self._shelf is None:
            return
        if target is self._undone:
            self._shelf.reopen(image, taking.proposals)
        else:
            self._shelf.settle(image, taken=taking.proposals)

    @Slot(str, object)
    def _on_proposed(self, image: str, proposals: Proposals) -> None:
        (self._empty.discard if proposals else self._empty.add)(image)
        if self._shelf is not None:
            self._shelf.take_over(image, proposals)

    @Slot(str)
    def _on_shelf(self, image: str) -> None:
        if self._folder is not None:
            self.proposals_changed.emit(self._folder.images / image)
            self.state_changed.emit()

    @Slot(object)
    def _on_images(self, images: set[str]) -> None:
        if self._folder is not None:
            self.pictures_known.emit([self._folder.images / image for image in images])

    # -- inside -----------------------------------------------------------------------------

    def _settle(self, image: str, *, taken: Proposals = (), rejected: Proposals = ()) -> None:
        assert self._shelf is not None
        self._shelf.settle(image, taken=taken, rejected=rejected)

    def _learn_classes(self, proposals: Proposals) -> bool:
        try:
            for name in dict.fromkeys(each.class_name for each in proposals):
                self._book.add(name)
        except AppError as error:
            self.failed.emit(error)
            return False
        return True

    def _propose_by_itself(self) -> None:
        image = self._image(self._labels.path)
        if self._is_automatic and image is not None and image not in self._asked:
            self.propose_current()

    def _image(self, path: Path | None) -> str | None:
        """Return the name of a picture in the store; None for one of another folder."""
        if path is None or self._folder is None or not path.is_relative_to(self._folder.images):
            return None
        return path.relative_to(self._folder.images).as_posix()

    def _config(self) -> dict[str, object]:
        assert self._folder is not None
        return {
            **self._folder.to_config(),
            "model": self._model,
            "takes_other_classes": self._takes_other_classes,
        }

    def _start_anew(self) -> None:
        self._child.stop()
        self._asked.clear()
        self._empty.clear()
        self.state_changed.emit()
        self._propose_by_itself()

    def _close(self) -> None:
        self._child.stop()
        self._settle_covered()
        if self._shelf is not None:
            self._shelf.changed.disconnect(self._on_shelf)
            self._shelf.images_read.disconnect(self._on_images)
            self._left_shelves.append(self._shelf)  # it may be writing: waiting would be seen
        self._shelf, self._folder, self._picture = None, None, None
        self._asked.clear()
        self._empty.clear()
        self._takings.clear()
        self._undone.clear()
        self._rejected = ()


def _at(proposals: Proposals, indexes: Iterable[int]) -> Proposals:
    return tuple(proposals[i] for i in sorted(set(indexes)) if 0 <= i < len(proposals))


def _box(proposal: Proposal, size: tuple[int, int]) -> LabeledBox:
    """Return a proposal as a label, its edges on whole pixels as a mouse draws them."""
    xmin, ymin, xmax, ymax = (float(round(edge)) for edge in proposal.box_xyxy)
    box = LabeledBox(proposal.class_name, xmin, ymin, xmax, ymax)
    return replace(box, is_truncated=touches_edge(box, size))
