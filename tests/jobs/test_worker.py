"""Real child processes: what they tell, how they stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from app.jobs.ring import FrameRing
from app.jobs.spec import JobSpec, worker_command

# As `app.__main__` starts it, with the tests' jobs in the table.
STARTER = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from app.jobs import worker
worker.JOB_FUNCTIONS["test"] = "tests.support.jobs:{function}"
sys.exit(worker.main(Path({job!r})))
"""


@pytest.fixture
def start(tmp_path, pytestconfig):
    """Return a function that starts a job of `tests.support.jobs`."""
    children = []

    def start_job(function, **config):
        job = tmp_path / "job.json"
        JobSpec("test", config).write(job)
        source = STARTER.format(root=str(pytestconfig.rootpath), function=function, job=str(job))
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        children.append(child)
        return child

    yield start_job
    for child in children:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout, child.stderr):
            stream.close()


def finish(child, stdin=b""):
    """Return events, standard error and exit code of a child that ends by itself."""
    out, err = child.communicate(stdin, timeout=60)
    return [json.loads(line) for line in out.splitlines()], err.decode(), child.returncode


def read_event(child):
    return json.loads(child.stdout.readline())


def test_noise_does_not_reach_the_protocol(start):
    child = start("noisy", a=1)
    child.stdin.write(b"\n")
    events = [read_event(child) for _ in range(4)]
    _, err, code = finish(child)

    assert [event["event"] for event in events] == ["progress", "progress", "progress", "result"]
    assert events[-1]["result"] == {"given": {"a": 1}, "numbers": 0.5, "array": [0, 1, 2]}
    assert code == 0
    assert "print" in err
    assert "raw write" in err


def test_an_expected_failure_keeps_its_words(start):
    events, err, code = finish(start("expected_failure"))

    assert events == [
        {
            "event": "failed",
            "code": "no-luck",
            "message": "No luck.",
            "hint": "Try again.",
            "detail": "detail",
        }
    ]
    assert code == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(("function", "told"), [("surprise", "surprise"), ("quits", "SystemExit")])
def test_a_surprise_fails_with_its_traceback(start, function, told):
    events, err, code = finish(start(function))

    assert [event["event"] for event in events] == ["failed"]
    assert events[0]["code"] == "internal"
    assert told in events[0]["message"]
    assert "Traceback" in events[0]["detail"]
    assert "Traceback" in err
    assert code == 1


def test_commands_arrive_in_order_and_cancel_ends_it(start):
    child = start("obeys")
    assert read_event(child) == {"event": "started"}
    child.stdin.write(b'{"command":"pause"}\nnot json\n[1]\n{"command":"se')
    child.stdin.flush()
    assert read_event(child)["command"] == {"command": "pause"}
    child.stdin.write(b'ek","frame_index":7}\n')
    child.stdin.flush()
    assert read_event(child)["command"] == {"command": "seek", "frame_index": 7}

    child.stdin.write(b'{"command":"cancel"}\n')
    child.stdin.flush()
    # Its standard input stays open: the command alone must do.
    assert read_event(child) == {"event": "cancelled"}
    assert child.wait(timeout=60) == 130


def test_the_end_of_the_parent_cancels(start):
    child = start("obeys")
    assert read_event(child) == {"event": "started"}

    events, _, code = finish(child)

    assert events == [{"event": "cancelled"}]
    assert code == 130


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels(start, number):
    child = start("obeys")
    assert read_event(child) == {"event": "started"}

    child.send_signal(number)

    assert read_event(child) == {"event": "cancelled"}
    assert child.wait(timeout=60) == 130


def test_nobody_listening_cancels_too(start, tmp_path):
    witness = tmp_path / "witness"
    child = start("talks_to_nobody", file=str(witness))
    read_event(child)

    child.stdout.close()

    child.stderr.read()
    assert child.wait(timeout=60) == 130
    assert witness.read_text() == "stopped"


def test_pictures_travel_through_the_ring(start, tmp_path):
    child = start("shows_pictures", ring_path=str(tmp_path / "ring"))
    assert read_event(child)["event"] == "started"
    ring = FrameRing.open(tmp_path / "ring")
    frames = [read_event(child) for _ in range(10)]

    images = [ring.read(frame["slot"], sequence=frame["sequence"]) for frame in frames]

    # Only the newest three are still there; the older ones are known to be overwritten.
    assert [image is None for image in images] == [True] * 7 + [False] * 3
    assert [int(image[0, 0, 0]) for image in images[7:]] == [7, 8, 9]
    ring.close()
    child.stdin.write(b'{"command":"go"}\n')
    assert finish(child)[2] == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "job-not-readable"),
        ("{", "job-not-readable"),
        ("[]", "job-not-readable"),
        ('{"schema_version": 1, "kind": "nonsense", "config": {}}', "unknown-job"),
        ('{"schema_version": 99, "kind": "count", "config": {}}', "job-version"),
    ],
)
def test_a_job_that_cannot_be_read_fails_in_words(tmp_path, content, code):
    job = tmp_path / "job.json"
    if content is not None:
        job.write_text(content)

    child = subprocess.run(
        worker_command(job), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )

    (event,) = [json.loads(line) for line in child.stdout.splitlines()]
    assert (event["event"], event["code"]) == ("failed", code)
    assert child.returncode == 1


def test_the_working_folder_cannot_replace_the_program(tmp_path):
    (tmp_path / "app.py").write_text("raise SystemExit('the wrong app')")

    child = subprocess.run(
        worker_command(tmp_path / "job.json"),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
    )

    assert b"job-not-readable" in child.stdout
