"""Jobs run from the command line: events in this thread, every end told once."""

import sys

import pytest

from app.errors import AppError
from app.jobs.cancel import CancelToken, JobCancelled
from app.jobs.errors import JobError
from app.jobs.launcher import run_job
from app.jobs.spec import JobSpec

# As `app.__main__` starts the worker, with the tests' jobs in the table.
STARTER = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from app.jobs import worker
worker.JOB_FUNCTIONS["test"] = "tests.support.{function}"
sys.exit(worker.main(Path({job!r})))
"""


@pytest.fixture
def launch(tmp_path, pytestconfig, monkeypatch):
    """Return a function that runs a job of `tests.support` and gives result and events."""

    def run(function, token=None, on_event=lambda event: None, **config):
        def command(job):
            source = STARTER.format(
                root=str(pytestconfig.rootpath), function=function, job=str(job)
            )
            return [sys.executable, "-P", "-c", source]

        monkeypatch.setattr("app.jobs.launcher.worker_command", command)
        told = []

        def take(event):
            told.append(event)
            on_event(event)

        spec = JobSpec("test", config)
        log = tmp_path / "log.txt"
        return run_job(spec, on_event=take, token=token or CancelToken(), log=log), told

    return run


def test_events_and_result_come_and_chatter_goes_into_the_log(launch, tmp_path):
    result, told = launch("jobs:noisy", name="ñ")
    assert result["given"] == {"name": "ñ"}
    assert [event["done"] for event in told] == [1, 2, 3]
    assert "raw write" in (tmp_path / "log.txt").read_text()


def test_a_failure_is_told_as_the_job_told_it(launch):
    with pytest.raises(AppError, match="No luck") as caught:
        launch("jobs:expected_failure")
    assert (caught.value.code, caught.value.hint) == ("no-luck", "Try again.")


def test_a_cancel_reaches_the_job(launch):
    token = CancelToken()
    with pytest.raises(JobCancelled):
        launch("jobs:obeys", token, lambda event: token.cancel())


def test_a_job_that_does_not_obey_is_killed(launch, monkeypatch):
    monkeypatch.setattr("app.jobs.launcher.KILL_AFTER_S", 0.2)
    token = CancelToken()
    with pytest.raises(JobCancelled):
        launch("rough_jobs:is_deaf", token, lambda event: token.cancel())


def test_a_job_that_dies_is_told_with_its_log(launch, tmp_path):
    with pytest.raises(JobError, match="without a word") as caught:
        launch("rough_jobs:dies")
    assert str(tmp_path / "log.txt") in caught.value.hint


def test_who_listens_may_fail_and_no_process_stays(launch):
    def fail(event):
        raise ValueError("the listener")

    with pytest.raises(ValueError, match="the listener"):
        launch("jobs:obeys", None, fail)


def test_a_log_that_can_not_be_written_is_told(tmp_path):
    with pytest.raises(AppError, match=r"log\.txt"):
        run_job(
            JobSpec("test", {}),
            on_event=lambda event: None,
            token=CancelToken(),
            log=tmp_path / "none" / "log.txt",
        )
