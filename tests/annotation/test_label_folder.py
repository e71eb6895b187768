"""Where labels are, and that nobody's work is ever lost."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.annotation.errors import AnnotationError
from app.annotation.formats.voc import parse_voc, voc_bytes
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, LabeledBox
from app.annotation.picture_states import PictureState
from app.files import FileWriteError
from tests.support.small_disk import small_disk  # noqa: F401 - a fixture

SIZE = (640, 480)
CAT = LabeledBox("cat", 10, 20, 30, 40)
DOG = LabeledBox("dog", 50, 60, 70, 80)
CATS = ImageAnnotation(*SIZE, boxes=(CAT,))


def make(folder, *names):
    """Make empty pictures; nobody here looks into one."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return [folder / name for name in names]


def label(path, annotation=CATS, *, image_path=Path("/x/a.jpg")):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(voc_bytes(annotation, image_path=image_path))


def names_in(label_file):
    return [box.class_name for box in label_file.annotation.boxes]


@pytest.fixture
def folder(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    return LabelFolder(images)


@pytest.fixture
def picture(folder):
    return make(folder.images, "a.jpg")[0]


def saved(folder, picture, *boxes):
    known = folder.load(picture, size=SIZE)
    return folder.save(picture, replace(known.annotation, boxes=boxes), known=known)


# Pictures


def test_pictures_are_listed_as_a_person_sorts_them(folder):
    names = ["img10.jpg", "IMG2.png", "b/x.bmp", "img1.JPG", "a/c/y.webp", "img02.jpg"]
    make(folder.images, *names, "img1.xml", "notes.txt", ".hidden.jpg", ".trash/z.jpg", "jpg")
    (folder.images / "folder.jpg").mkdir()
    listed = [path.relative_to(folder.images).as_posix() for path in folder.pictures()]
    assert listed == [*("a/c/y.webp", "b/x.bmp", "img1.JPG", "img02.jpg", "IMG2.png", "img10.jpg")]


def test_a_folder_that_links_to_itself_is_listed_once(folder, picture):
    (folder.images / "loop").symlink_to(folder.images, target_is_directory=True)
    assert folder.pictures() == [picture]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AnnotationError) as caught:
        LabelFolder(tmp_path / "gone").pictures()
    assert caught.value.code == "folder-not-readable"
    assert "gone" in caught.value.message


@pytest.mark.slow
def test_a_hundred_thousand_pictures_are_listed_in_good_time(tmp_path):
    for part in range(20):
        (tmp_path / f"s{part}").mkdir()
        for number in range(5000):
            os.close(os.open(tmp_path / f"s{part}" / f"IMG_{number}.jpg", os.O_CREAT))
    folder = LabelFolder(tmp_path)
    started = time.perf_counter()
    pictures = folder.pictures()
    seconds = time.perf_counter() - started
    assert len(pictures) == 100_000
    assert pictures[1] == tmp_path / "s0" / "IMG_1.jpg"
    assert seconds < 10, "measured: about 1 s"
    assert folder.label_path(pictures[1]) == tmp_path / "s0" / "IMG_1.xml"


# Where labels are


def test_labels_lie_beside_the_picture_or_mirror_its_sub_folder(tmp_path):
    make(tmp_path, "images/trip/a.jpg")
    picture = tmp_path / "images/trip/a.jpg"
    assert LabelFolder(tmp_path / "images").label_path(picture) == picture.with_suffix(".xml")
    elsewhere = LabelFolder(tmp_path / "images", tmp_path / "labels")
    assert elsewhere.label_path(picture) == tmp_path / "labels/trip/a.xml"


def test_a_picture_from_elsewhere_is_told(folder, tmp_path):
    with pytest.raises(AnnotationError) as caught:
        folder.label_path(tmp_path / "other" / "a.jpg")
    assert caught.value.code == "not-in-folder"


def test_pictures_of_one_name_never_share_a_label_file(folder):
    names = ["a.jpg", "a.png", "a.png.bmp", "a.bmp", "b.jpg", "s/a.jpg", "s/a.png"]
    pictures = make(folder.images, *names)
    paths = [folder.label_path(picture) for picture in pictures]
    assert len({str(path).casefold() for path in paths}) == len(pictures)
    assert folder.label_path(folder.images / "a.bmp").name == "a.xml"
    assert folder.label_path(folder.images / "a.jpg").name == "a.jpg.xml"
    for picture in pictures:
        saved(folder, picture, replace(CAT, class_name=str(picture)))
    fresh = LabelFolder(folder.images)
    fresh.pictures()
    for picture in pictures:
        assert names_in(fresh.load(picture, size=SIZE)) == [str(picture)]


