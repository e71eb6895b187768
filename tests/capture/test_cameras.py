"""Cameras: what a person reads when there is none."""

import os
import sys
from pathlib import Path

import pytest

from app.capture import cameras
from app.capture.cameras import CameraDevice, list_cameras
from app.capture.errors import SourceError
from app.capture.opening import open_source


def test_listing_works_without_any_camera():
    assert all(isinstance(camera, CameraDevice) for camera in list_cameras())


def test_a_camera_that_is_not_there_is_named():
    with pytest.raises(SourceError) as raised:
        open_source("97")
    assert raised.value.code == "camera-not-found"
    assert "97" in raised.value.message
    assert raised.value.hint


def test_the_hint_lists_the_cameras_that_are_there(monkeypatch):
    monkeypatch.setattr(cameras, "list_cameras", lambda: [CameraDevice(2, "Front Desk")])
    with pytest.raises(SourceError, match=r"2 \(Front Desk\)"):
        open_source("97")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells why, others do not")
def test_missing_permission_names_the_group(monkeypatch):
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == "/dev/video97")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(SourceError, match="group video") as raised:
        cameras.CameraConnection(97)
    assert raised.value.code == "camera-not-allowed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="made with a Linux device name")
def test_a_camera_that_does_not_open_is_called_busy(monkeypatch, capfd):
    monkeypatch.setattr(cameras, "list_cameras", lambda: [CameraDevice(97, "Front Desk")])
    monkeypatch.setattr(cameras, "_check_device", lambda number: None)
    with pytest.raises(SourceError, match="gives no pictures") as raised:
        cameras.CameraConnection(97)
    assert raised.value.code == "camera-busy"
    assert raised.value.hint
    assert capfd.readouterr().err == ""  # OpenCV's own lines stay away
