"""`tallybox import` of pictures, videos and models, told apart by content."""

import json
import shutil
import zipfile

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.commands.import_content import what_is
from app.detection.opening import open_detector
from app.detection.registry import list_models
from app.errors import AppError
from app.paths import resource_path
from app.project.project import Project


@pytest.fixture
def project(tmp_path):
    return Project.create(tmp_path / "project")


@pytest.fixture
def take_in(project, capsys):
    """Run the command; return its exit code, and what it said on both streams."""

    def run(source, *arguments):
        code = main(["import", str(source), "--project", str(project.folder), *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def package():
    return resource_path("models", "starter-oidv4")


def make_picture(path, *, level=90):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = cv2.imencode(".png", np.full((48, 64, 3), level, np.uint8))[1]
    path.write_bytes(data.tobytes())
    return path


def make_clip(path, *, frames=30):
    """Write a clip of 10 frames a second that jumps from dark to bright in its middle."""
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        for index in range(frames):
            image = np.full((48, 64, 3), 20 if index < frames // 2 else 220, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def make_zip(path, folder):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))


class TestTellingApart:
    def test_endings_do_not_matter(self, tmp_path, package):
        assert what_is(make_picture(tmp_path / "picture.csv")) == "pictures"
        assert what_is(make_clip(tmp_path / "clip.txt")) == "video"
        assert what_is(make_zip(tmp_path / "model.txt", package)) == "model"
        animation = tmp_path / "moving.png"
        frames = [Image.new("L", (8, 8), level) for level in (0, 255)]
        frames[0].save(animation, "GIF", save_all=True, append_images=frames[1:])
        assert what_is(animation.rename(tmp_path / "moving")) == "video"
        labels = tmp_path / "labels.mp4"
        labels.write_text("filename,width,height,class,xmin,ymin,xmax,ymax\n", "utf-8")
        assert what_is(labels) == "labels"

    def test_folders_are_told_by_what_is_in_them(self, tmp_path, package):
        make_picture(tmp_path / "trip" / "day" / "a")
        assert what_is(tmp_path / "trip") == "pictures"
        assert what_is(package) == "model"
        labels = tmp_path / "labels"
        labels.mkdir()
        (labels / "a.xml").write_text("<annotation></annotation>", "utf-8")
        make_picture(labels / "a.png")
        assert what_is(labels) == "labels"

    @pytest.mark.parametrize("content", [b"", b"shopping list", bytes(range(256)) * 9])
    def test_what_is_nothing_is_refused_with_what_could_be(self, tmp_path, content):
        path = tmp_path / "x.mp4"
        path.write_bytes(content)
        with pytest.raises(AppError, match="pictures, a video, a model, or labels") as raised:
            what_is(path)
        assert str(path) in raised.value.message

    def test_an_archive_without_a_model_is_to_be_unpacked(self, tmp_path):
        make_picture(tmp_path / "trip" / "a.png")
        with pytest.raises(AppError, match="unpack it"):
            what_is(make_zip(tmp_path / "trip.zip", tmp_path / "trip"))

    def test_what_is_not_there_ends_with_1(self, take_in, tmp_path):
        code, out, err = take_in(tmp_path / "none")
        assert (code, out) == (1, "")
        assert "There is no file or folder" in err


class TestPictures:
    def test_a_folder_is_copied_and_the_rest_is_listed(self, take_in, tmp_path, project):
        make_picture(tmp_path / "trip" / "a.png")
        make_picture(tmp_path / "trip" / "day" / "b.png", level=30)
        (tmp_path / "trip" / "notes.txt").write_text("hello", "utf-8")
        code, out, err = take_in(tmp_path / "trip")
        assert (code, err) == (0, "")
        assert files_in(project.images_folder) == ["trip/a.png", "trip/day/b.png"]
        assert "2 pictures are new" in out
        assert "notes.txt: It is not a picture." in out
        _, out, _ = take_in(tmp_path / "trip", "--json")
        told = json.loads(out)
        assert (told["kind"], told["copied"], told["known"]) == ("pictures", 0, 2)
        assert [each["reason"] for each in told["left_out"]] == ["It is not a picture."]

    def test_a_picture_that_is_broken_ends_with_1_and_its_reason(self, take_in, tmp_path):
        path = make_picture(tmp_path / "a.png")
        path.write_bytes(path.read_bytes()[:60])
        code, out, _ = take_in(path)
        assert code == 1
        assert "left out" in out

    def test_a_rule_for_videos_is_bad_usage_here(self, take_in, tmp_path):
        code, _, err = take_in(make_picture(tmp_path / "a.png"), "--every-frames", "2")
        assert code == 2
        assert "is no video" in err


class TestVideos:
    @pytest.mark.parametrize(
        ("options", "frames"),
        [
            ((), [0, 10, 20]),
            (("--every-frames", "7"), [0, 7, 14, 21, 28]),
            (("--every-seconds", "2"), [0, 20]),
            (("--when-changed",), [0, 15]),
        ],
    )
    def test_frames_are_taken_by_the_rule(self, take_in, tmp_path, project, options, frames):
        code, out, err = take_in(make_clip(tmp_path / "clip.mkv"), *options)
        assert (code, err) == (0, "")
        assert files_in(project.images_folder) == [f"clip/clip_f{n:06d}.png" for n in frames]
        assert f"{len(frames)} pictures are new" in out

    def test_json_says_what_was_read(self, take_in, tmp_path):
        _, out, _ = take_in(make_clip(tmp_path / "clip.mkv"), "--json")
        told = json.loads(out)
        assert (told["kind"], told["written"], told["frames_read"]) == ("video", 3, 30)
        assert told["is_complete"]

    @pytest.mark.parametrize(
        "options",
        [
            ("--every-frames", "0"),
            ("--every-seconds", "-1"),
            ("--every-seconds", "2", "--when-changed"),
        ],
    )
    def test_a_rule_that_makes_no_sense_is_bad_usage(self, take_in, tmp_path, options):
        assert take_in(make_clip(tmp_path / "clip.mkv"), *options)[0] == 2


class TestModels:
    @pytest.fixture
    def named(self, package, tmp_path):
        """The starter under a name of its own."""
        folder = tmp_path / "source" / "cars"
        shutil.copytree(package, folder)
        card = json.loads((folder / "model.json").read_text("utf-8"))
        (folder / "model.json").write_text(json.dumps({**card, "name": "cars"}), "utf-8")
        return folder

    def test_a_package_becomes_a_model_of_the_project(self, take_in, named, project):
        code, out, _ = take_in(named, "--json")
        assert code == 0
        assert json.loads(out)["name"] == "cars"
        assert "cars" in list_models(project.models_folder)
        open_detector("cars", models_dir=project.models_folder).close()
        assert not list(project.models_folder.rglob("*.partial"))

    def test_the_same_is_not_copied_twice_and_another_gets_the_next_number(
        self, take_in, named, project, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        take_in(named)
        _, out, _ = take_in(make_zip(tmp_path / "cars.zip", named))
        assert "already" in out
        (named / "notes.txt").write_text("another", "utf-8")
        take_in(named)
        folder = project.models_folder / "cars"
        assert sorted(path.name for path in folder.iterdir()) == ["1", "2"]
        assert (folder / "2" / "notes.txt").is_file()
        assert not (folder / "1" / "notes.txt").exists()

    def test_a_model_called_like_the_starter_can_be_chosen_all_the_same(
        self, take_in, package, project
    ):
        take_in(package)
        assert list_models(project.models_folder) == ["starter-oidv4", "starter-oidv4-imported"]

    def test_a_model_that_does_not_open_leaves_nothing(self, take_in, named, project):
        (named / "model.tflite").write_bytes(b"\0\0\0\0TFL3 and no more")
        code, _, err = take_in(named)
        assert code == 1
        assert "model.tflite" in err
        assert list_models(project.models_folder) == ["starter-oidv4"]
        assert not project.models_folder.exists() or not any(project.models_folder.iterdir())

    def test_a_model_needs_a_project(self, named, tmp_path, capsys):
        assert main(["import", str(named), "--project", str(tmp_path)]) == 2
        assert "name it by --project" in capsys.readouterr().err
