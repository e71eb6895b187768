"""`SavingThread`: work on pictures beside the preview, a few waiting, none ever dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from app.errors import AppError

WAITING_PICTURES = 8  # evens out a slow disk for a second and a half; 200 MB at 3840x2160
_RETRY_S = 1.0

Item = TypeVar("Item")


class SavingThread(Generic[Item]):
    """Saves items one after the other; one that can't be saved is tried again until it can.

    Parameters
    ----------
    save : callable
        ``save(item)``, in the thread. An `AppError` means: again later.
    on_blocked : callable
        Told the error when saving stops, and again when the reason becomes another.
    on_unblocked : callable
        Told when saving goes on.
    """

    def __init__(
        self,
        save: Callable[[Item], None],
        *,
        on_blocked: Callable[[AppError], None],
        on_unblocked: Callable[[], None],
    ) -> None:
        self._save = save
        self._on_blocked = on_blocked
        self._on_unblocked = on_unblocked
        self._changed = threading.Condition()
        self._waiting: deque[Item] = deque()
        self._blocked: AppError | None = None
        self._fault: BaseException | None = None
        self._is_closing = False
        self._has_stopped = False
        self._wants_retry = False
        # No daemon: a program that ends without `close` still finishes what it was given.
        self._thread = threading.Thread(target=self._run, name="save pictures")
        self._thread.start()

    @property
    def blocked(self) -> AppError | None:
        """Why saving does not go on at the moment; None when it does."""
        return self._blocked

    def put(self, item: Item, *, timeout_s: float = 0.0) -> bool:
        """Hand over an item; False when as many as may are still waiting after `timeout_s`.

        Raises whatever a fault of ours has raised in the thread.
        """
        with self._changed:
            self._changed.wait_for(self._has_room, timeout_s)
            self._raise_fault()
            if self._is_closing or len(self._waiting) >= WAITING_PICTURES:
                return False
            self._waiting.append(item)
            self._changed.notify_all()
            return True

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is left to save; False when something still is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting or self._has_stopped, timeout_s)

    def retry(self) -> None:
        """Try again at once what could not be saved."""
        with self._changed:
            self._wants_retry = True
            self._changed.notify_all()

    def close(self) -> list[Item]:
        """Save what waits and end the thread; return what could not be saved even now."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._thread.join()
        self._raise_fault()
        return list(self._waiting)

    def _has_room(self) -> bool:
        return self._has_stopped or self._is_closing or len(self._waiting) < WAITING_PICTURES

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        try:
            while (item := self._next()) is not None:
                if not self._has_saved(item):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._fault = error
        finally:
            with self._changed:
                self._has_stopped = True
                self._changed.notify_all()

    def _next(self) -> Item | None:
        """Wait for the first item, which stays the first until it is saved; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return self._waiting[0] if self._waiting else None

    def _has_saved(self, item: Item) -> bool:
        """Save an item, however often it takes; False when it could not be and we are closing."""
        while True:
            is_last_try = self._is_closing
            try:
                self._save(item)
            except AppError as error:
                self._block(error)
                if is_last_try:
                    return False
                self._wait_to_retry()
                continue
            self._done()
            return True

    def _block(self, error: AppError) -> None:
        before, self._blocked = self._blocked, error
        if before is None or before.code != error.code:
            self._on_blocked(error)

    def _wait_to_retry(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._wants_retry or self._is_closing, _RETRY_S)
            self._wants_retry = False

    def _done(self) -> None:
        was_blocked, self._blocked = self._blocked is not None, None
        with self._changed:
            self._waiting.popleft()
            self._changed.notify_all()
        if was_blocked:
            self._on_unblocked()
