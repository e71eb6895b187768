"""dlib's correlation trackers, and the child process that runs some of them.

A leaf: nobody imports this module, it is loaded by its name, since it loads dlib. The tracker is
Danelljan et al., Accurate Scale Estimation for Robust Visual Tracking (BMVC 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import dlib  # noqa: TID253 - a leaf, loaded by name where dlib is wanted
import numpy as np
import numpy.typing as npt

from app.geometry import Boxes
from app.jobs.channel import Channel
from app.jobs.errors import JobError
from app.jobs.ring import FrameRing


class CorrelationTrackers:
    """One correlation tracker for every key. They do not know of each other."""

    def __init__(self) -> None:
        self._trackers: dict[int, dlib.correlation_tracker] = {}

    def start(
        self, image_rgb: npt.NDArray[np.uint8], keys: Sequence[int], boxes_xyxy: Boxes
    ) -> None:
        """Learn what is in the boxes; a key that has a tracker gets a new one.

        Parameters
        ----------
        image_rgb : ndarray, shape (H, W, 3), uint8
        keys : sequence of int, length N
        boxes_xyxy : ndarray, shape (N, 4), float
            Pixels; each at least a pixel wide and high.
        """
        for key, box in zip(keys, boxes_xyxy, strict=True):
            tracker = dlib.correlation_tracker()
            tracker.start_track(image_rgb, _rectangle(box))
            self._trackers[key] = tracker

    def update(
        self,
        image_rgb: npt.NDArray[np.uint8],
        keys: Sequence[int],
        guesses_xyxy: Boxes | None = None,
    ) -> tuple[Boxes, npt.NDArray[np.float32]]:
        """Find the objects of `keys` in the next frame.

        Parameters
        ----------
        image_rgb : ndarray, shape (H, W, 3), uint8
        keys : sequence of int, length N
        guesses_xyxy : ndarray, shape (N, 4), float, optional
            Where to look, pixels; None: where each was last.

        Returns
        -------
        boxes_xyxy : ndarray, shape (N, 4), float32
            Pixels; may reach past the frame.
        peaks : ndarray, shape (N,), float32
            dlib's measure of trust, the ratio of peak to side lobes: above 10 is sure, below 5
            is a guess.
        """
        trackers = [self._trackers[key] for key in keys]
        if guesses_xyxy is None:
            peaks = [each.update(image_rgb) for each in trackers]
        else:
            guesses = [_rectangle(box) for box in guesses_xyxy]
            peaks = [
                each.update(image_rgb, guess) for each, guess in zip(trackers, guesses, strict=True)
            ]
        places = [each.get_position() for each in trackers]
        boxes = [(each.left(), each.top(), each.right(), each.bottom()) for each in places]
        return np.array(boxes, np.float32).reshape(-1, 4), np.array(peaks, np.float32)

    def forget(self, keys: Sequence[int]) -> None:
        """Drop the trackers of `keys`, those that have one."""
        for key in keys:
            self._trackers.pop(key, None)


def _rectangle(box_xyxy: npt.NDArray[np.float32]) -> dlib.drectangle:
    return dlib.drectangle(*(float(edge) for edge in box_xyxy))


def run(config: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Run trackers for `app.tracking.dlib_pool` until it hangs up: the job ``correlate``.

    Every command ``follow`` is answered by one event ``followed``.
    """
    del config  # everything comes in commands
    trackers = CorrelationTrackers()
    ring: FrameRing | None = None
    while (command := channel.wait_command()) is not None:
        if command["command"] == "open-ring":
            if ring is not None:
                ring.close()
            ring = FrameRing.open(Path(command["path"]))
        elif ring is not None:
            boxes_xyxy, peaks = _follow(trackers, ring, command)
            channel.emit("followed", boxes=boxes_xyxy, peaks=peaks)
    if ring is not None:
        ring.close()
    return {}


def _follow(
    trackers: CorrelationTrackers, ring: FrameRing, command: dict[str, Any]
) -> tuple[Boxes, npt.NDArray[np.float32]]:
    trackers.forget(command["forget"])
    if command["start"]:
        boxes_xyxy = np.array(command["start_boxes"], np.float32)
        trackers.start(_picture(ring, command["previous"]), command["start"], boxes_xyxy)
    guesses_xyxy = np.array(command["guesses"], np.float32)
    return trackers.update(_picture(ring, command["current"]), command["keys"], guesses_xyxy)


def _picture(ring: FrameRing, place: list[int]) -> npt.NDArray[np.uint8]:
    slot, sequence = place
    image_bgr = ring.read(slot, sequence=sequence)
    if image_bgr is None:
        raise JobError("frame-overwritten", "A frame was overwritten before it was followed.")
    return np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), np.uint8)
