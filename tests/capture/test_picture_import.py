"""Importing pictures: copies, upright, and a reason for every file that is left out."""

import hashlib
import os

import cv2
import numpy as np
import pytest
from PIL import Image

from app.capture.errors import CaptureError
from app.capture.picture_import import import_pictures
from app.imaging import read_image
from app.jobs.cancel import CancelToken

ORIENTATION = 0x0112
MAKE = 0x010F


def painted(width=60, height=40):
    """Return a picture whose top left quarter is red."""
    image = Image.new("RGB", (width, height), (0, 120, 0))
    image.paste((250, 0, 0), (0, 0, width // 2, height // 2))
    return image


def turned(orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "Maker"
    return exif


def digests(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def camera(tmp_path):
    folder = tmp_path / "camera"
    (folder / "day 2").mkdir(parents=True)
    return folder


@pytest.fixture
def images(tmp_path):
    return tmp_path / "project" / "images"


def test_a_folder_comes_with_its_sub_folders_byte_by_byte(camera, images):
    painted().save(camera / "a.jpg")
    painted().save(camera / "day 2" / "a.png")
    report = import_pictures([camera], images)
    assert sorted(report.copied) == [images / "camera" / "a.jpg", images / "camera/day 2/a.png"]
    assert (images / "camera" / "a.jpg").read_bytes() == (camera / "a.jpg").read_bytes()


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_rotation_is_baked_in_and_the_original_untouched(camera, images, suffix, orientation):
    original = camera / f"a{suffix}"
    painted().save(original, exif=turned(orientation))
    before = digests(camera)
    report = import_pictures([original], images)
    copy = images / original.name
    assert report.turned == 1
    assert digests(camera) == before
    assert np.abs(read_image(copy).astype(int) - read_image(original)).mean() < 2
    with Image.open(copy) as image:
        assert ORIENTATION not in image.getexif()
        assert image.size == read_image(copy).shape[1::-1]
        assert suffix == ".tif" or image.getexif()[MAKE] == "Maker"


def test_sixteen_bits_stay_sixteen_when_turned(camera, images):
    Image.fromarray(np.full((4, 6), 40_000, np.uint16)).save(camera / "a.png", exif=turned(6))
    import_pictures([camera / "a.png"], images)
    with Image.open(images / "a.png") as image:
        assert (image.mode, image.size) == ("I;16", (4, 6))
        assert (np.asarray(image) == 40_000).all()


def test_the_same_again_changes_nothing(camera, images):
    painted().save(camera / "a.jpg", exif=turned(6))
    import_pictures([camera], images)
    before = digests(images)
    report = import_pictures([camera], images)
    assert report.known == [camera / "a.jpg"]
    assert digests(images) == before


def test_another_picture_of_that_name_gets_a_number(camera, images):
    images.mkdir(parents=True)
    painted(30, 30).save(images / "a.png")
    before = digests(images)
    painted().save(camera / "a.png")
    report = import_pictures([camera / "a.png"], images)
    assert report.copied == [images / "a_2.png"]
    assert digests(images)[images / "a.png"] == before[images / "a.png"]


def test_every_other_file_is_listed_with_a_reason(camera, images):
    painted().save(camera / "good.jpg")
    whole = (camera / "good.jpg").read_bytes()
    (camera / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (camera / "empty.png").touch()
    (camera / "text.png").write_text("no picture")
    (camera / "notes.txt").write_text("notes")
    (camera / ".hidden.jpg").write_bytes(whole)
    report = import_pictures([camera], images)
    assert [path.name for path in report.copied] == ["good.jpg"]
    reasons = {each.path.name: each.reason for each in report.left_out}
    assert "cut short" in reasons["cut.jpg"]
    assert "empty" in reasons["empty.png"]
    assert "not a picture" in reasons["text.png"]
    assert reasons["notes.txt"] == "It is not a picture."
    assert "hidden" in reasons[".hidden.jpg"]


def test_a_picture_without_an_ending_gets_one(camera, images):
    painted().save(camera / "photo", "JPEG")
    assert import_pictures([camera / "photo"], images).copied == [images / "photo.jpg"]


def test_the_project_s_own_pictures_are_refused(images):
    images.mkdir(parents=True)
    painted().save(images / "a.png")
    for source in (images / "a.png", images, images.parent):
        with pytest.raises(CaptureError, match="one is inside the other"):
            import_pictures([source], images)


def test_a_source_that_is_not_there_is_told_before_anything_is_copied(camera, images):
    painted().save(camera / "a.png")
    with pytest.raises(CaptureError, match="no file or folder"):
        import_pictures([camera, camera / "none"], images)
    assert not images.exists()


def test_a_cancelled_import_says_so(camera, images):
    painted().save(camera / "a.png")
    token = CancelToken()
    token.cancel()
    report = import_pictures([camera], images, cancel_token=token)
    assert not report.is_complete
    assert not report.copied


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_left_out_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    report = import_pictures([tmp_path / "pipe.jpg"], tmp_path / "images")
    assert [left.path.name for left in report.left_out] == ["pipe.jpg"]


def test_hidden_folders_are_left_out_and_told(tmp_path):
    hidden = tmp_path / "source" / ".tallybox-trash"
    hidden.mkdir(parents=True)
    cv2.imwrite(str(hidden / "a.png"), np.zeros((40, 40, 3), np.uint8))
    report = import_pictures([tmp_path / "source"], tmp_path / "images")
    assert report.copied == []
    assert [left.path.name for left in report.left_out] == [".tallybox-trash"]
