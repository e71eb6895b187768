"""Sources and jobs that the tests of this room share."""

import os
import subprocess
import sys

import pytest

from app.pipeline.sample import sample_settings
from tests.support.count_job import CountJob


@pytest.fixture
def sample():
    """Return the settings of the bundled sample: 270 frames, 11 crossings."""
    return sample_settings()


@pytest.fixture
def start_job(tmp_path):
    """Start counting jobs that are ended with the test."""
    jobs = []

    def start(settings, *, is_playing=True):
        folder = tmp_path / f"job{len(jobs)}"
        folder.mkdir()
        jobs.append(CountJob(settings, folder, is_playing=is_playing))
        return jobs[-1]

    yield start
    for job in jobs:
        job.end()


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 300 kB; only root may."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
