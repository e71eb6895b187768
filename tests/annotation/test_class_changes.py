"""A class is renamed, merged or deleted in all pictures, exactly, undoably, whole or not at all."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.annotation import class_changes
from app.annotation.change_journal import ChangeJournal
from app.annotation.class_changes import ClassChange, StoppedError, Watch
from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox

SIZE = (64, 48)
REPOSITORY = Path(__file__).resolve().parents[2]
RENAME = ClassChange("rename", "cat", "tiger")
MERGE = ClassChange("merge", "cat", "dog")
DELETE = ClassChange("delete", "cat")


def make(images, labels_of):
    """Make one picture with labels for each name: its classes, or the text of a broken file."""
    folder = LabelFolder(images)
    for name, classes in labels_of.items():
        picture = images / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(picture), np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
        if isinstance(classes, str):
            picture.with_suffix(".xml").write_text(classes, "utf-8")
            continue
        known = folder.load(picture, size=SIZE)
        boxes = tuple(
            LabeledBox(name, 1 + place, 2, 30 + place, 40) for place, name in enumerate(classes)
        )
        folder.save(picture, replace(known.annotation, boxes=boxes), known=known)
    return folder


def classes_in(folder):
    found = {}
    for picture in LabelFolder(folder.images).pictures():
        boxes = folder.load(picture, size=SIZE).annotation.boxes
        found[picture.name] = [box.class_name for box in boxes]
    return found


def label_bytes(folder):
    return {path.name: path.read_bytes() for path in folder.images.rglob("*.xml")}


def hidden_files(folder):
    return [path.name for path in folder.images.iterdir() if path.name.startswith(".")]


def apply(folder, change, **given):
    return class_changes.apply(folder, folder.pictures(), change, **given)


def revert(folder, done, **given):
    changes = [each.reversed for each in done.changes]
    return class_changes.rewrite(folder, changes, class_gone="", class_come="", **given)


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    folder = make(
        images,
        {
            "a.png": ["cat", "dog", "cat"],
            "b.png": ["dog"],
            "c.png": ["cat"],
            "d.png": "<annotation><object>",
            "e.png": [],
        },
    )
    verified = folder.load(images / "c.png", size=SIZE)
    folder.save(images / "c.png", replace(verified.annotation, is_verified=True), known=verified)
    return folder


def test_the_preview_says_what_would_change_and_writes_nothing(folder):
    before = label_bytes(folder)
    preview = class_changes.preview(folder, folder.pictures(), RENAME)
    assert (preview.pictures, preview.boxes, preview.verified) == (2, 3, 1)
    assert [path.name for path in preview.unreadable] == ["d.xml"]
    assert [path.name for path in preview.examples] == ["a.png", "c.png"]
    assert label_bytes(folder) == before
    assert hidden_files(folder) == []


@pytest.mark.parametrize(
    ("change", "first", "third"),
    [
        (RENAME, ["tiger", "dog", "tiger"], ["tiger"]),
        (MERGE, ["dog", "dog", "dog"], ["dog"]),
        (DELETE, ["dog"], []),
    ],
)
def test_a_change_can_be_taken_back_and_made_again_byte_for_byte(folder, change, first, third):
    before = label_bytes(folder)
    done = apply(folder, change)
    done.journal.close()
    changed = label_bytes(folder)
    assert classes_in(folder) | {"a.png": first, "c.png": third} == classes_in(folder)
    assert {name for name in before if before[name] != changed[name]} == {"a.xml", "c.xml"}
    back = revert(folder, done)
    back.journal.close()
    assert label_bytes(folder) == before
    again = revert(folder, back)
    again.journal.close()
    assert label_bytes(folder) == changed
    assert hidden_files(folder) == []


def test_a_broken_file_is_left_and_told(folder):
    done = apply(folder, RENAME)
    assert [error.code for error in done.left] == ["labels-broken"]
    assert (folder.images / "d.xml").read_text("utf-8") == "<annotation><object>"


def test_what_files_say_beyond_the_boxes_stays(folder):
    path = folder.images / "b.xml"
    text = path.read_text("utf-8").replace("</pose>", "</pose>\n\t\t<wheels>4</wheels>")
    path.write_text(text, "utf-8")
    apply(folder, ClassChange("rename", "dog", "wolf & <friend>")).journal.close()
    written = path.read_text("utf-8")
    assert written == text.replace("<name>dog<", "<name>wolf &amp; &lt;friend&gt;<")


@pytest.mark.parametrize("limit", range(6))  # five files to look at, two to write at once
def test_a_stopped_change_leaves_every_byte(folder, limit):
    before = label_bytes(folder)
    asked = iter(range(limit + 1))
    with pytest.raises(StoppedError):
        apply(folder, RENAME, watch=Watch(is_stopped=lambda: next(asked) == limit))
    assert label_bytes(folder) == before
    assert hidden_files(folder) == []


def test_a_disk_that_refuses_half_way_leaves_every_byte(folder, monkeypatch):
    before = label_bytes(folder)
    save = LabelFolder.save

    def refuse(self, picture, annotation, *, known):
        if picture.name == "c.png":
            raise AnnotationError("disk-full", f"Can't write {known.path}: the disk is full.")
        return save(self, picture, annotation, known=known)

    monkeypatch.setattr(LabelFolder, "save", refuse)
    with pytest.raises(AnnotationError, match="disk is full"):
        apply(folder, RENAME)
    assert label_bytes(folder) == before
    assert hidden_files(folder) == []


def test_undo_restores_the_others_where_one_was_changed_by_another_program(folder):
    done = apply(folder, RENAME)
    done.journal.close()
    theirs = (folder.images / "a.xml").read_bytes().replace(b"dog", b"fox")
    (folder.images / "a.xml").write_bytes(theirs)
    back = revert(folder, done)
    assert [str(folder.images / "a.xml") in error.message for error in back.left] == [True]
    assert (folder.images / "a.xml").read_bytes() == theirs
    assert classes_in(folder)["c.png"] == ["cat"]


def test_an_interrupted_change_is_taken_back_at_the_next_opening(folder):
    before = label_bytes(folder)
    apply(folder, RENAME)  # and killed before the list of classes was changed
    told = class_changes.settle(LabelFolder(folder.images), ["cat", "dog"])
    assert [error.code for error in told] == ["change-taken-back"]
    assert label_bytes(folder) == before
    assert class_changes.settle(folder, ["cat", "dog"]) == []


def test_a_change_that_was_whole_but_for_its_journal_stands(folder):
    apply(folder, RENAME)
    changed = label_bytes(folder)
    assert class_changes.settle(LabelFolder(folder.images), ["tiger", "dog"]) == []
    assert label_bytes(folder) == changed
    assert hidden_files(folder) == []


def test_taking_back_leaves_what_another_program_wrote_meanwhile(folder):
    apply(folder, RENAME)
    (folder.images / "a.xml").write_bytes(b"<annotation/>")
    told = class_changes.settle(LabelFolder(folder.images))
    assert [error.code for error in told] == ["change-taken-back", "label-left"]
    assert (folder.images / "a.xml").read_bytes() == b"<annotation/>"
    assert classes_in(folder)["c.png"] == ["cat"]


def test_a_broken_journal_is_told_and_nothing_is_touched(folder):
    apply(folder, RENAME)
    changed = label_bytes(folder)
    ChangeJournal(folder).path.write_text('{"files": [{"label": 3}]}', "utf-8")
    (error,) = class_changes.settle(folder)
    assert error.code == "journal-broken"
    assert label_bytes(folder) == changed


def test_a_second_window_neither_changes_nor_takes_back_meanwhile(folder):
    other = LabelFolder(folder.images)
    seen = []

    def meanwhile(done, total):
        if total == 2:
            seen.append(class_changes.settle(other))
            with pytest.raises(AnnotationError) as caught:
                apply(other, ClassChange("rename", "dog", "wolf"))
            seen.append(caught.value.code)

    apply(folder, RENAME, watch=Watch(advanced=meanwhile))
    assert seen == [[], "folder-busy"]
    assert classes_in(folder)["a.png"] == ["tiger", "dog", "tiger"]


def test_the_reference_labels_are_renamed_and_come_back_byte_for_byte(reference_data, tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    sources = sorted((reference_data / "foreign").rglob("*.xml"))
    for number, source in enumerate(sources[:100]):
        (images / f"p{number}.xml").write_bytes(source.read_bytes())
        (images / f"p{number}.png").touch()  # no picture: the file's own size is taken
    folder = LabelFolder(images)
    pictures = folder.pictures()
    names = {
        box.class_name
        for picture in pictures
        for box in folder.load(picture, size=(0, 0)).annotation.boxes
    }
    assert names
    before = label_bytes(folder)
    done = []
    for name in sorted(names)[:4]:
        rewritten = apply(folder, ClassChange("rename", name, f"{name} ñ图&"))
        rewritten.journal.close()
        done.append(rewritten)
    assert label_bytes(folder) != before
    for rewritten in reversed(done):
        back = revert(folder, rewritten)
        back.journal.close()
        assert back.left == ()
    assert label_bytes(folder) == before


_CHILD = """
import os, signal, sys
from pathlib import Path
from app.annotation import class_changes
from app.annotation.class_changes import ClassChange, Watch
from app.annotation.label_folder import LabelFolder

left = int(sys.argv[2])

def count(done, total):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

folder = LabelFolder(Path(sys.argv[1]))
change = ClassChange("rename", "cat", "dog")
class_changes.apply(folder, folder.pictures(), change, watch=Watch(advanced=count))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    "limit", [5, 41, 42, 43]
)  # forty files to look at; sixteen are written at once
def test_a_killed_process_never_leaves_two_names_for_one_class(tmp_path, limit):
    images = tmp_path / "images"
    images.mkdir()
    folder = make(images, {f"p{number}.png": ["cat"] for number in range(40)})
    before = label_bytes(folder)
    command = [sys.executable, "-c", _CHILD, str(images), str(limit)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL
    is_half_done = label_bytes(folder) != before
    assert is_half_done == (limit > 41)
    told = class_changes.settle(LabelFolder(images), ["cat"])
    assert [error.code for error in told] == (["change-taken-back"] if limit > 40 else [])
    assert label_bytes(folder) == before
