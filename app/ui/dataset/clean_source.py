"""`CleanSource`: the folder that is cleaned, and what is kept about it; used in threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.annotation.trash import Discarded, open_trash
from app.dataset.cleaned import cleaned_away
from app.dataset.kept_pictures import KeptPictures
from app.dataset.left_out import LeftOut
from app.dataset.measure_cache import MeasureCache
from app.dataset.measures import PictureMeasures
from app.dataset.scan import Progress, Scan, scan_pictures
from app.errors import AppError
from app.jobs.cancel import CancelToken
from app.project.activity import ActivityFile, activity_path
from app.project.project import Project


@dataclass(frozen=True, eq=False)
class Scanned:
    """What a scan has found.

    Attributes
    ----------
    scan : Scan
    by_name : mapping of str to PictureMeasures
    labelled : frozenset of str
        Names of the pictures that have a label file.
    kept : frozenset of str
        Names of those that a person wanted to keep earlier.
    left_out : tuple of LeftOut
        Files that are no pictures; not our own trash.
    trashed : tuple of Discarded
        What cleaning has put in the trash, the oldest first.
    problems : tuple of AppError
        What could not be taken back of earlier work.
    """

    scan: Scan
    by_name: Mapping[str, PictureMeasures]
    labelled: frozenset[str]
    kept: frozenset[str]
    left_out: tuple[LeftOut, ...] = ()
    trashed: tuple[Discarded, ...] = ()
    problems: tuple[AppError, ...] = ()


class CleanSource:
    """One folder of pictures. Its methods block; one thread at a time may use it.

    Parameters
    ----------
    images : Path
    labels : Path or None
        Folder of labels; None: beside the pictures.
    project : Project or None
        Whose pictures they are; it has the trash then.
    """

    def __init__(self, images: Path, labels: Path | None, project: Project | None) -> None:
        plain = LabelFolder(images, labels)
        self.folder = plain if project is None else LabelFolder.of_project(project, labels)
        self.trash = open_trash(self.folder, project)
        path = activity_path(self.images, project.folder if project is not None else None)
        self._activity = ActivityFile(path)
        self.kept = KeptPictures(self._activity)

    @property
    def images(self) -> Path:
        """The folder of pictures."""
        return self.folder.images

    def scan(self, token: CancelToken, progress: Progress) -> Scanned:
        """Measure all pictures, after what was interrupted in the trash is taken back.

        Raises
        ------
        AppError
            See `scan_pictures`.
        JobCancelled
        """
        problems = tuple(self.trash.settle())
        cache = MeasureCache(self._activity)
        scan = scan_pictures(self.folder, cache, on_progress=progress, cancel_token=token)
        return Scanned(
            scan,
            {picture.name: picture for picture in scan.pictures},
            frozenset(scan.pictures[place].name for place in scan.labelled),
            self.kept.among(scan.pictures),
            tuple(each for each in scan.left_out if self.images / each.name != self.trash.root),
            tuple(cleaned_away(self.trash)),
            problems,
        )

    def discard(self, names: Iterable[str], reason: str, progress: Progress) -> Discarded:
        """Put pictures and their labels in the trash.

        Raises
        ------
        AppError
            See `Trash.discard`; "folder-not-readable".
        """
        self.require_folder()
        paths = [self.images / name for name in names]
        return self.trash.discard(paths, reason=reason, on_progress=progress)

    def restore(self, discarded: Discarded, progress: Progress) -> None:
        """Bring back what was discarded.

        Raises
        ------
        AppError
            See `Trash.restore`; "folder-not-readable".
        """
        self.require_folder()
        self.trash.restore(discarded, on_progress=progress)

    def require_folder(self) -> None:
        """Make sure that the folder is there: what is written would make it anew, without pictures.

        Raises
        ------
        AnnotationError
            "folder-not-readable".
        """
        if not self.images.is_dir():
            raise AnnotationError(
                "folder-not-readable",
                f"The folder {self.images} is not there any more: nothing was changed.",
                "It was moved, or its disk was taken away. Put it back, and decide again.",
            )
