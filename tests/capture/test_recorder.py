"""Recording: every frame, the source's rate and size, nothing half done under the final name."""

import subprocess
import sys
import textwrap
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from app.capture import recorder as recorder_module
from app.capture.errors import RecordingError
from app.capture.opening import open_source
from app.capture.recorder import VideoRecorder
from app.capture.threaded_recorder import ThreadedRecorder
from app.errors import AppError
from app.files import partial_path


def grey(value: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def average_rate(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        return container.streams.video[0].average_rate


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_frames_written_are_frames_read(tmp_path, frames_of, suffix):
    path = tmp_path / f"out{suffix}"
    with VideoRecorder(path, width=64, height=48, fps=12.5) as recorder:
        for index in range(50):
            recorder.write(grey(20 + 4 * index), timestamp_s=index / 12.5)
    frames = frames_of(path)
    assert recorder.frames_written == len(frames) == 50
    assert [f.timestamp_s for f in frames] == pytest.approx(np.arange(50) / 12.5, abs=2e-3)
    brightness = [float(f.image_bgr.mean()) for f in frames]
    assert brightness == pytest.approx([20 + 4 * i for i in range(50)], abs=6)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fps", [10.0, 12.5, 24.012948418594778, 30000 / 1001, 59.94, 1000.0, 0.5])
@pytest.mark.parametrize("has_timestamps", [True, False])
def test_the_rate_is_kept(tmp_path, fps, has_timestamps):
    path = tmp_path / "out.mp4"
    with VideoRecorder(path, width=64, height=48, fps=fps) as recorder:
        for index in range(30):
            # Containers state times in milliseconds.
            timestamp_s = round(index / fps, 3) if has_timestamps and fps < 100 else None
            recorder.write(grey(index), timestamp_s)
    assert float(average_rate(path)) == pytest.approx(fps, rel=1e-3)


def test_opencv_reads_what_was_written(tmp_path):
    path = tmp_path / "out.mp4"
    with VideoRecorder(path, width=64, height=48, fps=25.0) as recorder:
        for index in range(30):
            recorder.write(grey(index))
    assert recorder.codec == "H.264"
    capture = cv2.VideoCapture(str(path))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(25)
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 30
    capture.release()


@pytest.mark.parametrize(("width", "height"), [(65, 48), (64, 49), (1, 1), (33, 21)])
@pytest.mark.parametrize("suffix", [".mp4", ".avi"])
def test_odd_sizes_are_padded_by_one(tmp_path, opened, width, height, suffix):
    path = tmp_path / f"out{suffix}"
    with VideoRecorder(path, width=width, height=height, fps=10.0) as recorder:
        recorder.write(grey(200, width, height))
    source = opened(path)
    assert (source.info.width, source.info.height) == (width + width % 2, height + height % 2)
    assert source.read().image_bgr[-1, -1, 0].item() == pytest.approx(
        200, abs=4
    )  # repeated, not black


def test_colours_survive(tmp_path, opened):
    path = tmp_path / "out.mp4"
    image_bgr = np.zeros((48, 64, 3), np.uint8)
    image_bgr[:, :32] = (20, 40, 220)
    image_bgr[:, 32:] = (230, 120, 30)
    with VideoRecorder(path, width=64, height=48, fps=10.0) as recorder:
        for _ in range(5):
            recorder.write(image_bgr)
    seen = opened(path).read().image_bgr
    assert seen[24, 16].tolist() == pytest.approx([20, 40, 220], abs=8)
    assert seen[24, 48].tolist() == pytest.approx([230, 120, 30], abs=8)


def test_uneven_times_play_at_their_true_speed(tmp_path, frames_of):
    path = tmp_path / "live.mp4"
    times = [100.0, 100.033, 100.07, 100.5, 103.0, 103.04]
    with VideoRecorder(path, width=64, height=48, fps=30.0) as recorder:
        for index, timestamp_s in enumerate(times):
            recorder.write(grey(index), timestamp_s)
    seen = [frame.timestamp_s for frame in frames_of(path)]
    assert seen == pytest.approx([t - 100 for t in times], abs=4e-3)


def test_a_clock_that_jumps_back_is_followed(tmp_path, frames_of):
    path = tmp_path / "seek.mp4"
    with VideoRecorder(path, width=64, height=48, fps=10.0) as recorder:
        for timestamp_s in (5.0, 5.1, 5.2, 0.0, 0.1, 0.1, 0.2):
            recorder.write(grey(1), timestamp_s)
    seen = [frame.timestamp_s for frame in frames_of(path)]
    assert seen == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def test_without_h264_another_codec_is_taken_and_named(tmp_path, frames_of, monkeypatch):
    path = tmp_path / "out.mp4"
    absent = recorder_module._Codec("libabsent", "Absent", 65535)
    refusing = recorder_module._Codec("libx264", "Refusing", 65535, {"preset": "no such preset"})
    container = recorder_module._Container("mp4", (absent, refusing, recorder_module._MPEG4))
    monkeypatch.setitem(recorder_module._CONTAINERS, ".mp4", container)
    with VideoRecorder(path, width=64, height=48, fps=24.012948418594778) as recorder:
        for index in range(10):
            recorder.write(grey(index * 10))
    assert recorder.codec == "MPEG-4"
    assert len(frames_of(path)) == 10
    assert float(average_rate(path)) == pytest.approx(24.012948418594778, rel=1e-3)


def test_the_final_name_appears_when_the_file_is_whole(tmp_path):
    path = tmp_path / "out.mp4"
    recorder = VideoRecorder(path, width=64, height=48, fps=10.0)
    recorder.write(grey(1))
    assert not path.exists()
    assert partial_path(path).exists()
    recorder.close()
    assert path.exists()
    assert recorder.close() == "H.264"
    assert not partial_path(path).exists()


def test_aborting_leaves_nothing(tmp_path):
    recorder = VideoRecorder(tmp_path / "out.mp4", width=64, height=48, fps=10.0)
    recorder.write(grey(1))
    recorder.abort()
    recorder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_recording_without_frames_leaves_no_file(tmp_path):
    with VideoRecorder(tmp_path / "out.mp4", width=64, height=48, fps=10.0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_failure_of_the_caller_keeps_what_was_recorded(tmp_path, frames_of):
    path = tmp_path / "out.mp4"

    def record():
        with VideoRecorder(path, width=64, height=48, fps=10.0) as recorder:
            recorder.write(grey(1))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        record()
    assert len(frames_of(path)) == 1


def test_existing_work_is_not_overwritten_unless_allowed(tmp_path, frames_of):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"work")
    with pytest.raises(RecordingError) as raised:
        VideoRecorder(path, width=64, height=48, fps=10.0)
    assert raised.value.code == "recording-exists"
    assert path.read_bytes() == b"work"
    with VideoRecorder(path, width=64, height=48, fps=10.0, exists_ok=True) as recorder:
        recorder.write(grey(1))
        assert path.read_bytes() == b"work"  # until the new one is whole
    assert len(frames_of(path)) == 1


def test_the_video_being_read_is_never_overwritten(make_clip, tmp_path):
    clip = make_clip("clip.mp4", frames=3)
    link = tmp_path / "same.mp4"
    link.hardlink_to(clip)
    with pytest.raises(RecordingError) as raised:
        VideoRecorder(link, width=64, height=48, fps=10.0, exists_ok=True, source=clip)
    assert raised.value.code == "recording-is-source"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("out.xyz", "video-format-unknown"),
        ("out", "video-format-unknown"),
        ("missing/out.mp4", "no-such-folder"),
        ("file/out.mp4", "no-such-folder"),
        ("folder.mp4", "is-a-folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path, name, code):
    (tmp_path / "file").touch()
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(RecordingError) as raised:
        VideoRecorder(tmp_path / name, width=64, height=48, fps=10.0)
    assert raised.value.code == code
    assert Path(name).name in raised.value.message
    assert raised.value.hint


def test_a_frame_of_another_size_is_a_mistake(tmp_path):
    recorder = VideoRecorder(tmp_path / "out.mp4", width=64, height=48, fps=10.0)
    with pytest.raises(ValueError, match="64x48"):
        recorder.write(grey(1, 32, 48))
    recorder.abort()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
@pytest.mark.parametrize("is_threaded", [True, False])
def test_a_full_disk_is_told_and_leaves_no_debris(tmp_path, suffix, is_threaded):
    path = tmp_path / f"out{suffix}"
    partial_path(path).symlink_to("/dev/full")
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3)).astype(np.uint8)

    def record():
        recorder = VideoRecorder(path, width=640, height=480, fps=10.0)
        writer = ThreadedRecorder(recorder, drops_when_full=False) if is_threaded else recorder
        with writer:
            for _ in range(60):
                writer.write(noise)

    with pytest.raises(AppError) as raised:
        record()
    assert raised.value.code == "disk-full"
    assert "out" in raised.value.message
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits on Windows")
def test_what_was_recorded_before_the_disk_was_full_stays_readable(tmp_path):
    script = f"""
        import resource
        import numpy as np
        from pathlib import Path
        from app.capture.errors import RecordingError
        from app.capture.recorder import VideoRecorder
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3)).astype(np.uint8)
        path = Path({str(tmp_path / "out.mp4")!r})
        recorder = VideoRecorder(path, width=640, height=480, fps=1.0)
        try:
            while True:
                recorder.write(noise)
        except RecordingError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert "out.mp4.partial" in done.stdout
    source = open_source(str(tmp_path / "out.mp4.partial"))
    assert source.read() is not None
    source.close()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended otherwise on Windows")
def test_a_killed_recording_is_readable_up_to_the_last_key_frame(tmp_path, frames_of):
    script = f"""
        import os, signal
        import numpy as np
        from pathlib import Path
        from app.capture.recorder import VideoRecorder
        recorder = VideoRecorder(Path({str(tmp_path / "out.mp4")!r}), width=64, height=48, fps=10.0)
        for index in range(200):
            recorder.write(np.full((48, 64, 3), index, np.uint8))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert not (tmp_path / "out.mp4").exists()
    assert len(frames_of(tmp_path / "out.mp4.partial")) >= 100


def test_a_threaded_recording_of_a_file_drops_nothing(tmp_path, frames_of):
    path = tmp_path / "out.mp4"
    recorder = VideoRecorder(path, width=64, height=48, fps=10.0)
    with ThreadedRecorder(recorder, drops_when_full=False) as writer:
        for index in range(100):
            writer.write(grey(index))
    assert writer.close() == "H.264"
    assert writer.frames_written == len(frames_of(path)) == 100
    assert writer.dropped_frames == 0


def test_a_threaded_live_recording_counts_what_it_drops(tmp_path, frames_of):
    path = tmp_path / "out.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (720, 1280, 3)).astype(np.uint8)
    recorder = VideoRecorder(path, width=1280, height=720, fps=30.0)
    with ThreadedRecorder(recorder, drops_when_full=True) as writer:
        for index in range(200):  # far faster than any encoder
            writer.write(noise, index / 30)
    assert writer.dropped_frames > 0
    assert writer.frames_written + writer.dropped_frames == 200
    assert len(frames_of(path)) == writer.frames_written


def test_aborting_a_threaded_recording_leaves_nothing(tmp_path):
    recorder = VideoRecorder(tmp_path / "out.mp4", width=64, height=48, fps=10.0)
    writer = ThreadedRecorder(recorder, drops_when_full=False)
    writer.write(grey(1))
    writer.abort()
    assert list(tmp_path.iterdir()) == []
