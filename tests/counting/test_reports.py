"""Event files, charts and totals all tell of the same events."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter as Tally
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.counting.events import CrossingEvent
from app.counting.geometries import CountingBand, CountingLine, Zone
from app.counting.reports import COLUMNS, CountSeries, CsvWriter, EventLog, JsonlWriter, event_row
from app.files import FileWriteError, partial_path
from tests.counting.driving import counter_of, drive

EVENT = CrossingEvent(
    frame_index=12,
    timestamp_s=0.40049,
    track_id=7,
    class_id=1,
    class_name="Car",
    geometry="road",
    kind="line",
    direction="down",
    direction_name="Bajando",
    point_px=(320.125, 240.0),
    box_xyxy=(300.0, 220.333333, 340.0, 260.0),
)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_event_survives_json():
    assert CrossingEvent.from_json(json.loads(json.dumps(EVENT.to_json()))) == EVENT


def test_a_csv_row_has_every_column():
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(EVENT)
    assert stream.getvalue() == (
        "frame,time_s,track_id,class,geometry,kind,direction,direction_name,"
        "x,y,xmin,ymin,xmax,ymax\n"
        "12,0.4,7,Car,road,line,down,Bajando,320.12,240.0,300.0,220.33,340.0,260.0\n"
    )


def test_json_lines_have_the_same_fields():
    stream = io.StringIO()
    JsonlWriter(stream).write(EVENT)
    assert tuple(json.loads(stream.getvalue())) == COLUMNS
    assert json.loads(stream.getvalue()) == event_row(EVENT)


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", " =cmd|' /C calc'!A0"]
)
def test_a_name_cannot_become_a_formula(name):
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(replace(EVENT, class_name=name, geometry=name, direction_name=name))
    (row,) = read_csv(stream.getvalue())
    assert row["class"] == row["geometry"] == row["direction_name"] == f"'{name}"


@pytest.mark.parametrize("name", ['a "quoted" one', "two\nlines", "a,b;c", "Fußgänger 行人"])
def test_any_other_name_comes_back_as_it_is(name):
    stream = io.StringIO(newline="")
    writer = CsvWriter(stream)
    writer.write(replace(EVENT, geometry=name))
    writer.write(EVENT)
    rows = read_csv(stream.getvalue())
    assert [row["geometry"] for row in rows] == [name, "road"]


def test_a_carriage_return_in_a_name_does_not_break_the_row():
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(replace(EVENT, geometry="a\r\nb\r=1"))
    assert [row["geometry"] for row in read_csv(stream.getvalue())] == ["a\nb\n=1"]


def test_a_place_left_of_the_picture_stays_a_number():
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(replace(EVENT, box_xyxy=(-3.5, 0, 1, 1)))
    assert read_csv(stream.getvalue())[0]["xmin"] == "-3.5"


class TestEventLog:
    @pytest.mark.parametrize("name", ["events.csv", "events.jsonl"])
    def test_takes_its_name_when_it_is_closed(self, tmp_path, name):
        path = tmp_path / name
        path.write_text("an older one")
        log = EventLog(path)
        log.write(EVENT)
        assert "320.12" in partial_path(path).read_text()  # nothing waits in a buffer
        assert path.read_text() == "an older one"
        log.close()
        log.close()
        assert "320.12" in path.read_text()
        assert [each.name for each in tmp_path.iterdir()] == [name]

    def test_keeps_what_was_counted_before_an_error(self, tmp_path):
        path = tmp_path / "events.csv"

        def interrupted() -> None:
            with EventLog(path) as log:
                log.write(EVENT)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert len(read_csv(path.read_text())) == 1

    def test_can_be_thrown_away(self, tmp_path):
        log = EventLog(tmp_path / "events.csv")
        log.discard()
        log.discard()
        log.close()
        assert list(tmp_path.iterdir()) == []

    def test_names_the_file_that_cannot_be_written(self, tmp_path):
        with pytest.raises(FileWriteError, match=r"events\.csv"):
            EventLog(tmp_path / "nowhere" / "events.csv")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
    def test_says_that_the_disk_is_full(self, tmp_path):
        path = tmp_path / "events.csv"
        partial_path(path).symlink_to("/dev/full")
        log = EventLog(path)
        with pytest.raises(FileWriteError) as caught:
            log.write(EVENT)
        assert caught.value.code == "disk-full"
        log.discard()
        assert list(tmp_path.iterdir()) == []


def random_run():
    rng = np.random.default_rng(5)
    paths = 500 + np.cumsum(rng.normal(0, 40, (200, 25, 2)), axis=0)
    counter = counter_of(
        CountingLine("line", (0, 0.5), (1, 0.5)),
        CountingLine("slope", (0.2, 0.1), (0.6, 0.9), is_swapped=True),
        CountingBand("band", (0.4, 0), (0.5, 1)),
        Zone("zone", ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9))),
    )
    return counter, drive(counter, paths, class_ids=np.arange(25, dtype=np.int32) % 2 + 1)


def test_totals_are_the_sums_of_the_rows(tmp_path):
    counter, events = random_run()
    with EventLog(tmp_path / "events.csv") as log:
        for event in events:
            log.write(event)
    rows = read_csv((tmp_path / "events.csv").read_text())
    totals = counter.totals.to_json()
    assert totals["events"] == len(rows) > 200

    barriers = Tally(row["direction"] for row in rows if row["kind"] != "zone")
    assert totals["totals"] == {key: barriers[key] for key in ("up", "down", "left", "right")}
    assert all(totals["totals"].values())
    for name, sums in totals["per_class"].items():
        of_class = Tally(
            row["direction"] for row in rows if row["kind"] != "zone" and row["class"] == name
        )
        assert sums == {key: of_class[key] for key in sums}
    for geometry in totals["geometries"]:
        own = Tally(row["direction"] for row in rows if row["geometry"] == geometry["name"])
        sums = geometry["totals"]
        if geometry["kind"] == "zone":
            assert (sums["entries"], sums["exits"]) == (own["in"], own["out"])
        else:
            assert sums == {key: own[key] for key in sums}
        for key in sums:
            if not key.startswith("dwell"):
                assert sums[key] == sum(each[key] for each in geometry["per_class"].values())


class TestCountSeries:
    def test_holds_every_event_once(self):
        counter, events = random_run()
        series = CountSeries(bin_s=0.5)
        for event in events:
            series.add(event)
        for key in ("up", "down", "left", "right", "in", "out"):
            assert series.counts(key).sum() == counter.totals.count(key)
        assert series.counts("down", "line").sum() == counter.totals.geometries[0].count("down")

    def test_bins_begin_where_they_say(self):
        series = CountSeries(bin_s=2.0, start_s=10.0)
        for seconds in (10.0, 11.9, 12.0, 17.0):
            series.add(replace(EVENT, timestamp_s=seconds))
        assert series.starts_s.tolist() == [10, 12, 14, 16]
        assert series.counts("down").tolist() == [2, 1, 0, 1]
        assert series.counts("up").tolist() == [0, 0, 0, 0]

    def test_a_week_fits(self):
        series = CountSeries(max_bins=100)
        for seconds in range(0, 7 * 86_400, 60):
            series.add(replace(EVENT, timestamp_s=float(seconds)))
        assert len(series.starts_s) <= 100
        assert series.bin_s == 8192
        assert series.counts("down").sum() == 7 * 1440
        assert series.counts("down")[:-1].min() >= 136  # evenly spread

    def test_is_empty_at_first(self):
        assert CountSeries().counts("up").tolist() == []

    def test_refuses_bins_without_a_width(self):
        with pytest.raises(ValueError, match="width"):
            CountSeries(bin_s=0)
