"""What a machine proposes for pictures, until a person takes or rejects it.

Proposals are kept apart from labels: they lie in the activity file, so nothing that reads label
files (split, export, training) can ever meet one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass

import numpy as np

from app.geometry import iou_matrix
from app.project.activity import ActivityFile

SAME_OBJECT_IOU = 0.5  # from here on two boxes of one class are taken for one object

_TABLE = """
CREATE TABLE IF NOT EXISTS proposals (
    image TEXT NOT NULL,
    class_name TEXT NOT NULL,
    xmin REAL NOT NULL, ymin REAL NOT NULL, xmax REAL NOT NULL, ymax REAL NOT NULL,
    score REAL NOT NULL,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    is_rejected INTEGER NOT NULL DEFAULT 0
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS proposals_by_image ON proposals (image)"
_INSERT = "INSERT INTO proposals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "class_name, xmin, ymin, xmax, ymax, score, model, version"
_DELETE_ONE = """
DELETE FROM proposals WHERE image = ? AND class_name = ? AND xmin = ? AND ymin = ? AND xmax = ?
AND ymax = ? AND score = ? AND model = ? AND version = ?
"""


@dataclass(frozen=True)
class Proposal:
    """One box that a model proposes.

    Attributes
    ----------
    class_name : str
    xmin, ymin, xmax, ymax : float
        Edges in pixels of the upright picture, origin top-left, y down.
    score : float
        In [0, 1], the model's own.
    model, version : str
        Who proposes it.
    """

    class_name: str
    xmin: float
    ymin: float
    xmax: float
    ymax: float
    score: float
    model: str
    version: str

    @property
    def box_xyxy(self) -> tuple[float, float, float, float]:
        """The four edges."""
        return (self.xmin, self.ymin, self.xmax, self.ymax)


class ProposalStore:
    """The proposals of a folder of pictures.

    An image is named by its POSIX path relative to the folder of pictures. At any time an image
    has the open proposals of one model only, the one that ran last. What a person rejected is
    remembered, and not proposed again by the same version of the same model.

    Parameters
    ----------
    file : ActivityFile
    """

    def __init__(self, file: ActivityFile) -> None:
        self._file = file

    def replace(self, image: str, proposals: Iterable[Proposal], model: str, version: str) -> None:
        """Take what `model` says of `image` in place of all earlier open proposals.

        Proposals on an object that was rejected of this model and version are left out.

        Raises
        ------
        ProjectError
        app.files.FileWriteError
        """
        with self._connection() as connection:
            rejected = _read(connection, image, is_rejected=True)
            own = [old for old in rejected if (old.model, old.version) == (model, version)]
            fresh = [new for new in proposals if not any(_same_object(new, old) for old in own)]
            connection.execute(
                "DELETE FROM proposals WHERE image = ? AND is_rejected = 0", (image,)
            )
            _insert(connection, image, fresh, is_rejected=False)

    def of(self, image: str) -> tuple[Proposal, ...]:
        """Return the open proposals of an image, best first.

        Raises
        ------
        ProjectError
        """
        if not self._file.path.exists():
            return ()  # looking makes no file
        with self._connection() as connection:
            return _read(connection, image, is_rejected=False)

    def images(self) -> set[str]:
        """Return the images with open proposals.

        Raises
        ------
        ProjectError
        """
        if not self._file.path.exists():
            return set()
        with self._connection() as connection:
            rows = connection.execute("SELECT DISTINCT image FROM proposals WHERE is_rejected = 0")
            return {str(row[0]) for row in rows}

    def settle(
        self, image: str, *, taken: Iterable[Proposal] = (), rejected: Iterable[Proposal] = ()
    ) -> None:
        """Close proposals that a person decided on; `rejected` ones are remembered.

        Raises
        ------
        ProjectError
        """
        taken, rejected = tuple(taken), tuple(rejected)
        with self._connection() as connection:
            for proposal in (*taken, *rejected):
                connection.execute(_DELETE_ONE, (image, *astuple(proposal)))
            _insert(connection, image, rejected, is_rejected=True)

    def reopen(self, image: str, proposals: Iterable[Proposal]) -> None:
        """Bring proposals back whose settling was undone; those that are open stay single.

        Raises
        ------
        ProjectError
        """
        proposals = tuple(proposals)
        with self._connection() as connection:
            for proposal in proposals:
                connection.execute(_DELETE_ONE, (image, *astuple(proposal)))
            _insert(connection, image, proposals, is_rejected=False)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._file.connect() as connection:
            connection.execute(_TABLE)
            connection.execute(_INDEX)
            yield connection


def _read(connection: sqlite3.Connection, image: str, *, is_rejected: bool) -> tuple[Proposal, ...]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM proposals WHERE image = ? AND is_rejected = ? "
        "ORDER BY score DESC, rowid",
        (image, is_rejected),
    )
    return tuple(Proposal(*row) for row in rows)


def _insert(
    connection: sqlite3.Connection, image: str, proposals: Iterable[Proposal], *, is_rejected: bool
) -> None:
    connection.executemany(_INSERT, [(image, *astuple(p), is_rejected) for p in proposals])


def _same_object(first: Proposal, second: Proposal) -> bool:
    if first.class_name != second.class_name:
        return False
    boxes = np.array([first.box_xyxy, second.box_xyxy], np.float32)
    return bool(iou_matrix(boxes[:1], boxes[1:])[0, 0] >= SAME_OBJECT_IOU)