def test_a_picture_that_joins_another_of_its_name_does_not_take_its_labels(folder):
    (png,) = make(folder.images, "a.png")
    saved(folder, png, DOG)
    (jpg,) = make(folder.images, "a.jpg")
    for labels in (folder, LabelFolder(folder.images)):
        assert names_in(labels.load(png, size=SIZE)) == ["dog"]
        assert names_in(labels.load(jpg, size=SIZE)) == []
        assert labels.label_path(jpg).name == "a.jpg.xml"


def test_labels_are_found_again_when_the_other_picture_of_the_name_has_gone(folder):
    jpg, png = make(folder.images, "a.jpg", "a.png")
    saved(folder, jpg, CAT)
    saved(folder, png, DOG)
    jpg.unlink()
    assert names_in(LabelFolder(folder.images).load(png, size=SIZE)) == ["dog"]


def test_a_flat_label_file_is_found_and_kept_where_it_is(tmp_path):
    (picture,) = make(tmp_path / "images", "trip/a.jpg")
    label(tmp_path / "labels/a.xml")
    folder = LabelFolder(tmp_path / "images", tmp_path / "labels")
    known = folder.load(picture, size=SIZE)
    assert names_in(known) == ["cat"]
    folder.save(picture, replace(CATS, boxes=(DOG,)), known=known)
    assert [path.name for path in (tmp_path / "labels").rglob("*")] == ["a.xml"]
    assert names_in(folder.load(picture, size=SIZE)) == ["dog"]
    label(tmp_path / "labels/trip/a.xml")
    assert names_in(folder.load(picture, size=SIZE)) == ["cat"]


def test_a_flat_label_file_goes_to_one_picture_only(tmp_path):
    first, second, _ = make(tmp_path / "images", "s1/a.jpg", "s2/a.jpg", "b.jpg")
    folder = LabelFolder(tmp_path / "images", tmp_path / "labels")
    label(tmp_path / "labels/a.xml", image_path=Path("/moved/images/s2/a.jpg"))
    assert names_in(folder.load(first, size=SIZE)) == []
    assert names_in(folder.load(second, size=SIZE)) == ["cat"]
    (top,) = make(tmp_path / "images", "a.jpg")
    label(tmp_path / "labels/a.xml", image_path=top)
    folder.pictures()
    assert [names_in(folder.load(p, size=SIZE)) for p in (first, second, top)] == [[], [], ["cat"]]


# Loading and saving


def test_a_picture_without_labels_has_an_empty_annotation_and_saving_it_writes_nothing(
    folder, picture
):
    known = folder.load(picture, size=SIZE, depth=1)
    assert known.annotation == ImageAnnotation(640, 480, 1)
    assert (known.error, known.original, known.stamp, known.notes) == (None, None, None, ())
    again = folder.save(picture, known.annotation, known=known)
    assert again == known
    assert list(folder.images.iterdir()) == [picture]


def test_saved_labels_are_loaded_again(folder, picture):
    after = saved(folder, picture, CAT, DOG)
    assert after.path.read_bytes() == after.on_disk
    assert after.stamp == (after.path.stat().st_mtime_ns, len(after.on_disk))
    loaded = folder.load(picture, size=SIZE)
    assert [replace(box, origin=None) for box in loaded.annotation.boxes] == [CAT, DOG]
    assert loaded.notes == ()
    assert sorted(p.name for p in folder.images.iterdir()) == ["a.jpg", "a.xml"]


def test_sub_folders_of_labels_are_made(tmp_path):
    (picture,) = make(tmp_path / "images", "x/y/a.jpg")
    folder = LabelFolder(tmp_path / "images", tmp_path / "labels")
    saved(folder, picture, CAT)
    assert (tmp_path / "labels/x/y/a.xml").is_file()


def test_all_boxes_deleted_leaves_a_file_that_says_so(folder, picture):
    known = saved(folder, picture, CAT)
    after = folder.save(picture, replace(CATS, boxes=()), known=known)
    assert names_in(folder.load(picture, size=SIZE)) == []
    assert after.path.exists()


def test_a_box_deleted_saved_and_brought_back_keeps_what_the_file_said_of_it(folder, picture):
    part = b"<part><name>tail</name></part></object>"
    path = folder.label_path(picture)
    label(path, replace(CATS, boxes=(CAT, DOG)))
    path.write_bytes(path.read_bytes().replace(b"</object>", part, 1))
    loaded = folder.load(picture, size=SIZE)
    cat, dog = loaded.annotation.boxes
    without = folder.save(picture, replace(loaded.annotation, boxes=(dog,)), known=loaded)
    assert b"tail" not in path.read_bytes()
    moved = replace(dog, xmin=55)
    folder.save(picture, replace(loaded.annotation, boxes=(cat, moved)), known=without)
    assert path.read_bytes() == loaded.original.replace(b"<xmin>50<", b"<xmin>55<")


