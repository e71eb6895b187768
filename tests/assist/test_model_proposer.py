"""Proposals by a detector in the classes of the project, and what is kept of them."""

import shutil

import cv2
import pytest

from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.assist.errors import AssistError
from app.assist.picture_proposing import PictureProposing
from app.assist.proposers import open_proposer
from app.paths import sample_data_path
from app.project.activity import ActivityFile
from app.project.proposals import ProposalStore


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """Return a folder with one frame of the sample video."""
    capture = cv2.VideoCapture(str(sample_data_path("pedestrians.mp4")))
    _, image_bgr = capture.read()
    capture.release()
    folder = tmp_path_factory.mktemp("street")
    cv2.imwrite(str(folder / "a.png"), image_bgr)
    return folder


def found_by(street, classes, **options):
    proposer = open_proposer("", classes=classes, **options)
    try:
        image_bgr = cv2.imread(str(street / "a.png"))
        return proposer, proposer.propose(image_bgr, class_name="")
    finally:
        proposer.close()


def test_the_project_spells_the_classes(street):
    proposer, found = found_by(street, {3: "PERSON"})
    assert {each.class_name for each in found} == {"PERSON"}
    assert {(each.model, each.version) for each in found} == {("starter-oidv4", "1")}
    assert all(each.score >= 0.3 for each in found)
    assert "Car" in proposer.lacking


def test_classes_that_the_project_lacks_come_only_when_asked_for(street):
    with pytest.raises(AssistError, match=r"none of the project's classes \(d1\)"):
        found_by(street, {1: "d1"})
    proposer, found = found_by(street, {1: "d1"}, takes_other_classes=True)
    assert "Person" in {each.class_name for each in found}
    assert proposer.lacking == ()


def test_a_folder_without_classes_gets_all_of_the_model(street):
    _, found = found_by(street, {})
    assert "Person" in {each.class_name for each in found}


def test_what_a_person_has_labelled_is_not_proposed(street, tmp_path):
    shutil.copy(street / "a.png", tmp_path)
    folder = LabelFolder(tmp_path)
    picture = folder.pictures()[0]
    store = ProposalStore(ActivityFile(tmp_path / "activity.sqlite"))
    proposer = open_proposer("", classes={1: "Person"})
    proposing = PictureProposing(proposer, folder, store, {1: "Person"})
    first, *others = proposing.propose(picture)
    assert others
    height, width = cv2.imread(str(picture)).shape[:2]
    known = folder.load(picture, size=(width, height))
    box = LabeledBox("Person", *(float(round(edge)) for edge in first.box_xyxy))
    folder.save(picture, ImageAnnotation(width, height, boxes=(box,)), known=known)
    assert proposing.propose(picture) == tuple(others)
    proposer.close()
