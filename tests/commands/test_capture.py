"""``tallybox capture`` as a person meets it: files, sessions, going on, and what fails."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from app.__main__ import main
from app.imaging import read_image
from app.project.project import Project
from tests.support.camera import FakeCamera
from tests.support.mjpeg import MjpegServer

COURSE = ("--classes", "d1,d2,d3,d4,d5")


def gray_of(index):
    """Return the grey value of a clip's frame `index`: no two of a clip look alike."""
    return 10 + 2 * index


def make_clip(path, *, frames=100, size=(64, 48), pixels="gray", codec="ffv1"):
    """Write a clip of 10 frames a second, by default without any loss."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for index in range(frames):
            image = np.full((size[1], size[0], 3), gray_of(index), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def clip(tmp_path):
    return make_clip(tmp_path / "clip.mkv")


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "project")


@pytest.fixture
def capture(capsys):
    """Run the command; return its exit code and what it said on both streams."""

    def run(*arguments):
        code = main(["capture", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def pictures(folder):
    return sorted(path for path in folder.rglob("c*_e*"))


def frame_numbers(folder):
    """Return which frames of a clip the pictures are, by their grey."""
    return sorted(round((read_image(path).mean() - 10) / 2) for path in pictures(folder))


class TestResults:
    def test_the_course_s_plan_from_a_video_file(self, capture, clip, project):
        code, out, err = capture(
            "--source", clip, "--project", project.folder, *COURSE, "--interval", 0.1
        )
        assert (code, err) == (0, "")
        assert "70 of 70 pictures" in out
        (session,) = project.images_folder.iterdir()
        names = {path.name for path in session.iterdir()} - {"session.json"}
        assert names == {f"c{c}_e{e}.png" for c in range(1, 6) for e in range(1, 15)}
        assert frame_numbers(session) == list(range(70))

    def test_the_project_keeps_classes_and_plan(self, capture, clip, project):
        capture(
            *("--source", clip, "--project", project.folder),
            *("--classes", "uno,dos", "--examples", 2, "--interval", 0.1),
        )
        again = Project.open(project.folder)
        assert [item.name for item in again.classes] == ["uno", "dos"]
        assert again.capture_plan == {"classes": ["uno", "dos"], "examples": 2}
        code, out, _ = capture("--source", clip, "--project", project.folder, "--interval", 0.1)
        assert code == 0
        assert "4 of 4 pictures" in out
        assert len(list(project.images_folder.iterdir())) == 2  # the first one was complete

    def test_json_is_one_object_and_nothing_else(self, capture, clip, tmp_path):
        code, out, err = capture(
            *("--source", clip, "--project", tmp_path, "--classes", "a,b", "--examples", 2),
            *("--interval", 0.5, "--format", "jpg", "--json"),
        )
        told = json.loads(out)
        assert (code, err) == (0, "")
        assert told["per_class"] == {"a": 2, "b": 2}
        assert (told["pictures"], told["taken"], told["wanted"]) == (4, 4, 4)
        assert told["is_complete"]
        assert [path.suffix for path in pictures(Path(told["session"]))] == [".jpg"] * 4
        assert frame_numbers(Path(told["session"])) == [0, 5, 10, 15]

    def test_a_countdown_comes_before_each_class(self, capture, clip, tmp_path):
        capture(
            *("--source", clip, "--project", tmp_path, "--classes", "a,b", "--examples", 2),
            *("--interval", 0.5, "--countdown", 2),
        )
        assert frame_numbers(tmp_path) == [20, 25, 45, 50]

    def test_a_folder_of_images_is_a_source(self, capture, tmp_path):
        folder = tmp_path / "photos"
        folder.mkdir()
        for index in range(4):
            image = np.full((48, 64, 3), gray_of(index), np.uint8)
            cv2.imwrite(str(folder / f"{index}.png"), image)
        project = Project.create(tmp_path / "project")
        code, _, _ = capture(
            *("--source", folder, "--project", project.folder, "--interval", 0),
            *("--classes", "a,b", "--examples", 2),
        )
        assert code == 0
        assert frame_numbers(project.images_folder) == [0, 1, 2, 3]

    def test_a_stream_is_a_source(self, capture, tmp_path):
        with MjpegServer() as server:
            code, out, _ = capture(
                *("--source", server.url, "--project", tmp_path, "--classes", "a"),
                *("--examples", 3, "--interval", 0.05),
            )
        assert code == 0
        assert "3 of 3 pictures" in out

    def test_a_stream_that_is_lost_and_comes_back_is_told_and_goes_on(self, tmp_path):
        with MjpegServer() as server:
            plan = ("--project", tmp_path, "--classes", "a", "--examples", 40, "--interval", "0.05")
            program = tallybox("capture", "--source", server.url, *plan)
            while len(pictures(tmp_path)) < 2:
                assert program.poll() is None
                time.sleep(0.005)
            server.cut()
            out, err = program.communicate(timeout=60)
        assert program.returncode == 0
        assert "40 of 40 pictures" in out
        assert "gives no pictures any more. Trying again." in err
        assert "is back" in err

    def test_pictures_that_look_the_same_are_told(self, capture, clip, tmp_path):
        _, out, _ = capture(
            *("--source", clip, "--project", tmp_path, "--classes", "a", "--examples", 2),
            *("--interval", 0.5),
        )
        assert "1 picture looks the same as another: c1_e2.png like c1_e1.png." in out

    def test_without_a_plan_the_project_s_own_classes_are_captured(self, capture, clip, project):
        project.add_class("left")
        plan = ("--project", project.folder, "--examples", 2, "--interval", 0.1)
        code, out, _ = capture("--source", clip, *plan)
        assert code == 0
        assert "left: 2 of 2" in out

    def test_a_camera_is_asked_for_a_mode_and_what_it_gives_is_told(
        self, capture, project, monkeypatch
    ):
        modes = [(640, 480, 30), (1280, 720, 30)]
        monkeypatch.setattr("app.capture.cameras.open_device", lambda number: FakeCamera(modes))
        plan = ("--source", 97, "--project", project.folder, "--classes", "a", "--examples", 1)
        code, _, err = capture(*plan, "--interval", 0, "--mode", "1280x720@60")
        assert code == 0
        assert "warning: Camera 97 has no mode 1280x720@60: it gives 1280x720@30." in err
        (picture,) = pictures(project.images_folder)
        assert read_image(picture).shape == (720, 1280, 3)


class TestFrames:
    @pytest.mark.parametrize("pixels", ["gray", "gray10le", "yuv420p10le", "yuv444p12le"])
    def test_grey_and_deep_frames_look_as_they_should(self, capture, tmp_path, pixels):
        clip = make_clip(tmp_path / "clip.mkv", frames=30, pixels=pixels)
        code, _, err = capture(
            *("--source", clip, "--project", tmp_path, "--classes", "a", "--examples", 3),
            *("--interval", 1),
        )
        assert (code, err) == (0, "")
        images = [read_image(path) for path in pictures(tmp_path)]
        assert [image.shape for image in images] == [(48, 64, 3)] * 3
        assert [image.mean() for image in images] == pytest.approx(
            [gray_of(0), gray_of(10), gray_of(20)], abs=2
        )

    def test_a_resolution_that_changes_half_way_is_scaled_to_the_first(self, capture, tmp_path):
        clip = tmp_path / "joined.ts"  # transport streams may be joined byte by byte
        mpeg4 = {"codec": "mpeg4", "pixels": "yuv420p"}
        small = make_clip(tmp_path / "small.ts", frames=20, **mpeg4)
        large = make_clip(tmp_path / "large.ts", frames=20, size=(128, 96), **mpeg4)
        clip.write_bytes(small.read_bytes() + large.read_bytes())
        code, _, _ = capture(
            *("--source", clip, "--project", tmp_path, "--classes", "a", "--examples", 6),
            *("--interval", 0.5),
        )
        assert code == 0
        assert {read_image(path).shape for path in pictures(tmp_path)} == {(48, 64, 3)}


class TestGoingOn:
    PLAN = ("--classes", "a,b", "--examples", "3", "--interval", "1")

    def test_a_source_that_ends_too_early_says_what_is_there(self, capture, tmp_path):
        clip = make_clip(tmp_path / "short.mkv", frames=25)
        code, out, err = capture("--source", clip, "--project", tmp_path, *self.PLAN)
        assert code == 1
        assert "3 of 6 pictures" in out
        assert "short.mkv ended with 3 of 6 pictures taken (Use a longer video" in err

    def test_a_killed_run_goes_on_with_the_next_frame(self, capture, tmp_path, project):
        clip = make_clip(tmp_path / "clip.mkv", size=(640, 480))
        plan = ("--source", clip, "--project", project.folder, *COURSE, "--interval", "0.1")
        program = tallybox("capture", *plan)
        while len(pictures(project.images_folder)) < 20:
            assert program.poll() is None
            time.sleep(0.005)
        program.kill()
        program.communicate(timeout=20)
        before = {
            path: path.read_bytes()
            for path in pictures(project.images_folder)
            if path.suffix == ".png"
        }
        code, out, _ = capture(*plan)
        assert code == 0
        assert "70 of 70" in out
        assert all(path.read_bytes() == data for path, data in before.items())
        (session,) = project.images_folder.iterdir()
        assert len(list(session.iterdir())) == 71  # and session.json
        assert frame_numbers(session) == list(range(70))  # none twice, none missing

    @pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C of POSIX")
    def test_ctrl_c_says_what_is_there_and_how_to_go_on(self, project):
        with MjpegServer() as server:
            plan = ("--project", project.folder, *COURSE, "--interval", "0.05")
            program = tallybox("capture", "--source", server.url, *plan)
            while len(pictures(project.images_folder)) < 2:
                assert program.poll() is None
                time.sleep(0.01)
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=60)
        assert program.returncode == 130
        assert err == ""
        assert f"{len(pictures(project.images_folder))} of 70 pictures are in" in out
        assert "The same command goes on from there" in out

    def test_a_new_session_is_begun_when_asked(self, capture, tmp_path, project):
        clip = make_clip(tmp_path / "short.mkv", frames=25)
        plan = ("--source", clip, "--project", project.folder, *self.PLAN)
        capture(*plan)
        capture(*plan, "--new-session")
        assert len(list(project.images_folder.iterdir())) == 2

    def test_a_broken_session_is_told_and_left(self, capture, tmp_path, project):
        clip = make_clip(tmp_path / "short.mkv", frames=25)
        plan = ("--source", clip, "--project", project.folder, *self.PLAN)
        capture(*plan)
        (session,) = project.images_folder.iterdir()
        (session / "session.json").write_text("{", "utf-8")
        _, _, err = capture(*plan)
        assert f"warning: Can't go on with the session in {session}" in err
        assert len(pictures(session)) == 3


class TestFailures:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "--source"),
            (("--source", "x", "--classes", "a,a"), "'a' is there twice"),
            (("--source", "x", "--classes", ","), "it has no class"),
            (("--source", "x", "--examples", "0"), "0 examples a class"),
            (("--source", "x", "--interval", "-1"), "--interval is a number of seconds"),
            (("--source", "x", "--countdown", "nan"), "--countdown is a number of seconds"),
            (("--source", "x", "--format", "bmp"), "bmp"),
            (("--source", "97", "--mode", "wide"), "1280x720@30"),
            (("--source", "x", "--mode", "1280x720@30"), "--mode is for a camera"),
        ],
    )
    def test_bad_usage_ends_with_2(self, capture, arguments, told):
        code, out, err = capture(*arguments)
        assert code == 2
        assert out == ""
        assert told in err

    def test_a_source_that_is_not_there_leaves_nothing(self, capture, tmp_path, project):
        code, _, err = capture("--source", tmp_path / "none.mp4", "--project", project.folder)
        assert code == 1
        assert "There is no file or folder" in err
        assert list(project.images_folder.iterdir()) == []
        assert Project.open(project.folder).capture_plan is None

    def test_a_plan_in_the_project_that_is_broken_is_named(self, capture, clip, project):
        with project.file.open("a", encoding="utf-8") as file:
            file.write("capture_plan = 3\n")
        code, _, err = capture("--source", clip, "--project", project.folder)
        assert code == 1
        assert str(project.file) in err

    def test_a_full_disk_ends_it_and_the_next_run_goes_on(self, capture, tmp_path, small_disk):
        clip = make_clip(tmp_path / "clip.mkv")
        filler = small_disk / "filler"
        filler.write_bytes(bytes(270_000))
        plan = ("--source", clip, "--project", small_disk, *COURSE, "--interval", "0.1")
        code, out, err = capture(*plan)
        assert code == 1
        assert "error: Can't write" in err
        assert "the disk is full" in err
        count = len(pictures(small_disk))
        assert f"{count} of 70 pictures" in out
        assert not list(small_disk.rglob("*.partial"))
        filler.unlink()
        capture(*plan)  # there is room for more, if not for all
        assert frame_numbers(small_disk) == list(range(len(pictures(small_disk))))
        assert len(pictures(small_disk)) > count


def tallybox(*arguments):
    """Start the program as a person's shell does."""
    command = [sys.executable, "-P", "-m", "app", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
