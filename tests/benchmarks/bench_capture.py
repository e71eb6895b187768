"""Capture: gaps between the frames of a 30 fps camera while five 720p PNGs a second are saved.

Rounds with and without saving take turns, since other work on the machine makes gaps too. The
pictures are noise on a slope: they compress about as badly as a webcam's in poor light.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from app.annotation.label_folder import LabelFolder
from app.annotation.trash import Trash
from app.capture.errors import CaptureError
from app.capture.live import LiveSource
from app.capture.plan import CapturePlan
from app.capture.run import CaptureRun
from app.capture.session import begin_session

WIDTH, HEIGHT, FPS = 1280, 720, 30
INTERVAL_S = 0.2
ROUND_S = 6.0
ROUNDS = 3


def run() -> list[dict]:
    quiet_ms, saving_ms, refused = [], [], 0
    for _ in range(ROUNDS):
        quiet_ms += _measure(None)[0]
        with tempfile.TemporaryDirectory(prefix="tallybox-bench-") as folder:
            gaps_ms, missed = _measure(Path(folder))
        saving_ms += gaps_ms
        refused += missed
    return [
        _row("p99", float(np.percentile(saving_ms, 99)), float(np.percentile(quiet_ms, 99))),
        _row("max", max(saving_ms), max(quiet_ms)),
        {
            "name": "capture: pictures refused because saving was behind",
            "value": refused,
            "unit": "pictures",
            "baseline": 0,
            "goal": "0",
            "ok": refused == 0,
        },
    ]


def _row(what: str, gap_ms: float, quiet_gap_ms: float) -> dict:
    return {
        "name": f"capture: frame gap {what}, saving five 720p PNGs a second (baseline: none)",
        "value": round(gap_ms, 1),
        "unit": "ms",
        "baseline": round(quiet_gap_ms, 1),
        "goal": "<= 50 ms, on a busy machine <= baseline",
        "ok": gap_ms <= max(50.0, quiet_gap_ms),
    }


def _measure(folder: Path | None) -> tuple[list[float], int]:
    """Return the gaps between frames, milliseconds, and how many pictures were refused."""
    camera = LiveSource(
        _Camera(), _Camera, uri="0", name="bench camera", kind="camera", on_state=None
    )
    run = None if folder is None else _run(camera, folder)
    gaps_ms, refused = [], 0
    started_s = last_s = due_s = time.monotonic()
    while last_s - started_s < ROUND_S:
        frame = camera.read()
        now_s = time.monotonic()
        gaps_ms.append((now_s - last_s) * 1000)
        last_s = now_s
        if run is not None and now_s >= due_s:
            due_s += INTERVAL_S
            try:
                run.shoot(frame)
            except CaptureError:
                refused += 1
    camera.close()
    if run is not None:
        run.close()
    return gaps_ms, refused


def _run(camera: LiveSource, folder: Path) -> CaptureRun:
    session = begin_session(folder, camera.info, CapturePlan(("a",), 1000), "png")
    trash = Trash(LabelFolder(folder), folder / "trash")
    return CaptureRun(session, trash=trash, watcher=_Silent())


class _Silent:
    def saved(self, picture):
        pass

    def blocked(self, error):
        raise error

    def unblocked(self):
        pass

    def not_labelled(self, picture, error):
        raise error


class _Camera:
    """Gives a picture every 1/30 s."""

    fps = float(FPS)

    def __init__(self) -> None:
        slope = np.linspace(0, 200, WIDTH)[None, :, None]
        noise = np.random.default_rng(0).normal(0, 4, (HEIGHT, WIDTH, 3))
        self._image = np.clip(slope + noise, 0, 255).astype(np.uint8)
        self._due_s = time.monotonic()

    def grab(self):
        self._due_s = max(self._due_s + 1 / FPS, time.monotonic() - 1 / FPS)
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        return self._image.copy()

    def close(self):
        pass
