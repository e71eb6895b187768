"""The window and the command line count alike, bit for bit, and every figure agrees."""

import csv
import dataclasses
import io
import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from app.counting.events import CrossingEvent
from app.counting.geometries import Scene, parse_band
from app.counting.reports import CsvWriter
from app.pipeline.sample import sample_settings
from tests.support.clips import cut_start
from tests.support.count_job import CountJob

SETTINGS = sample_settings()


def counted_in_the_terminal(folder, *options):
    """Return the JSON of ``tallybox count`` on the sample and the text of its event log."""
    folder.mkdir()
    log = folder / "events.csv"
    command = [sys.executable, "-P", "-m", "app", "count", SETTINGS.source, "--classes", "Person"]
    command += ["--line", "0.45,0,0.45,1", "--events", str(log), "--json", *map(str, options)]
    told = subprocess.run(command, capture_output=True, timeout=300, check=True)
    return json.loads(told.stdout), log.read_text("utf-8")


def counted_in_the_window(folder, settings=SETTINGS, *, factor=0.0):
    """Return the last frame event of the counting job on the sample and its crossings as CSV."""
    folder.mkdir()
    with CountJob(settings, folder) as job:
        job.send("speed", factor=factor)
        job.wait_notice("source-ended")
        last = [event for event in job.seen if event["event"] == "frame"][-1]
        text = io.StringIO()
        writer = CsvWriter(text)
        for crossing in job.crossings():
            writer.write(CrossingEvent.from_json(crossing))
    return last, text.getvalue()


@pytest.mark.slow
def test_window_and_command_line_give_the_same_events_every_time(tmp_path):
    first, log = counted_in_the_terminal(tmp_path / "terminal")
    again, log_again = counted_in_the_terminal(tmp_path / "again", "--output", tmp_path / "o.mp4")
    shown, shown_log = counted_in_the_window(tmp_path / "window")
    paced, paced_log = counted_in_the_window(tmp_path / "paced", factor=8.0)
    assert log == log_again == shown_log == paced_log
    assert first["totals"] == again["totals"] == shown["totals"]["totals"]
    assert first["totals"] == paced["totals"]["totals"]
    runs = (each["detector_runs"] for each in (first, again, shown, paced))
    assert len(set(runs)) == 1
    rows = list(csv.DictReader(log.splitlines()))
    assert len(rows) == first["events"] == sum(first["totals"].values())
    with av.open(str(tmp_path / "o.mp4")) as video:
        stream = video.streams.video[0]
        assert sum(1 for _ in video.decode(stream)) == first["frames"] == 270
        assert float(stream.average_rate) == pytest.approx(10, rel=1e-3)
        assert (stream.width, stream.height) == (768, 576)


@pytest.mark.parametrize("tracker", ["dlib", "classic"])
def test_other_trackers_give_the_same_events_too(tmp_path, tracker):
    band = parse_band("0.4,0,0.5,1", name="Band")
    scene = Scene((*SETTINGS.scene.geometries, band))
    clip = cut_start(Path(SETTINGS.source), tmp_path / "clip.mp4", seconds=6)
    settings = dataclasses.replace(
        SETTINGS, source=str(clip), tracker=tracker, scene=scene, score=0.3, detect_every=5
    )
    runs = [counted_in_the_window(tmp_path / str(number), settings) for number in range(2)]
    assert runs[0][1] == runs[1][1]
    assert runs[0][1].count("\n") > 1
