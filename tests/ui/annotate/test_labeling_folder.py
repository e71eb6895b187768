"""Steps over the whole folder: deleting pictures and changing classes, undone like any edit."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.annotation import class_changes
from app.annotation.class_changes import ClassChange
from app.annotation.history import Edit
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox
from app.project.project import Project
from app.ui.annotate.labeling import Labeling

SIZE = (64, 48)
RENAME = ClassChange("rename", "cat", "tiger")


def fill(images, labels, classes_of):
    folder = LabelFolder(images, labels)
    for name, classes in classes_of.items():
        picture = images / name
        cv2.imwrite(str(picture), np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
        known = folder.load(picture, size=SIZE)
        boxes = tuple(LabeledBox(each, 1, 2, 30 + n, 40) for n, each in enumerate(classes))
        folder.save(picture, replace(known.annotation, boxes=boxes), known=known)


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.xml"))}


class Seat:
    """A `Labeling` on an open project, and what it told."""

    def __init__(self, qtbot, project):
        self.qtbot, self.project = qtbot, project
        self.labeling = Labeling()
        self.problems, self.picture_changes = [], 0
        self.labeling.problem.connect(self.problems.append)
        self.labeling.pictures_changed.connect(self._count)
        self.open()

    def _count(self):
        self.picture_changes += 1

    def open(self):
        project = self.project
        self.labeling.book.open(project)
        assert self.labeling.open_folder(
            project.images_folder, project.annotations_folder, project=project
        )
        self.wait_shown()

    def wait_shown(self, name=""):
        self.qtbot.waitUntil(
            lambda: (
                not self.labeling.work.is_running
                and self.labeling.picture is not None
                and name in self.labeling.picture.path.name
            ),
            timeout=10_000,
        )

    @property
    def names(self):
        return [path.name for path in self.labeling.pictures]

    @property
    def classes(self):
        return [box.class_name for box in self.labeling.annotation.boxes]

    @property
    def labels(self):
        return bytes_in(self.project.annotations_folder)

    def draw(self, name):
        boxes = self.labeling.annotation.boxes
        self.labeling.edit([*boxes, LabeledBox(name, 5, 5, 20, 20)], "Draw box")


@pytest.fixture
def project(tmp_path):
    project = Project.create(tmp_path / "zoo")
    for name in ("cat", "dog", "bird"):
        project.add_class(name)
    fill(
        project.images_folder,
        project.annotations_folder,
        {"p1.png": ["cat", "dog"], "p2.png": ["dog"], "p3.png": ["cat"]},
    )
    return project


@pytest.fixture
def seat(qtbot, project):
    seat = Seat(qtbot, project)
    yield seat
    seat.labeling.stop()


def test_a_deleted_picture_goes_to_the_trash_and_undo_brings_it_back(seat, project):
    before = seat.labels
    seat.labeling.go_by(1)
    seat.wait_shown("p2")
    seat.labeling.folder_edits.delete_pictures([seat.labeling.path])
    seat.wait_shown("p3")
    assert seat.names == ["p1.png", "p3.png"]
    assert set(seat.labels) == {"p1.xml", "p3.xml"}
    assert seat.picture_changes == 1
    assert seat.labeling.history.next_undo.text == "Delete p2.png"
    assert len(list(project.trash_folder.rglob("p2.*"))) == 2
    seat.labeling.undo()
    seat.wait_shown("p2")
    assert seat.names == ["p1.png", "p2.png", "p3.png"]
    assert seat.labels == before
    seat.labeling.redo()
    seat.wait_shown("p3")
    assert seat.names == ["p1.png", "p3.png"]
    seat.labeling.undo()
    seat.wait_shown("p2")
    assert seat.labels == before
    assert seat.problems == []


def test_the_last_picture_can_be_deleted_too(seat, qtbot):
    seat.labeling.folder_edits.delete_pictures(list(seat.labeling.pictures))
    qtbot.waitUntil(lambda: not seat.labeling.work.is_running)
    assert seat.names == []
    assert seat.labeling.path is None
    assert seat.labeling.picture is None
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert len(seat.names) == 3


def test_an_edit_before_a_deletion_comes_back_after_it(seat):
    before = seat.labels
    seat.draw("bird")
    seat.labeling.folder_edits.delete_pictures([seat.labeling.path])
    seat.wait_shown("p2")
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert seat.classes == ["cat", "dog", "bird"]
    seat.labeling.undo()
    seat.labeling.save()
    assert seat.classes == ["cat", "dog"]
    assert seat.labels == before


def test_a_renamed_class_is_renamed_everywhere_with_its_id_and_back(seat, project):
    before, file_before = seat.labels, project.file.read_bytes()
    cat = project.classes[0]
    seat.labeling.folder_edits.apply(RENAME)
    assert not seat.labeling.is_editable
    seat.wait_shown("p1")
    assert seat.classes == ["tiger", "dog"]
    assert Project.open(project.folder).classes[0] == replace(cat, name="tiger")
    assert b">cat<" not in seat.labels["p3.xml"]
    assert seat.labeling.history.next_undo.text == "Rename cat to tiger"
    assert seat.labeling.book.current == "tiger"
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert seat.labels == before
    assert project.file.read_bytes() == file_before
    seat.labeling.redo()
    seat.wait_shown("p1")
    assert seat.classes == ["tiger", "dog"]
    assert seat.problems == []
    assert list(project.folder.rglob(".tallybox-class*")) == []


@pytest.mark.parametrize(
    ("change", "classes"),
    [(ClassChange("merge", "cat", "dog"), ["dog", "dog"]), (ClassChange("delete", "cat"), ["dog"])],
)
def test_a_merged_or_deleted_class_retires_its_id_and_undo_gives_it_back(
    seat, project, change, classes
):
    before, known = seat.labels, project.classes
    seat.labeling.folder_edits.apply(change)
    seat.wait_shown("p1")
    assert seat.classes == classes
    assert [item.name for item in project.classes] == ["dog", "bird"]
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert seat.labels == before
    assert Project.open(project.folder).classes == known
    seat.labeling.redo()
    seat.wait_shown("p1")
    assert project.add_class("new").id == 4
    assert seat.problems == []


def test_edits_before_and_after_a_rename_are_undone_in_their_order(seat):
    before = seat.labels
    seat.draw("cat")
    seat.labeling.folder_edits.apply(RENAME)
    seat.wait_shown("p1")
    assert seat.classes == ["tiger", "dog", "tiger"]
    seat.draw("tiger")
    seat.labeling.go_by(1)
    seat.wait_shown("p2")
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert seat.classes == ["tiger", "dog", "tiger"]
    seat.labeling.undo()
    seat.wait_shown("p1")
    seat.qtbot.waitUntil(lambda: seat.classes == ["cat", "dog", "cat"])
    seat.labeling.undo()
    assert seat.classes == ["cat", "dog"]
    seat.labeling.save()
    assert seat.labels == before
    assert seat.problems == []
    assert seat.labeling.history.next_undo is None


def test_undo_of_a_rename_leaves_and_names_what_another_program_wrote(seat, project):
    seat.labeling.folder_edits.apply(RENAME)
    seat.wait_shown("p1")
    theirs = seat.labels["p3.xml"].replace(b"tiger", b"lion")
    (project.annotations_folder / "p3.xml").write_bytes(theirs)
    seat.labeling.undo()
    seat.wait_shown("p1")
    assert seat.classes == ["cat", "dog"]
    assert seat.labels["p3.xml"] == theirs
    (error,) = seat.problems
    assert "p3.xml" in error.message
    assert "p1.xml" not in error.message


def test_a_stopped_rename_changes_nothing(seat, project, monkeypatch):
    before = seat.labels
    save = LabelFolder.save

    def stop_then_save(self, picture, annotation, *, known):
        seat.labeling.work.stop()
        return save(self, picture, annotation, known=known)

    monkeypatch.setattr(LabelFolder, "save", stop_then_save)
    monkeypatch.setattr(class_changes, "SAVED_AT_ONCE", 1)
    seat.labeling.folder_edits.apply(RENAME)
    seat.wait_shown("p1")
    assert seat.labels == before
    assert seat.classes == ["cat", "dog"]
    assert [item.name for item in project.classes] == ["cat", "dog", "bird"]
    assert seat.labeling.history.next_undo is None


def test_a_name_the_project_cannot_take_changes_no_file(seat, project):
    before = seat.labels
    seat.labeling.folder_edits.apply(ClassChange("rename", "cat", "dog"))
    assert [error.code for error in seat.problems] == ["class-exists"]
    assert seat.labels == before
    assert not seat.labeling.work.is_running


def test_a_project_file_that_cannot_be_written_takes_the_labels_back(seat, project, qtbot):
    before = seat.labels
    good = project.file.read_text("utf-8")
    project.file.write_text("broken [", "utf-8")
    seat.labeling.folder_edits.apply(RENAME)
    seat.wait_shown("p1")
    assert [error.code for error in seat.problems] == ["project-file-broken"]
    assert seat.labels == before
    assert seat.labeling.history.next_undo is None
    assert list(project.folder.rglob(".tallybox-class*")) == []
    project.file.write_text(good, "utf-8")


def test_what_a_killed_window_left_is_settled_when_the_folder_opens(seat, project):
    before = seat.labels
    folder = LabelFolder(project.images_folder, project.annotations_folder)
    class_changes.apply(folder, folder.pictures(), RENAME)  # and no more
    assert seat.labels != before
    seat.open()
    assert [error.code for error in seat.problems] == ["change-taken-back"]
    assert seat.labels == before
    assert seat.classes == ["cat", "dog"]


def test_while_all_pictures_change_nothing_else_begins(seat, tmp_path):
    seat.labeling.folder_edits.apply(RENAME)
    seat.draw("bird")
    seat.labeling.folder_edits.delete_pictures([seat.labeling.path])
    assert not seat.labeling.open_folder(tmp_path)
    assert {error.code for error in seat.problems} == {"folder-work"}
    seat.wait_shown("p1")
    assert seat.classes == ["tiger", "dog"]
    assert len(seat.names) == 3


def test_closing_the_window_during_a_rename_leaves_one_name(seat, project):
    seat.labeling.folder_edits.apply(RENAME)
    seat.labeling.stop()
    text = b"".join(seat.labels.values())
    assert (b">cat<" in text) != (b">tiger<" in text)
    known = {item.name for item in Project.open(project.folder).classes}
    assert ("cat" in known) == (b">cat<" in text)


def test_colours_and_keys_are_steps_too(seat, project):
    color = project.classes[0].color
    seat.labeling.folder_edits.recolor("cat", "#112233")
    seat.labeling.folder_edits.set_key("cat", "7")
    assert (project.classes[0].color, project.classes[0].hotkey) == ("#112233", "7")
    assert seat.labeling.history.next_undo.text == "Key of cat"
    seat.labeling.undo()
    seat.labeling.undo()
    assert project.classes[0].color == color
    seat.labeling.redo()
    assert project.classes[0].color == "#112233"


def test_a_plain_folder_keeps_its_list_of_names(qtbot, tmp_path):
    images = tmp_path / "plain"
    images.mkdir()
    fill(images, None, {"p1.png": ["cat", "dog"]})
    (images / "classes.txt").write_text("cat\ndog\n", "utf-8")
    labeling = Labeling()
    labeling.book.open(None, ["cat", "dog"])
    labeling.open_folder(images)
    qtbot.waitUntil(lambda: labeling.picture is not None)
    labeling.folder_edits.apply(RENAME)
    qtbot.waitUntil(lambda: not labeling.work.is_running and labeling.annotation is not None)
    assert [entry.name for entry in labeling.book.entries] == ["tiger", "dog"]
    assert (images / "classes.txt").read_text("utf-8") == "cat\ndog\n"
    assert b"<name>tiger</name>" in (images / "p1.xml").read_bytes()
    labeling.folder_edits.delete_pictures([images / "p1.png"])
    qtbot.waitUntil(lambda: not labeling.work.is_running)
    assert [path.name for path in Path(images).iterdir() if path.is_dir()] == [".tallybox-trash"]
    labeling.stop()


def test_edits_and_folder_steps_share_one_history(seat):
    seat.draw("bird")
    seat.labeling.folder_edits.delete_pictures([seat.labeling.pictures[2]])
    seat.wait_shown("p1")
    assert seat.labeling.history.next_undo.text == "Delete p3.png"
    seat.labeling.undo()
    seat.wait_shown("p3")
    assert isinstance(seat.labeling.history.next_undo, Edit)
