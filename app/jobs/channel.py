"""Both ends of the talk between a job and whoever started it, seen from the job."""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from typing import Any

from app.jobs.cancel import CancelToken

_log = logging.getLogger(__name__)
_CHUNK_BYTES = 65536


class Channel:
    """Events out, commands in; one JSON object a line each way.

    Parameters
    ----------
    events_fd : int
        File descriptor that events are written to.
    commands_fd : int
        File descriptor that commands are read from, by a thread of the channel's own. Its end
        means that the parent is gone, which cancels the job like the command ``cancel``.
    """

    def __init__(self, events_fd: int, commands_fd: int) -> None:
        self.cancel_token = CancelToken()
        self._events_fd = events_fd
        self._commands_fd = commands_fd
        self._emit_lock = threading.Lock()
        self._commands: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        # A daemon: a blocked read of a pipe can't be woken, so it ends with the process.
        threading.Thread(target=self._read_commands, name="job-commands", daemon=True).start()

    def emit(self, event: str, **fields: object) -> None:
        """Tell the parent. Callable from any thread; numpy values become plain numbers and lists.

        Once the parent is gone there is nobody to tell: the job is cancelled instead.
        """
        text = json.dumps({"event": event, **fields}, default=_plain, separators=(",", ":"))
        line = memoryview(text.encode("utf-8") + b"\n")
        with self._emit_lock:
            try:
                while line:
                    line = line[os.write(self._events_fd, line) :]
            except OSError:
                self.cancel()

    def cancel(self) -> None:
        """Set the token and wake a waiting `wait_command`."""
        self.cancel_token.cancel()
        self._commands.put(None)

    def poll_commands(self) -> list[dict[str, Any]]:
        """Return the commands that came since the last look, oldest first, without waiting."""
        commands: list[dict[str, Any]] = []
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return commands
            if command is not None:
                commands.append(command)

    def wait_command(self, timeout_s: float | None = None) -> dict[str, Any] | None:
        """Return the next command; None after `timeout_s` seconds or when the job is cancelled."""
        if self.cancel_token.is_cancelled:
            return None
        try:
            return self._commands.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def _read_commands(self) -> None:
        pending = b""
        while chunk := self._read_chunk():
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self._take_line(line)
        self.cancel()

    def _read_chunk(self) -> bytes:
        try:
            return os.read(self._commands_fd, _CHUNK_BYTES)
        except OSError:
            return b""

    def _take_line(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            command = json.loads(line)
        except ValueError:
            command = None
        if not isinstance(command, dict):
            _log.error("Not a command: %r", line[:200])
        elif command.get("command") == "cancel":
            self.cancel()
        else:
            self._commands.put(command)


def _plain(value: object) -> object:
    """Return numpy's scalars and arrays as JSON knows them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} can't be sent as JSON")
