"""Cameras of this machine: their names, and one open connection."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
from cv2_enumerate_cameras import enumerate_cameras

from app.capture.camera_modes import CameraMode, VideoDevice, ask_for, find_modes, mode_of
from app.capture.errors import SourceError
from app.jobs.cancel import CancelToken

_BACKENDS = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_BACKEND = _BACKENDS.get(sys.platform, cv2.CAP_V4L2)
_PRIVACY_HINTS = {
    "win32": "Allow it in Settings, Privacy & security, Camera, and close other programs that "
    "use the camera.",
    "darwin": "Allow it in System Settings, Privacy & Security, Camera, and close other programs "
    "that use the camera.",
}
_BUSY_HINT = "Close other programs that use it, or unplug it and plug it in again."


@dataclass(frozen=True)
class CameraDevice:
    """A camera as a person knows it.

    Attributes
    ----------
    number : int
        What `app.capture.opening.open_source` takes.
    name : str
        As the system gives it.
    """

    number: int
    name: str


def list_cameras() -> list[CameraDevice]:
    """Return the cameras of this machine, by number; empty where there are none."""
    found = {camera.index: str(camera.name) for camera in enumerate_cameras(_BACKEND)}
    return [CameraDevice(number, found[number]) for number in sorted(found)]


def list_modes(number: int, cancel_token: CancelToken) -> tuple[CameraMode, ...]:
    """Return the common modes that a camera has; takes seconds, and needs the camera for itself.

    Raises
    ------
    SourceError
        As `CameraConnection`.
    """
    device = open_device(number)
    try:
        return find_modes(device, cancel_token)
    finally:
        device.release()


class CameraConnection:
    """One connection to a camera.

    Parameters
    ----------
    number : int
    mode : CameraMode, optional
        What to ask the camera for; it may give another one.

    Raises
    ------
    SourceError
        ``camera-not-found``, ``camera-not-allowed`` or ``camera-busy``.
    """

    def __init__(self, number: int, mode: CameraMode | None = None) -> None:
        self._number = number
        self._device = open_device(number)
        self._device.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if mode is not None:
            ask_for(self._device, mode)
        self.fps = mode_of(self._device).fps

    def grab(self) -> npt.NDArray[np.uint8]:
        """Wait for the next picture."""
        try:
            is_read, image_bgr = self._device.read()
        except cv2.error as error:
            raise _silent_camera(self._number, str(error)) from error
        if not is_read:
            raise _silent_camera(self._number)
        return image_bgr

    def close(self) -> None:
        """Let go of the camera."""
        self._device.release()


def open_device(number: int) -> VideoDevice:
    """Open the device of a camera.

    Raises
    ------
    SourceError
        As `CameraConnection`.
    """
    _check_device(number)
    with _quiet_opencv():
        device = cast("VideoDevice", cv2.VideoCapture(number, _BACKEND))
    if not device.isOpened():
        device.release()
        raise _no_camera(number)
    return device


def _check_device(number: int) -> None:
    """Tell on Linux why a camera can't be opened; other systems only say that it can't."""
    if not sys.platform.startswith("linux"):
        return
    device = Path(f"/dev/video{number}")
    if not device.exists():
        raise _no_camera(number)
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            "camera-not-allowed",
            f"Camera {number} may not be used by this account.",
            "Add the account to the group video (sudo usermod -aG video $USER) and log in again.",
            detail=f"no permission for {device}",
        )


def _no_camera(number: int) -> SourceError:
    cameras = list_cameras()
    if any(camera.number == number for camera in cameras):
        return _silent_camera(number)
    known = ", ".join(f"{camera.number} ({camera.name})" for camera in cameras)
    return SourceError(
        "camera-not-found",
        f"There is no camera {number}.",
        f"Cameras found: {known}." if known else "No camera was found: is it plugged in?",
    )


def _silent_camera(number: int, detail: str = "") -> SourceError:
    return SourceError(
        "camera-busy",
        f"Camera {number} gives no pictures.",
        _PRIVACY_HINTS.get(sys.platform, _BUSY_HINT),
        detail,
    )


@contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Keep OpenCV's own lines off standard error: the error raised says more."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)
