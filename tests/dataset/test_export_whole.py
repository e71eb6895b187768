"""Exports are whole or not there: replaced, stopped, resumed, and killed in the middle."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest

from app.dataset.errors import DatasetError
from app.dataset.export import discard_partial, export_dataset, exports_folder
from app.dataset.export_sets import export_source
from app.dataset.export_settings import ExportSettings
from app.dataset.manifest import read_manifest
from app.dataset.record_contents import read_examples
from app.files import FileWriteError
from app.jobs.cancel import CancelToken, JobCancelled
from app.jobs.spec import JobSpec, worker_command
from tests.dataset.export_projects import (
    BOXES,
    add_picture,
    contents,
    export,
    folder_of,
    label,
    project_with,
    split,
)
from tests.support.small_disk import small_disk  # noqa: F401 - a fixture


def test_an_export_is_only_replaced_when_that_is_said_and_another_folder_never(tmp_path):
    project = project_with(tmp_path / "p", 3)
    first = contents(export(project).folder)
    add_picture(project, "s0/new.jpg", seed=50)
    split(project)
    with pytest.raises(DatasetError, match="already"):
        export(project)
    assert contents(exports_folder(project.folder) / "dataset") == first
    assert contents(export(project, replaces=True).folder) != first
    own = exports_folder(project.folder) / "mine"
    own.mkdir()
    (own / "thesis.txt").write_text("work")
    with pytest.raises(DatasetError, match="not an export"):
        export(project, name="mine", replaces=True)
    assert (own / "thesis.txt").read_text() == "work"


def test_a_stopped_export_is_not_taken_for_whole_and_goes_on_where_it_was(tmp_path):
    project = project_with(tmp_path / "p", 20)
    whole = contents(export(project, shards=4).folder)
    token = CancelToken()

    def stop_at_nine(done, _total):
        if done == 9:
            token.cancel()

    with pytest.raises(JobCancelled):
        export(project, replaces=True, shards=4, token=token, on_progress=stop_at_nine)
    target = exports_folder(project.folder) / "dataset"
    assert contents(target) == whole
    with pytest.raises(DatasetError, match="not a whole export"):
        read_manifest(target.with_name("dataset.partial"))
    kept = target.with_name("dataset.partial") / "parts" / "train-00000-of-00004.record"
    stamp = kept.stat().st_mtime_ns
    again = CancelToken()

    def look(done, _total):
        if done == 20:
            assert kept.stat().st_mtime_ns == stamp

    assert (
        contents(export(project, replaces=True, shards=4, token=again, on_progress=look).folder)
        == whole
    )
    assert not target.with_name("dataset.partial").exists()


def test_a_kept_part_whose_labels_changed_is_begun_again(tmp_path):
    project = project_with(tmp_path / "p", 6)
    token = CancelToken()
    with pytest.raises(JobCancelled):
        export(
            project,
            shards=2,
            token=token,
            on_progress=lambda done, _: token.cancel() if done == 3 else None,
        )
    first = (project.folder / "splits" / "train.txt").read_text().split()[0]
    label(project, first, BOXES[:1])
    result = export(project, shards=2)
    found = next(read_examples(result.folder / "train.record-00000-of-00002"))
    assert (found.name, len(found.boxes)) == (first, 1)


def test_a_part_that_was_begun_again_is_not_whole_by_its_earlier_receipt(tmp_path):
    project = project_with(tmp_path / "p", 12, is_split=False)
    whole = contents(export(project, name="whole", shards=2).folder)
    first = project.annotations_folder / "s0" / "000.xml"
    before, stat = first.read_bytes(), first.stat()

    def stopped_at(done):
        token = CancelToken()
        with pytest.raises(JobCancelled):
            export(
                project,
                shards=2,
                token=token,
                on_progress=lambda count, _: token.cancel() if count == done else None,
            )

    stopped_at(8)
    label(project, "s0/000.jpg", BOXES[:1])
    stopped_at(2)
    first.write_bytes(before)
    os.utime(first, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    found = contents(export(project, shards=2).folder)
    records = [name for name in whole if ".record" in name]
    assert [found[name] for name in records] == [whole[name] for name in records]


def test_a_partial_export_can_be_thrown_away(tmp_path):
    project = project_with(tmp_path / "p", 4)
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        export(project, token=token)
    exports = exports_folder(project.folder)
    discard_partial(exports, "dataset")
    assert list(exports.iterdir()) == []


def job(project, **settings):
    config = {
        "folder": str(project.folder),
        "exports": str(exports_folder(project.folder)),
        "settings": ExportSettings(**settings).to_json(),
        "replaces": True,
    }
    path = project.folder / "job.json"
    JobSpec("export", config).write(path)
    return subprocess.Popen(
        worker_command(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_job_tells_how_far_it_is_and_where_the_export_is(tmp_path):
    project = project_with(tmp_path / "p", 5)
    with job(project) as process:
        events = [json.loads(line) for line in process.stdout]
    assert events[-1]["event"] == "result"
    assert (events[-2]["done"], events[-2]["total"]) == (5, 5)
    read_manifest(exports_folder(project.folder) / "dataset")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_in_the_middle_the_old_export_is_whole_and_the_next_one_goes_on(tmp_path):
    project = project_with(tmp_path / "p", 120)
    whole = contents(export(project, shards=12).folder)
    target = exports_folder(project.folder) / "dataset"
    parts = target.with_name("dataset.partial") / "parts"
    with job(project, shards=12) as process:
        end_s = time.monotonic() + 60
        while not (parts / "train-00001-of-00012.json").exists():
            assert time.monotonic() < end_s
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
    assert contents(target) == whole
    kept = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.json")}
    assert 2 <= len(kept) < 24
    seen = {}

    def look(done, total):
        if done == total:
            seen.update({path.name: path.stat().st_mtime_ns for path in parts.glob("*.json")})

    again = export(project, replaces=True, shards=12, on_progress=look)
    assert contents(again.folder) == whole
    assert kept.items() <= seen.items()


@pytest.mark.parametrize("is_partial_whole", [False, True])
def test_killed_between_the_two_renames_one_whole_export_is_there_again(tmp_path, is_partial_whole):
    project = project_with(tmp_path / "p", 4)
    folder = export(project).folder
    old = contents(folder)
    folder.rename(folder.with_name("dataset.replaced"))
    partial = folder.with_name("dataset.partial")
    partial.mkdir()
    if is_partial_whole:
        shutil.copytree(folder.with_name("dataset.replaced"), partial, dirs_exist_ok=True)
        (partial / "label_map.csv").write_text("new")
    with pytest.raises(DatasetError, match="already"):
        export(project)
    expected = old | {"label_map.csv": b"new"} if is_partial_whole else old
    assert contents(folder) == expected
    assert not folder.with_name("dataset.replaced").exists()


def export_to(project, folder, **settings):
    source = export_source(folder_of(project), project)
    return export_dataset(source, ExportSettings(**settings), folder, replaces=True)


@pytest.mark.parametrize(
    "settings", [{}, {"shards": 3, "is_compressed": True}, {"also": ("yolo",)}]
)
def test_a_full_disk_is_told_and_the_old_export_stays_whole(tmp_path, small_disk, settings):  # noqa: F811 - the fixture
    project = project_with(tmp_path / "p", 9, is_split=False)
    folder = export_to(project, small_disk).folder
    whole = contents(folder)
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)
    for name in ("big0.jpg", "big1.jpg"):
        add_picture(project, name, content=cv2.imencode(".jpg", noise)[1].tobytes(), boxes=None)
        label(project, name, BOXES, size=(400, 300))
    with pytest.raises(FileWriteError, match="disk is full") as told:
        export_to(project, small_disk, **settings)
    assert (told.value.code, str(small_disk) in told.value.message) == ("disk-full", True)
    assert contents(folder) == whole
    for name in ("big0.jpg", "big1.jpg"):
        (project.images_folder / name).unlink()
        (project.annotations_folder / name).with_suffix(".xml").unlink()
    assert contents(export_to(project, small_disk).folder) == whole
    assert not folder.with_name("dataset.partial").exists()


def test_a_read_only_disk_is_told_and_the_old_export_stays_whole(tmp_path, small_disk):  # noqa: F811 - the fixture
    project = project_with(tmp_path / "p", 3)
    folder = export_to(project, small_disk).folder
    whole = contents(folder)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(FileWriteError, match="read-only") as told:
        export_to(project, small_disk)
    assert told.value.code == "not-writable"
    assert contents(folder) == whole


def test_a_disk_that_fails_while_one_part_is_finished_gives_that_part_no_receipt(
    tmp_path, monkeypatch
):
    project = project_with(tmp_path / "p", 8)
    see_to_disk, calls = os.fsync, []

    def fail_once(file):
        calls.append(file)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "no space")
        see_to_disk(file)

    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(FileWriteError, match="disk is full"):
        export(project)
    parts = exports_folder(project.folder) / "dataset.partial" / "parts"
    assert [path.name for path in parts.glob("train*.json")] == []
    assert export(project).manifest.sets["train"].images == 6
