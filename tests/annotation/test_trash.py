"""Pictures go into the trash with their labels and come back exactly, whatever happens."""

import errno
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.annotation import moving
from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import LabeledBox
from app.annotation.trash import Trash
from app.files import FileWriteError

SIZE = (64, 48)
REPOSITORY = Path(__file__).resolve().parents[2]


def make(images, *names):
    for name in names:
        path = images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"picture {name}".encode())
    return [images / name for name in names]


def put_label(folder, picture, class_name):
    known = folder.load(picture, size=SIZE)
    box = LabeledBox(class_name, 1, 2, 30, 40)
    folder.save(picture, replace(known.annotation, boxes=(box,)), known=known)


def class_of(images, picture, labels=None):
    """Return the class that a new window sees in a picture."""
    boxes = LabelFolder(images, labels).load(picture, size=SIZE).annotation.boxes
    return boxes[0].class_name if boxes else None


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(images):
    return LabelFolder(images)


@pytest.fixture
def trash(folder, tmp_path):
    return Trash(folder, tmp_path / "trash")


def test_a_picture_and_its_labels_leave_together_and_come_back_as_they_were(folder, images, trash):
    first, second = make(images, "trip/a.jpg", "b.png")
    put_label(folder, first, "cat")
    put_label(folder, second, "dog")
    before = files_in(images)
    discarded = trash.discard([first], reason="Blurred")
    assert set(files_in(images)) == {"b.png", "b.xml"}
    (entry,) = trash.entries()
    assert entry == discarded
    assert (entry.reason, entry.items[0].picture, entry.items[0].label) == (
        "Blurred",
        "trip/a.jpg",
        "trip/a.xml",
    )
    assert trash.restore(discarded) == [first]
    assert files_in(images) == before
    assert trash.entries() == []
    assert files_in(trash.root) == {}


def test_labels_in_a_folder_of_their_own_travel_too(images, tmp_path):
    labels = tmp_path / "labels"
    folder = LabelFolder(images, labels)
    (picture,) = make(images, "trip/a.jpg")
    put_label(folder, picture, "cat")
    trash = Trash(folder, tmp_path / "trash")
    discarded = trash.discard([picture], reason="")
    assert files_in(labels) == {}
    trash.restore(discarded)
    assert class_of(images, picture, labels) == "cat"


def test_the_hidden_trash_in_a_folder_of_pictures_is_not_listed(folder, images):
    first, second = make(images, "a.jpg", "b.jpg")
    Trash(folder, images / ".tallybox-trash").discard([first], reason="")
    assert folder.pictures() == [second]


@pytest.mark.parametrize(
    "names",
    [("a.jpg", "a.png"), ("a.jpg", "a.png", "a.png.bmp"), ("A.jpg", "A.png", "A.tif", "A.jpg.png")],
)
def test_pictures_named_alike_keep_their_own_labels(images, tmp_path, names):
    pictures = make(images, *names)
    folder = LabelFolder(images)
    for number, picture in enumerate(pictures):
        put_label(folder, picture, f"class{number}")
    before = files_in(images)
    trash = Trash(folder, tmp_path / "trash")
    for gone, picture in enumerate(pictures):
        discarded = trash.discard([picture], reason="")
        for number, other in enumerate(pictures):
            if number != gone:
                assert class_of(images, other) == f"class{number}", f"without {names[gone]}"
                seen = folder.load(other, size=SIZE).annotation.boxes
                assert seen[0].class_name == f"class{number}", f"still open, without {names[gone]}"
        trash.restore(discarded)
        assert files_in(images) == before


def test_labels_made_under_the_name_that_became_free_stay_and_both_are_found(
    images, tmp_path, folder
):
    first, second = make(images, "a.jpg", "a.png")
    put_label(folder, first, "cat")
    trash = Trash(LabelFolder(images), tmp_path / "trash")
    discarded = trash.discard([first], reason="")
    put_label(LabelFolder(images), second, "dog")  # a window opened since: it takes a.xml
    assert (images / "a.xml").is_file()
    trash.restore(discarded)
    assert class_of(images, first) == "cat"
    assert class_of(images, second) == "dog"


def test_nothing_is_overwritten_on_the_way_back(folder, images, trash):
    pictures = make(images, "a.jpg", "b.jpg")
    discarded = trash.discard(pictures, reason="")
    (images / "b.jpg").write_bytes(b"another picture")
    with pytest.raises(AnnotationError, match=r"b\.jpg.*another file") as caught:
        trash.restore(discarded)
    assert caught.value.code == "trash-place-taken"
    assert files_in(images) == {"b.jpg": b"another picture"}
    (images / "b.jpg").unlink()
    trash.restore(discarded)
    assert set(files_in(images)) == {"a.jpg", "b.jpg"}


def test_a_picture_that_is_gone_already_stops_the_whole_discard(images, trash):
    first, second = make(images, "a.jpg", "b.jpg")
    second.unlink()
    with pytest.raises(AnnotationError, match=r"b\.jpg is not there"):
        trash.discard([first, second], reason="")
    assert first.is_file()
    assert trash.entries() == []


