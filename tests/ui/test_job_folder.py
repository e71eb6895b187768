import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.ui.job_folder import JobFolder, remove_left_folders

_HOLD_ONE = """
from app.ui.job_folder import JobFolder
folder = JobFolder()
print(folder.path, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def _process_with_folder() -> tuple[subprocess.Popen[str], Path]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD_ONE], stdin=pipe, stdout=pipe, text=True
    )
    return process, Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_process_is_removed_the_others_stay(tmp_path):
    killed, killed_folder = _process_with_folder()
    living, living_folder = _process_with_folder()
    own = JobFolder()
    foreign = tmp_path / "tallybox-job-in-the-making"
    foreign.mkdir()
    with killed, living:
        killed.kill()
        killed.wait()
        assert killed_folder.is_dir()

        remove_left_folders()

        assert not killed_folder.exists()
        assert living_folder.is_dir()
        assert own.path.is_dir()
        assert foreign.is_dir()
        living.kill()
    own.remove()
    assert not own.path.exists()
