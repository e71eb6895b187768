"""Clips and pictures that the tests of this room share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.capture.opening import open_source
from app.capture.recorder import VideoRecorder
from app.capture.source import Frame, FrameSource
from tests.support.mjpeg import MjpegServer

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "pedestrians.mp4"


@pytest.fixture
def sample() -> Path:
    return SAMPLE


@pytest.fixture
def frames_of() -> Callable[[Path | str], list[Frame]]:
    """Read a source through and close it."""

    def read_through(source: Path | str) -> list[Frame]:
        opened = open_source(str(source))
        try:
            return list(iter(opened.read, None))
        finally:
            opened.close()

    return read_through


@pytest.fixture
def opened() -> Iterator[Callable[..., FrameSource]]:
    """Open sources that are closed when the test ends."""
    sources: list[FrameSource] = []

    def open_and_keep(source: Path | str, **options) -> FrameSource:
        sources.append(open_source(str(source), **options))
        return sources[-1]

    yield open_and_keep
    for source in sources:
        source.close()


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Record a clip whose frame i is plain grey of value 40 + i."""

    def record(name: str, *, frames: int = 40, width: int = 64, height: int = 48) -> Path:
        path = tmp_path / name
        with VideoRecorder(path, width=width, height=height, fps=10.0) as recorder:
            for index in range(frames):
                recorder.write(np.full((height, width, 3), 40 + index, np.uint8))
        return path

    return record


@pytest.fixture
def mjpeg_server() -> Iterator[MjpegServer]:
    with MjpegServer() as server:
        yield server
