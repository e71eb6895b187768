"""Programs killed at random moments of saving labels: the file is whole, one edit lost at most.

python tests/faults/fault_kill.py TRIES SEED

Each program numbers its edits, says when it begins and ends one, and is killed without warning.
What the label file holds then must be the last edit that ended, or the one that had begun.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from app.annotation.label_folder import LabelFile, LabelFolder  # noqa: E402
from app.annotation.labels import LabeledBox  # noqa: E402
from app.files import partial_path  # noqa: E402

FULL_TRIES = 1000
SIZE = (640, 480)
BOXES = 150  # enough that writing takes a part of the time worth hitting
AT_ONCE = 4  # programs that save side by side, each its own picture
LONGEST_S = 0.08


def run(tries: int, seed: int) -> list[dict[str, object]]:
    """Kill that many programs; a process of its own forks them, since this one has threads."""
    command = [sys.executable, "-P", str(Path(__file__)), str(tries), str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=REPOSITORY)
    row: dict[str, object] = json.loads(done.stdout)
    return [row]


@dataclass
class _Saver:
    """A program that saves the labels of one picture on and on."""

    pid: int
    told: int  # what it says, as a file number
    kill_at_s: float


def kill_many(folder: Path, tries: int, seed: int) -> dict[str, object]:
    rng = random.Random(seed)
    labels = LabelFolder(folder)
    pictures = [folder / f"p{number}.jpg" for number in range(AT_ONCE)]
    for picture in pictures:
        picture.touch()
    labels.pictures()
    losses: list[str] = []
    within = 0
    for _ in range(-(-tries // AT_ONCE)):
        savers = [_start(picture, rng) for picture in pictures]
        order = sorted(zip(savers, pictures, strict=False), key=lambda pair: pair[0].kill_at_s)
        for saver, picture in order:
            begun, ended = _kill(saver)
            within += begun > ended
            losses += _losses(labels, picture, begun, ended)
    if sorted(path.name for path in folder.iterdir() if path.suffix == ".partial"):
        losses.append("Unfinished files are left although every picture was saved since.")
    return {
        "what": "killed while saving labels",
        "tries": -(-tries // AT_ONCE) * AT_ONCE,
        "crashes": 0,
        "losses": len(losses),
        "seed": seed,
        "note": "; ".join([f"{within} within a save", *losses[:5]]),
    }


def _start(picture: Path, rng: random.Random) -> _Saver:
    reading, writing = os.pipe()
    delay_s = rng.uniform(0, LONGEST_S)
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            _save_forever(picture, writing)
        finally:
            os._exit(1)
    os.close(writing)
    return _Saver(pid, reading, time.monotonic() + delay_s)


def _save_forever(picture: Path, told: int) -> None:
    labels = LabelFolder(picture.parent)
    known = labels.load(picture, size=SIZE)
    number = _number(known)
    while True:
        number += 1
        box = LabeledBox(f"edit {number}", 1, 2, 30, 40)
        annotation = replace(known.annotation, boxes=(box,) * BOXES)
        os.write(told, f"{number}\n".encode())
        known = labels.save(picture, annotation, known=known)
        os.write(told, f"{-number}\n".encode())


def _kill(saver: _Saver) -> tuple[int, int]:
    """Return the last edit that the program began and the last one that it ended; 0: none."""
    time.sleep(max(0.0, saver.kill_at_s - time.monotonic()))
    os.kill(saver.pid, signal.SIGKILL)
    _, status = os.waitpid(saver.pid, 0)
    with os.fdopen(saver.told, "rb") as told:
        numbers = [int(line) for line in told.read().split()]
    if not os.WIFSIGNALED(status):
        raise AssertionError("The program that saves ended by itself.")
    return max(numbers, default=0), -min(numbers, default=0)


def _losses(labels: LabelFolder, picture: Path, begun: int, ended: int) -> list[str]:
    """Look at the label file, then save once more as the next program does."""
    known = labels.load(picture, size=SIZE)
    if known.error is not None or known.notes:
        return [f"{picture.name}: {known.error or known.notes}"]
    found, names = _number(known), {box.class_name for box in known.annotation.boxes}
    losses = []
    if begun and not (ended or begun - 1) <= found <= begun:
        losses.append(f"{picture.name}: edit {found} instead of {ended} or {begun}")
    if len(names) > 1 or (names and len(known.annotation.boxes) != BOXES):
        losses.append(f"{picture.name}: {len(known.annotation.boxes)} boxes, {sorted(names)}")
    is_verified = not known.annotation.is_verified
    labels.save(picture, replace(known.annotation, is_verified=is_verified), known=known)
    if partial_path(known.path).exists():
        losses.append(f"{picture.name}: an unfinished file stays")
    return losses


def _number(known: LabelFile) -> int:
    boxes = known.annotation.boxes
    return int(boxes[0].class_name.removeprefix("edit ")) if boxes else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        result = kill_many(Path(temporary), int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(result))  # noqa: T201
