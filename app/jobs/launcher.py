"""Running a job in a child process and hearing of it, without Qt: for the command line."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from app.errors import AppError
from app.files import write_error
from app.jobs.cancel import CancelToken, JobCancelled
from app.jobs.errors import JobError
from app.jobs.spec import JobSpec, worker_command

KILL_AFTER_S = 15.0
"""A job that was asked to stop and does not is killed after so many seconds."""

_LOOK_S = 0.1
_LAST = ("result", "failed", "cancelled")

OnEvent = Callable[[dict[str, Any]], None]


def run_job(spec: JobSpec, *, on_event: OnEvent, token: CancelToken, log: Path) -> dict[str, Any]:
    """Run a job to its end and return its result.

    Parameters
    ----------
    spec : JobSpec
    on_event : callable
        Called with every event but the last, in this thread.
    token : CancelToken
        Asks the job to stop.
    log : Path
        What the job and its libraries say on standard error is added to it.

    Raises
    ------
    AppError
        As the job told it; `JobError` with the code ``job-crashed`` where it ended without a word.
    JobCancelled
    FileWriteError
    """
    with tempfile.TemporaryDirectory(prefix="tallybox-") as folder:
        path = Path(folder) / "job.json"
        spec.write(path)
        try:
            with log.open("ab") as errors:
                last = _follow(worker_command(path), errors, on_event, token)
        except OSError as error:
            raise write_error(log, error) from error
    return _outcome(last, spec, token, log)


def _follow(
    command: list[str], errors: IO[bytes], on_event: OnEvent, token: CancelToken
) -> dict[str, Any] | None:
    """Return the last event, or None where there was none."""
    pipe = subprocess.PIPE
    last = None
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors) as process:
        watcher = threading.Thread(target=_watch, args=(process, token), name="job-watcher")
        watcher.start()
        try:
            assert process.stdout is not None  # asked for above
            for line in process.stdout:
                event = json.loads(line)
                if event["event"] in _LAST:
                    last = event
                else:
                    on_event(event)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            watcher.join()
    return last


def _watch(process: subprocess.Popen[bytes], token: CancelToken) -> None:
    """Pass a cancel on to the job, and kill it where that does not help."""
    while process.poll() is None:
        if not token.wait(_LOOK_S):
            continue
        with suppress(OSError):  # it has just ended
            assert process.stdin is not None
            process.stdin.write(b'{"command":"cancel"}\n')
            process.stdin.flush()
        try:
            process.wait(KILL_AFTER_S)
        except subprocess.TimeoutExpired:
            process.kill()
        return


def _outcome(
    last: dict[str, Any] | None, spec: JobSpec, token: CancelToken, log: Path
) -> dict[str, Any]:
    if last is not None and last["event"] == "result":
        result: dict[str, Any] = last["result"]
        return result
    if last is not None and last["event"] == "failed":
        raise AppError.from_json(last)
    if last is not None or token.is_cancelled:
        raise JobCancelled
    raise JobError(
        "job-crashed",
        f"The job {spec.kind!r} ended without a word; it may have run out of memory.",
        f"Its log tells more: {log}",
    )