def test_a_disk_that_refuses_half_way_leaves_all_where_it_was(folder, images, trash, monkeypatch):
    pictures = make(images, "a.jpg", "b.jpg", "c.jpg")
    put_label(folder, pictures[0], "cat")
    before = files_in(images)
    rename = Path.rename

    def refuse(self, target):
        if self.name == "c.jpg":
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FileWriteError, match=r"c\.jpg"):
        trash.discard(pictures, reason="")
    assert files_in(images) == before
    assert trash.entries() == []


def test_another_disk_gets_a_copy_that_is_compared_first(folder, images, trash, monkeypatch):
    (picture,) = make(images, "a.jpg")
    put_label(folder, picture, "cat")
    before = files_in(images)

    def other_disk(self, target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "rename", other_disk)
    discarded = trash.discard([picture], reason="")
    assert files_in(images) == {}
    trash.restore(discarded)
    assert files_in(images) == before
    monkeypatch.setattr(moving.filecmp, "cmp", lambda *_, **__: False)
    with pytest.raises(AnnotationError, match="not the same"):
        trash.discard([picture], reason="")
    assert files_in(images) == before


def test_an_entry_that_cannot_be_read_is_told_and_its_files_stay(folder, images, trash):
    discarded = trash.discard(make(images, "a.jpg"), reason="")
    (discarded.folder / "entry.json").write_text("{", "utf-8")
    (error,) = trash.settle()
    assert error.code == "trash-entry-broken"
    assert (discarded.folder / "images" / "a.jpg").is_file()


def test_a_second_window_waits_for_the_first(folder, images, trash):
    pictures = make(images, "a.jpg", "b.jpg")
    other = Trash(LabelFolder(images), trash.root)
    seen = []

    def meanwhile(done, total):
        if done == 1:
            with pytest.raises(AnnotationError) as caught:
                other.discard([pictures[1]], reason="")
            seen.append((caught.value.code, other.settle()))

    trash.discard(pictures, reason="", on_progress=meanwhile)
    assert seen == [("folder-busy", [])]
    assert set(trash.entries()[0].items) == set(other.entries()[0].items)


_CHILD = """
import sys
from pathlib import Path
from app.annotation.label_folder import LabelFolder
from app.annotation.trash import Trash

folder = LabelFolder(Path(sys.argv[1]))
trash = Trash(folder, Path(sys.argv[2]))
pictures = folder.pictures()
print("ready", flush=True)
while True:
    trash.restore(trash.discard(pictures, reason="again"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_process_loses_nothing(images, tmp_path):
    folder = LabelFolder(images)
    pictures = make(images, *(f"s{n % 3}/p{n}.jpg" for n in range(30)))
    for picture in pictures:
        put_label(folder, picture, "cat")
    before = files_in(images)
    dice = random.Random(3)
    for _ in range(6):
        command = [sys.executable, "-c", _CHILD, str(images), str(tmp_path / "trash")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(dice.uniform(0.001, 0.05))
            child.send_signal(signal.SIGKILL)
        trash = Trash(LabelFolder(images), tmp_path / "trash")
        assert trash.settle() == []
        for entry in trash.entries():  # it was killed between whole steps
            trash.restore(entry)
        assert files_in(images) == before


def test_thousands_of_pictures_are_quick(images, trash, folder):
    pictures = make(images, *(f"p{n}.jpg" for n in range(2000)))
    folder.pictures()
    begin = time.perf_counter()
    discarded = trash.discard(pictures[:1000], reason="")
    trash.restore(discarded)
    spent_s = time.perf_counter() - begin
    begin = time.perf_counter()
    for picture in pictures[:1000]:
        picture.rename(f"{picture}.x").rename(picture)
    assert spent_s < 60 * (time.perf_counter() - begin)


def test_what_was_put_back_elsewhere_is_not_put_back_again(tmp_path):
    images = tmp_path / "images"
    first, second = make(images, "a.jpg", "b.jpg")
    trash = Trash(LabelFolder(images), tmp_path / "trash")
    discarded = trash.discard([first], reason="here")
    elsewhere = Trash(LabelFolder(images), tmp_path / "trash")
    elsewhere.restore(discarded)
    other = elsewhere.discard([second], reason="there")
    with pytest.raises(AnnotationError) as refused:
        trash.restore(discarded)
    assert refused.value.code == "not-in-trash"
    assert elsewhere.restore(other) == [second]  # under the same number, and still whole


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path):
    images = tmp_path / "images"
    (picture,) = make(images, "a.jpg")
    trash = Trash(LabelFolder(images), images / ".tallybox-trash")
    picture.unlink()
    images.rmdir()
    with pytest.raises(AnnotationError) as refused:
        trash.discard([picture], reason="")
    assert refused.value.code == "picture-gone"
    assert not images.exists()
