"""`TaskLine`: pieces of work in a thread, one after the other."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.errors import AppError
from app.ui.annotate.exchange.exchange_task import ExchangeTask, Work

_log = logging.getLogger(__name__)

Then = Callable[[object, AppError | None], None]
"""Called in the GUI thread with the result, None after an error or Stop, and the error."""


@dataclass(frozen=True)
class _Piece:
    work: Work
    then: Then
    is_writing: bool


class TaskLine(QObject):
    """Does what it is given in this order; nothing that writes is left out.

    Signals
    -------
    progressed(int, int)
        Pictures done by the piece under way, and all.
    idle()
        Nothing is left to do.
    """

    progressed = Signal(int, int)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Piece] = deque()
        self._piece: _Piece | None = None
        self._task: ExchangeTask | None = None

    @property
    def is_running(self) -> bool:
        """Whether anything is under way or waits."""
        return self._task is not None

    @property
    def is_writing(self) -> bool:
        """Whether anything that changes files is under way or waits."""
        pieces = (self._piece, *self._waiting)
        return any(piece is not None and piece.is_writing for piece in pieces)

    def add(self, work: Work, then: Then, *, is_writing: bool = False) -> None:
        """Do a piece of work after those before it; returns at once."""
        self._waiting.append(_Piece(work, then, is_writing))
        if self._task is None:
            self._begin_next()

    def cancel(self) -> None:
        """Give up what only reads: under way and waiting."""
        self._waiting = deque(piece for piece in self._waiting if piece.is_writing)
        if self._task is not None and self._piece is not None and not self._piece.is_writing:
            self._task.stop()

    def finish(self) -> None:
        """Do what writes to the end, and wait for it; the window closes."""
        self.cancel()
        if self._task is not None:
            self._task.ended.disconnect(self._on_ended)
            self._task.stop_and_wait()  # what writes does not look at the token
        for piece in self._waiting:
            try:
                piece.work(ExchangeTask(piece.work).token, _silent)
            except AppError as error:
                _log.info("%s: %s", error.code, error)
        self._waiting.clear()
        self._task = self._piece = None

    def _begin_next(self) -> None:
        self._piece = self._waiting.popleft()
        self._task = ExchangeTask(self._piece.work, self)
        self._task.progressed.connect(self.progressed)
        self._task.ended.connect(self._on_ended)
        self._task.start()

    @Slot(object, object)
    def _on_ended(self, result: object, error: AppError | None) -> None:
        task, piece = self._task, self._piece
        if task is None or piece is None:
            return  # this was under way when the window closed
        piece.then(result, error)
        task.deleteLater()
        self._task = self._piece = None
        if self._waiting:
            self._begin_next()
        else:
            self.idle.emit()


def _silent(_done: int, _total: int) -> None:
    return
