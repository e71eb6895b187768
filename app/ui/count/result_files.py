"""Saving the results of a run, in a thread: encoding a picture alone takes longer than a frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageWriter

from app.counting.events import CrossingEvent
from app.counting.reports import EventLog
from app.errors import AppError
from app.files import atomic_write_bytes, atomic_write_text


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """Return a path in `folder` at which there is nothing yet."""
    path = folder / f"{stem}{suffix}"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}{suffix}"
        number += 1
    return path


def save_events(path: Path, lines: Iterable[str]) -> None:
    """Write crossing events (each a line of JSON) as CSV, or JSON Lines for ``.jsonl``.

    Raises
    ------
    app.files.FileWriteError
    """
    log = EventLog(path)
    try:
        for line in lines:
            log.write(CrossingEvent.from_json(json.loads(line)))
    except AppError:
        log.discard()
        raise
    log.close()


def save_totals(path: Path, summary: Mapping[str, Any]) -> None:
    """Write the totals as JSON.

    Raises
    ------
    app.files.FileWriteError
    """
    atomic_write_text(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def save_picture(path: Path, image: QImage) -> None:
    """Write a picture as PNG.

    Raises
    ------
    app.files.FileWriteError
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    atomic_write_bytes(path, bytes(buffer.data().data()))


class ResultSaver(QObject):
    """Runs one of the functions above in a thread.

    Signals
    -------
    saved(Path)
    failed(AppError)
    """

    saved = Signal(object)
    failed = Signal(object)

    def save(self, path: Path, write: Callable[[], None]) -> None:
        """Call `write`, which makes the file `path`, and tell how it went."""
        QThreadPool.globalInstance().start(_SaveTask(self, path, write))


class _SaveTask(QRunnable):
    def __init__(self, saver: ResultSaver, path: Path, write: Callable[[], None]) -> None:
        super().__init__()
        self._saver = saver
        self._path = path
        self._write = write

    def run(self) -> None:
        try:
            self._write()
        except AppError as error:
            self._saver.failed.emit(error)
        else:
            self._saver.saved.emit(self._path)
