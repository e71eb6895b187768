"""Kill -9 in the middle of a capture, and going on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.imaging import read_image

CHILD = Path(__file__).with_name("window_child.py")
REPOSITORY = Path(__file__).resolve().parents[3]


def killed_window(project, video, *, after_pictures, person):
    """Run the window in a child until it has so many pictures, and kill it."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(project.folder), str(video)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    try:
        person.wait(lambda: len(person.files) >= after_pictures)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
def test_after_kill_nine_in_the_middle_no_picture_is_damaged_or_doubled(
    person, video, number_in_file
):
    for pictures in (9, 25):
        killed_window(person.project, video, after_pictures=pictures, person=person)
    before = {path: path.read_bytes() for path in person.files}
    person.open(video)
    assert person.taken == len(before)
    while person.taken < 70:
        person.shoot()
    person.wait_until_saved()
    folder = person.tab._capturing.folder
    assert {path.parent for path in person.files} == {folder}
    wanted = {f"c{number}_e{example}.png" for number in range(1, 6) for example in range(1, 15)}
    assert {path.name for path in folder.iterdir() if path.suffix == ".png"} == wanted
    assert not list(folder.glob("*.partial"))
    assert all(path.read_bytes() == data for path, data in before.items())
    for path in person.files:
        read_image(path)  # whole
    assert len({number_in_file(path) for path in person.files}) == 70
    session = json.loads((folder / "session.json").read_text("utf-8"))
    assert len(session["runs"]) == 3
    assert set(session["pictures"]) == wanted
