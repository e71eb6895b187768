"""The counting job in its real child process, spoken to as the window speaks to it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.jobs.ring import FrameRing
from app.jobs.spec import JobSpec, worker_command
from app.pipeline.settings import CountSettings

WAIT_S = 60
Event = dict[str, Any]


class CountJob:
    """A running job; leaving the ``with`` block closes its input, which ends it.

    `seen` holds every event so far.
    """

    def __init__(self, settings: CountSettings, folder: Path, *, is_playing: bool = True) -> None:
        self.seen: list[Event] = []
        self.ring_path = folder / "frames.ring"
        config = {
            "settings": settings.to_json(),
            "ring_path": str(self.ring_path),
            "is_playing": is_playing,
        }
        JobSpec("count", config).write(folder / "job.json")
        self.process = subprocess.Popen(
            worker_command(folder / "job.json"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def __enter__(self) -> CountJob:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def send(self, command: str, **fields: object) -> None:
        line = json.dumps({"command": command, **fields}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()

    def wait(self, is_wanted: Callable[[Event], bool]) -> Event:
        """Return the next event that is wanted; the job's end before it is a failure."""
        while line := self._lines.get(timeout=WAIT_S):
            event = json.loads(line)
            self.seen.append(event)
            if is_wanted(event):
                return event
        raise AssertionError(f"the job ended before; its last events: {self.seen[-3:]}")

    def wait_for(self, kind: str) -> Event:
        return self.wait(lambda event: event["event"] == kind)

    def wait_frame(self, is_wanted: Callable[[Event], bool] = lambda _: True) -> Event:
        return self.wait(lambda event: event["event"] == "frame" and is_wanted(event))

    def wait_notice(self, code: str) -> Event:
        return self.wait(lambda event: event["event"] == "notice" and event["code"] == code)

    def picture(self, frame: Event) -> Any:
        """Return the picture of the newest frame event."""
        with_ring = FrameRing.open(self.ring_path)
        try:
            return with_ring.read(frame["slot"], sequence=frame["sequence"])
        finally:
            with_ring.close()

    def crossings(self) -> list[Event]:
        """Return all crossings told so far."""
        frames = [event for event in self.seen if event["event"] == "frame"]
        return [crossing for frame in frames for crossing in frame["events"]]

    def end(self) -> int:
        """Close the job's input, take what it still says, and return its exit code."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            code = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._thread.join()
            self.process.stdout.close()
        while line := self._lines.get(timeout=WAIT_S):
            self.seen.append(json.loads(line))
        self._lines.put(b"")  # ended: asking again says so again
        return code

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")
