"""Pictures out of a video: which frames, under which names, and never twice."""

import numpy as np
import pytest
from PIL import Image

from app.capture.errors import CaptureError
from app.capture.frame_import import EveryFrames, EverySeconds, OnChange, import_frames, is_video
from app.capture.picture_import import is_picture
from app.capture.recorder import VideoRecorder
from app.imaging import read_image
from app.jobs.cancel import CancelToken


def numbers(folder):
    return sorted(int(path.stem.rpartition("_f")[2]) for path in folder.glob("*.png"))


@pytest.fixture
def images(tmp_path):
    return tmp_path / "images"


def test_every_tenth_frame(make_clip, images):
    clip = make_clip("clip.mp4")
    report = import_frames(clip, images, lambda _: EveryFrames(10))
    assert report.folder == images / "clip"
    assert numbers(report.folder) == [0, 10, 20, 30]
    assert (report.written, report.frames_read) == (4, 40)
    image = read_image(report.folder / "clip_f000020.png")
    assert image.shape == (48, 64, 3)
    assert abs(int(image.mean()) - 60) < 4  # frame i is grey of 40 + i


def test_every_half_second_of_the_video_s_own_time(make_clip, images):
    report = import_frames(
        make_clip("clip.mp4"), images, lambda source: EverySeconds(0.5, fps=source.info.fps)
    )
    assert numbers(report.folder) == [0, 5, 10, 15, 20, 25, 30, 35]


def test_when_the_picture_has_changed_enough(tmp_path, images):
    path = tmp_path / "jumps.mp4"
    with VideoRecorder(path, width=64, height=48, fps=10.0) as recorder:
        for level in [50] * 10 + [120] * 10 + [125] * 10 + [200] * 10:
            recorder.write(np.full((48, 64, 3), level, np.uint8))
    report = import_frames(path, images, lambda _: OnChange())
    assert numbers(report.folder) == [0, 10, 30]


def test_the_same_video_again_adds_only_what_is_new(make_clip, images):
    clip = make_clip("clip.mp4")
    folder = import_frames(clip, images, lambda _: EveryFrames(10)).folder
    stamps = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    report = import_frames(clip, images, lambda _: EveryFrames(5))
    assert (report.folder, report.known, report.written) == (folder, 4, 4)
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())


def test_another_video_of_that_name_gets_a_folder_of_its_own(make_clip, images, tmp_path):
    clip = make_clip("clip.mp4")
    import_frames(clip, images, lambda _: EveryFrames(10))
    other = tmp_path / "other"
    other.mkdir()
    renamed = make_clip("longer.mp4", frames=50).rename(other / "clip.mp4")
    assert import_frames(renamed, images, lambda _: EveryFrames(10)).folder == images / "clip_2"


@pytest.mark.parametrize(
    "rule_for",
    [
        lambda _: EveryFrames(0),
        lambda source: EverySeconds(-1, fps=source.info.fps),
        lambda _: OnChange(0),
        lambda _: OnChange(1.5),
    ],
)
def test_a_rule_that_makes_no_sense_leaves_nothing(make_clip, images, rule_for):
    with pytest.raises(CaptureError, match="ossible"):
        import_frames(make_clip("clip.mp4"), images, rule_for)
    assert not images.exists()


def test_a_file_that_is_no_video_is_refused_in_words(tmp_path, images):
    path = tmp_path / "a.mp4"
    path.write_text("no video")
    with pytest.raises(CaptureError, match="it is not a video"):
        import_frames(path, images, lambda _: EveryFrames(1))


def test_a_cancelled_import_keeps_what_it_has(make_clip, images):
    token = CancelToken()

    def stop(read, total):
        assert total == 40
        if read == 11:
            token.cancel()

    report = import_frames(
        make_clip("clip.mp4"),
        images,
        lambda _: EveryFrames(10),
        cancel_token=token,
        on_progress=stop,
    )
    assert not report.is_complete
    assert numbers(report.folder) == [0, 10]


def test_a_video_is_told_from_other_files_by_its_content(make_clip, tmp_path):
    clip = make_clip("clip.mp4").rename(tmp_path / "nameless")
    picture = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(picture)
    (tmp_path / "labels.csv").write_text("filename,width,height\n")
    files = [clip, picture, tmp_path / "labels.csv"]
    assert [is_video(path) for path in files] == [True, False, False]
    assert [is_picture(path) for path in files] == [False, True, False]
