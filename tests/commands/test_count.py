"""``tallybox count`` as a person meets it: results, files, options, and everything that fails."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import av
import pytest

from app.__main__ import main
from app.counting.geometries import CountingLine, Scene
from app.paths import resource_path
from app.pipeline.sample import sample_settings
from app.project.project import Project
from tests.support.clips import cut_start

SAMPLE = Path(sample_settings().source)
MIDDLE = ("--classes", "Person", "--line", "0.45,0,0.45,1")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Return the sample's first 60 frames, as they are: two people cross to the left."""
    return cut_start(SAMPLE, tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=6)


@pytest.fixture
def count(capsys):
    """Run the command; return its exit code and what it said on both streams."""

    def run(*arguments):
        code = main(["count", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def totals(count):
    """Run the command with --json; return its totals."""

    def run(*arguments):
        code, out, _ = count(*arguments, "--json")
        assert code == 0
        return json.loads(out)["totals"]

    return run


def frames_and_fps(path):
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        return sum(1 for _ in video.decode(stream)), float(stream.average_rate)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


class TestResults:
    def test_words_for_people(self, count, clip):
        code, out, err = count(clip, *MIDDLE)
        assert code == 0
        assert err == ""
        assert "← left 2" in out
        assert "60 frames" in out

    def test_json_is_the_contract(self, count, clip):
        _, out, _ = count(clip, *MIDDLE, "--json")
        told = json.loads(out)
        assert told["totals"] == {"up": 0, "down": 0, "left": 2, "right": 0}
        assert told["per_class"] == {"Person": {"up": 0, "down": 0, "left": 2, "right": 0}}
        assert told["events"] == 2
        assert told["frames"] == 60
        assert 0 < told["detector_runs"] <= 60
        assert told["model"] == "starter-oidv4"
        assert told["source"] == str(clip)
        assert told["fps"] == pytest.approx(60 / told["seconds"], rel=0.01)

    def test_files_agree_with_the_totals(self, count, clip, tmp_path):
        video, log = tmp_path / "out.mp4", tmp_path / "events.csv"
        code, out, _ = count(clip, *MIDDLE, "--output", video, "--events", log)
        assert code == 0
        assert str(video) in out
        assert "H.264" in out or "MPEG-4" in out
        rows = list(csv.DictReader(log.read_text("utf-8").splitlines()))
        assert [row["direction"] for row in rows] == ["left", "left"]
        frames, fps = frames_and_fps(video)
        assert frames == 60
        assert fps == pytest.approx(10, rel=1e-3)
        assert names_in(tmp_path) == ["events.csv", "out.mp4"]

    def test_several_sources_give_several_runs(self, count, clip):
        _, out, _ = count(clip, clip, *MIDDLE, "--json")
        runs = json.loads(out)["runs"]
        assert [run["totals"]["left"] for run in runs] == [2, 2]

    def test_a_folder_of_images_is_counted(self, count, tmp_path):
        folder = tmp_path / "pictures"
        folder.mkdir()
        with av.open(str(SAMPLE)) as video:
            for index, frame in zip(range(3), video.decode(video=0), strict=False):
                frame.to_image().save(folder / f"{index}.jpg")
        code, out, _ = count(folder, "--json")
        assert code == 0
        assert json.loads(out)["frames"] == 3


class TestOptions:
    def test_directions_can_be_swapped(self, totals, clip):
        assert totals(clip, *MIDDLE, "--swap-directions")["right"] == 2

    def test_several_lines_and_bands_count_on_their_own(self, count, clip):
        _, out, _ = count(clip, *MIDDLE, "--band", "0.44,0,0.46,1", "--line", "0,0,1,0", "--json")
        told = json.loads(out)
        sums = {each["name"]: each["totals"]["left"] for each in told["geometries"]}
        assert sums == {"Line 1": 2, "Line 2": 0, "Band": 2}
        assert told["events"] == 4

    def test_without_a_line_the_band_of_the_course_counts(self, count, clip):
        _, out, _ = count(clip, "--json")
        assert [each["name"] for each in json.loads(out)["geometries"]] == ["Band"]

    def test_a_scene_file(self, totals, clip, tmp_path):
        path = tmp_path / "scene.json"
        scene = Scene((CountingLine("Gate", (0.45, 0), (0.45, 1)),))
        path.write_text(json.dumps(scene.to_json()), "utf-8")
        assert totals(clip, "--classes", "Person", "--scene", path)["left"] == 2

    def test_the_cadence(self, count, clip):
        _, out, _ = count(clip, *MIDDLE, "--detect-every", "10", "--json")
        assert json.loads(out)["detector_runs"] == 6

    def test_dlib_follows_as_well(self, totals, clip):
        assert totals(clip, *MIDDLE, "--tracker", "dlib", "--detect-every", "4")["left"] == 2

    def test_classic_counts_by_its_own_rules(self, count, clip, tmp_path):
        video = tmp_path / "classic.mp4"
        code, out, _ = count(
            clip, *MIDDLE, "--tracker", "classic", "--score", "0.3", "--output", video, "--json"
        )
        assert code == 0
        assert json.loads(out)["detector_runs"] == 2  # every 30 frames
        assert frames_and_fps(video)[0] == 60

    def test_nothing_detected_says_what_would_be(self, count, clip):
        code, _, err = count(clip, "--classes", "Cattle")
        assert code == 0
        assert err.startswith("warning: Nothing was detected (looking for Cattle")
        assert "Try --classes Person" in err


class TestProject:
    @pytest.fixture
    def project(self, tmp_path):
        return Project.create(tmp_path / "project")

    def test_a_run_leaves_its_files_in_the_project(self, count, clip, project):
        code, out, _ = count(clip, *MIDDLE, "--project", project.folder)
        assert code == 0
        (run,) = project.counts_folder.iterdir()
        assert names_in(run) == [
            "annotated.mp4",
            "events.csv",
            "events.jsonl",
            "summary.json",
        ]
        assert str(run / "annotated.mp4") in out
        assert json.loads((run / "summary.json").read_text("utf-8"))["totals"]["left"] == 2
        lines = (run / "events.jsonl").read_text("utf-8").splitlines()
        rows = list(csv.DictReader((run / "events.csv").read_text("utf-8").splitlines()))
        assert [json.loads(line)["frame"] for line in lines] == [int(row["frame"]) for row in rows]
        count(clip, *MIDDLE, "--project", project.folder)
        assert len(list(project.counts_folder.iterdir())) == 2

    def test_what_the_project_keeps_for_the_source_is_used(self, count, clip, project):
        kept = {
            "scene": Scene((CountingLine("Door", (0.45, 0), (0.45, 1)),)).to_json(),
            "class_names": ["Person"],
            "detect_every": 4,
        }
        project.save_scene(str(clip), kept)
        _, out, _ = count(clip, "--project", project.folder, "--json")
        told = json.loads(out)
        assert told["geometries"][0]["name"] == "Door"
        assert told["totals"]["left"] == 2
        assert told["detector_runs"] == 15
        _, out, _ = count(clip, "--project", project.folder, "--detect-every", "6", "--json")
        assert json.loads(out)["detector_runs"] == 10  # what is given goes first

    def test_a_kept_scene_that_is_broken_is_told(self, count, clip, project):
        project.save_scene(str(clip), {"scene": {"geometries": "none"}})
        code, _, err = count(clip, "--project", project.folder)
        assert code == 1
        assert "tallybox.toml" in err

    def test_a_failure_leaves_no_empty_folder(self, count, project):
        assert count("nosuch.mp4", "--project", project.folder)[0] == 1
        assert list(project.counts_folder.iterdir()) == []


def broken_model(folder):
    path = folder / "model.tflite"
    whole = resource_path("models", "starter-oidv4", "model.tflite").read_bytes()
    path.write_bytes(whole[:100_000])
    return path


def a_text(folder):
    path = folder / "notes.mp4"
    path.write_text("no video")
    return path


def an_empty_folder(folder):
    (folder / "empty").mkdir()
    return folder / "empty"


class TestBadInput:
    @pytest.fixture(autouse=True)
    def fails(self, count, tmp_path):
        """Expect one line of error and no result; return the line."""

        def run(*arguments, code=1):
            ended, out, err = count(*arguments)
            assert ended == code
            assert out == ""
            errors = [line for line in err.splitlines() if not line.startswith("INFO:")]
            assert len(errors) == 1
            assert errors[0].startswith("error: ")
            assert not list(tmp_path.rglob("*.partial"))
            return errors[0]

        return run

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("nosuch.mp4", "There is no file or folder nosuch.mp4"),
            ("99", "There is no camera 99"),
            ("gopher://x", "gopher://x are not supported"),
        ],
    )
    def test_a_source_that_is_not_there(self, fails, source, words):
        assert words in fails(source)

    @pytest.mark.parametrize(
        ("make", "words"),
        [(a_text, "it is not a video"), (an_empty_folder, "no pictures in the folder")],
    )
    def test_a_source_that_is_none(self, fails, tmp_path, make, words):
        path = make(tmp_path)
        line = fails(path)
        assert words in line
        assert str(path) in line

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--line", "0.5,0.5,0.5,0.5"], "starts and ends at the same place"),
            (["--line", "0.5,0.5"], "is not a line"),
            (["--line", "0,50,100,50"], "from 0 to 1"),
            (["--band", "0,0.5,1,0.5"], "has no area"),
            (["--score", "7"], "A score of 7.0 is not possible"),
            (["--score", "0"], "A score of 0.0 is not possible"),
            (["--detect-every", "0"], "from 1 to 1000"),
            (["--detect-every", "often"], "'often'"),
            (["--tracker", "magic"], "no tracker called 'magic'"),
            (["--classes", ","], "names no class"),
            (["--scene", "s.json", "--line", "0,0,1,1"], "--scene goes without"),
        ],
    )
    def test_an_option_that_makes_no_sense_is_bad_usage(self, fails, clip, options, words):
        assert words in fails(clip, *options, code=2)

    def test_two_sources_and_one_output_are_bad_usage(self, fails, clip):
        assert "one SOURCE" in fails(clip, clip, "--output", "x.mp4", code=2)

    def test_a_class_that_the_model_lacks(self, fails, clip):
        line = fails(clip, "--classes", "Persn")
        assert 'no class "Persn"' in line
        assert "Did you mean Person" in line

    def test_a_model_that_is_broken(self, fails, clip, tmp_path):
        path = broken_model(tmp_path)
        assert path.name in fails(clip, "--model", path)

    def test_a_model_that_is_not_there(self, fails, clip):
        assert "no model" in fails(clip, "--model", "nosuch")

    @pytest.mark.parametrize(
        ("text", "words"),
        [("{", "it is not JSON"), ('{"geometries": 3}', "Can't use the scene file")],
    )
    def test_a_scene_file_that_is_none(self, fails, clip, tmp_path, text, words):
        path = tmp_path / "scene.json"
        path.write_text(text)
        line = fails(clip, "--scene", path)
        assert words in line
        assert str(path) in line

    @pytest.mark.parametrize("option", ["--output", "--events"])
    def test_an_output_that_can_not_be_written(self, fails, clip, tmp_path, option):
        ending = {"--output": "out.mp4", "--events": "events.csv"}[option]
        line = fails(clip, *MIDDLE, option, tmp_path / "no" / ending)
        assert "its folder does not exist" in line

    def test_events_of_before_stay_where_the_video_is_refused(self, fails, clip, tmp_path):
        log = tmp_path / "events.csv"
        log.write_text("of before")
        fails(clip, *MIDDLE, "--events", log, "--output", tmp_path / "no" / "out.mp4")
        assert log.read_text() == "of before"

    @pytest.mark.parametrize("option", ["--output", "--events"])
    def test_the_source_is_never_written_over(self, fails, clip, tmp_path, option):
        mine = tmp_path / "mine.mp4"
        shutil.copy(clip, mine)
        assert "that is what is being counted" in fails(mine, option, mine)
        assert mine.read_bytes() == clip.read_bytes()

    def test_a_video_of_an_unknown_kind(self, fails, clip, tmp_path):
        assert ".mp4" in fails(clip, "--output", tmp_path / "out.foo")


