"""Jobs for the tests of the worker: each does one thing a real job may do."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.jobs.ring import FrameRing


def noisy(config, channel):
    """Print from Python, from C and from a child of its own, and count to three."""
    sys.stdout.write("print\n")
    os.write(1, b"raw write\n")
    ctypes.CDLL(None).puts(b"from C") if sys.platform != "win32" else None
    subprocess.run([sys.executable, "-c", "print(input('child'))"], check=False)
    for done in (1, 2, 3):
        channel.emit("progress", done=done, total=3)
    return {"given": config, "numbers": np.float32(0.5), "array": np.arange(3)}


def expected_failure(config, channel):
    raise AppError("no-luck", "No luck.", "Try again.", "detail")


def surprise(config, channel):
    raise RuntimeError("surprise")


def quits(config, channel):
    sys.exit(3)


def obeys(config, channel):
    """Echo commands until it is cancelled."""
    channel.emit("started")
    while True:
        command = channel.wait_command()
        channel.cancel_token.raise_if_cancelled()
        channel.emit("log", command=command)


def talks_to_nobody(config, channel):
    """Emit until the parent is gone; leave a file that says that it ended well."""
    while not channel.cancel_token.is_cancelled:
        channel.emit("progress", done=0)
    Path(config["file"]).write_text("stopped")
    channel.cancel_token.raise_if_cancelled()


def shows_pictures(config, channel):
    """Write ten pictures, each filled with its own number."""
    ring = FrameRing.create(Path(config["ring_path"]), width=64, height=48)
    channel.emit("started", width=64, height=48)
    for number in range(10):
        image_bgr = np.full((48, 64, 3), number, dtype=np.uint8)
        slot = ring.write(image_bgr)
        channel.emit("frame", slot=slot, sequence=ring.sequence)
    channel.wait_command()
    ring.close()
    return {}
