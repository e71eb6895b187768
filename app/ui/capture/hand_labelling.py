"""`HandLabelling`: boxes round the hands of a saved picture, as proposals or as labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox
from app.assist.labelled_objects import without_labelled
from app.assist.picture_proposing import PictureProposing
from app.assist.proposers import HandProposer
from app.capture.shots import SavedPicture
from app.capture.source import Image
from app.project.activity import ActivityFile, activity_path
from app.project.project import Project
from app.project.proposals import Proposal, ProposalStore

HandUse = Literal["off", "proposal", "label"]


class HandLabelling:
    """Called in the saving thread of one run, for each picture in its turn.

    Attributes
    ----------
    use : {"off", "proposal", "label"}
        May be set from any thread: what is done with the hands of the next picture.

    Parameters
    ----------
    project : Project
    """

    def __init__(self, project: Project) -> None:
        self.use: HandUse = "off"
        self._folder = label_folder(project)
        self._activity = activity_path(project.images_folder, project.folder)
        self._proposer: HandProposer | None = None  # belongs to the saving thread

    def __call__(self, picture: SavedPicture, image_bgr: Image) -> None:
        """Look at a saved picture.

        Raises
        ------
        app.errors.AppError
            The model does not open, or labels or proposals can't be written.
        """
        if self.use == "off":
            return
        if self._proposer is None:
            self._proposer = HandProposer()
        if self.use == "label":
            self._label(picture, image_bgr, self._proposer)
        else:
            self._propose(picture, image_bgr, self._proposer)

    def _propose(self, picture: SavedPicture, image_bgr: Image, proposer: HandProposer) -> None:
        # No classes: the number in a captured name is a place in the plan, and no class id.
        store = ProposalStore(ActivityFile(self._activity))
        proposing = PictureProposing(proposer, self._folder, store, {})
        proposing.propose_for(picture.path, image_bgr, class_name=picture.class_name)

    def _label(self, picture: SavedPicture, image_bgr: Image, proposer: HandProposer) -> None:
        """Write the surest hand as a box of the picture's class: one picture shows one sign."""
        height, width = image_bgr.shape[:2]
        known = self._folder.load(picture.path, size=(width, height))
        found = proposer.propose(image_bgr, class_name=picture.class_name)
        fresh = without_labelled(found, known.annotation.boxes)[:1]
        if fresh:
            boxes = (*known.annotation.boxes, *(_box(each) for each in fresh))
            labelled = replace(known.annotation, boxes=boxes)
            self._folder.save(picture.path, labelled, known=known)


def label_folder(project: Project) -> LabelFolder:
    """Return the pictures of a project with their labels."""
    return LabelFolder(
        project.images_folder,
        project.annotations_folder,
        coordinate_rule=project.coordinate_rule,
    )


def _box(proposal: Proposal) -> LabeledBox:
    xmin, ymin, xmax, ymax = (float(round(edge)) for edge in proposal.box_xyxy)
    return LabeledBox(proposal.class_name, xmin, ymin, xmax, ymax)
