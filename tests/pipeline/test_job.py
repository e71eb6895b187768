"""The counting job, in its real child process, as the window steers it."""

import dataclasses

import av
import pytest

from app.counting.geometries import CountingBand, CountingLine, Scene
from app.pipeline.settings import CountSettings

TOP = Scene((CountingLine("Top", (0, 0.1), (1, 0.1)),))


def total(frame):
    return sum(frame["totals"]["totals"].values())


@pytest.fixture
def paused(start_job, sample):
    """Return a paused job that has shown its first frame, and that frame."""
    job = start_job(sample, is_playing=False)
    return job, job.wait_frame()


class TestPlaying:
    def test_plays_to_the_end_and_stays(self, start_job, sample):
        job = start_job(sample)
        job.send("speed", factor=0)
        ended = job.wait_notice("source-ended")
        assert ended["hint"] == ""
        last = [event for event in job.seen if event["event"] == "frame"][-1]
        assert last["frame_index"] == 269
        assert not last["is_playing"]
        assert len(job.crossings()) == total(last) == last["totals"]["events"] == 11
        job.send("seek", frame_index=100)
        frame = job.wait_frame()
        assert frame["frame_index"] == 100
        assert frame["since"]["frame_index"] == 100
        assert total(frame) == 0

    def test_a_paused_start_shows_the_first_picture(self, paused):
        job, first = paused
        assert first["frame_index"] == 0
        assert job.picture(first).shape == (576, 768, 3)
        job.send("step")
        assert job.wait_frame()["frame_index"] == 1

    def test_a_slow_speed_does_not_delay_a_pause(self, paused):
        job, _ = paused
        job.send("speed", factor=0.0001)  # the next frame would be due in 17 minutes
        job.send("play")
        job.wait_frame()
        job.send("pause")
        assert not job.wait_frame()["is_playing"]

    def test_a_slow_speed_can_be_left(self, paused):
        job, _ = paused
        job.send("speed", factor=0.0001)
        job.send("play")
        job.send("speed", factor=0)
        assert job.wait_frame(lambda frame: frame["frame_index"] > 20)

    def test_a_seek_while_a_frame_waits_to_be_shown_goes_there(self, paused):
        job, _ = paused
        job.send("speed", factor=0.0001)
        job.send("play")
        job.send("seek", frame_index=50)
        assert job.wait_frame(lambda frame: frame["frame_index"] >= 50)["frame_index"] == 50

    def test_recount_begins_anew(self, start_job, sample):
        job = start_job(sample)
        job.send("speed", factor=0)
        job.wait_frame(lambda frame: total(frame) >= 2)
        job.send("recount")
        frame = job.wait_frame(lambda frame: frame["frame_index"] < 20 and not total(frame))
        assert frame["since"]["frame_index"] == 0
        assert frame["is_playing"]


class TestChanging:
    def test_a_moved_line_counts_from_the_picture_on_show(self, paused):
        job, _ = paused
        job.send("scene", scene=TOP.to_json())
        frame = job.wait_frame()
        assert frame["frame_index"] == 0
        assert [each["name"] for each in frame["totals"]["geometries"]] == ["Top"]
        assert frame["since"] == {"frame_index": 0, "timestamp_s": 0.0}

    def test_a_line_that_can_not_be_is_refused_and_the_old_one_stays(self, paused):
        job, _ = paused
        scene = TOP.to_json()
        scene["geometries"][0]["end"] = scene["geometries"][0]["start"]
        job.send("scene", scene=scene)
        assert "same place" in job.wait_notice("line-without-length")["message"]
        job.send("step")
        assert job.wait_frame()["totals"]["geometries"][0]["name"] == "Line"

    def test_other_settings_show_at_once_in_a_picture_at_rest(self, paused):
        job, first = paused
        assert first["tracks"]["ids"]
        job.send("settings", class_names=["Dog"], score=0.5)
        changed = job.wait_for("settings_changed")
        assert changed["class_names"] == ["Dog"]
        assert changed["score"] == 0.5
        frame = job.wait_frame()
        assert frame["frame_index"] == 0
        assert frame["tracks"]["ids"] == []

    def test_refused_settings_are_told_with_those_in_force(self, paused):
        job, _ = paused
        job.send("settings", class_names=["Unicorn"], score=0.9)
        events = [job.wait(lambda event: event["event"] != "frame") for _ in range(2)]
        kinds = {event["event"]: event for event in events}
        assert kinds["notice"]["code"] == "class-unknown"
        assert kinds["settings_changed"]["class_names"] == ["Person"]
        assert kinds["settings_changed"]["score"] < 0.5
        job.send("step")
        assert job.wait_frame()["tracks"]["ids"]

    @pytest.mark.parametrize("tracker", ["classic", "dlib"])
    def test_the_tracker_can_be_changed_on_the_way(self, paused, tracker):
        job, _ = paused
        job.send("tracker", tracker=tracker)
        assert job.wait_for("settings_changed")["tracker"] == tracker
        for _ in range(3):
            job.send("step")
        assert job.wait_frame(lambda frame: frame["frame_index"] == 3)

    def test_nothing_detected_brings_a_suggestion(self, start_job, sample):
        job = start_job(dataclasses.replace(sample, class_names=("Cattle",)))
        job.send("speed", factor=0)
        notice = job.wait_notice("nothing-detected")
        assert "Cattle" in notice["message"]
        assert notice["suggestion"]["class_names"] == ["Person"]
        job.send("settings", **notice["suggestion"])
        assert job.wait_frame(lambda frame: frame["tracks"]["ids"])


