"""Window: event-loop gaps and painted frames while a child process sends 720p with 20 objects.

The child stands for the counting job: it plays 30 frames a second of a textured picture with
20 tracks, a crossing a second, through the same frame ring and the same events. Run without a
screen (Qt's offscreen platform paints into memory, all pixels of it).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from app.jobs import worker
from app.jobs.ring import FrameRing

WIDTH, HEIGHT, FPS, OBJECTS = 1280, 720, 30, 20
TICK_MS = 5
MEASURED_S = 12.0
SETTLING_S = 3.0


def run() -> list[dict]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("TALLYBOX_CONFIG_DIR", tempfile.mkdtemp(prefix="tallybox-bench-"))
    from PySide6.QtWidgets import QApplication

    from app.ui.count.video_view import VideoView

    application = QApplication.instance() or QApplication(["bench"])
    application.setStyle("Fusion")
    tab, meter = _make_tab()
    idle_ms = _measure(meter, seconds=4.0)
    tab.open_source("rendered.mp4")
    _measure(meter, seconds=SETTLING_S)
    view = tab.findChild(VideoView)
    painted_before, started_s = view.painted_frames, time.monotonic()
    busy_ms = _measure(meter, seconds=MEASURED_S)
    painted = view.painted_frames - painted_before
    painted_fps = painted / (time.monotonic() - started_s)
    tab.shutdown()
    tab.close()
    gap_ms, idle_gap_ms = (float(np.percentile(gaps, 99)) for gaps in (busy_ms, idle_ms))
    return [
        {
            "name": "window: event-loop gap p99, 720p with 20 objects (baseline: idle)",
            "value": round(gap_ms, 1),
            "unit": "ms",
            "baseline": round(idle_gap_ms, 1),
            "goal": "<= 20 ms",
            "ok": gap_ms <= 20,
        },
        {
            "name": "window: painted frames (baseline: the source's rate)",
            "value": round(painted_fps, 1),
            "unit": "fps",
            "baseline": float(FPS),
            "goal": ">= 0.95 of the source's rate",
            "ok": painted_fps >= 0.95 * FPS,
        },
    ]


def _make_tab():
    from PySide6.QtCore import QObject, Qt, QTimer, Slot

    from app.ui.app_state import AppState, window_settings
    from app.ui.child_job import ChildJob
    from app.ui.count import count_run
    from app.ui.count.count_tab import CountTab
    from app.ui.error_presenter import ErrorPresenter

    class Meter(QObject):
        """Notes how long after the last one each tick of a timer comes."""

        def __init__(self) -> None:
            super().__init__()
            self.gaps_ms: list[float] = []
            self._last_s: float | None = None
            self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
            self._timer.timeout.connect(self._tick)
            self._timer.start()

        @Slot()
        def _tick(self) -> None:
            now_s = time.perf_counter()
            if self._last_s is not None:
                self.gaps_ms.append(1000 * (now_s - self._last_s))
            self._last_s = now_s

    count_run.ChildJob = partial(ChildJob, command_for=_command)
    tab = CountTab(AppState(window_settings()), ErrorPresenter())
    tab.resize(1400, 850)
    tab.show()
    return tab, Meter()


def _measure(meter, *, seconds: float) -> list[float]:
    """Run an event loop and return the gaps between ticks, milliseconds."""
    from PySide6.QtCore import QEventLoop, QTimer

    meter.gaps_ms.clear()
    loop = QEventLoop()  # not the application's: its quit() closes the windows
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    return list(meter.gaps_ms)


def _command(spec_path: Path) -> list[str]:
    return [sys.executable, str(Path(__file__).resolve()), str(spec_path)]


# The child process.


def send_frames(config, channel):
    """Send 30 frames a second until cancelled, as the counting job would."""
    ring = FrameRing.create(Path(config["ring_path"]), width=WIDTH, height=HEIGHT)
    rng = np.random.default_rng(7)
    pictures = [rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8) for _ in range(4)]
    starts, speeds = rng.uniform(0, 1, (OBJECTS, 2)), rng.uniform(-120, 120, (OBJECTS, 2))
    source = {"uri": "rendered.mp4", "kind": "file", "width": WIDTH, "height": HEIGHT}
    channel.emit(
        "started",
        source={**source, "fps": float(FPS), "frame_count": 100_000},
        model="rendered",
        classes={"1": "Person", "2": "Car"},
        class_names=["Person", "Car"],
        score=0.3,
    )
    begun_s = time.monotonic()
    crossings = 0
    for index in range(100_000):
        channel.poll_commands()
        if channel.cancel_token.wait(max(0.0, begun_s + index / FPS - time.monotonic())):
            break
        slot = ring.write(pictures[index % len(pictures)])
        centers = (starts * (WIDTH, HEIGHT) + speeds * index / FPS) % (WIDTH, HEIGHT)
        boxes = np.hstack([centers - 30, centers + 30]).round(1)
        is_crossing = index % FPS == 0
        crossings += is_crossing
        channel.emit(
            "frame",
            slot=slot,
            sequence=ring.sequence,
            frame_index=index,
            timestamp_s=index / FPS,
            state="tracking",
            is_playing=True,
            tracks={
                "ids": np.arange(1, OBJECTS + 1),
                "boxes": boxes,
                "class_ids": 1 + np.arange(OBJECTS) % 2,
                "scores": np.full(OBJECTS, 0.5),
                "visible": np.ones(OBJECTS, bool),
            },
            totals=_totals(crossings),
            since={"frame_index": 0, "timestamp_s": 0.0},
            events=[_crossing(index, boxes[0].tolist())] if is_crossing else [],
            fps=float(FPS),
            delay_ms=None,
            detector_runs=index,
            recording=None,
        )
    ring.close()
    return {}


def _totals(crossings: int) -> dict:
    figures = {"up": crossings, "down": 0, "left": 0, "right": 0}
    band = {"name": "Band", "kind": "band", "totals": figures, "per_class": {"Person": figures}}
    return {"totals": figures, "per_class": {}, "events": crossings, "geometries": [band]}


def _crossing(frame_index: int, box_xyxy: list[float]) -> dict:
    return {
        "frame_index": frame_index,
        "timestamp_s": frame_index / FPS,
        "track_id": 1,
        "class_id": 1,
        "class_name": "Person",
        "geometry": "Band",
        "kind": "band",
        "direction": "up",
        "direction_name": "up",
        "point_px": box_xyxy[:2],
        "box_xyxy": box_xyxy,
    }


if __name__ == "__main__":
    worker.JOB_FUNCTIONS["count"] = "__main__:send_frames"
    sys.exit(worker.main(Path(sys.argv[1])))
