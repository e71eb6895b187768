"""`KeptPictures`: which pictures a person looked at and kept, so that they are not asked again."""

from __future__ import annotations

import os
from collections.abc import Iterable

from app.dataset.measures import PictureMeasures
from app.project.activity import ActivityFile

_TABLE = """
CREATE TABLE IF NOT EXISTS kept_pictures (
    name BLOB PRIMARY KEY,
    sha256 TEXT NOT NULL
) WITHOUT ROWID
"""


class KeptPictures:
    """Keeps names and hashes in the activity file: another picture of that name is asked about.

    Parameters
    ----------
    file : ActivityFile
    """

    def __init__(self, file: ActivityFile) -> None:
        self._file = file

    def among(self, pictures: Iterable[PictureMeasures]) -> frozenset[str]:
        """Return the names of those that were kept, even under another name since.

        Raises
        ------
        app.project.errors.ProjectError
        """
        pictures = list(pictures)
        kept = self._load()
        there = {picture.name for picture in pictures}
        moved = {sha256 for name, sha256 in kept.items() if sha256 and name not in there}
        return frozenset(
            picture.name
            for picture in pictures
            if kept.get(picture.name) == picture.sha256 or picture.sha256 in moved
        )

    def add(self, pictures: Iterable[PictureMeasures]) -> None:
        """Remember pictures: all of them or none.

        Raises
        ------
        app.project.errors.ProjectError
        app.files.FileWriteError
        """
        rows = [(os.fsencode(picture.name), picture.sha256) for picture in pictures]
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            connection.executemany("INSERT OR REPLACE INTO kept_pictures VALUES (?, ?)", rows)

    def remove(self, pictures: Iterable[PictureMeasures]) -> None:
        """Forget pictures: all of them or none.

        Raises
        ------
        app.project.errors.ProjectError
        app.files.FileWriteError
        """
        rows = [(os.fsencode(picture.name),) for picture in pictures]
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            connection.executemany("DELETE FROM kept_pictures WHERE name = ?", rows)

    def _load(self) -> dict[str, str]:
        if not self._file.path.exists():
            return {}
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            rows = connection.execute("SELECT name, sha256 FROM kept_pictures").fetchall()
        return {os.fsdecode(name): sha256 for name, sha256 in rows}