def recorded(path):
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        times = [float(frame.time) for frame in video.decode(stream)]
        return times, float(stream.average_rate)


class TestRecording:
    def test_a_seek_while_recording_leaves_no_freeze(self, paused, tmp_path):
        job, _ = paused
        job.send("record", output=str(tmp_path / "out.mp4"))
        for command in ("step", "step", "seek", "step", "step"):
            job.send(command, **({"frame_index": 200} if command == "seek" else {}))
            frame = job.wait_frame()
            assert frame["recording"] == str(tmp_path / "out.mp4")
        job.send("stop_recording")
        saved = job.wait_notice("recording-saved")
        assert saved["path"] == str(tmp_path / "out.mp4")
        times, fps = recorded(tmp_path / "out.mp4")
        assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        assert fps == pytest.approx(10, rel=1e-3)
        assert job.wait_frame()["recording"] is None

    def test_a_place_that_can_not_be_written_is_told_and_counting_goes_on(self, paused, tmp_path):
        job, _ = paused
        job.send("record", output=str(tmp_path / "no" / "out.mp4"))
        assert "folder does not exist" in job.wait_notice("no-such-folder")["message"]
        job.send("step")
        assert job.wait_frame()["recording"] is None

    def test_a_full_disk_is_told_and_counting_goes_on(self, start_job, sample, small_disk):
        job = start_job(sample)
        job.send("speed", factor=0)
        job.send("record", output=str(small_disk / "out.mp4"))
        notice = job.wait_notice("disk-full")
        assert "out.mp4.partial" in notice["hint"]
        assert job.wait_frame()["recording"] is None
        assert job.wait_notice("source-ended")
        assert len(job.crossings()) == 11

    def test_cancelling_finishes_the_recording(self, start_job, sample, tmp_path):
        job = start_job(sample)
        job.wait_frame()
        job.send("record", output=str(tmp_path / "out.mp4"))
        job.wait_frame(lambda frame: frame["recording"] and frame["frame_index"] > 5)
        job.send("cancel")
        assert job.end() == 130
        assert [event["event"] for event in job.seen[-2:]] == ["notice", "cancelled"]
        assert job.seen[-2]["code"] == "recording-saved"
        assert len(recorded(tmp_path / "out.mp4")[0]) >= 3


class TestEnding:
    @pytest.mark.parametrize("is_playing", [True, False])
    def test_cancelling_ends_it_as_cancelled(self, start_job, sample, is_playing):
        job = start_job(sample, is_playing=is_playing)
        job.wait_frame()
        job.send("cancel")
        assert job.end() == 130
        finals = [e for e in job.seen if e["event"] in ("result", "failed", "cancelled")]
        assert finals == [{"event": "cancelled"}]

    def test_a_window_that_is_gone_ends_it(self, paused):
        job, _ = paused
        assert job.end() == 130

    def test_killed_it_leaves_a_recording_that_plays(self, start_job, sample, tmp_path):
        job = start_job(sample)
        job.send("speed", factor=0)
        job.send("record", output=str(tmp_path / "out.mp4"))
        job.wait_notice("source-ended")  # the key frames of 20 s are on disk
        job.process.kill()
        assert job.end() == -9
        assert not (tmp_path / "out.mp4").exists()
        assert len(recorded(tmp_path / "out.mp4.partial")[0]) > 100

    @pytest.mark.parametrize(
        ("settings", "code"),
        [
            (CountSettings("nosuch.mp4"), "source-not-found"),
            (CountSettings("99"), "camera-not-found"),
        ],
    )
    def test_a_source_that_is_not_there_is_told(self, start_job, settings, code):
        job = start_job(settings)
        failed = job.wait_for("failed")
        assert job.end() == 1
        assert failed["code"] == code
        assert failed["message"]
        assert failed["hint"]


def test_a_band_and_a_line_at_once(start_job, sample):
    band = CountingBand("Band", (0.44, 0), (0.46, 1))
    scene = Scene((*sample.scene.geometries, band))
    job = start_job(dataclasses.replace(sample, scene=scene))
    job.send("speed", factor=0)
    job.wait_notice("source-ended")
    names = [crossing["geometry"] for crossing in job.crossings()]
    assert names.count("Line") == 11
    assert names.count("Band") == 11
