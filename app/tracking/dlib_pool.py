"""`DlibFollower`: dlib's correlation trackers in worker processes.

Processes, since dlib holds Python's lock while it works: two threads were measured 1.01 times as
fast as one. Frames lie in a memory-mapped ring; boxes travel as JSON lines (see `app.jobs`).
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points, centers, iou_matrix
from app.jobs.ring import FrameRing
from app.jobs.spec import JobSpec, worker_command
from app.tracking.errors import TrackingError
from app.tracking.follower import FollowResult
from app.tracking.picture import Picture

_JOB_KIND = "correlate"
_MAX_WORKERS = 8
_CLOSE_TIMEOUT_S = 5.0
_LOG_TAIL_CHARACTERS = 2000

# dlib's ratio of peak to side lobes: below the first it guesses, from the second on it is sure.
_LOST_PEAK, _SURE_PEAK = 5.0, 15.0
_MIN_SIDE_PX = 4.0  # dlib learns nothing from less
# A tracker whose box shares less than this with the object's box follows something else.
_MIN_OWN_OVERLAP = 0.5


def available_cores() -> int:
    """Return the number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass
class _Share:
    """The part of one frame's work that one worker does."""

    keys: list[int] = field(default_factory=list)
    guesses: list[list[float]] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    start_boxes: list[list[float]] = field(default_factory=list)
    forget: list[int] = field(default_factory=list)


