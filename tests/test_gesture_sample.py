"""The bundled project of hands that show 1 to 5."""

from __future__ import annotations

import tomllib
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from app.paths import sample_data_path
from app.project.project import Project
from sample_data.make_gestures import FINGERS, encoded, plan, take

GESTURES = sample_data_path("gestures")
PICTURES = sorted((GESTURES / "images").rglob("*.jpg"))
LABELS = sorted((GESTURES / "annotations").rglob("*.xml"))


def picture_of(label: Path) -> Path:
    return (GESTURES / "images" / label.relative_to(GESTURES / "annotations")).with_suffix(".jpg")


def corners_of(label: Path) -> list[int]:
    """Read as the course's scripts do: by position, whole numbers."""
    members = ElementTree.parse(label).getroot().findall("object")
    return [int(members[0][4][place].text or "") for place in range(4)]


def test_the_project_opens_with_the_classes_one_to_five():
    project = Project.open(GESTURES)
    assert project.name == "Gestures"
    assert {item.id: item.name for item in project.classes} == {n: f"d{n}" for n in range(1, 6)}
    assert [item.hotkey for item in project.classes] == list("12345")


def test_sixty_pictures_are_labelled_and_ten_are_left_for_trying_out():
    assert len(PICTURES) == 70
    assert len(LABELS) == 60
    assert {picture_of(label) for label in LABELS} < set(PICTURES)


@pytest.mark.parametrize("class_id", sorted(FINGERS))
def test_every_class_has_as_many_pictures_as_the_others(class_id):
    named = [path for path in PICTURES if path.name.startswith(f"c{class_id}_e")]
    labelled = [path for path in LABELS if path.name.startswith(f"c{class_id}_e")]
    assert (len(named), len(labelled)) == (14, 12)


def test_the_sample_is_small():
    size_bytes = sum(path.stat().st_size for path in GESTURES.rglob("*") if path.is_file())
    assert size_bytes < 2_500_000


def test_nothing_else_lies_in_the_project():
    files = {path for path in GESTURES.rglob("*") if path.is_file()}
    assert files == {*PICTURES, *LABELS, GESTURES / "tallybox.toml"}
    assert tomllib.loads((GESTURES / "tallybox.toml").read_text("utf-8"))["schema_version"] == 1


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_picture_decodes_to_something_to_see(path):
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert 50 < picture.mean() < 210
    assert picture.std() > 15


@pytest.mark.parametrize("path", LABELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_label_is_what_labelimg_writes(path):
    picture = picture_of(path)
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("<annotation>\n\t<folder>")
    assert text.endswith("\n</annotation>\n")
    root = ElementTree.fromstring(text)
    assert [child.tag for child in root] == [
        "folder", "filename", "path", "source", "size", "segmented", "object"
    ]  # fmt: skip
    assert [child.tag for child in root[6]] == ["name", "pose", "truncated", "difficult", "bndbox"]
    assert [child.text for child in root[4]] == ["320", "240", "3"]
    assert root.findtext("folder") == picture.parent.name
    assert root.findtext("filename") == root.findtext("path") == picture.name
    assert root.findtext("object/name") == "d" + picture.name[1]


@pytest.mark.parametrize("path", LABELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_box_lies_inside_its_picture_and_says_when_it_is_cut(path):
    left, top, right, bottom = corners_of(path)
    assert 1 <= left < right <= 320
    assert 1 <= top < bottom <= 240
    assert (right - left) * (bottom - top) > 0.03 * 320 * 240
    touches = left == 1 or top == 1 or right == 320 or bottom == 240
    assert ElementTree.parse(path).findtext("object/truncated") == str(int(touches))


def test_some_hands_are_cut_by_the_edge_and_most_are_whole():
    cut = [path for path in LABELS if "<truncated>1<" in path.read_text("utf-8")]
    assert 3 <= len(cut) <= 20


@pytest.mark.parametrize("shot", [*islice(plan(), 3)], ids=lambda shot: shot.name)
def test_the_generator_makes_the_bundled_pictures_again(shot):
    picture, box = take(shot)
    place = Path(shot.session.name) / shot.name
    kept = cv2.imread(str(GESTURES / "images" / place))
    again = cv2.imdecode(np.frombuffer(encoded(picture), np.uint8), cv2.IMREAD_COLOR)
    # Another build of OpenCV may round differently.
    assert np.abs(kept.astype(int) - again.astype(int)).mean() <= 2
    label = (GESTURES / "annotations" / place).with_suffix(".xml")
    assert np.abs(np.subtract(corners_of(label), box)).max() <= 1
