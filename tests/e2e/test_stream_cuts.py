"""A camera on the network that is cut again and again while it is counted."""

import itertools
import json
import signal
import subprocess
import sys
import time

import av
import cv2
import pytest

from app.pipeline.sample import sample_settings
from app.pipeline.settings import CountSettings
from tests.support.count_job import CountJob
from tests.support.mjpeg import MjpegServer

SAMPLE = sample_settings()
CUTS = 20
RESUMES_WITHIN_S = 5.0
START, LATER = 20, 45  # between these frames of the sample one person crosses the line


def jpegs(count):
    """Return the sample's first frames as a camera sends them."""
    with av.open(SAMPLE.source) as video:
        frames = itertools.islice(video.decode(video=0), count)
        images = [frame.to_ndarray(format="bgr24") for frame in frames]
    return [cv2.imencode(".jpg", image)[1].tobytes() for image in images]


class Street(MjpegServer):
    """The sample's street: it plays once at its own speed, then it stands still.

    Every new connection finds the people somewhere else: over the line, then back.
    """

    interval_s = 0.1

    def __init__(self, pictures, *, plays=True):
        self._pictures = pictures
        self._left = list(pictures) if plays else []
        super().__init__()

    @property
    def is_still(self):
        return not self._left

    def next_jpeg(self):
        if self._left:
            return self._left.pop(0)
        return self._pictures[START if self.connections % 2 else LATER]


@pytest.fixture(scope="module")
def pictures():
    return jpegs(60)


@pytest.mark.slow
def test_twenty_cuts_make_no_count_and_cost_no_stream(pictures, tmp_path):
    resumed_s = []
    with Street(pictures) as street:
        settings = CountSettings(street.url, class_names=("Person",), scene=SAMPLE.scene)
        with CountJob(settings, tmp_path) as job:
            job.wait_frame(lambda _: street.is_still)
            for _ in range(CUTS):
                cut_s = time.monotonic()
                street.cut()
                assert street.url in job.wait_notice("stream-lost")["message"]
                job.wait_notice("stream-back")
                job.wait_frame()
                resumed_s.append(time.monotonic() - cut_s)
                job.wait_frame(lambda frame: any(frame["tracks"]["visible"]))
                for _ in range(5):
                    last = job.wait_frame()
        crossings = job.crossings()
    assert max(resumed_s) < RESUMES_WITHIN_S
    spurious = [each for each in crossings if each["frame_index"] >= len(pictures)]
    assert spurious == []
    assert len(crossings) >= 2  # of those who crossed before the first cut
    assert last["totals"]["events"] == len(crossings)
    indices = [event["frame_index"] for event in job.seen if event["event"] == "frame"]
    assert indices == sorted(indices)


def test_a_lost_stream_can_be_steered_and_left(pictures, tmp_path):
    street = Street(pictures, plays=False)
    settings = CountSettings(street.url, class_names=("Person",), scene=SAMPLE.scene)
    with CountJob(settings, tmp_path) as job:
        shown = job.wait_frame()
        assert shown["delay_ms"] < 10_000
        street.stop()
        job.wait_notice("stream-lost")
        job.send("settings", class_names=["Dog"])
        assert job.wait_for("settings_changed")["class_names"] == ["Dog"]
        job.send("cancel")
        assert job.end() == 130


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C of POSIX")
def test_the_command_line_tells_of_losses_and_ends_well_at_ctrl_c(pictures, tmp_path):
    log = tmp_path / "events.csv"
    with Street(pictures, plays=False) as street:
        command = [sys.executable, "-P", "-m", "app", "count", street.url, "--json"]
        program = subprocess.Popen(
            [*command, "--events", str(log)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            street.wait_until_sent(5)
            street.cut()
            told = ""
            while "is back" not in told:
                line = program.stderr.readline()
                assert line, told
                told += line
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=60)
        finally:
            if program.poll() is None:
                program.kill()
                program.communicate()
    assert program.returncode == 0, err
    assert f"warning: {street.url} gives no pictures any more. Trying again." in told
    assert json.loads(out)["events"] == 0
    assert log.read_text("utf-8").count("\n") == 1
    assert "Traceback" not in err