def test_an_unchanged_file_is_not_written_at_all(folder, picture):
    label(folder.label_path(picture))
    known = folder.load(picture, size=SIZE)
    after = folder.save(picture, known.annotation, known=known)
    assert after.stamp == known.stamp
    assert after == known


@pytest.mark.parametrize("data", [b"", b"<annotation>", b"<html/>", b"\xff\xfe\xff"])
def test_a_broken_file_is_shown_as_broken_and_never_overwritten(folder, picture, data):
    path = folder.label_path(picture)
    path.write_bytes(data)
    known = folder.load(picture, size=SIZE)
    assert known.error is not None
    assert names_in(known) == []
    for annotation in (CATS, known.annotation):
        with pytest.raises(AnnotationError) as caught:
            folder.save(picture, annotation, known=known)
        assert caught.value.code == "labels-broken"
        assert str(path) in caught.value.message
    assert path.read_bytes() == data


def test_a_folder_in_the_place_of_a_label_file_is_broken_not_a_crash(folder, picture):
    folder.label_path(picture).mkdir()
    assert folder.status(picture) == "broken"
    known = folder.load(picture, size=SIZE)
    assert known.error.code == "labels-not-readable"
    with pytest.raises(AnnotationError):
        folder.save(picture, CATS, known=known)


def test_what_another_window_wrote_is_not_overwritten(folder, picture):
    mine = folder.load(picture, size=SIZE)
    theirs = saved(folder, picture, DOG)
    with pytest.raises(AnnotationError) as caught:
        folder.save(picture, CATS, known=mine)
    assert caught.value.code == "labels-changed-outside"
    assert names_in(folder.load(picture, size=SIZE)) == ["dog"]
    with pytest.raises(AnnotationError):
        folder.save(picture, mine.annotation, known=mine)
    folder.save(picture, CATS, known=theirs)


def test_a_change_within_the_clock_s_grain_is_noticed_and_a_mere_touch_is_none(folder, picture):
    known = saved(folder, picture, CAT)
    os.utime(known.path, (1, 1))
    known = folder.save(picture, replace(CATS, boxes=(CAT, DOG)), known=known)
    changed = known.on_disk.replace(b"dog", b"cow")
    known.path.write_bytes(changed)
    os.utime(known.path, ns=(known.stamp[0], known.stamp[0]))
    with pytest.raises(AnnotationError) as caught:
        folder.save(picture, CATS, known=known)
    assert caught.value.code == "labels-changed-outside"
    assert known.path.read_bytes() == changed


def test_a_label_folder_deleted_underneath_is_told_and_can_be_made_anew(tmp_path):
    (picture,) = make(tmp_path / "images", "x/a.jpg")
    folder = LabelFolder(tmp_path / "images", tmp_path / "labels")
    known = saved(folder, picture, CAT)
    known.path.unlink()
    (tmp_path / "labels/x").rmdir()
    (tmp_path / "labels").rmdir()
    with pytest.raises(AnnotationError) as caught:
        folder.save(picture, CATS, known=known)
    assert caught.value.code == "labels-changed-outside"
    assert "is gone" in caught.value.message
    assert not (tmp_path / "labels").exists()
    saved(folder, picture, CAT)
    assert names_in(folder.load(picture, size=SIZE)) == ["cat"]


def test_the_picture_s_folder_deleted_underneath_is_told(folder):
    (picture,) = make(folder.images, "x/a.jpg")
    known = folder.load(picture, size=SIZE)
    picture.unlink()
    picture.parent.rmdir()
    with pytest.raises(FileWriteError) as caught:
        folder.save(picture, CATS, known=known)
    assert caught.value.code == "no-such-folder"


@pytest.fixture
def read_only():
    """Return a function that makes a folder read-only, for root too, until the test ends."""
    undo = []

    def make_read_only(path):
        if os.name != "posix":
            pytest.skip("read-only folders are a matter of Unix")
        if os.geteuid() != 0:
            path.chmod(0o555)
            undo.append(lambda: path.chmod(0o755))
            return
        bind = ["mount", "--bind", str(path), str(path)]
        if sys.platform != "linux" or subprocess.run(bind, check=False).returncode:
            pytest.skip("root may write everywhere, and mounting is not allowed here")
        undo.append(lambda: subprocess.run(["umount", str(path)], check=True))
        subprocess.run(["mount", "-o", "remount,bind,ro", str(path)], check=True)

    yield make_read_only
    for step in undo:
        step()