class TestDamage:
    def test_a_truncated_video_is_counted_as_far_as_it_goes(self, count, reference_data, tmp_path):
        whole = (reference_data / "videos" / "vtest.avi").read_bytes()
        path = tmp_path / "cut.avi"
        path.write_bytes(whole[:1_000_000])
        code, out, err = count(path, *MIDDLE, "--json")
        assert code == 0
        frames = json.loads(out)["frames"]
        assert 0 < frames < 795
        assert f"warning: {frames} of 795 frames of cut.avi could be read." in err

    def test_a_container_that_lies_about_its_frames(self, count, reference_data, tmp_path):
        video = reference_data / "videos" / "tree.avi"
        code, out, err = count(video, "--output", tmp_path / "out.mp4", "--json")
        assert code == 0
        assert json.loads(out)["frames"] == 68
        assert "warning: 68 of 444 frames of tree.avi could be read." in err
        assert frames_and_fps(tmp_path / "out.mp4")[0] == 68

    def test_a_full_disk_ends_the_count_and_keeps_what_was_recorded(self, count, clip, small_disk):
        code, out, err = count(clip, *MIDDLE, "--output", small_disk / "out.mp4")
        assert code == 1
        assert out == ""
        assert "error: Can't write" in err
        assert "the disk is full" in err
        assert "out.mp4.partial" in err
        assert names_in(small_disk) == ["out.mp4.partial"]


