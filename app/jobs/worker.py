"""The child process: runs one job and tells how it went, exactly once.

Started as ``python -P -m app worker job.json`` (see `app.jobs.spec.worker_command`). The last
event is one of ``result``, ``failed`` and ``cancelled``.
"""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.jobs.cancel import JobCancelled
from app.jobs.channel import Channel
from app.jobs.errors import JobError
from app.jobs.spec import JobSpec

EXIT_SUCCEEDED = 0
EXIT_FAILED = 1
EXIT_CANCELLED = 130  # as a shell reports a program ended by Ctrl+C

# kind -> "module:function", called as function(config, channel) and returning the result. By
# name, because a job may need TensorFlow, which must never be loaded by whoever reads this table.
JOB_FUNCTIONS = {
    "count": "app.pipeline.job:run",
    "correlate": "app.tracking.dlib_worker:run",
    "propose": "app.assist.job:run",
    "train": "app.training.job:run",
    "export": "app.dataset.export_job:run",
}

JobFunction = Callable[[dict[str, Any], Channel], dict[str, Any]]


def main(job_path: Path) -> int:
    """Run the job at `job_path` on this process's standard streams; return the exit code."""
    channel = _open_channel()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: channel.cancel())
    return run(job_path, channel)


def run(job_path: Path, channel: Channel) -> int:
    """Run the job at `job_path`, emit its one last event and return the exit code."""
    try:
        spec = JobSpec.read(job_path)
        result = _job_function(spec.kind)(spec.config, channel)
    except JobCancelled:
        channel.emit("cancelled")
        return EXIT_CANCELLED
    except AppError as error:
        channel.emit("failed", **error.to_json())
        return EXIT_FAILED
    except (Exception, SystemExit) as error:  # the process's top: the parent must hear of it
        logging.getLogger(__name__).exception("The job failed")
        channel.emit("failed", **_internal_error(error).to_json())
        return EXIT_FAILED
    channel.emit("result", result=result)
    return EXIT_SUCCEEDED


def _open_channel() -> Channel:
    """Take standard output and input for the protocol alone.

    Native libraries print as they like, so descriptor 1 becomes a second standard error.
    Descriptor 0 becomes the null device: a child of the job must not swallow commands, and on
    Windows loading a DLL asks the standard input for its type, which would hang for as long as
    another thread is blocked reading it.
    """
    events_fd = os.dup(1)
    os.dup2(2, 1)
    commands_fd = os.dup(0)
    null_fd = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null_fd, 0)
    os.close(null_fd)
    return Channel(events_fd, commands_fd)


def _job_function(kind: str) -> JobFunction:
    if kind not in JOB_FUNCTIONS:
        raise JobError("unknown-job", f"There is no job called {kind!r}.")
    module_name, _, function_name = JOB_FUNCTIONS[kind].partition(":")
    function: JobFunction = getattr(importlib.import_module(module_name), function_name)
    return function


def _internal_error(error: BaseException) -> AppError:
    return AppError(
        "internal",
        f"Something unexpected went wrong: {type(error).__name__}: {error}",
        "This is a fault of Tallybox; the details help to mend it.",
        detail="".join(traceback.format_exception(error)),
    )
