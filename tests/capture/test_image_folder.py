"""Folders of pictures: natural order, broken ones named, odd sizes fitted."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.capture.errors import SourceError
from app.capture.opening import open_source


def write_picture(path: Path, value: int, width: int = 40, height: int = 30) -> None:
    image_bgr = np.full((height, width, 3), value, np.uint8)
    path.write_bytes(cv2.imencode(".png", image_bgr)[1].tobytes())


def test_pictures_come_in_natural_order(tmp_path, frames_of):
    for number in (10, 9, 1, 100, 2):
        write_picture(tmp_path / f"frame{number}.png", number)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "sub").mkdir()
    frames = frames_of(tmp_path)
    assert [frame.image_bgr[0, 0, 0] for frame in frames] == [1, 2, 9, 10, 100]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.timestamp_s for frame in frames] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


def test_what_is_known_of_a_folder(tmp_path, opened):
    for number in range(3):
        write_picture(tmp_path / f"{number}.png", number)
    info = opened(tmp_path).info
    assert (info.kind, info.width, info.height, info.frame_count) == ("folder", 40, 30, 3)
    assert info.fps > 0
    assert not info.is_live


def test_broken_pictures_are_stepped_over_and_named(tmp_path, opened):
    for number in range(8):
        write_picture(tmp_path / f"{number}.png", number)
    for number in (0, 3, 5, 6):
        (tmp_path / f"{number}.png").write_bytes(b"broken")
    source = opened(tmp_path)
    assert [frame.index for frame in iter(source.read, None)] == [1, 2, 4, 7]
    assert source.warning == "4 of 8 pictures could not be read: 0.png, 3.png, 5.png and 1 more."


def test_pictures_of_another_size_are_fitted_whole(tmp_path, opened):
    write_picture(tmp_path / "1.png", 200, width=40, height=30)
    write_picture(tmp_path / "2.png", 200, width=20, height=30)
    source = opened(tmp_path)
    source.read()
    fitted = source.read().image_bgr
    assert fitted.shape == (30, 40, 3)
    assert fitted[:, 10:30].min() == 200
    assert fitted[:, :9].max() == 0
    assert source.warning == "1 picture of another size was fitted."


def test_seeking(tmp_path, opened):
    for number in range(5):
        write_picture(tmp_path / f"{number}.png", number)
    source = opened(tmp_path)
    source.seek(3)
    assert source.read().image_bgr[0, 0, 0] == 3
    source.seek(0)
    assert source.read().index == 0
    source.seek(99)
    assert source.read() is None


def test_a_single_picture_is_a_source(tmp_path, frames_of):
    write_picture(tmp_path / "one.png", 7)
    assert len(frames_of(tmp_path / "one.png")) == 1


def test_photos_stand_upright(tmp_path, frames_of, reference_data):
    photo = reference_data / "images" / "curated" / "exif_Landscape_6.jpg"
    shutil.copy(photo, tmp_path / "photo.jpg")
    assert frames_of(tmp_path)[0].image_bgr.shape == (1200, 1800, 3)


def test_a_closed_folder_gives_no_pictures(tmp_path, opened):
    write_picture(tmp_path / "1.png", 1)
    source = opened(tmp_path)
    source.close()
    assert source.read() is None


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no pictures") as raised:
        open_source(str(tmp_path))
    assert raised.value.code == "folder-empty"
    assert ".png" in raised.value.hint


def test_a_folder_of_broken_pictures_is_refused(tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"broken")
    (tmp_path / "2.jpg").touch()
    with pytest.raises(SourceError, match="None of the 2 pictures") as raised:
        open_source(str(tmp_path))
    assert raised.value.code == "folder-not-readable"
