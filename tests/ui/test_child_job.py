"""Jobs in real child processes: every way they end, and what reaches the window."""

import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot

from app.ui.child_job import ChildJob
from tests.support import echo_job

TIMEOUT_MS = 30_000


def echo_command(spec_path):
    return [sys.executable, echo_job.__file__, str(spec_path)]


class Listener(QObject):
    """Keeps everything a job says."""

    def __init__(self, job):
        super().__init__(job)
        self.outcomes, self.progress, self.logs, self.notices, self.frames = [], [], [], [], []
        self.folder_existed_at_end = None
        self.job = job
        job.job_ended.connect(self.on_ended)
        job.progress_changed.connect(self.on_progress)
        job.log_received.connect(self.on_log)
        job.notice_received.connect(self.on_notice)

    @Slot(object)
    def on_ended(self, outcome):
        self.outcomes.append(outcome)

    @Slot(object)
    def on_progress(self, event):
        self.progress.append((time.monotonic(), event))

    @Slot(str)
    def on_log(self, line):
        self.logs.append(line)

    @Slot(object)
    def on_notice(self, event):
        self.notices.append(event)


@pytest.fixture
def start_job(qtbot, tmp_path, monkeypatch):
    """Return a function that starts an echo job; what it leaves in the temporary folder fails."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    jobs = []

    def start(*, shows_frames=False, grace_ms=5000, command_for=echo_command, **config):
        job = ChildJob(
            "echo", config, shows_frames=shows_frames, grace_ms=grace_ms, command_for=command_for
        )
        listener = Listener(job)
        jobs.append(job)
        job.start()
        return job, listener

    yield start
    for job in jobs:
        job.shutdown()
    assert list(tmp_path.iterdir()) == []


def outcome_of(qtbot, job, listener):
    if job.is_running:
        with qtbot.waitSignal(job.job_ended, timeout=TIMEOUT_MS):
            pass
    qtbot.waitUntil(lambda: not job.is_running)
    (outcome,) = listener.outcomes
    return outcome


def test_success_brings_the_result_and_noise_does_no_harm(qtbot, start_job):
    job, listener = start_job(do="succeed", answer=[1, "zwölf"])
    outcome = outcome_of(qtbot, job, listener)
    assert (outcome.kind, outcome.result, outcome.exit_code) == (
        "succeeded",
        {"answer": [1, "zwölf"]},
        0,
    )
    assert outcome.error is None
    assert "noise on standard output" in listener.logs
    assert "raw noise" in listener.logs


def test_an_error_of_the_job_arrives_with_its_words(qtbot, start_job):
    job, listener = start_job(do="fail")
    outcome = outcome_of(qtbot, job, listener)
    assert outcome.kind == "failed"
    assert outcome.error.code == "no-such-file"
    assert str(outcome.error) == "a.mp4 is missing. (Choose another file.)"


def test_a_fault_in_the_job_arrives_with_its_traceback(qtbot, start_job):
    job, listener = start_job(do="raise")
    outcome = outcome_of(qtbot, job, listener)
    assert outcome.kind == "failed"
    assert outcome.error.code == "internal"
    assert "RuntimeError: a fault" in outcome.error.detail


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
def test_a_crash_is_told_with_the_last_words(qtbot, start_job):
    job, listener = start_job(do="crash")
    outcome = outcome_of(qtbot, job, listener)
    assert (outcome.kind, outcome.exit_code) == ("crashed", 11)
    assert outcome.error.code == "job-crashed"
    assert "signal 11" in outcome.error.message
    assert "last words" in outcome.error.detail


def test_ending_without_a_word_is_a_crash(qtbot, start_job):
    job, listener = start_job(do="exit")
    outcome = outcome_of(qtbot, job, listener)
    assert (outcome.kind, outcome.exit_code) == ("crashed", 3)
    assert "exit code 3" in outcome.error.message


def test_a_job_that_is_asked_to_stop_is_cancelled(qtbot, start_job):
    job, listener = start_job(do="wait")
    with qtbot.waitSignal(job.started, timeout=TIMEOUT_MS):
        pass
    job.cancel()
    job.cancel()
    assert outcome_of(qtbot, job, listener).kind == "cancelled"


def test_a_job_that_does_not_listen_is_killed_after_the_grace_time(qtbot, start_job):
    job, listener = start_job(do="hang", grace_ms=200)
    with qtbot.waitSignal(job.started, timeout=TIMEOUT_MS):
        pass
    job.cancel()
    assert outcome_of(qtbot, job, listener).kind == "cancelled"


def test_a_job_that_hangs_after_its_result_has_succeeded(qtbot, start_job):
    job, listener = start_job(do="hang-after-result", grace_ms=200)
    outcome = outcome_of(qtbot, job, listener)
    assert (outcome.kind, outcome.result) == ("succeeded", {"answer": 1})


def test_a_worker_that_can_not_start_says_so(qtbot, start_job, tmp_path):
    job, listener = start_job(command_for=lambda _: [str(tmp_path / "no-such-python")])
    outcome = outcome_of(qtbot, job, listener)
    assert outcome.kind == "not-started"
    assert outcome.error.code == "job-not-started"
    assert outcome.exit_code is None


def test_a_temporary_folder_that_can_not_be_written_says_so(
    qtbot, start_job, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    job, listener = start_job(do="succeed", answer=1)
    assert listener.outcomes == []  # not before start() has returned
    outcome = outcome_of(qtbot, job, listener)
    assert outcome.kind == "not-started"
    assert "missing" in outcome.error.message


def test_commands_reach_the_job_in_order(qtbot, start_job):
    job, listener = start_job(do="commands", count=2)
    job.send({"command": "seek", "frame_index": 7})
    job.send({"command": "play"})
    outcome = outcome_of(qtbot, job, listener)
    assert outcome.result["commands"] == [
        {"command": "seek", "frame_index": 7},
        {"command": "play"},
    ]
    job.send({"command": "play"})  # too late: ignored
    job.cancel()


def test_progress_is_throttled_and_its_last_value_arrives(qtbot, start_job):
    job, listener = start_job(do="progress", count=20_000)
    outcome_of(qtbot, job, listener)
    assert listener.progress[-1][1]["done"] == 20_000
    duration_s = listener.progress[-1][0] - listener.progress[0][0]
    assert len(listener.progress) <= 2 + duration_s * 10
    assert [notice["code"] for notice in listener.notices] == ["all-done"]


def test_frames_are_coalesced_and_no_crossing_is_lost(qtbot, start_job):
    job, listener = start_job(do="frames", count=500, shows_frames=True)
    taken = []

    def has_last_frame():
        frame = job.take_frame()
        if frame is not None:
            taken.append(frame)
        return bool(taken) and taken[-1].fields["frame_index"] == 499

    qtbot.waitUntil(has_last_frame, timeout=TIMEOUT_MS)
    job.send({"command": "end"})
    outcome_of(qtbot, job, listener)
    crossings = [event["frame_index"] for frame in taken for event in frame.crossings]
    assert crossings == list(range(500))
    assert job.take_frame() is None


def test_a_frame_has_the_colours_and_the_size_that_were_sent(qtbot, start_job):
    job, _ = start_job(do="frames", count=1, shows_frames=True)
    with qtbot.waitSignal(job.frame_available, timeout=TIMEOUT_MS):
        pass
    image = job.take_frame().image
    job.shutdown()
    assert (image.width(), image.height()) == (echo_job.FRAME_WIDTH, echo_job.FRAME_HEIGHT)
    assert image.pixelColor(0, 0).getRgb() == (3, 2, 1, 255)  # sent as blue, green, red
    assert image.pixelColor(32, 19).getRgb() == (0, 0, 0, 255)


def test_shutdown_waits_for_the_child_and_ends_the_job_once(qtbot, start_job):
    job, listener = start_job(do="wait")
    with qtbot.waitSignal(job.started, timeout=TIMEOUT_MS) as blocker:
        pass
    job.shutdown()
    assert not Path(f"/proc/{blocker.args[0]['pid']}").exists()
    qtbot.waitUntil(lambda: len(listener.outcomes) == 1)
    job.shutdown()
    assert outcome_of(qtbot, job, listener).kind == "cancelled"


def test_shutdown_before_the_child_has_started(qtbot, start_job):
    job, listener = start_job(do="wait")
    job.shutdown()
    assert outcome_of(qtbot, job, listener).kind == "cancelled"
