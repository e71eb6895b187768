"""Video files: every frame, in order, the same by seeking; odd files say what is wrong."""

import random
import shutil
import wave
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.capture.errors import SourceError
from app.capture.opening import open_source

REAL_CLIPS = [
    "car-detection.gif",  # animated, uneven rate, one key frame
    "car-detection.mp4",
    "suburban-road.mp4",  # 24.0129 frames a second
    "tree.avi",  # claims 444 frames
    "vtest.avi",
]


def picture(frame):
    return frame.index, frame.timestamp_s, frame.image_bgr.tobytes()


def test_every_frame_is_read_once_with_its_time(sample, frames_of):
    frames = frames_of(sample)
    assert [frame.index for frame in frames] == list(range(270))
    assert [frame.timestamp_s for frame in frames] == pytest.approx(np.arange(270) / 10)
    assert not any(frame.follows_gap for frame in frames)


def test_pictures_are_those_that_opencv_decodes(sample, frames_of):
    capture = cv2.VideoCapture(str(sample))
    for frame in frames_of(sample):
        is_read, expected_bgr = capture.read()
        assert is_read
        assert np.array_equal(frame.image_bgr, expected_bgr)
    assert not capture.read()[0]
    capture.release()


def test_what_is_known_of_a_file(opened, reference_data):
    info = opened(reference_data / "videos" / "suburban-road.mp4").info
    assert (info.kind, info.width, info.height, info.is_live) == ("file", 640, 352, False)
    assert info.fps == pytest.approx(113125 / 4711)
    assert info.frame_count == 905


@pytest.mark.parametrize("name", REAL_CLIPS)
def test_seeking_yields_the_frame_of_reading_through(name, frames_of, opened, reference_data):
    path = reference_data / "videos" / name
    frames = frames_of(path)
    source = opened(path)
    for index in [len(frames) - 1, 0, 1, *random.Random(7).choices(range(len(frames)), k=9)]:
        source.seek(index)
        assert picture(source.read()) == picture(frames[index])
        following = source.read()
        assert (following is None) == (index + 1 == len(frames))
        assert following is None or picture(following) == picture(frames[index + 1])


def test_seeking_past_the_end_ends(sample, opened):
    source = opened(sample)
    source.seek(10_000)
    assert source.read() is None
    source.seek(3)
    assert source.read().index == 3


def test_a_negative_frame_is_a_mistake(sample, opened):
    with pytest.raises(ValueError, match="negative"):
        opened(sample).seek(-1)


def test_a_container_that_lies_is_read_to_its_end(opened, reference_data):
    source = opened(reference_data / "videos" / "tree.avi")
    assert source.info.frame_count == 444
    assert source.warning is None
    assert len(list(iter(source.read, None))) == 68
    assert source.warning == "68 of 444 frames of tree.avi could be read."


def test_a_truncated_video_ends_with_what_decodes(tmp_path, opened, frames_of, reference_data):
    whole = reference_data / "videos" / "vtest.avi"
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole.read_bytes()[:1_000_000])
    source = opened(cut)
    frames = list(iter(source.read, None))
    assert 50 < len(frames) < 200
    assert source.warning == f"{len(frames)} of 795 frames of cut.avi could be read."
    for frame, expected in zip(frames[:-1], frames_of(whole), strict=False):
        assert picture(frame) == picture(expected)
    source.seek(40)  # the index of an AVI stands at its end, so it is missing here
    assert picture(source.read()) == picture(frames[40])


def test_a_whole_file_gives_no_warning(sample, opened):
    source = opened(sample)
    while source.read():
        pass
    assert source.warning is None


def test_damage_in_the_middle_is_stepped_over_the_same_way_each_time(make_clip, frames_of, opened):
    clip = make_clip("damaged.mkv")
    content = bytearray(clip.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(40)
    clip.write_bytes(content)
    first, again = frames_of(clip), frames_of(clip)
    assert 0 < len(first) <= 40
    assert [picture(frame) for frame in first] == [picture(frame) for frame in again]


def test_a_video_held_upright_is_turned(make_clip, frames_of):
    clip = make_clip("phone.mp4", frames=2)
    content = bytearray(clip.read_bytes())
    matrix = content.rindex(b"tkhd") + 4 + 40
    quarter_turn = [0, 0x10000, 0, -0x10000 & 0xFFFFFFFF, 0, 0, 0, 0, 0x40000000]
    content[matrix : matrix + 36] = b"".join(value.to_bytes(4, "big") for value in quarter_turn)
    clip.write_bytes(content)
    capture = cv2.VideoCapture(str(clip))
    expected_bgr = capture.read()[1]
    capture.release()
    image_bgr = frames_of(clip)[0].image_bgr
    assert image_bgr.shape == (64, 48, 3)
    assert np.array_equal(image_bgr, expected_bgr)


def test_odd_letters_in_a_name_do_no_harm(sample, tmp_path, frames_of):
    odd_name = tmp_path / "a b ñ 图 %03d.mp4"
    shutil.copy(sample, odd_name)
    assert len(frames_of(odd_name)) == 270


def test_a_closed_file_gives_no_frames(sample, opened):
    source = opened(sample)
    source.close()
    source.close()
    source.seek(3)
    assert source.read() is None


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("text.mp4", b"this is not a video\n" * 100, "not a video"),
        ("empty.mp4", b"", "0 bytes"),
        ("text.txt", b"just text\n" * 100, "no moving picture"),
    ],
)
def test_a_file_that_is_no_video_is_refused_by_name(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=expected) as raised:
        open_source(str(path))
    assert raised.value.code == "video-not-readable"
    assert name in raised.value.message
    assert "Traceback" not in str(raised.value)


def test_a_video_without_its_index_is_refused(sample, tmp_path):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(sample.read_bytes()[:500_000])
    with pytest.raises(SourceError, match="beginning or end is missing"):
        open_source(str(cut))


def test_sound_alone_is_refused(tmp_path):
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    with pytest.raises(SourceError, match="no moving picture"):
        open_source(str(path))


def test_a_playlist_named_like_a_video_opens_nothing_else(sample, tmp_path):
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"ffconcat version 1.0\nfile '{sample.as_posix()}'\n")
    with pytest.raises(SourceError):
        open_source(str(playlist))


def test_no_such_file(tmp_path):
    with pytest.raises(SourceError) as raised:
        open_source(str(tmp_path / "missing.mp4"))
    assert raised.value.code == "source-not-found"
    assert "missing.mp4" in raised.value.message
    assert raised.value.hint


def test_an_address_of_an_unknown_kind_is_told_apart_from_a_missing_file():
    with pytest.raises(SourceError) as raised:
        open_source("ftp://host/clip.mp4")
    assert raised.value.code == "stream-unknown-protocol"


def test_a_folder_that_looks_like_a_number_is_a_folder(tmp_path: Path, monkeypatch):
    (tmp_path / "7").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="no pictures in the folder"):
        open_source("7")
