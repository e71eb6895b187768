"""Sources and jobs that the tests of this room share."""

import pytest

from app.pipeline.sample import sample_settings
from tests.support.count_job import CountJob
from tests.support.small_disk import small_disk  # noqa: F401 - a fixture


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
