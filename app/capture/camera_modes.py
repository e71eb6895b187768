"""`CameraMode`: size and rate of a camera's pictures, and which of them a camera has."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from app.capture.errors import SourceError
from app.capture.source import SourceInfo
from app.jobs.cancel import CancelToken

FALLBACK_FPS = 30.0
_SIZES = ((640, 480), (800, 600), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
_RATES_FPS = (15.0, 30.0, 60.0)
_TEXT = re.compile(r"(\d{1,5})x(\d{1,5})@(\d{1,4}(?:\.\d+)?)")
# Uncompressed, USB 2 carries ten 720p pictures a second. A camera without it keeps its own.
_COMPRESSED = float(cv2.VideoWriter.fourcc(*"MJPG"))
_SAME_RATE_FPS = 1.0  # 29.97 is what people call 30


@dataclass(frozen=True, order=True)
class CameraMode:
    """How a camera takes pictures.

    Attributes
    ----------
    width, height : int
        Pixels.
    fps : float
        Nominal rate, pictures a second.
    """

    width: int
    height: int
    fps: float

    def __str__(self) -> str:
        """Return the mode as `of_text` reads it: ``1280x720@30``."""
        return f"{self.width}x{self.height}@{self.fps:g}"

    @classmethod
    def of_text(cls, text: str) -> CameraMode:
        """Return the mode that is written as ``1280x720@30``.

        Raises
        ------
        SourceError
            ``bad-camera-mode``.
        """
        match = _TEXT.fullmatch(text.strip())
        mode = cls(int(match[1]), int(match[2]), float(match[3])) if match else None
        if mode is None or 0 in (mode.width, mode.height, mode.fps):
            raise SourceError(
                "bad-camera-mode",
                f"{text!r} is no mode of a camera.",
                "Write width, height and rate like this: 1280x720@30.",
            )
        return mode

    def is_like(self, other: CameraMode) -> bool:
        """Whether a person would call both the same."""
        is_same_size = (self.width, self.height) == (other.width, other.height)
        return is_same_size and abs(self.fps - other.fps) < _SAME_RATE_FPS


class VideoDevice(Protocol):
    """What we use of `cv2.VideoCapture`."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether there is a device behind it."""
        ...

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803
        """Ask for a property; what it is then is told by `get` alone."""
        ...

    def get(self, propId: int, /) -> float:  # noqa: N803
        """Return a property; 0 where the device does not know it."""
        ...

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        """Wait for the next picture."""
        ...

    def release(self) -> None:
        """Let go of the device."""
        ...


def mode_of(device: VideoDevice) -> CameraMode:
    """Return the mode that a device has now; its rate is 30 where it does not tell."""
    fps = device.get(cv2.CAP_PROP_FPS)
    return CameraMode(
        int(device.get(cv2.CAP_PROP_FRAME_WIDTH)),
        int(device.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        round(fps, 2) if math.isfinite(fps) and fps > 0 else FALLBACK_FPS,
    )


def ask_for(device: VideoDevice, mode: CameraMode) -> None:
    """Ask a device for a mode; it takes the nearest it has, which `mode_of` tells."""
    device.set(cv2.CAP_PROP_FOURCC, _COMPRESSED)
    device.set(cv2.CAP_PROP_FRAME_WIDTH, mode.width)
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, mode.height)
    device.set(cv2.CAP_PROP_FPS, mode.fps)


def find_modes(device: VideoDevice, cancel_token: CancelToken) -> tuple[CameraMode, ...]:
    """Ask a device for common modes, and return those that it has, small ones first.

    No portable call lists them. A device answers in a tenth of a second to a second, so this
    takes seconds; cancelled, it returns what it has found.
    """
    found = {mode_of(device)}
    tried_sizes = set()
    for width, height in _SIZES:
        for fps in _RATES_FPS:
            if cancel_token.is_cancelled:
                return tuple(sorted(found))
            ask_for(device, CameraMode(width, height, fps))
            mode = mode_of(device)
            size = (mode.width, mode.height)
            if size in tried_sizes:
                break  # the nearest to what it lacks
            found.add(mode)
        tried_sizes.add(size)
    return tuple(sorted(mode for mode in found if mode.width and mode.height))


def mode_warning(asked: CameraMode, info: SourceInfo) -> str | None:
    """Return a sentence for people when a camera gives another mode than it was asked for."""
    given = CameraMode(info.width, info.height, info.fps)
    if asked.is_like(given):
        return None
    return f"Camera {info.uri} has no mode {asked}: it gives {given}."