def tallybox(*arguments, **options):
    """Start the program as a person's shell does."""
    command = [sys.executable, "-P", "-m", "app", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells by its environment")
def test_the_sample_without_a_screen_is_counted_in_the_terminal(tmp_path):
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: text for name, text in os.environ.items() if name not in screens}
    program = tallybox("--sample", env=environment, cwd=tmp_path)
    out, err = program.communicate(timeout=120)
    assert program.returncode == 0, err
    assert "← left 7  → right 4" in out
    video = Path("counts", "sample", "annotated.mp4")
    assert str(video) in out
    assert frames_and_fps(tmp_path / video)[0] == 270


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C of POSIX")
def test_ctrl_c_keeps_what_was_counted(tmp_path):
    log, video = tmp_path / "events.csv", tmp_path / "out.mp4"
    program = tallybox("count", SAMPLE, *MIDDLE, "--events", log, "--output", video)
    while not partial_has_bytes(video):
        assert program.poll() is None
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "before the end" in err
    assert "Traceback" not in err
    frames = frames_and_fps(video)[0]
    assert 0 < frames < 270
    assert f"  {frames} frames in" in out
    assert log.exists()


def partial_has_bytes(video):
    partial = video.with_name(f"{video.name}.partial")
    return video.exists() or (partial.exists() and partial.stat().st_size > 1000)
