"""Known totals of real clips, counted with the defaults: only classes and line are given."""

import json

import pytest

from app.__main__ import main
from app.paths import sample_data_path

SAMPLE = json.loads(sample_data_path("sample.json").read_text("utf-8"))
FRAMES_OFF = 5  # the eye put the crossings to within 3 frames, a line of pixels is no clearer


@pytest.fixture
def count(capsys):
    """Count as the command line does and return its JSON."""

    def run(*arguments):
        assert main(["count", *map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_the_sample(count, tmp_path):
    line = ",".join(map(str, SAMPLE["line"]))
    video, log = sample_data_path(SAMPLE["video"]), tmp_path / "events.jsonl"
    classes = ",".join(SAMPLE["classes"])
    told = count(video, "--classes", classes, "--line", line, "--events", log)
    assert told["totals"] == SAMPLE["expected"]
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    found = sorted((event["frame"], event["direction"]) for event in events)
    assert [direction for _, direction in found] == [
        crossing["direction"] for crossing in SAMPLE["crossings"]
    ]
    for (frame, _), crossing in zip(found, SAMPLE["crossings"], strict=True):
        assert abs(frame - crossing["frame_index"]) <= FRAMES_OFF, crossing["who"]


@pytest.mark.parametrize(
    ("video", "classes", "line", "totals"),
    [
        ("car-detection.mp4", "Car,Vehicle", "0,0.5,1,0.5", {"up": 2, "down": 2}),
        ("suburban-road.mp4", "Car,Vehicle", "0,0.5,1,0.5", {"up": 0, "down": 8}),
        pytest.param(
            *("one-by-one-person-detection.mp4", "Person", "0.85,0,0.85,1"),
            {"left": 0, "right": 6},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_real_clips_are_counted_exactly(count, reference_data, video, classes, line, totals):
    told = count(reference_data / "videos" / video, "--classes", classes, "--line", line)
    assert {key: told["totals"][key] for key in totals} == totals
    assert told["events"] == sum(totals.values())


@pytest.mark.slow
def test_a_crowd_is_counted_within_three_each_way(count, reference_data):
    video = reference_data / "videos" / "vtest.avi"
    totals = count(video, "--classes", "Person", "--line", "0.47,0,0.47,1")["totals"]
    assert abs(totals["left"] - 16) <= 3
    assert abs(totals["right"] - 16) <= 3
