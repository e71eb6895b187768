"""Frames a second of the whole pipeline: the default tracker against the classic one.

Both get the same frames, model, classes and score, so that they follow the same objects; files
are decoded and detected as `tallybox count` does. Real clips are skipped where there are none.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.opening import open_source
from app.capture.recorder import VideoRecorder
from app.counting.geometries import CountingLine
from app.counting.geometries import Scene as CountingScene
from app.detection.detections import Detections, Detector
from app.detection.opening import open_detector
from app.pipeline.reader import make_reader
from app.pipeline.session import CountingSession, use_one_thread_for_opencv
from app.pipeline.settings import CountSettings
from tests.support.scenes import TEST_SEEDS, Scene, ScriptedDetector, make_scene, write_video

VIDEOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "videos"
BUSY_FRAMES, QUIET_FRAMES = 150, 200
BUSY_GOAL, QUIET_GOAL = 12.0, 0.9
WAIT_S = 30.0


@dataclass(frozen=True)
class Clip:
    """A video and how to count it; `goal` is how many times as fast as classic."""

    name: str
    path: Path
    line: CountingLine
    class_names: tuple[str, ...] | None
    make_detector: Callable[[], Detector]
    frames: int
    goal: float


class CostlyScriptedDetector(ScriptedDetector):
    """Knows the scene and takes as long, on as many cores, as the starter model."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._starter = open_detector()

    def detect(
        self, image_bgr: npt.NDArray[np.uint8], *, min_score: float, **options: Any
    ) -> Detections:
        self._starter.detect(image_bgr, min_score=min_score)
        return super().detect(image_bgr, min_score=min_score, **options)

    def close(self) -> None:
        self._starter.close()


@dataclass(frozen=True)
class Speed:
    """How fast a clip was counted, how many objects were followed, and what was counted."""

    fps: float
    objects: float
    totals: str


def count(clip: Clip, *, tracker: str) -> Speed:
    """Count the first frames of a clip."""
    source = open_source(str(clip.path))
    detector = clip.make_detector()
    settings = CountSettings(
        source=str(clip.path),
        class_names=clip.class_names,
        score=detector.default_score,
        tracker=tracker,
        scene=CountingScene((clip.line,)),
    )
    session = CountingSession(settings, source.info, detector)
    reader = make_reader(source)
    frames = objects = 0
    try:
        begin_s = time.perf_counter()
        while frames < clip.frames and (item := reader.next(timeout_s=WAIT_S)) is not None:
            objects += len(session.step(*item, upcoming=reader.upcoming).tracks)
            frames += 1
        taken_s = time.perf_counter() - begin_s
        figures = session.totals.to_json()["totals"]
        counted = ", ".join(f"{number} {way}" for way, number in figures.items() if number)
    finally:
        reader.close()
        session.close()
        source.close()
    return Speed(frames / taken_s, objects / frames, counted or "nothing")


def clips(folder: Path) -> list[Clip]:
    """Return the clips to count; those that must be made are made in `folder`."""
    scene = make_scene(TEST_SEEDS[0], kind="busy_road", frames=BUSY_FRAMES)
    found = [
        Clip(
            "busy road, rendered, 1280x720",
            write_video(scene, folder / "busy_road.mp4"),
            CountingLine("Line", *scene.line),
            None,
            lambda: CostlyScriptedDetector(scene),
            BUSY_FRAMES,
            BUSY_GOAL,
        )
    ]
    if not VIDEOS.is_dir():
        return found
    upright, across = (
        CountingLine("Line", (0.47, 0.0), (0.47, 1.0)),
        CountingLine("Line", (0.0, 0.5), (1.0, 0.5)),
    )
    enlarged = _enlarged(VIDEOS / "vtest.avi", folder / "vtest.mp4")
    real = (
        ("vtest, 1280x960", enlarged, upright, ("Person",), BUSY_FRAMES, BUSY_GOAL),
        (
            "one by one",
            VIDEOS / "one-by-one-person-detection.mp4",
            CountingLine("Line", (0.85, 0.0), (0.85, 1.0)),
            ("Person",),
            QUIET_FRAMES,
            QUIET_GOAL,
        ),
        (
            "car detection",
            VIDEOS / "car-detection.mp4",
            across,
            ("Car", "Vehicle"),
            QUIET_FRAMES,
            QUIET_GOAL,
        ),
    )
    return found + [
        Clip(name, path, line, class_names, open_detector, frames, goal)
        for name, path, line, class_names, frames, goal in real
    ]


def _enlarged(video: Path, path: Path) -> Path:
    """Write the first frames of a video in 1280x960."""
    source = open_source(str(video))
    with VideoRecorder(path, width=1280, height=960, fps=source.info.fps) as recorder:
        for _ in range(BUSY_FRAMES):
            frame = source.read()
            if frame is None:
                break
            recorder.write(cv2.resize(frame.image_bgr, (1280, 960)))
    source.close()
    return path


def run() -> list[dict[str, object]]:
    """Count every clip both ways; the classic frame rate in the same run is the baseline."""
    use_one_thread_for_opencv()
    with tempfile.TemporaryDirectory() as folder:
        return [_compare(clip) for clip in clips(Path(folder))]


def _compare(clip: Clip) -> dict[str, object]:
    # Once before and once after: other programs may take the machine in between.
    before = count(clip, tracker="auto")
    classic = count(clip, tracker="classic")
    after = count(clip, tracker="auto")
    fps = 2 / (1 / before.fps + 1 / after.fps)
    ratio = fps / classic.fps
    found = (
        f"{ratio:.1f} times as fast; "
        f"{after.objects:.1f} and {classic.objects:.1f} objects a frame; "
        f"counted {after.totals}, classic {classic.totals}"
    )
    return {
        "name": f"count {clip.name} ({found})",
        "value": round(fps, 1),
        "unit": "frames/s",
        "baseline": round(classic.fps, 1),
        "goal": f"at least {clip.goal} times the baseline",
        "ok": ratio >= clip.goal,
    }


if __name__ == "__main__":
    for row in run():
        print(row)
