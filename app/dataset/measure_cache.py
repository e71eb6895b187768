"""Measures that are kept, so that an unchanged picture is never decoded again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from app.dataset.measures import PictureMeasures
from app.project.activity import ActivityFile

# The version is in the name: measures that are made in another way are not comparable.
_TABLE = """
CREATE TABLE IF NOT EXISTS picture_measures_1 (
    name BLOB PRIMARY KEY,
    file_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    look BLOB NOT NULL,
    thumbnail BLOB NOT NULL,
    sharpness REAL NOT NULL,
    dark REAL NOT NULL, fifth REAL NOT NULL, ninety_fifth REAL NOT NULL, bright REAL NOT NULL,
    emptiness REAL NOT NULL,
    error TEXT NOT NULL
) WITHOUT ROWID
"""
_PUT = f"INSERT OR REPLACE INTO picture_measures_1 VALUES ({', '.join('?' * 15)})"


class MeasureCache:
    """Keeps measures by the picture's name, in the activity file.

    Parameters
    ----------
    file : ActivityFile
    """

    def __init__(self, file: ActivityFile) -> None:
        self._file = file

    def load(self) -> list[PictureMeasures]:
        """Return everything that is kept; no file is made.

        Raises
        ------
        app.project.errors.ProjectError
        """
        if not self._file.path.exists():
            return []
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            rows = connection.execute("SELECT * FROM picture_measures_1").fetchall()
        return [_measures(row) for row in rows]

    def put(self, pictures: Iterable[PictureMeasures]) -> None:
        """Keep measures, replacing older ones of the same names: all of them or none.

        Raises
        ------
        app.project.errors.ProjectError
        app.files.FileWriteError
        """
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            connection.executemany(_PUT, [_row(picture) for picture in pictures])


def _row(picture: PictureMeasures) -> tuple[object, ...]:
    return (
        os.fsencode(picture.name),  # a name need not be valid text
        picture.file_bytes,
        picture.mtime_ns,
        picture.sha256,
        picture.width,
        picture.height,
        picture.look.to_bytes(8, "big"),  # SQLite's integers have a sign
        picture.thumbnail,
        picture.sharpness,
        *picture.percentiles,
        picture.emptiness,
        os.fsencode(picture.error).decode("utf-8", "replace"),
    )


def _measures(row: tuple[Any, ...]) -> PictureMeasures:
    name, file_bytes, mtime_ns, sha256, width, height, look, thumbnail, sharpness = row[:9]
    return PictureMeasures(
        os.fsdecode(name),
        file_bytes,
        mtime_ns,
        sha256,
        width,
        height,
        int.from_bytes(look, "big"),
        thumbnail,
        sharpness,
        row[9:13],
        *row[13:],
    )
