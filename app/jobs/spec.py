"""A job on paper, and the command that runs it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.files import atomic_write_text
from app.jobs.errors import JobError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class JobSpec:
    """What a child process is to do.

    Attributes
    ----------
    kind : str
        Which job: a key of `app.jobs.worker.JOB_FUNCTIONS`.
    config : dict
        The job's own settings; plain JSON values.
    """

    kind: str
    config: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write the job to `path`.

        Raises
        ------
        app.files.FileWriteError
        """
        fields = {"schema_version": SCHEMA_VERSION, "kind": self.kind, "config": self.config}
        atomic_write_text(path, json.dumps(fields, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> JobSpec:
        """Read a job written by `write`.

        Raises
        ------
        JobError
            When the file is missing, is no JSON, or is of another version.
        """
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            version, kind, config = fields["schema_version"], fields["kind"], fields["config"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JobError(
                "job-not-readable", f"{path} is not a job file.", detail=repr(error)
            ) from error
        if version != SCHEMA_VERSION:
            raise JobError("job-version", f"{path} is of version {version}, not {SCHEMA_VERSION}.")
        return cls(kind, config)


def worker_command(job_path: Path) -> list[str]:
    """Return the command line (program first) that runs the job at `job_path`.

    ``-P`` keeps the working folder off the import path: a user's own ``app.py`` there would be
    run instead. A frozen build is its own interpreter.
    """
    interpreter = (
        [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "app"]
    )
    return [*interpreter, "worker", str(job_path)]
