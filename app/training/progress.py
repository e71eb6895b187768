"""What a training tells while it runs: ``metrics.jsonl``, and events with the time left."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from app.files import atomic_write_text, write_error
from app.jobs.cancel import CancelToken

_WINDOW_STEPS = 20
_EVENT_S = 0.5  # a fast machine makes many steps a second


class Tell(Protocol):
    """Passes an event on, as `app.jobs.channel.Channel.emit` does."""

    def __call__(self, event: str, **fields: object) -> None:
        """Tell the event with its fields, plain values."""
        ...


class TrainingProgress:
    """Takes in what each step and validation gave, keeps it in a file and tells it.

    Parameters
    ----------
    path : Path
        ``metrics.jsonl``: a line for each step (``step``, ``steps_per_s`` and the losses) and for
        each validation (``step`` and names that start with ``val_``).
    total_steps, validation_interval : int
    token : CancelToken
        Of whoever wants the training to stop.
    tell : Tell
    """

    def __init__(
        self,
        path: Path,
        *,
        total_steps: int,
        validation_interval: int,
        token: CancelToken,
        tell: Tell,
    ) -> None:
        self.token = token
        self._path, self._tell = path, tell
        self._total, self._interval = total_steps, validation_interval
        self._pace = Pace()
        self._told_s = 0.0

    def begin(self, step: int) -> None:
        """Start at `step`; lines of steps that a killed run had made beyond it are dropped.

        Raises
        ------
        FileWriteError
        """
        kept = [line for line in read_metrics(self._path) if line["step"] <= step]
        atomic_write_text(self._path, "".join(_line(each) for each in kept))
        self._pace.restart()
        self._tell("progress", phase="train", done=step, total=self._total, left_s=None)

    def stepped(self, step: int, losses: Mapping[str, float]) -> None:
        """Take in one step.

        Raises
        ------
        FileWriteError
        """
        self._pace.count_step()
        self._keep({"step": step, "steps_per_s": self._pace.steps_per_s, **losses})
        now_s = time.monotonic()
        if step < self._total and now_s - self._told_s < _EVENT_S:
            return
        self._told_s = now_s
        rate, left_s = self._pace.steps_per_s, self._left_s(step)
        self._tell("metrics", step=step, steps_per_s=rate, **losses)
        self._tell(
            "progress", phase="train", done=step, total=self._total, left_s=left_s, steps_per_s=rate
        )

    def validated(self, step: int, measures: Mapping[str, float]) -> None:
        """Take in one validation.

        Raises
        ------
        FileWriteError
        """
        self._pace.count_validation()
        named = {f"val_{name}": value for name, value in measures.items()}
        self._keep({"step": step, **named})
        self._tell("metrics", step=step, **named)

    def _left_s(self, step: int) -> float | None:
        validations = -(-(self._total - step) // self._interval)
        return self._pace.left_s(self._total - step, validations)

    def _keep(self, fields: dict[str, Any]) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(fields))
        except OSError as error:
            raise write_error(self._path, error) from error


class Pace:
    """How long steps and validations take, the last ones counted."""

    def __init__(self) -> None:
        self._durations_s: deque[float] = deque(maxlen=_WINDOW_STEPS)
        self._validation_s = 0.0
        self._last_s = time.monotonic()
        self._is_first = True

    def restart(self) -> None:
        """Forget the time since the last step."""
        self._last_s = time.monotonic()

    def count_step(self) -> None:
        """Take in that a step has ended; the very first is mostly compiling and left out."""
        if not self._is_first:
            self._durations_s.append(time.monotonic() - self._last_s)
        self._is_first = False
        self.restart()

    def count_validation(self) -> None:
        """Take in that a validation has ended, which began with the end of the last step."""
        self._validation_s = time.monotonic() - self._last_s
        self.restart()

    @property
    def steps_per_s(self) -> float | None:
        """Steps a second; None until two have been made."""
        total_s = sum(self._durations_s)
        return len(self._durations_s) / total_s if total_s > 0 else None

    def left_s(self, steps: int, validations: int) -> float | None:
        """Return how long so many steps and validations will take, or None."""
        rate = self.steps_per_s
        return None if rate is None else steps / rate + validations * self._validation_s


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the lines of ``metrics.jsonl``; one that was cut off by a kill is left out."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and isinstance(fields.get("step"), int):
            found.append(fields)
    return found


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":")) + "\n"
