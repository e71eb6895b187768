"""The activity file: what is known of the work on pictures beyond their labels.

Nothing depends on it: a broken one is put aside, and a new one is begun.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

import platformdirs

from app.files import write_error
from app.project.errors import ProjectError

ACTIVITY_FILE = "activity.sqlite"
_BUSY_S = 5.0  # how long to wait for another window's transaction
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# A broken database's journal belongs to it: replayed, it would spoil the new one.
_SUFFIXES = ("-wal", "-shm", "-journal", "")

_log = logging.getLogger(__name__)
_putting_aside = threading.Lock()

_SECONDS_TABLE = """
CREATE TABLE IF NOT EXISTS seconds (
    image TEXT NOT NULL,
    day TEXT NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (image, day)
) WITHOUT ROWID
"""
_ADD_SECONDS = """
INSERT INTO seconds VALUES (?, ?, ?)
ON CONFLICT (image, day) DO UPDATE SET seconds = seconds + excluded.seconds
"""


class ActivityFile:
    """One SQLite file, shared by threads and windows.

    Parameters
    ----------
    path : Path
        Of `activity_path`; the file is made when it is first written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in a transaction that writes all or, after an exception, nothing.

        A file that is no database is put aside as ``activity.sqlite.broken`` first. Where the
        damage shows only within the transaction, that one fails and the next finds a new file.

        Raises
        ------
        ProjectError
            "activity-not-usable", "activity-broken"; for every `sqlite3.Error` of the block too.
        app.files.FileWriteError
            The folder of the person's own data can't be made.
        """
        try:
            with closing(self._begun()) as connection:  # closing rolls back what is not committed
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            if _is_broken(error):
                _put_aside(self.path, error)
            raise _wrapped(self.path, error) from error

    def _begun(self) -> sqlite3.Connection:
        _make_own_folder(self.path.parent)
        try:
            return _begin(self.path)
        except sqlite3.Error as error:
            if not _is_broken(error):
                raise
            _put_aside(self.path, error)
        return _begin(self.path)


class LabelingTime:
    """Seconds that were spent on each picture, by day.

    An image is named by its POSIX path relative to the folder of pictures; a day is the local
    date.

    Parameters
    ----------
    file : ActivityFile
    """

    def __init__(self, file: ActivityFile) -> None:
        self._file = file

    def add(self, seconds: Mapping[tuple[str, date], float]) -> None:
        """Add seconds to those of images on days: all of them or none.

        Raises
        ------
        ProjectError
        app.files.FileWriteError
        """
        rows = [(image, day.isoformat(), value) for (image, day), value in seconds.items()]
        with self._file.connect() as connection:
            connection.execute(_SECONDS_TABLE)
            connection.executemany(_ADD_SECONDS, rows)

    def by_image(self) -> dict[str, float]:
        """Return the seconds of every image that has any.

        Raises
        ------
        ProjectError
        """
        return self._sums("image")

    def by_day(self) -> dict[date, float]:
        """Return the seconds of every day that has any, in order.

        Raises
        ------
        ProjectError
        """
        return {date.fromisoformat(day): value for day, value in self._sums("day").items()}

    def _sums(self, column: str) -> dict[str, float]:
        if not self._file.path.exists():
            return {}  # looking makes no file
        with self._file.connect() as connection:
            connection.execute(_SECONDS_TABLE)
            rows = connection.execute(
                f"SELECT {column}, SUM(seconds) FROM seconds GROUP BY 1 ORDER BY 1"
            )
            return dict(rows.fetchall())


def activity_path(images: Path, project_folder: Path | None = None) -> Path:
    """Return where the activity of a folder of pictures is kept.

    In the project's folder; for a plain folder, into which nothing is written, among the person's
    own data. ``TALLYBOX_CONFIG_DIR`` moves those with the settings.

    Parameters
    ----------
    images : Path
    project_folder : Path, optional
        None for a plain folder.
    """
    if project_folder is not None:
        return project_folder / ACTIVITY_FILE
    key = hashlib.sha256(os.fsencode(images.resolve())).hexdigest()[:32]
    return _own_folder() / f"{key}.sqlite"


def _own_folder() -> Path:
    chosen = os.environ.get("TALLYBOX_CONFIG_DIR")
    folder = Path(chosen) if chosen else platformdirs.user_data_path("tallybox", appauthor=False)
    return folder / "activity"


def _make_own_folder(folder: Path) -> None:
    """Make the folder of the person's own data; a project that was deleted stays deleted."""
    if folder != _own_folder():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error


def _begin(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    try:
        # Not where a file system or another window's first use forbids it: slower, as safe.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # At once, since a reader that turns writer is refused when another wrote meanwhile.
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_broken(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)  # sqlite3's own complaints have none
    return code & 0xFF in _BROKEN


def _put_aside(path: Path, error: sqlite3.Error) -> None:
    """Rename a broken file, unless another thread has done so meanwhile."""
    with _putting_aside:
        if _is_sound(path):
            return
        _log.warning("%s is broken (%s): put aside, and a new one is begun", path, error)
        for suffix in _SUFFIXES:
            part = path.with_name(f"{path.name}{suffix}")
            try:
                part.replace(path.with_name(f"{path.name}.broken{suffix}"))
            except FileNotFoundError:
                continue
            except OSError as problem:
                _log.warning("Can't put %s aside: %s", part, problem)


def _is_sound(path: Path) -> bool:
    try:
        with closing(_begin(path)) as connection:
            return connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        return not _is_broken(error)


def _wrapped(path: Path, error: sqlite3.Error) -> ProjectError:
    if _is_broken(error):
        return ProjectError(
            "activity-broken",
            f"{path} is broken: the times and proposals in it are lost, the labels are not.",
            f"It was put aside as {path.name}.broken, and a new one is begun.",
            detail=str(error),
        )
    return ProjectError(
        "activity-not-usable",
        f"Can't use {path}, where times and proposals are kept: {error}.",
        "Check that its folder is there and may be written to. The labels do not depend on it.",
        detail=repr(error),
    )