def test_a_read_only_folder_keeps_the_old_file_and_is_told(folder, picture, read_only):
    known = saved(folder, picture, CAT)
    read_only(folder.images)
    with pytest.raises(FileWriteError) as caught:
        folder.save(picture, replace(CATS, boxes=(DOG,)), known=known)
    assert caught.value.code == "not-writable"
    assert str(known.path) in caught.value.message
    assert names_in(folder.load(picture, size=SIZE)) == ["cat"]


def test_a_read_only_folder_of_labels_is_told(tmp_path, read_only):
    (picture,) = make(tmp_path / "images", "x/a.jpg")
    labels = tmp_path / "labels"
    labels.mkdir()
    folder = LabelFolder(tmp_path / "images", labels)
    read_only(labels)
    with pytest.raises(FileWriteError) as caught:
        saved(folder, picture, CAT)
    assert caught.value.code == "not-writable"
    assert list(labels.iterdir()) == []


def test_a_full_disk_keeps_the_old_file(small_disk):  # noqa: F811 - the fixture
    (picture,) = make(small_disk, "a.jpg")
    folder = LabelFolder(small_disk)
    known = saved(folder, picture, CAT)
    many = tuple(replace(CAT, class_name=f"{number}" * 20) for number in range(2000))
    with pytest.raises(FileWriteError) as caught:
        folder.save(picture, replace(CATS, boxes=many), known=known)
    assert caught.value.code == "disk-full"
    assert names_in(folder.load(picture, size=SIZE)) == ["cat"]
    assert sorted(p.name for p in small_disk.iterdir()) == ["a.jpg", "a.xml"]


def test_a_linked_label_file_stays_a_link(folder, picture, tmp_path):
    label(tmp_path / "real.xml")
    folder.label_path(picture).symlink_to(tmp_path / "real.xml")
    saved(folder, picture, DOG)
    assert folder.label_path(picture).is_symlink()
    assert b"dog" in (tmp_path / "real.xml").read_bytes()


@pytest.mark.parametrize("name", ["a b", "a  b", "año", "图", "a&b", "a<b>", "a.b", "100%", "#1"])
def test_names_of_all_kinds_are_labelled(folder, name):
    if os.name == "nt" and set(name) & set("<>"):
        pytest.skip("Windows has no such names")
    (picture,) = make(folder.images, f"{name}/{name}.jpg")
    saved(folder, picture, replace(CAT, class_name=name))
    path = folder.images / name / f"{name}.xml"
    document = parse_voc(path.read_bytes(), name="a.xml")
    assert document.filename == f"{name}.jpg"
    assert document.annotation.boxes[0].class_name == name
    fresh = LabelFolder(folder.images)
    assert fresh.pictures() == [picture]
    assert fresh.status(picture) == "labelled"


def test_a_name_as_long_as_the_disk_allows_is_told_not_crashed_on(folder):
    (picture,) = make(folder.images, f"{'x' * 251}.jpg")
    assert folder.status(picture) == "unlabelled"
    with pytest.raises(FileWriteError) as caught:
        saved(folder, picture, CAT)
    assert caught.value.code == "name-too-long"


# Status


def test_the_status_of_a_picture_follows_its_labels(folder, picture):
    assert folder.status(picture) == "unlabelled"
    known = saved(folder, picture, CAT)
    assert folder.status(picture) == "labelled"
    known = folder.save(picture, replace(CATS, is_verified=True), known=known)
    assert folder.status(picture) == "verified"
    known = folder.save(picture, replace(CATS, boxes=()), known=known)
    assert folder.status(picture) == "unlabelled"
    known.path.write_bytes(known.on_disk[:-5])
    assert folder.status(picture) == "broken"


def test_what_a_picture_has_boxes_of_is_told_without_opening_it(folder, picture):
    assert folder.state(picture).classes == ()
    saved(folder, picture, CAT, DOG, CAT)
    assert folder.state(picture) == PictureState("labelled", (("cat", 2), ("dog", 1)))


def test_labels_do_not_bring_back_a_folder_of_pictures_that_has_gone(tmp_path):
    folder = LabelFolder(tmp_path / "project/images", tmp_path / "project/annotations")
    (picture,) = make(folder.images, "a.jpg")
    known = folder.load(picture, size=SIZE)
    shutil.rmtree(tmp_path / "project")
    with pytest.raises(FileWriteError) as caught:
        folder.save(picture, CATS, known=known)
    assert caught.value.code == "no-such-folder"
    assert not (tmp_path / "project").exists()
