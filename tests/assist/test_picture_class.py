"""The class of a picture from its session, folder or name."""

import json
from typing import ClassVar

import cv2
import numpy as np
import pytest

from app.annotation.label_folder import LabelFolder
from app.assist.picture_class import class_of_picture
from app.assist.picture_proposing import PictureProposing
from app.project.activity import ActivityFile
from app.project.proposals import ProposalStore

CLASSES = {1: "d1", 2: "d2", 7: "Thumb"}


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("hallway/c2_e13.jpg", "d2"),
        ("c7_e1.png", "Thumb"),
        ("c3_e1.png", None),  # the project has no class 3
        ("c2_e1 copy.png", None),
        ("trip/THUMB/x.jpg", "Thumb"),
        ("d1/d2/x.jpg", "d2"),
        ("d1/c2_e1.jpg", "d2"),
        ("d1.jpg", None),
    ],
)
def test_the_name_of_a_captured_picture_or_its_folder_tells_the_class(image, told):
    assert class_of_picture(image, CLASSES) == told


class TestInASession:
    """The number in a name is the place in the session's plan there."""

    PICTURES: ClassVar = {"c1_e1.png": {"class_name": "Thumb"}, "c2_e1.png": {"class_name": "d1"}}

    def told(self, tmp_path, image, session):
        folder = tmp_path / "d2"
        folder.mkdir()
        text = session if isinstance(session, str) else json.dumps(session)
        (folder / "session.json").write_text(text, "utf-8")
        return class_of_picture(f"d2/{image}", CLASSES, tmp_path)

    def test_the_session_tells_the_class_and_not_the_number(self, tmp_path):
        session = {"pictures": self.PICTURES, "plan": {"classes": ["Thumb", "d1"]}}
        assert self.told(tmp_path, "c1_e1.png", session) == "Thumb"

    def test_a_picture_that_came_by_hand_has_the_class_of_its_place_in_the_plan(self, tmp_path):
        session = {"pictures": self.PICTURES, "plan": {"classes": ["Thumb", "d1"]}}
        assert self.told(tmp_path, "c2_e9.png", session) == "d1"

    @pytest.mark.parametrize(
        "session", ["{", "[]", {"pictures": 3}, {"pictures": {}, "plan": {"classes": ["gone"]}}]
    )
    def test_a_number_without_a_meaning_is_not_taken_for_an_id(self, tmp_path, session):
        assert self.told(tmp_path, "c1_e1.png", session) == "d2"  # of the folder's name

    def test_proposals_for_captured_pictures_get_the_class_of_the_session(self, tmp_path):
        images = tmp_path / "images" / "trip"
        images.mkdir(parents=True)
        cv2.imwrite(str(images / "c1_e1.png"), np.zeros((20, 20, 3), np.uint8))
        session = {"pictures": self.PICTURES, "plan": {"classes": ["Thumb", "d1"]}}
        (images / "session.json").write_text(json.dumps(session), "utf-8")
        asked = []

        class Recorder:
            name, version = "recorder", "1"

            def propose(self, image_bgr, *, class_name):
                asked.append(class_name)
                return []

        store = ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))
        folder = LabelFolder(tmp_path / "images")
        PictureProposing(Recorder(), folder, store, CLASSES).propose(images / "c1_e1.png")
        assert asked == ["Thumb"]
