"""Odd pictures in the real tab: each opens right, or says why it can't be shown."""

import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from app.annotation.formats.voc_reader import read_voc
from app.imaging import read_image
from tests.ui.annotate.conftest import Hands

REPOSITORY = Path(__file__).resolve().parents[3]
CURATED = REPOSITORY.parent / "shared" / "data" / "images" / "curated"
NAMES = sorted(path.name for path in CURATED.iterdir()) if CURATED.is_dir() else []
UNREADABLE = {  # and what is said about them
    "bomb_header_44bytes.gif": "more pixels",
    "broken_header.png": "not a picture",
    "text_named.jpg": "not a picture",
    "truncated.jpg": "cut short",
    "truncated.png": "cut short",
    "truncated_end_chunk.png": "cut short",
    "truncated_wild_kangaroo_00090.jpg": "cut short",
    "zero_bytes.jpg": "empty",
    "zero_width.gif": "not a picture",
}
SHARES = (0.25, 0.3, 0.6, 0.65)  # of width and height: a box round something with corners


@pytest.fixture
def opened(tab, qtbot, tmp_path):
    """Return a function that opens a copy of a picture in the tab, alone in its folder."""

    def open_copy(path):
        folder = tmp_path / "images"
        folder.mkdir()
        shutil.copy(path, folder / path.name)
        tab.open_folder(folder, class_names=["thing"])
        hands = Hands(tab, qtbot)
        hands.wait_for(path.name)
        hands.canvas.setFocus()
        return hands, folder / path.name

    return open_copy


@pytest.mark.parametrize("name", NAMES)
def test_each_curated_picture_is_labelled_right_or_says_why_not(opened, tab, name):
    hands, picture = opened(CURATED / name)
    if name in UNREADABLE:
        check_is_refused(hands, tab, picture, UNREADABLE[name])
    else:
        check_is_labelled(hands, tab, picture)


def check_is_refused(hands, tab, picture, reason):
    assert reason in tab.findChild(QLabel, "status-picture").text()
    draw(hands, (10, 10, 40, 40))
    assert hands.boxes == []
    assert not picture.with_suffix(".xml").exists()


def check_is_labelled(hands, tab, picture):
    exported = read_image(picture)
    height, width = exported.shape[:2]
    seen = as_seen(hands.canvas)
    wanted = [share * side for share, side in zip(SHARES, (width, height) * 2, strict=True)]
    draw(hands, wanted)
    hands.wait_saved()
    label_path = tab._labeling.folder.label_path(picture)
    annotation = read_voc(label_path).annotation
    assert (annotation.width, annotation.height) == (width, height)
    (box,) = annotation.boxes
    (on_canvas,) = hands.boxes
    assert box.box_xyxy == pytest.approx(on_canvas.box_xyxy, abs=1)
    point_px = max(1.0, 1 / hands.canvas.transform.scale)  # the mouse goes by whole points
    assert box.box_xyxy == pytest.approx(wanted, abs=point_px + 1)
    assert_same_pixels(exported, seen, hands.canvas.transform)
    upright = upright_twin(picture.name)
    if upright is not None:
        assert_same_object(exported, read_image(CURATED / upright), box.box_xyxy)


def draw(hands, edges):
    hands.key(Qt.Key.Key_W)
    hands.drag(edges[:2], edges[2:])


def as_seen(canvas):
    """Return the canvas as a person sees it, shape (H, W, 3), BGR, points."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_BGR888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def assert_same_pixels(exported, seen, transform):
    """The canvas shows what is exported, where the transform says."""
    height, width = exported.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(5, 95, 6), np.arange(5, 95, 6)), -1).reshape(-1, 2) / 100
    pixels = np.floor(grid * (width, height)).astype(int)
    points = [transform.to_view(x + 0.5, y + 0.5) for x, y in pixels]
    wide = max(1, round(1 / transform.scale)) | 1
    soft = cv2.blur(exported, (wide, wide))
    there = np.array([soft[y, x] for x, y in pixels], float)
    here = np.array([seen[int(p.y()), int(p.x())] for p in points], float)
    assert np.median(np.abs(there - here)) < 6


def upright_twin(name):
    """Return the picture of the same scene that was stored upright."""
    match = re.fullmatch(r"exif_(Landscape|Portrait)_\d\.jpg", name)
    return f"exif_{match[1]}_1.jpg" if match else None


def assert_same_object(exported, upright, box_xyxy):
    """What the box holds in one picture is at the same place in the other, within a pixel."""
    assert exported.shape == upright.shape
    xmin, ymin, xmax, ymax = (round(edge) for edge in box_xyxy)
    found = cv2.matchTemplate(exported, upright[ymin:ymax, xmin:xmax], cv2.TM_SQDIFF_NORMED)
    _, _, place, _ = cv2.minMaxLoc(found)
    assert place == pytest.approx((xmin, ymin), abs=1)


READ_BOMBS = """
import resource, sys
from pathlib import Path
from app.imaging import read_thumbnail
from app.errors import AppError
from app.ui.annotate.pictures.picture_loader import load_picture

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    assert load_picture(Path(name)).error.code == "image-too-large", name
    try:
        read_thumbnail(Path(name), side_px=88)
    except AppError as error:
        assert error.code == "image-too-large"
    else:
        raise SystemExit(f"{name} has a thumbnail")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def png_bomb(path, side):
    """Write a small file that claims to be a huge picture."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(2**20)))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))


def jpeg_bomb(path, side):
    """Write a small picture whose frame header claims a huge one."""
    data = bytearray(cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8))[1].tobytes())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    path.write_bytes(data)


@pytest.mark.skipif(sys.platform == "win32", reason="the peak memory is asked for as on Unix")
def test_a_picture_that_claims_to_be_huge_is_refused_before_memory_is_taken(tmp_path):
    bombs = [tmp_path / "bomb.png", tmp_path / "bomb.jpg", *CURATED.glob("bomb*")]
    png_bomb(bombs[0], 60_000)
    jpeg_bomb(bombs[1], 60_000)
    command = [sys.executable, "-c", READ_BOMBS, *map(str, bombs)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 50_000, "kilobytes; decoded they would take ten gigabytes"
