"""From a picture on disk to its proposals in the store: the one way, for window and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.annotation.label_folder import LabelFolder
from app.assist.labelled_objects import without_labelled
from app.assist.picture_class import class_of_picture
from app.assist.proposers import Proposer
from app.imaging import read_image
from app.project.proposals import Proposal, ProposalStore


@dataclass(frozen=True)
class PictureProposing:
    """Proposes for the pictures of one folder.

    Attributes
    ----------
    proposer : Proposer
    folder : LabelFolder
        What a person has labelled is not proposed again.
    store : ProposalStore
    classes : mapping of int to str
        The project's, by id: the picture's own class may be told by its name.
    """

    proposer: Proposer
    folder: LabelFolder
    store: ProposalStore
    classes: Mapping[int, str]

    def propose(self, picture: Path, *, class_name: str = "") -> tuple[Proposal, ...]:
        """Read a picture, look at it, and put what is found into the store.

        See `propose_for`.

        Raises
        ------
        app.imaging.ImageReadError
        """
        return self.propose_for(picture, read_image(picture), class_name=class_name)

    def propose_for(
        self, picture: Path, image_bgr: npt.NDArray[np.uint8], *, class_name: str = ""
    ) -> tuple[Proposal, ...]:
        """Look at a picture that is read already, and put what is found into the store.

        Parameters
        ----------
        picture : Path
            Below the folder's images.
        image_bgr : ndarray, shape (H, W, 3), uint8
        class_name : str
            Class of pictures that do not tell theirs.

        Returns
        -------
        tuple of Proposal
            The open ones, without what is labelled or was rejected.

        Raises
        ------
        AssistError
        app.project.errors.ProjectError
            The store can't be used.
        """
        image = picture.relative_to(self.folder.images).as_posix()
        own_class = class_of_picture(image, self.classes, self.folder.images) or class_name
        found = self.proposer.propose(image_bgr, class_name=own_class)
        height, width = image_bgr.shape[:2]
        labels = self.folder.load(picture, size=(width, height))
        fresh = without_labelled(found, labels.annotation.boxes)
        self.store.replace(image, fresh, self.proposer.name, self.proposer.version)
        return self.store.of(image)
