"""Rendered scenes with exact truth, from a seed: the honest ruler for tracking and counting.

>>> scene = make_scene(100, kind="crossing_pairs")
>>> for index, image_bgr in enumerate(scene.frames()):
...     scene.detections(index)  # a simulated detector's, with its faults
>>> match_events(found, scene.events()).f1

Everything hangs on the seed alone. Settings are chosen on `TUNE_SEEDS`; figures are given for
`TEST_SEEDS`, which nobody tunes on.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.source import Frame, SourceInfo
from app.detection.detections import Detections
from app.detection.kinship import Kinship
from app.detection.suppression import suppress
from tests.support.scene_detections import (
    PERFECT,
    DetectorFaults,
    SimulatedDetector,
    drop_hidden,
    select_detections,
)
from tests.support.scene_kinds import KINDS
from tests.support.scene_paths import CLASSES, Layout
from tests.support.scene_rendering import SceneRenderer, read_frame_code
from tests.support.scene_truth import (
    EventScore,
    LineNorm,
    Trajectory,
    TrueCrossing,
    match_events,
    true_crossings,
)

__all__ = [
    "CLASSES",
    "KINDS",
    "PERFECT",
    "TEST_SEEDS",
    "TUNE_SEEDS",
    "DetectorFaults",
    "EventScore",
    "Scene",
    "SceneSource",
    "ScriptedDetector",
    "Trajectory",
    "TrueCrossing",
    "make_scene",
    "match_events",
    "write_video",
]

TUNE_SEEDS = range(20)
TEST_SEEDS = range(100, 120)


class Scene:
    """One scene: its truth, its pictures (drawn when asked for) and its simulated detections.

    Attributes
    ----------
    line : ((x0, y0), (x1, y1))
        The line to count at, fractions of width and height.
    truth : list of Trajectory
        The true path of every object.
    """

    def __init__(self, layout: Layout, *, seed: int, kind: str, fps: float, faults: DetectorFaults):
        self.kind, self.seed, self.fps = kind, seed, fps
        self.width, self.height, self.frame_count = layout.width, layout.height, layout.frames
        self.line: LineNorm = layout.line
        self.truth: list[Trajectory] = layout.trajectories
        self._layout = layout
        self._detections = SimulatedDetector(layout, faults, seed)

    @cached_property
    def _renderer(self) -> SceneRenderer:
        return SceneRenderer(self._layout, self.seed)

    def image(self, frame_index: int) -> npt.NDArray[np.uint8]:
        """Return the picture of a frame, shape (H, W, 3), BGR, always the same pixels."""
        return self._renderer.image(frame_index)

    def frames(self) -> Iterator[npt.NDArray[np.uint8]]:
        """Draw all pictures in order."""
        return (self.image(index) for index in range(self.frame_count))

    def detections(self, frame_index: int) -> Detections:
        """Return the simulated detections in a frame, best first, down to a score of 0.1."""
        return self._detections(frame_index)

    def events(self, line: LineNorm | None = None) -> list[TrueCrossing]:
        """Return the true crossings; the truth is beyond doubt only at the scene's own `line`."""
        return true_crossings(
            self.truth, self.line if line is None else line, width=self.width, height=self.height
        )


def make_scene(
    seed: int,
    *,
    kind: str,
    width: int = 1280,
    height: int = 720,
    frames: int = 500,
    fps: float = 25.0,
    faults: DetectorFaults | None = None,
    jitter_px: float | None = None,
) -> Scene:
    """Make the scene of a seed; `KINDS` names the kinds.

    Parameters
    ----------
    faults : DetectorFaults, optional
        How bad the simulated detector is; None takes the usual, `PERFECT` none.
    jitter_px : float, optional
        Standard deviation of the camera's shaking; None: every fourth seed shakes a little.
    """
    rng = np.random.default_rng((seed, sorted(KINDS).index(kind)))
    layout = Layout(rng, width, height, frames)
    layout.jitter_px = (0.5 if seed % 4 == 3 else 0.0) if jitter_px is None else jitter_px
    KINDS[kind](layout)
    drop_hidden(layout)
    return Scene(layout, seed=seed, kind=kind, fps=fps, faults=faults or DetectorFaults())


class ScriptedDetector:
    """A `Detector` that knows the scene: it reads the frame's number out of the picture."""

    name = "scripted"
    classes: Mapping[int, str] = CLASSES
    default_score = 0.3
    default_class_names: tuple[str, ...] = ()

    def __init__(self, scene: Scene, *, cost_s: float = 0.0) -> None:
        self._scene = scene
        self._cost_s = cost_s
        self._kinship = Kinship(CLASSES)
        self.runs = 0

    def detect(
        self,
        image_bgr: npt.NDArray[np.uint8],
        *,
        min_score: float,
        class_ids: Collection[int] | None = None,
        merge_kindred: bool = True,
    ) -> Detections:
        """Return what a real detector would make of the scene's detections in this frame."""
        self.runs += 1
        end_s = time.perf_counter() + self._cost_s
        detections = self._scene.detections(read_frame_code(image_bgr))
        while time.perf_counter() < end_s:
            pass  # a real detector keeps a core busy
        return suppress(
            select_detections(detections, min_score=min_score, class_ids=class_ids),
            self._kinship,
            merge_kindred=merge_kindred,
            confident_score=self.default_score,
        )

    def close(self) -> None:
        """Do nothing."""


class SceneSource:
    """A `FrameSource` that draws a scene, as if it were a video file."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._next = 0
        self.info = SourceInfo(
            uri=f"{scene.kind}-{scene.seed}",
            kind="file",
            width=scene.width,
            height=scene.height,
            fps=scene.fps,
            frame_count=scene.frame_count,
        )

    def read(self) -> Frame | None:
        """Return the next picture, None after the last."""
        if self._next >= self._scene.frame_count:
            return None
        index = self._next
        self._next += 1
        return Frame(index, index / self._scene.fps, self._scene.image(index))

    def seek(self, frame_index: int) -> None:
        """Go to a frame."""
        self._next = frame_index

    def close(self) -> None:
        """End the source."""
        self._next = self._scene.frame_count


def write_video(scene: Scene, path: Path) -> Path:
    """Write the scene as an MPEG-4 file; `ScriptedDetector` knows its frames too."""
    size = (scene.width, scene.height)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), scene.fps, size)
    if not writer.isOpened():
        raise OSError(f"cannot write {path}")
    for image_bgr in scene.frames():
        writer.write(image_bgr)
    writer.release()
    return path