class _Worker:
    """One child process and the keys whose trackers it has."""

    def __init__(self, folder: Path, number: int) -> None:
        self.keys: set[int] = set()
        self._log_path = folder / f"worker-{number}.log"
        job_path = folder / f"worker-{number}.json"
        JobSpec(_JOB_KIND, {}).write(job_path)
        try:
            with self._log_path.open("wb") as log:
                self._process = subprocess.Popen(
                    worker_command(job_path),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    # Ctrl+C in a terminal is for the parent, which then hangs up.
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except OSError as error:
            raise TrackingError(
                "dlib-not-started",
                "A helper process for dlib's trackers could not be started.",
                "Close other programs, or use the default tracker.",
                str(error),
            ) from error

    def send(self, **command: object) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._ended() from error

    def receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._ended()
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "failed":
            raise TrackingError.from_json(
                {key: event[key] for key in ("code", "message", "hint", "detail")}
            )
        return event

    def _ended(self) -> TrackingError:
        self.close()
        log = self._log_path.read_text(encoding="utf-8", errors="replace")
        return TrackingError(
            "dlib-ended",
            "A helper process of dlib's trackers ended unexpectedly "
            f"(exit code {self._process.returncode}).",
            "Count again, or use the default tracker.",
            log[-_LOG_TAIL_CHARACTERS:],
        )

    def close(self) -> None:
        """Hang up, which ends the process; kill it where that does not help."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):  # it is gone already
            self._process.stdin.close()
        try:
            self._process.wait(_CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class DlibFollower:
    """Moves boxes by one correlation tracker for each object; see `Follower`.

    The workers start with the first object. The results do not depend on how many there are.

    Parameters
    ----------
    worker_count : int, optional
        None: one for each core this process may use, eight at most.
    """

    def __init__(self, *, worker_count: int | None = None) -> None:
        self._worker_count = worker_count or min(available_cores(), _MAX_WORKERS)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._workers: list[_Worker] = []
        self._ring: FrameRing | None = None
        self._ring_count = 0
        self._own_boxes: dict[int, npt.NDArray[np.float32]] = {}
        self._last_picture: Picture | None = None
        self._last_place: tuple[int, int] | None = None  # slot and number in the ring

    def reset(self) -> None:
        """Forget the last frame and every object."""
        self._last_picture = None
        self._last_place = None
        self._own_boxes.clear()

    def close(self) -> None:
        """End the workers and remove the ring."""
        self.reset()
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        if self._ring is not None:
            self._ring.close()
            self._ring = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def follow(
        self,
        picture: Picture,
        *,
        boxes_xyxy: Boxes,
        velocities_px: Points,
        track_ids: Sequence[int],
    ) -> FollowResult:
        """Find the boxes of the last frame in this one; see `Follower.follow`.

        Raises
        ------
        TrackingError
            When a worker could not be started or ended.
        app.files.FileWriteError
            When there is no room for the ring of frames.
        """
        last, last_place = self._last_picture, self._last_place
        self._last_picture, self._last_place = picture, None
        if last is None or last.image_bgr.shape != picture.image_bgr.shape:
            return FollowResult.lost(boxes_xyxy)
        if len(track_ids) == 0:
            return FollowResult.lost(boxes_xyxy)
        self._open_ring(picture)
        assert self._ring is not None
        if last_place is None:  # nobody was followed then
            last_place = (self._ring.write(last.image_bgr), self._ring.sequence)
        self._last_place = (self._ring.write(picture.image_bgr), self._ring.sequence)
        return self._ask(boxes_xyxy, velocities_px, track_ids, last_place, self._last_place)

    def _open_ring(self, picture: Picture) -> None:
        """Start the workers and make a ring for frames of this size, where that is to do."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tallybox-dlib-")
        folder = Path(self._folder.name)
        while len(self._workers) < self._worker_count:
            self._workers.append(_Worker(folder, len(self._workers)))
        height, width = picture.image_bgr.shape[:2]
        if self._ring is not None and (self._ring.width, self._ring.height) == (width, height):
            return
        if self._ring is not None:
            self._ring.close()
        self._ring_count += 1
        path = folder / f"frames-{self._ring_count}"
        self._ring = FrameRing.create(path, width=width, height=height)
        for worker in self._workers:
            worker.send(command="open-ring", path=str(path))

    def _ask(
        self,
        boxes_xyxy: Boxes,
        velocities_px: Points,
        track_ids: Sequence[int],
        previous: tuple[int, int],
        current: tuple[int, int],
    ) -> FollowResult:
        can_follow = (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2] >= _MIN_SIDE_PX).all(axis=1)
        shares = self._forgotten(set(track_ids))
        own_boxes = boxes_xyxy.copy()
        owners: list[tuple[int, int]] = []  # worker and row of each answer to come
        for row in np.flatnonzero(can_follow):
            key = int(track_ids[row])
            number = self._owner(key)
            if self._is_on_object(key, boxes_xyxy[row]):
                own_boxes[row] = self._own_boxes[key]
            else:
                shares[number].start.append(key)
                shares[number].start_boxes.append(boxes_xyxy[row].tolist())
            guess = own_boxes[row] + np.tile(velocities_px[row], 2)
            shares[number].keys.append(key)
            shares[number].guesses.append(guess.tolist())
            owners.append((number, int(row)))
        moved, peaks = self._answers(shares, owners, own_boxes, previous, current)
        self._own_boxes = {
            int(track_ids[row]): moved[row] for _, row in owners if peaks[row] >= _LOST_PEAK
        }
        return _result(boxes_xyxy, own_boxes, moved, peaks)

    def _forgotten(self, alive: set[int]) -> list[_Share]:
        """Return each worker's share so far: to forget the objects that are no more."""
        shares = []
        for worker in self._workers:
            gone = sorted(worker.keys - alive)
            worker.keys.difference_update(gone)
            shares.append(_Share(forget=gone))
        return shares

    def _owner(self, key: int) -> int:
        """Return the number of the worker that has this object, the idlest for a new one."""
        for number, worker in enumerate(self._workers):
            if key in worker.keys:
                return number
        number = min(range(len(self._workers)), key=lambda each: len(self._workers[each].keys))
        self._workers[number].keys.add(key)
        return number

    def _is_on_object(self, key: int, box_xyxy: npt.NDArray[np.float32]) -> bool:
        own = self._own_boxes.get(key)
        return own is not None and iou_matrix(own[None], box_xyxy[None])[0, 0] >= _MIN_OWN_OVERLAP

    def _answers(
        self,
        shares: list[_Share],
        owners: list[tuple[int, int]],
        own_boxes: Boxes,
        previous: tuple[int, int],
        current: tuple[int, int],
    ) -> tuple[Boxes, npt.NDArray[np.float32]]:
        """Let all workers work at once; return their boxes and peaks in the order of the rows."""
        for worker, share in zip(self._workers, shares, strict=True):
            worker.send(command="follow", previous=previous, current=current, **vars(share))
        moved, peaks = own_boxes.copy(), np.zeros(len(own_boxes), np.float32)
        for number, worker in enumerate(self._workers):
            answer = worker.receive()
            rows = [row for owner, row in owners if owner == number]
            if rows:
                moved[rows] = np.array(answer["boxes"], np.float32)
                peaks[rows] = np.array(answer["peaks"], np.float32)
        return moved, peaks


def _result(
    boxes_xyxy: Boxes, own_boxes: Boxes, moved: Boxes, peaks: npt.NDArray[np.float32]
) -> FollowResult:
    """Move the objects' boxes as the trackers' own boxes moved and grew."""
    is_found = peaks >= _LOST_PEAK
    motions = centers(moved) - centers(own_boxes)
    old_size = np.maximum(own_boxes[:, 2:] - own_boxes[:, :2], 1)
    growth = (moved[:, 2:] - moved[:, :2]) / old_size
    half = (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]) * growth / 2
    middle = centers(boxes_xyxy) + motions
    followed = np.where(
        is_found[:, None], np.concatenate([middle - half, middle + half], axis=1), boxes_xyxy
    )
    scores = np.where(is_found, np.clip(peaks / _SURE_PEAK, 0, 1), 0)
    return FollowResult(
        followed.astype(np.float32),
        scores.astype(np.float32),
        np.where(is_found[:, None], motions, np.nan).astype(np.float32),
    )
